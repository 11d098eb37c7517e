"""For every datatype elements that break no rule of it.

The element is the first child of the fragment that is named `x`; everything else is its surroundings.
"""

T5 = "2.16.840.1.113883.5.139"

GOOD = {
    "ANY": [
        "<x/>",
        '<x nullFlavor="UNK"/>',
        '<x nullFlavor="OTH" codeSystem="1.2"><translation code="a"/></x>',
    ],
    "AD": [
        "<x><city>Oslo</city></x>",
        "<x>Oslo</x>",
        '<x nullFlavor="NI"/>',
        '<x use="H"><city>Oslo</city></x><x use="WP"><city>Oslo</city></x>',
    ],
    "AD.EPSOS": ["<x><city>Oslo</city></x>", '<x nullFlavor="NI"/>'],
    "BIN": ["<x>text</x>", "<x><reference/></x>", '<x nullFlavor="NI"/>'],
    "BL": ['<x value="true"/>'],
    "CD": [
        '<x code="1" codeSystem="1.2" codeSystemName="n" displayName="d"/>',
        '<x nullFlavor="UNK"/>',
        "<x><originalText>o</originalText></x>",
        '<x code="1" codeSystem="1.2"><translation code="2" codeSystem="1.3"/>'
        '<translation code="2" codeSystem="1.4"/></x>',
    ],
    "CD.EPSOS": [
        '<x code="1" codeSystem="1.2" displayName="d"/>',
        '<x nullFlavor="UNK"/>',
        '<x code="1" codeSystem="1.2"><originalText>o</originalText></x>',
    ],
    "CE": ['<x code="1" codeSystem="1.2"/>'],
    "CE.EPSOS": ['<x code="1" codeSystem="1.2" displayName="d"/>'],
    "CV.EPSOS": ['<x code="1" codeSystem="1.2" displayName="d"/>'],
    "CS": [
        '<x code="1"/>',
        '<x nullFlavor="UNK"/>',
        f'<x typeCode="1" codeSystem="{T5}" codeSystemName="TimingEvent"/>',
    ],
    "ED": [
        "<x>text</x>",
        '<x><reference value="#a"/></x>',
        '<x nullFlavor="NI"/>',
        '<x mediaType="application/pdf" representation="B64" compression="GZ">QQ==</x>',
    ],
    "EIVL.event": ['<x code="ACM" codeSystem="1.2"/>'],
    "EIVL_TS": [
        '<x><event code="ACM"/></x>',
        '<x nullFlavor="UNK"/>',
        '<x><event code="ACM"/><offset><width value="1" unit="h"/></offset></x>',
    ],
    "EN": ["<x>Oslo</x>", "<x><given>A</given></x>", '<x nullFlavor="UNK"/>'],
    "II": [
        '<x root="1.2.0" extension="a"/>',
        '<x nullFlavor="UNK"/>',
        '<x root="6F9619FF-8B86-D011-B42D-00CF4FC964FF"/>',
        '<x root="1.2" extension="a"/><x root="1.2"/>',
    ],
    "II.EPSOS": ['<x root="1.2.3"/>'],
    "INT": ['<x value="1"/>', '<x nullFlavor="UNK"/>'],
    "IVL_PQ": [
        '<x value="1" unit="1"/>',
        '<x><low value="1" unit="mg"/><high value="2" unit="mg"/></x>',
        '<x value="1" unit="1"><translation value="2"/></x>',
        '<x nullFlavor="UNK"/>',
    ],
    "IVL_TS": [
        '<x value="2024"/>',
        '<x><low value="2024"/><high value="20250101"/></x>',
        '<x nullFlavor="UNK"/>',
        '<x><low value="20240101"/><width value="3" unit="d"/></x>',
        '<x><low nullFlavor="UNK"/></x>',
    ],
    "IVL_TS.EPSOS.TZ.OPT": [
        '<x value="20240101"/>',
        '<x><low value="20240101"/><high nullFlavor="UNK"/></x>',
    ],
    "IVXB_PQ": ['<x value="1" unit="mg"/>', '<x nullFlavor="UNK" inclusive="true"/>'],
    "IVXB_TS": ['<x value="2024"/>', '<x nullFlavor="UNK"/>'],
    "ON": ["<x>Sykehus</x>"],
    "PIVL_TS": [
        '<x institutionSpecified="true"><period value="0.3333" unit="d"/></x>',
        '<x><phase><low value="20240101"/></phase><period value="1" unit="d"/></x>',
        '<x nullFlavor="UNK"/>',
    ],
    "PN": ['<x><given qualifier="CL">A</given></x>'],
    "PQ": [
        '<x value="1" unit="mg"/>',
        '<x nullFlavor="UNK"/>',
        '<x value="1" unit="mg"><translation value="1"/><translation value="2"/></x>',
    ],
    "QTY": ['<x value="1"/>', '<x value="1" unit="a"/><x value="2" unit="a"/>'],
    "SC": ['<x code="1" codeSystem="1.2" displayName="d">text</x>'],
    "SD.TEXT": ["<x>text</x>"],
    "ST": ['<x mediaType="text/plain" representation="TXT">text</x>'],
    "SXCM_PQ": ['<x value="1" operator="A"/>', '<x nullFlavor="UNK" operator="I"/>'],
    "SXCM_TS": ['<x value="2024" operator="A"/>', '<x nullFlavor="UNK"/>'],
    "SXPR_TS": [
        '<x><comp xsi:type="PIVL_TS"><period value="1" unit="d"/></comp>'
        '<comp xsi:type="IVL_TS"><low value="2024"/></comp></x>',
        '<x nullFlavor="UNK"/>',
    ],
    "TEL": ['<x value="tel:+47(0)1" use="H"/>', '<x nullFlavor="NI"/>'],
    "TEL.EPSOS": ['<x value="tel:+47(0)1.2-3"/>', '<x value="mailto:a@b.no"/>'],
    "TS": [
        '<x value="20240229"/>',
        '<x value="20"/>',
        '<x value="20240101240000"/>',
        '<x value="20240101120000.5+02"/>',
        '<x value="20240101120000-1400"/>',
        '<x nullFlavor="UNK"/>',
    ],
    "TS.EPSOS.TZ": ['<x value="20240101120000+0100"/>'],
    "URL": [
        '<x value="http://a/b?c=%20#d"/>',
        '<x nullFlavor="NI"/>',
        '<x value="a" use="H"/><x value="a" use="WP"/>',
    ],
}

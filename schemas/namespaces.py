"""The namespaces that occur on the wire and in documents, each under the name the standards give it.

Source: SOAP 1.2, WS-Addressing 1.0, WSS 1.0, SAML 2.0, HL7 v3, ebXML RegRep 3.0, IHE XDS.b, MyHealth@EU.
"""

from typing import Final

ENV: Final = "http://www.w3.org/2003/05/soap-envelope"
WSA: Final = "http://www.w3.org/2005/08/addressing"
WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
WST: Final = "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
EC: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
HL7: Final = "urn:hl7-org:v3"
PHARM: Final = "urn:hl7-org:pharm"
EPSOS: Final = "urn:epsos-org:ep:medication"
SDTC: Final = "urn:hl7-org:sdtc"
XDSB: Final = "urn:ihe:iti:xds-b:2007"
RIM: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
RS: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
LCM: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
QUERY: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
XOP: Final = "http://www.w3.org/2004/08/xop/include"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
XSD: Final = "http://www.w3.org/2001/XMLSchema"
XML: Final = "http://www.w3.org/XML/1998/namespace"
XHTML: Final = "http://www.w3.org/1999/xhtml"
ISM: Final = "http://ec.europa.eu/sante/ehncp/ism"
TRC: Final = "https://ehdsi.eu/assertion/trc"
NOK: Final = "https://ehdsi.eu/assertion/nok"

#: Customary prefix of each namespace, for paths that people read. Never used to find anything.
PREFIXES: Final[dict[str, str]] = {
    ENV: "env",
    WSA: "wsa",
    WSSE: "wsse",
    WSU: "wsu",
    WST: "wst",
    SAML: "saml",
    DS: "ds",
    EC: "ec",
    HL7: "hl7",
    PHARM: "pharm",
    EPSOS: "epsos",
    SDTC: "sdtc",
    XDSB: "xdsb",
    RIM: "rim",
    RS: "rs",
    LCM: "lcm",
    QUERY: "query",
    XOP: "xop",
    XSI: "xsi",
    XSD: "xsd",
    XML: "xml",
    XHTML: "xhtml",
    ISM: "ism",
    TRC: "trc",
    NOK: "nok",
}


def q(namespace: str, local: str) -> str:
    """Return the name as lxml writes it: `{namespace}local`."""
    return f"{{{namespace}}}{local}"

"""Prescriptions and dispensations of ours that look like no public sample: lawful, each unusual once."""

from dataclasses import replace

from lxml import etree

from cda.build import Posology, answering, dispensation, prescription
from cda.datatypes import (
    Coded,
    Combination,
    EventBound,
    Moment,
    Period,
    Periodic,
    Quantity,
    Range,
    Ratio,
    Text,
    Time,
)
from cda.product import Ingredient, KitPart, Package
from schemas.namespaces import EPSOS, HL7, PHARM, XSI
from schemas.xml import parse
from terminology import code_systems as systems
from tests.support.content import (
    ITEM,
    PRESCRIPTION,
    TABLETS,
    atc,
    coded,
    edqm,
    prescribing,
)
from tests.support.dispensing import ACT, handing

Odd = tuple[bytes, tuple[str, ...]]  # the document, and words that its page must show


def reprefixed(document: bytes, names: dict[str | None, str]) -> bytes:
    """The same document with other prefixes, also inside xsi:type."""
    old = parse(document)
    prefix = next((p for p, uri in names.items() if uri == HL7), None)
    root = _copied(old, names, f"{prefix}:" if prefix else "")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _copied(el: etree._Element, names: dict[str | None, str], types: str) -> etree._Element:
    made = etree.Element(el.tag, None, names)
    for key, value in el.attrib.items():
        made.set(key, f"{types}{value}" if key == f"{{{XSI}}}type" else value)
    made.text, made.tail = el.text, el.tail
    made.extend([_copied(kid, names, types) for kid in el])
    return made


def every_element_prefixed() -> Odd:
    names = {"q-1": HL7, "_": PHARM, "schema.instance": XSI}
    return reprefixed(prescription(PRESCRIPTION), names), ("paracetamol", "3 ganger daglig", "Tablett")


def default_namespace_switches() -> Odd:
    """Each pharmacy element makes its own namespace the default one, and CDA below switches back."""
    text = prescription(PRESCRIPTION).decode()
    text = text.replace(f' xmlns:pharm="{PHARM}"', "")
    for name in ("numerator", "denominator", "translation", "originalText"):
        text = text.replace(f"<{name} ", f'<{name} xmlns="{HL7}" ')
    text = text.replace('xsi:type="PQ"', f'xsi:type="v3:PQ" xmlns:v3="{HL7}"')
    text = text.replace("<pharm:", f'<\0xmlns="{PHARM}" ').replace("</pharm:", "</")
    pieces = text.split("<\0")
    fixed = [pieces[0]]
    for piece in pieces[1:]:
        declaration, rest = piece.split(" ", 1)
        name = rest.split(" ", 1)[0].split(">", 1)[0].split("/", 1)[0]
        fixed.append(f"<{name} {declaration}{rest[len(name) :]}")
    return "".join(fixed).encode(), ("Tablett", "500 mg", "Blisterpakning")


def prefix_pharm_means_cda() -> Odd:
    names = {None: PHARM, "pharm": HL7, "x": XSI}
    return reprefixed(prescription(PRESCRIPTION), names), ("paracetamol", "Tablett", "Eske")


def both_extensions() -> Odd:
    """Two items, the first in the extension to Wave 5, the second in that from Wave 6."""
    old = parse(
        prescription(prescribing(replace(ITEM, product=replace(TABLETS, names=(Text("Antigo"),)))), 5)
    )
    new = parse(prescription(PRESCRIPTION))
    path = f"{{{HL7}}}component/{{{HL7}}}structuredBody/{{{HL7}}}component/{{{HL7}}}section"
    for el in new.iter(f"{{{HL7}}}reference", f"{{{HL7}}}td", f"{{{HL7}}}tr", f"{{{HL7}}}content"):
        for key in ("value", "ID"):
            if (said := el.get(key)) is not None:
                el.set(key, said.replace("rx", "novo"))
    into, other = old.find(path), new.find(path)
    into.find(f"{{{HL7}}}text").extend(other.find(f"{{{HL7}}}text"))
    into.append(other.find(f"{{{HL7}}}entry"))
    document = etree.tostring(old, encoding="UTF-8", xml_declaration=True)
    assert EPSOS.encode() in document and PHARM.encode() in document
    return document, ("Antigo", "Paramol", "500 mg", "Blisterpakning")


def six_containers() -> Odd:
    holds = ("7", "2", "3", "4", "5", "6")
    forms = ("30007000", "30009000", "30009000", "30015500", "30015500", "30009000")
    chain = tuple(
        Package((Quantity(n, "1"),), forms=(edqm(form, "x"),)) for n, form in zip(holds, forms, strict=True)
    )
    item = replace(ITEM, product=replace(TABLETS, packages=chain))
    return prescription(prescribing(item)), ("Beholder", "6 enheter", "7 enheter")


def six_containers_of_wave_5() -> Odd:
    chain = tuple(Package((Quantity(str(n), "1"),), forms=(edqm("30009000", "Box"),)) for n in range(11, 17))
    item = replace(ITEM, product=replace(TABLETS, packages=chain))
    return prescription(prescribing(item), 5), ("11 enheter", "16 enheter", "Tablett")


def ten_substances() -> Odd:
    names = [f"substância {n}" for n in range(1, 11)]
    strength = (Ratio(Quantity("1.5", "mg"), Quantity("1", "1")),)
    found = tuple(Ingredient((Coded(null="NI"),), (Text(name),), strength, "ACTI") for name in names)
    adjuvant = Ingredient((atc("N02BE01", "paracetamol"),), (), (), "IACT")
    item = replace(ITEM, product=replace(TABLETS, ingredients=(*found, adjuvant)))
    return prescription(prescribing(item)), (*names, "1,5 mg")


def kit_in_a_kit() -> Odd:
    leaf = replace(TABLETS, kinds=(), names=(Text("Folha"),))
    inner = replace(
        TABLETS, kinds=(), names=(Text("Ramo"),), ingredients=(), parts=(KitPart(Quantity("2", "1"), leaf),)
    )
    kit = replace(TABLETS, ingredients=(), parts=(KitPart(Quantity("3", "1"), inner),))
    return prescription(prescribing(replace(ITEM, product=kit))), ("Folha", "Ramo", "2 enheter", "3 enheter")


def dosing_of_every_form() -> Odd:
    daily = Periodic(Quantity("1", "d"), Period(low=Time("20261115"), width=Quantity("2", "h")), False, "I")
    noon = EventBound(
        Coded("ACD", systems.TIMING_EVENT), Range(Quantity("10", "min"), Quantity("20", "min")), "A"
    )
    nested = Combination((daily, Combination((noon, Periodic(Quantity("2", "wk"), None, True)), "A")), "A")
    point = Moment(Period(at=Time("202611151930+0000")), "A")
    span = Moment(Period(low=Time("20261116"), high=Time("20261118")), "A")
    dosing = Posology(
        Period(low=Time("20261115"), width=Quantity("6", "wk")),
        (nested, point, span, EventBound(Coded("HS", systems.TIMING_EVENT), None, "A")),
        Range(Quantity("0.5", "mL"), Quantity("1.25", "mL")),
        Range(Quantity("10", "mL/h"), Quantity("20", "mL/h")),
        Ratio(Quantity("3", "mL"), Quantity("36", "h")),
        "se dor > 4/10",
    )
    words = ("0,5", "1,25 ml", "før lunsj", "ved sengetid", "36 timer", "se dor > 4/10", "15.11.2026")
    return prescription(prescribing(replace(ITEM, posology=dosing))), words


def dose_in_words_alone() -> Odd:
    item = replace(ITEM, posology=Posology(), patient_instructions="Como combinado com a enfermeira.")
    return prescription(prescribing(item)), ("Como combinado com a enfermeira.",)


def tapered_in_steps_of_wave_5() -> Odd:
    steps = tuple(
        Posology(
            Period(low=Time(f"202611{day:02}"), width=Quantity("3", "d")),
            (Periodic(Quantity("1", "d"), None, False, "A"),),
            Quantity(str(dose), "1"),
        )
        for day, dose in ((15, 6), (18, 4), (21, 2))
    )
    words = ("6 tabletter", "4 tabletter", "2 tabletter", "18.11.2026")
    return prescription(prescribing(replace(ITEM, steps=steps)), 5), words


def dispensed_against_the_ban() -> Odd:
    """Another product, with the reason, although the prescription says no; the ids have a root only."""
    ban = coded(systems.SUBSTITUTION, "N", "none")
    item = replace(ITEM, id=replace(ITEM.id, root="2.999.77", extension=None), substitution=ban)
    received = replace(prescribing(item), id=replace(ITEM.id, root="2.999.78", extension=None))
    other = replace(TABLETS, names=(Text("Erstatningol"),))
    handed = [handing(item.id, other, True, "Ikke markedsført i Norge.", 3)]
    words = ("Erstatningol", "Paramol", "3 pakninger", "Nordlys apotek", "2.999.77")
    return dispensation(answering(received, handed, ACT)), words


def utf_16_with_entities() -> Odd:
    """Another encoding, numeric characters, CDATA, comments and instructions in between."""
    text = prescription(prescribing(title="Receita &-ção")).decode()
    text = text.split("?>", 1)[1]
    text = text.replace("<name>Paramol</name>", "<name>Para<!-- x -->mol<?x y?></name>")
    text = text.replace("<pharm:desc>500 mg</pharm:desc>", "<pharm:desc><![CDATA[500]]>&#160;mg</pharm:desc>")
    document = f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")
    return document, ("Paramol", "Receita &-ção", "paracetamol")


PRESCRIPTIONS = (
    every_element_prefixed,
    default_namespace_switches,
    prefix_pharm_means_cda,
    both_extensions,
    six_containers,
    six_containers_of_wave_5,
    ten_substances,
    kit_in_a_kit,
    dosing_of_every_form,
    dose_in_words_alone,
    tapered_in_steps_of_wave_5,
    dispensed_against_the_ban,
    utf_16_with_entities,
)

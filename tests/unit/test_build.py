"""Writing documents: what is demanded, what is refused before anything is built, what stays the same."""

from dataclasses import replace

import pytest

from cda.build import (
    FileDocument,
    Posology,
    Unwritable,
    file_document,
    prescription,
    prescription_of,
)
from cda.check import check
from cda.datatypes import Coded, Identifier, Moment, Period, Quantity, Text, Time
from cda.document import Kind
from cda.parse import parse
from cda.product import KitPart
from schemas.namespaces import EPSOS, PHARM
from schemas.validate import Schema, violations
from schemas.xml import parse as parse_xml
from terminology import code_systems as systems
from terminology.seed import seed_catalogue
from tests.support.content import (
    FRAME,
    ITEM,
    PRESCRIPTION,
    TABLETS,
    coded,
    differences,
    edqm,
    one_id,
    prescribing,
)
from tests.support.summary_content import SUMMARY_FRAME

PDF = b"%PDF-1.4\n%made up"


def errors(document):
    verdict = check(parse_xml(document), seed_catalogue())
    return [f"{f.rule} {f.location} {f.found}" for f in verdict.findings if f.severity == "error"]


def words_of(document):
    return " ".join("".join(parse_xml(document).itertext()).split())


# --- what is written


def test_a_prescription_passes_schema_and_rules_and_says_what_it_is():
    document = prescription(PRESCRIPTION)
    assert errors(document) == []
    read = parse(document)
    assert (read.kind, read.level, read.language) == (Kind.EPRESCRIPTION, 3, "pt-PT")


def test_the_same_content_makes_the_same_bytes():
    assert prescription(PRESCRIPTION) == prescription(PRESCRIPTION)


def test_cda_is_unprefixed_and_each_namespace_is_declared_once():
    document = prescription(PRESCRIPTION)
    assert document.count(b"xmlns") == 3
    assert b"<ClinicalDocument xmlns=" in document


@pytest.mark.parametrize(("wave", "namespace"), [(8, PHARM), (6, PHARM), (5, EPSOS), (3, EPSOS)])
def test_the_wave_decides_the_extension(wave, namespace):
    document = prescription(PRESCRIPTION, wave)
    assert namespace.encode() in document
    assert violations(parse_xml(document), Schema.CDA) == []
    assert differences(PRESCRIPTION, prescription_of(parse(document))) == []


def test_before_wave_6_a_document_may_hold_several_items_and_kits():
    part = KitPart(Quantity("2", "1"), replace(TABLETS, kinds=()))
    kit = replace(TABLETS, parts=(part,), ingredients=())
    items = (ITEM, replace(ITEM, id=one_id("RX1-2"), product=kit))
    document = prescription(replace(PRESCRIPTION, items=items), wave=5)
    assert violations(parse_xml(document), Schema.CDA) == []
    read = prescription_of(parse(document)).items
    assert [item.id.extension for item in read] == ["RX1-1", "RX1-2"]
    assert read[1].product.parts[0].amount.numerator == Quantity("2", "1")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("pt-PT", "3 vez(es) por dia"),
        ("fi-FI", "3 kertaa päivässä"),
        ("cs-CZ", "3krát denně"),
        ("nb-NO", "3 gang(er) daglig"),
        ("nn-NO", "3 gang(er) daglig"),
        ("en-GB", "3 time(s) a day"),
        ("xx-XX", "3 time(s) a day"),
    ],
)
def test_the_narrative_speaks_the_language_of_the_document(language, expected):
    document = prescription(prescribing(language=language))
    assert expected in words_of(document)


def test_the_narrative_uses_the_words_of_home():
    national = Coded("CP", "2.999.620.5", display="Comprimido")
    form = replace(edqm("10219000", "Tablet"), translations=(national,))
    document = prescription(prescribing(replace(ITEM, product=replace(TABLETS, forms=(form,)))))
    assert "Comprimido" in words_of(document) and "Tablet" not in words_of(document)


def test_instructions_stand_in_the_narrative_once_and_are_referred_to():
    said = "Tomar com água <&> 'pão'"
    document = prescription(prescribing(replace(ITEM, patient_instructions=said)))
    assert errors(document) == []
    assert prescription_of(parse(document)).items[0].patient_instructions == said
    assert document.count(b"&lt;&amp;&gt;") == 1


def test_a_dose_that_nobody_states_is_unknown_not_absent():
    document = prescription(prescribing(replace(ITEM, posology=Posology())))
    assert errors(document) == []
    assert prescription_of(parse(document)).items[0].posology == Posology()


# --- what is refused


@pytest.mark.parametrize("bad", ["a\x00b", "a\x1bb", "a\nb", "a\ufffeb", "a\ud800b", "a\x85b"])
@pytest.mark.parametrize("place", ["title", "patient_instructions"])
def test_a_character_that_no_document_has_is_refused_with_its_place(bad, place):
    content = (
        prescribing(title=bad) if place == "title" else prescribing(replace(ITEM, patient_instructions=bad))
    )
    with pytest.raises(Unwritable, match=r"character U\+") as refused:
        prescription(content)
    assert refused.value.place.endswith(place)


@pytest.mark.parametrize(
    ("change", "place", "why"),
    [
        ({"patient_instructions": "x" * 8001}, "patient_instructions", "8001 characters"),
        ({"route": coded(systems.EDQM, "2" * 201, "x")}, "route.code", "201 characters"),
        ({"packages": 0}, "packages", "no number of packages"),
        ({"packages": -1}, "packages", "no number of packages"),
        ({"packages": None}, "packages", "says how many"),
        ({"steps": (Posology(),)}, "steps", "no place for them"),
        ({"posology": Posology(dose=Quantity("1,5", "1"))}, "dose", "no number"),
        ({"posology": Posology(dose=Quantity("NaN", "1"))}, "dose", "no number"),
        ({"posology": Posology(period=Period(low=Time("20261399")))}, "period.low", "no HL7 time"),
        ({"posology": Posology(period=Period(at=Time("20261101")))}, "period", "no period"),
        ({"posology": Posology(timings=(Moment(Period(at=Time("20261101"))),))}, "timings[0]", "operator A"),
        ({"id": Identifier("not-an-oid", "1")}, "id", "neither an OID"),
        ({"product": replace(TABLETS, names=(Text("a"), Text("b")))}, "product.names", "has one"),
    ],
)
def test_content_that_cannot_stand_in_a_prescription_is_refused(change, place, why):
    with pytest.raises(Unwritable, match=why) as refused:
        prescription(prescribing(replace(ITEM, **change)))
    assert refused.value.place.endswith(place)


def test_a_prescription_without_or_with_two_items_is_refused():
    for items in ((), (ITEM, ITEM)):
        with pytest.raises(Unwritable, match="one item"):
            prescription(replace(PRESCRIPTION, items=items))


# --- level 1


@pytest.mark.parametrize("kind", ["57833-6", "60591-5"])
def test_a_level_1_document_carries_its_pdf(kind):
    read = parse(file_document(FileDocument(FRAME, kind, PDF)))
    assert (read.kind.value, read.level, read.attachment.content) == (kind, 1, PDF)


@pytest.mark.parametrize(("kind", "frame"), [("57833-6", FRAME), ("60591-5", SUMMARY_FRAME)])
def test_a_level_1_document_passes_schema_and_rules(kind, frame):
    assert errors(file_document(FileDocument(frame, kind, PDF))) == []


@pytest.mark.parametrize(
    ("kind", "pdf", "why"),
    [("60593-1", PDF, "no level 1"), ("57833-6", b"GIF89a", "no PDF"), ("57833-6", b"", "no PDF")],
)
def test_a_level_1_document_of_something_else_is_refused(kind, pdf, why):
    with pytest.raises(Unwritable, match=why):
        file_document(FileDocument(FRAME, kind, pdf))

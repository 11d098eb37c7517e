"""Writing documents: what is demanded, what is refused before anything is built, what stays the same."""

from dataclasses import replace

import pytest

from cda.build import (
    FileDocument,
    Posology,
    Unwritable,
    answering,
    discard,
    dispensation,
    dispensation_of,
    file_document,
    prescription,
    prescription_of,
)
from cda.building.repetition import repeated
from cda.check import check
from cda.datatypes import Coded, Identifier, Moment, Period, Quantity, Ratio, Text, Time
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
from tests.support.dispensing import ACT, handing
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


# --- dispensation


def answered(**handed):
    return answering(prescription_of(parse(prescription(PRESCRIPTION))), [handing(ITEM.id, **handed)], ACT)


def test_a_dispensation_answers_the_prescription_that_was_received():
    content = answered(substituted=True, reason="Ikke på lager", packages=2)
    document = dispensation(content)
    assert errors(document) == []
    assert differences(content, dispensation_of(parse(document))) == []
    read = parse(document)
    assert read.kind is Kind.EDISPENSATION
    (fulfilled,) = [one for one in read.header.related if one.kind == "inFulfillmentOf"]
    assert (fulfilled.ids[0].root, fulfilled.ids[0].extension) == ("2.999.620.1", "RX1")
    item = read.sections[0].entries[0].items[0]
    assert item.substituted and item.prescribed[0].statement.ids[0].extension == "RX1-1"
    assert "Ikke på lager" in words_of(document) and "Nordlys apotek" in words_of(document)
    assert differences(FRAME.patient, content.frame.patient) == []


def test_a_dispensation_repeats_the_product_and_the_dose_but_not_the_diagnosis():
    reason = coded(systems.ICD_10, "R51", "Headache")
    item = replace(ITEM, reason=reason, substitution=coded(systems.SUBSTITUTION, "G", "generic"))
    document = dispensation(answering(prescribing(item), [handing(item.id)], ACT))
    assert b"R51" not in document and b"Paramol" in document and b"PIVL_TS" in document


def test_an_id_with_a_root_only_is_answered_as_it_is():
    item = replace(ITEM, id=Identifier("2.999.620.1.77"))
    content = replace(prescribing(item), id=Identifier("2.999.620.1.78"))
    answer = answering(content, [handing(item.id)], ACT)
    read = dispensation_of(parse(dispensation(answer)))
    assert (read.order, read.items[0].prescribed.id) == (content.id, item.id)


@pytest.mark.parametrize(
    ("handed", "why"),
    [
        ([], "nothing is handed out"),
        ([handing(one_id("another"))], "no item of this prescription"),
        ([handing(ITEM.id), handing(ITEM.id)], "handed out twice"),
        ([handing(ITEM.id, substituted=True)], "forbids substitution"),
        ([handing(ITEM.id, substituted=True, reason="  ")], "forbids substitution"),
    ],
)
def test_an_answer_that_does_not_fit_the_prescription_is_refused(handed, why):
    item = replace(ITEM, substitution=coded(systems.SUBSTITUTION, "N", "none"))
    with pytest.raises(Unwritable, match=why):
        answering(prescribing(item), handed, ACT)


@pytest.mark.parametrize("packages", [0, -1, -12])
def test_a_dispensation_of_no_package_is_refused(packages):
    with pytest.raises(Unwritable, match="no number of packages"):
        dispensation(answered(packages=packages))


def test_a_reason_without_a_substitution_is_refused():
    with pytest.raises(Unwritable, match="without a substitution"):
        dispensation(answered(reason="why"))


def test_nothing_but_a_prescription_can_be_answered():
    document = parse(dispensation(answered()))
    with pytest.raises(Unwritable, match="no EPRESCRIPTION"):
        prescription_of(document)
    with pytest.raises(Unwritable, match="no EDISPENSATION"):
        dispensation_of(parse(prescription(PRESCRIPTION)))
    with pytest.raises(Unwritable, match="of level 3"):
        prescription_of(parse(file_document(FileDocument(FRAME, "57833-6", PDF))))


# --- discard


def test_a_discard_differs_from_what_was_sent_in_two_places_only():
    sent = dispensation(answered())
    withdrawn = discard(sent)
    there = withdrawn.decode().replace("DISCARD-60593-1", "60593-1").replace(".1.2-DISCARD", ".1.2")
    assert there == sent.decode()
    assert parse(withdrawn).kind is Kind.EDISPENSATION


@pytest.mark.parametrize(
    "sent",
    [prescription(PRESCRIPTION), discard(dispensation(answered())), b"<x/>"],
    ids=["prescription", "discard", "other"],
)
def test_only_a_dispensation_can_be_discarded(sent):
    with pytest.raises(Unwritable, match="no eDispensation"):
        discard(sent)


# --- repetition


def test_what_the_templates_have_no_place_for_is_not_repeated():
    half = replace(TABLETS.ingredients[0], strengths=(Ratio(Quantity(null="NI"), Quantity(null="NI")),))
    box = replace(TABLETS.packages[1], codes=(Coded("PC1", "2.999.20"),), names=(Text("Caixa"),), forms=())
    open_box = replace(box, amounts=())
    product = replace(
        TABLETS,
        codes=(Coded("no-system"),),
        ingredients=(half, *TABLETS.ingredients),
        packages=(TABLETS.packages[0], box, open_box),
    )
    once = repeated(replace(ITEM, product=product))
    assert once.product.ingredients == TABLETS.ingredients and once.product.codes == ()
    inner, outer = once.product.packages
    assert inner == TABLETS.packages[0]
    assert (outer.codes[0].display, outer.forms[0].null) == ("Caixa", "NI")
    assert repeated(once) == once
    assert (
        errors(dispensation(answering(prescribing(replace(ITEM, product=product)), [handing(ITEM.id)], ACT)))
        == []
    )


def test_what_is_sound_is_repeated_as_it_is():
    assert repeated(ITEM).product == TABLETS and repeated(ITEM).posology == ITEM.posology

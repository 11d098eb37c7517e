"""Writing dispensations: what they answer, what they repeat, and how they are discarded."""

from dataclasses import replace

import pytest

from cda.build import (
    FileDocument,
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
from cda.datatypes import Coded, Identifier, Quantity, Ratio, Text
from cda.document import Kind
from cda.parse import parse
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
    one_id,
    prescribing,
)
from tests.support.dispensing import ACT, handing

PDF = b"%PDF-1.4\n%made up"


def errors(document):
    verdict = check(parse_xml(document), seed_catalogue())
    return [f"{f.rule} {f.location} {f.found}" for f in verdict.findings if f.severity == "error"]


def words_of(document):
    return " ".join("".join(parse_xml(document).itertext()).split())


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

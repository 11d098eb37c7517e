"""Writing summaries: valid, complete on the page, absences kept apart, nothing contradictory written."""

from dataclasses import replace

import pytest

from cda.absence import AbsenceState
from cda.build import Absent, MedicineInUse, SummarySection, Unwritable, plain, summary
from cda.check import check
from cda.datatypes import Period, Quantity, Time
from cda.parse import parse
from schemas.xml import parse as parse_xml
from terminology.seed import seed_catalogue
from tests.support.cda_pages import Shown
from tests.support.content import ITEM, one_id
from tests.support.summary_content import (
    ALLERGY,
    LEFT,
    PROBLEM,
    REQUIRED,
    VACCINE,
    empty,
    filled,
)


def errors(document):
    verdict = check(parse_xml(document), seed_catalogue())
    return [f"{f.rule} {f.location} {f.found}" for f in verdict.findings if f.severity == "error"]


@pytest.fixture(scope="module")
def full():
    return summary(filled())


def item(document, loinc):
    (entry,) = parse(document).section(loinc).entries
    (found,) = entry.items
    return found


def test_a_summary_passes_schema_and_rules(full):
    assert errors(full) == []


def test_every_fact_is_on_the_page(full):
    shown = Shown(full)
    assert shown.display.missing == () and shown.display.raw == frozenset()
    assert shown.display.counts.facts == shown.display.counts.facts_shown > 200


@pytest.mark.parametrize("absent", list(Absent))
def test_an_empty_summary_passes_schema_and_rules_and_says_why(absent):
    document = summary(empty(absent))
    assert errors(document) == []
    wanted = AbsenceState.NONE_KNOWN if absent is Absent.NONE_KNOWN else AbsenceState.NOT_STATED
    for loinc in REQUIRED:
        section = parse(document).section(loinc)
        assert [one.state for one in section.absences] == [wanted]
        assert not section.contradictory


def test_an_allergy_is_read_back(full):
    statement = parse(full).section("48765-2").entries[0].statements[0].related("SUBJ")[0]
    (agent,) = statement.participants
    assert plain(agent.codes) == (ALLERGY.agent,)
    assert [plain(one.values[0]) for one in statement.related("MFST")] == [
        reaction.manifestation for reaction in ALLERGY.reactions
    ]
    qualifying = [plain(one.values[0]) for one in statement.related("SUBJ", "REFR")]
    assert qualifying == [ALLERGY.criticality, ALLERGY.certainty, ALLERGY.status]


@pytest.mark.parametrize("said", ["amoksicillin", "hypertensjon", "CG7-00417", "Venstre", "128 mm[Hg]"])
def test_what_qualifies_an_entry_is_shown(full, said):
    assert said in Shown(full).text.replace("mmHg", "mm[Hg]")


def test_the_side_of_a_procedure_is_written_as_a_qualifier(full):
    (site,) = item(full, "47519-4").statement.sites
    assert plain(site).qualifiers == (LEFT,)


def test_a_vaccination_that_was_not_given_is_negated():
    document = summary(filled(s11369=replace(VACCINE, given=False)))
    assert errors(document) == []
    read = item(document, "11369-6").statement
    assert read.negated and read.status.code == "cancelled"


def test_a_medicine_that_is_not_taken_is_negated():
    document = summary(filled(s10160=MedicineInUse(replace(ITEM, packages=None), taken=False)))
    assert item(document, "10160-0").negated
    assert [one for one in errors(document) if "negationInd" not in one] == []


def test_vital_signs_keep_their_times_and_units(full):
    read = parse(full).section("8716-3").entries[0].statements[0]
    values = [plain(relation.statement.values[0]) for relation in read.relations]
    assert values == [Quantity("128", "mm[Hg]"), Quantity("82", "mm[Hg]")]


@pytest.mark.parametrize(
    ("sections", "why"),
    [
        (lambda s: s[1:], "required and missing: 48765-2"),
        (lambda s: (*s, s[0]), "there twice"),
        (lambda s: (replace(s[0], absent=Absent.NONE_KNOWN), *s[1:]), "entries beside it"),
        (lambda s: (replace(s[0], entries=()), *s[1:]), "nothing, and not why"),
        (lambda s: (*s, SummarySection("10182-4", one_id("X"))), "unknown here"),
        (lambda s: (*s, SummarySection("18776-5", one_id("X"), absent=Absent.NONE_KNOWN)), "cannot say so"),
    ],
)
def test_a_summary_that_contradicts_itself_is_refused(sections, why):
    content = filled()
    with pytest.raises(Unwritable, match=why):
        summary(replace(content, sections=sections(content.sections)))


def test_a_place_deep_inside_is_named():
    broken = replace(PROBLEM, onset=Period(low=Time("2011-03")))
    with pytest.raises(Unwritable, match="no HL7 time") as refused:
        summary(filled(s11450=broken))
    assert refused.value.place == "summary.sections[1].entries[0].onset.low"


def test_narrative_alone_fills_the_sections_that_have_no_entries():
    content = filled()
    will = SummarySection("42348-3", one_id("W"), paragraphs=("Não reanimar.",), title="Diretivas")
    document = summary(replace(content, sections=(*content.sections, will)))
    assert errors(document) == []
    assert "Não reanimar." in Shown(document).text


def test_each_entry_has_its_words_in_the_narrative(full):
    text = " ".join("".join(parse_xml(full).itertext()).split())
    for said in ("amoxicillin", "Left", "128 mm[Hg]", "Papivax", "desde 03.2011"):
        assert said in text

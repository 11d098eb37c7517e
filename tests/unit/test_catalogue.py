"""The catalogue core on small catalogues made for one question each."""

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from terminology.catalogue import Answer, Catalogue, Entry
from terminology.code_systems import CodeSystem
from terminology.concept import Concept
from terminology.designation import Designation, Status
from terminology.issues import Severity, Source
from terminology.release import Content, Release
from terminology.value_sets import ValueSet

COLOURS = CodeSystem("1.2.1", "Colours", ("2020", "2021", "2022"), ("Colors",), ("1.2.99",))
SHAPES = CodeSystem("1.2.2", "Shapes")
NAMELESS = CodeSystem(None, "Without OID")
ALL = ValueSet("1.3.1", "eHDSIAll", "8.1.0", complete=True)
SOME = ValueSet("1.3.2", "eHDSISome", "8.1.0", complete=False)
MIXED = ValueSet("1.3.3", "eHDSIMixed", "8.1.0", complete=True)
HIDDEN = ValueSet("1.3.4", "eHDSIHidden", "8.1.0", complete=True)


def text(words, language="nb-NO", status=Status.ACTIVE, **more):
    return Designation(words, language, status, "project", "test", **more)


def entry(code, *texts, system=COLOURS, version=None, sets=(), current=True):
    version = system.versions[-1] if version is None else version
    return Entry(system, version, code, texts, sets, current)


def catalogue(*entries, content=Content.APPROVED):
    return Catalogue.of(Release("test", date(2026, 1, 1), content, "0"), [ALL, SOME, MIXED, HIDDEN], entries)


def codes(answer):
    return [(issue.source, issue.code, issue.severity) for issue in answer.issues]


RED = entry("R", text("rød"), text("red", "en"), sets=("1.3.1",))


def test_a_known_concept_gets_its_norwegian_text():
    answer = catalogue(RED).lookup(Concept("R", "1.2.1"))
    assert (answer.text, answer.language, answer.fallback, answer.english) == ("rød", "nb-NO", 0, "red")
    assert answer.translated and answer.issue is None and answer.issues == ()
    assert answer.designation.text == "rød" and answer.value_sets == ("1.3.1",)
    assert answer.system is COLOURS and answer.version == "2022"


@pytest.mark.parametrize(
    ("stored", "asked", "level", "shown"),
    [
        ("nb-NO", "nb-NO", 0, "nb-NO"),
        ("nb", "nb-NO", 1, "nb-NO"),
        ("no", "nb-NO", 2, "nb-NO"),
        ("no-NO", "no", 2, "nb-NO"),
        ("nn-NO", "nn", 0, "nn-NO"),
        ("nn", "nn-NO", 1, "nn-NO"),
        ("no", "nn", 4, "nb-NO"),
    ],
)
def test_each_step_of_the_fallback_is_recorded(stored, asked, level, shown):
    held = catalogue(entry("R", text("rød", stored), text("red", "en-GB")))
    answer = held.lookup(Concept("R", "1.2.1"), asked)
    assert (answer.text, answer.fallback, answer.language) == ("rød", level, shown)
    assert answer.designation.language == stored and answer.issues == ()


def test_english_stands_in_with_4505():
    held = catalogue(RED, entry("B", text("blue", "en")))
    answer = held.lookup(Concept("B", "1.2.1"))
    assert (answer.text, answer.language, answer.fallback, answer.english) == ("blue", "en", 3, "blue")
    assert codes(answer) == [(Source.TSAM, "4505", Severity.ERROR)]
    assert not answer.translated and "B of Colours in nb-NO" in answer.issue.text


def test_a_nynorsk_request_without_any_norwegian_text_ends_at_english():
    answer = catalogue(RED, entry("B", text("blue", "en"))).lookup(Concept("B", "1.2.1"), "nn")
    assert (answer.text, answer.fallback, answer.issue.code) == ("blue", 5, "4505")


def test_english_asked_for_is_no_fallback():
    answer = catalogue(RED).lookup(Concept("R", "1.2.1"), "en-GB")
    assert (answer.text, answer.language, answer.fallback, answer.issues) == ("red", "en", 0, ())


def test_a_concept_without_any_text_has_none():
    held = catalogue(RED, entry("B"))
    for language in ("nb", "en"):
        answer = held.lookup(Concept("B", "1.2.1"), language)
        assert (answer.text, answer.language, answer.english, answer.designation) == (None,) * 4
        assert codes(answer) == [(Source.TSAM, "4505", Severity.ERROR)] and not answer.translated


def test_a_language_that_no_designation_has_is_2505():
    answer = catalogue(RED).lookup(Concept("R", "1.2.1"), "fi-FI")
    assert (answer.text, answer.language, answer.fallback) == ("red", "en", 2)
    assert codes(answer) == [(Source.TSAM, "2505", Severity.ERROR)]


def test_an_unknown_code_system_is_4501_and_a_missing_concept_4503():
    held = catalogue(RED)
    assert codes(held.lookup(Concept("R", "9.9"))) == [(Source.TSAM, "4501", Severity.ERROR)]
    assert codes(held.lookup(Concept("R", ""))) == [(Source.TSAM, "4501", Severity.ERROR)]
    assert codes(held.lookup(Concept("X", "1.2.1"))) == [(Source.TSAM, "4503", Severity.ERROR)]
    assert codes(held.lookup(Concept("r", "1.2.1"))) == [(Source.TSAM, "4503", Severity.ERROR)]


def test_a_text_from_another_code_system_is_never_shown():
    held = catalogue(RED, entry("S", text("kvadrat"), system=SHAPES))
    answer = held.lookup(Concept("R", "1.2.2"))
    assert answer.text is None and answer.english is None and answer.issue.code == "4503"


def test_a_code_system_without_oid_is_reached_by_its_value_set_only():
    held = catalogue(RED, entry("N", text("ukjent"), system=NAMELESS, sets=("1.3.4",)))
    for system in ("", "Without OID", "None", "1.3.4"):
        assert held.lookup(Concept("N", system)).issue.code == "4501"
    assert [member.code for member in held.members("1.3.4")] == ["N"]


def test_an_older_oid_names_the_same_system():
    assert catalogue(RED).lookup(Concept("R", "1.2.99")).text == "rød"


def test_a_value_set_oid_is_read_as_its_only_code_system():
    held = catalogue(
        RED, entry("S", text("kvadrat"), system=SHAPES, sets=("1.3.3",)), entry("B", sets=("1.3.3",))
    )
    answer = held.lookup(Concept("R", "1.3.1"))
    assert answer.text == "rød" and answer.translated
    assert codes(answer) == [(Source.TSAM, "4501", Severity.WARNING)]
    assert held.lookup(Concept("S", "1.3.3")).text is None  # two systems: no guess
    assert held.lookup(Concept("S", "1.3.2")).text is None  # none


def test_the_stated_version_is_used_then_its_predecessors():
    held = catalogue(
        entry("R", text("gammel"), text("old", "en"), version="2020"),
        entry("R", text("ny"), text("new", "en"), version="2022"),
    )
    assert held.lookup(Concept("R", "1.2.1", "2020")).text == "gammel"
    middle = held.lookup(Concept("R", "1.2.1", "2021"))
    assert (middle.text, middle.version, middle.issues) == ("gammel", "2020", ())
    assert held.lookup(Concept("R", "1.2.1", "2022")).text == "ny"
    assert held.lookup(Concept("R", "1.2.1")).text == "ny"
    assert held.lookup(Concept("R", "1.2.1", "")).text == "ny"


def test_an_unknown_version_falls_back_to_the_current_one_with_4502():
    answer = catalogue(RED).lookup(Concept("R", "1.2.1", "July 2009"))
    assert (answer.text, answer.version, answer.translated) == ("rød", "2022", True)
    assert codes(answer) == [(Source.TSAM, "4502", Severity.WARNING)]
    missing = catalogue(RED).lookup(Concept("X", "1.2.1", "July 2009"))
    assert codes(missing) == [(Source.TSAM, "4503", Severity.ERROR)]


def test_a_concept_younger_than_the_stated_version_is_found_with_4503():
    answer = catalogue(RED).lookup(Concept("R", "1.2.1", "2020"))
    assert answer.text == "rød" and codes(answer) == [(Source.TSAM, "4503", Severity.WARNING)]


def test_a_retired_concept_is_shown_with_2509():
    marked = catalogue(RED, entry("O", text("okergul"), current=False))
    assert codes(marked.lookup(Concept("O", "1.2.1"))) == [(Source.TSAM, "2509", Severity.WARNING)]
    gone = catalogue(RED, entry("O", text("okergul"), version="2020"))
    answer = gone.lookup(Concept("O", "1.2.1"))
    assert answer.text == "okergul" and codes(answer) == [(Source.TSAM, "2509", Severity.WARNING)]
    assert gone.lookup(Concept("O", "1.2.1", "")).issues == answer.issues
    assert gone.lookup(Concept("O", "1.2.1", "2020")).issues == ()


def test_a_concept_outside_the_value_set_is_2507():
    held = catalogue(RED, entry("B", text("blå")))
    assert held.lookup(Concept("R", "1.2.1"), value_set="1.3.1").issues == ()
    outside = held.lookup(Concept("B", "1.2.1"), value_set="1.3.1")
    assert outside.text == "blå" and codes(outside) == [(Source.TSAM, "2507", Severity.WARNING)]
    assert "eHDSIAll" in outside.issue.text


def test_a_set_that_is_held_in_part_or_unknown_proves_nothing():
    held = catalogue(RED)
    assert held.lookup(Concept("R", "1.2.1"), value_set="1.3.2").issues == ()
    assert held.lookup(Concept("R", "1.2.1"), value_set="1.3.77").issues == ()


def test_membership_is_yes_no_or_unknown():
    held = catalogue(RED, entry("B", text("blå"), sets=("1.3.2",)))
    assert held.is_member(Concept("R", "1.2.1"), "1.3.1") is True
    assert held.is_member(Concept("B", "1.2.1"), "1.3.1") is False
    assert held.is_member(Concept("B", "1.2.1"), "1.3.2") is True
    assert held.is_member(Concept("R", "1.2.1"), "1.3.2") is None
    assert held.is_member(Concept("R", "1.2.1"), "1.3.77") is None
    assert held.is_member(Concept("X", "9.9"), "1.3.1") is False


@pytest.mark.parametrize("name", ["Colours", "COLOURS ", "colors", "", None])
def test_the_names_of_a_system_are_accepted(name):
    assert catalogue(RED).lookup(Concept("R", "1.2.1"), system_name=name).issues == ()


def test_another_name_is_2508():
    answer = catalogue(RED).lookup(Concept("R", "1.2.1"), system_name="Shapes")
    assert answer.text == "rød" and codes(answer) == [(Source.TSAM, "2508", Severity.WARNING)]


def test_errors_come_before_warnings():
    held = catalogue(RED, entry("B", text("blue", "en")))
    answer = held.lookup(Concept("B", "1.2.1", "1999"), value_set="1.3.1", system_name="Shapes")
    assert [issue.code for issue in answer.issues] == ["4505", "2508", "4502", "2507"]
    assert answer.issue.severity is Severity.ERROR
    missing = held.lookup(Concept("X", "1.2.1"), system_name="Shapes")
    assert [issue.code for issue in missing.issues] == ["4503", "2508"]


def test_several_designations_need_a_preferred_one():
    several = catalogue(entry("R", text("rød"), text("raud"), text("red", "en")))
    answer = several.lookup(Concept("R", "1.2.1"))
    assert answer.text == "rød" and codes(answer) == [(Source.TSAM, "2506", Severity.WARNING)]
    chosen = catalogue(entry("R", text("rød"), text("raud", preferred=True)))
    assert (chosen.lookup(Concept("R", "1.2.1")).text, chosen.lookup(Concept("R", "1.2.1")).issues) == (
        "raud",
        (),
    )
    both = catalogue(entry("R", text("rød", preferred=True), text("raud", preferred=True)))
    assert both.lookup(Concept("R", "1.2.1")).issue.code == "2506"


def test_an_approved_release_shows_only_what_is_approved():
    draft = entry("R", text("rød", status=Status.DRAFT), text("red", "en"))
    answer = catalogue(RED, entry("X", text("x")), content=Content.APPROVED).lookup(Concept("X", "1.2.1"))
    assert answer.text == "x"
    held = catalogue(draft, entry("G", text("grønn"), text("green", "en")))
    answer = held.lookup(Concept("R", "1.2.1"))
    assert (answer.text, answer.language) == ("red", "en")
    assert codes(answer) == [(Source.TSAM, "4510", Severity.ERROR)]


def test_a_test_release_also_shows_drafts_but_nothing_retired():
    held = catalogue(
        entry("R", text("rød", status=Status.DRAFT)),
        entry("B", text("blå", status=Status.IN_REVIEW)),
        entry("O", text("oker", status=Status.RETIRED), text("ochre", "en")),
        content=Content.TEST,
    )
    assert held.lookup(Concept("R", "1.2.1")).text == "rød"
    assert held.lookup(Concept("B", "1.2.1")).designation.status is Status.IN_REVIEW
    assert held.lookup(Concept("O", "1.2.1")).issue.code == "4510"


def test_what_contradicts_itself_is_refused():
    with pytest.raises(ValueError, match="twice"):
        catalogue(RED, RED)
    with pytest.raises(ValueError, match="undeclared version"):
        catalogue(entry("R", version="1999"))
    with pytest.raises(ValueError, match=r"unknown value set 1\.3\.9"):
        catalogue(entry("R", sets=("1.3.9",)))


def test_the_catalogue_cannot_be_changed():
    held = catalogue(RED)
    with pytest.raises(FrozenInstanceError):
        held.release = None
    for mapping in (held.code_systems, held.value_sets):
        with pytest.raises(TypeError):
            mapping["x"] = None


def test_a_catalogue_says_its_release_and_not_all_it_holds():
    assert "release" in repr(catalogue(RED)) and "rød" not in repr(catalogue(RED))
    assert len({catalogue(RED), catalogue(RED)}) == 2


def test_an_unknown_value_set_has_no_members():
    with pytest.raises(KeyError):
        catalogue(RED).members("1.3.77")


def test_what_one_question_found_is_not_said_again_to_another():
    terms = catalogue(entry("R", text("rød")), entry("B", text("blue", "en")))
    named = terms.lookup(Concept("R", "1.2.1"), system_name="Shapes")
    outside = terms.lookup(Concept("R", "1.2.1"), value_set=ALL.oid)
    plain = terms.lookup(Concept("R", "1.2.1"))
    assert [issue.code for issue in named.issues] == ["2508"]
    assert [issue.code for issue in outside.issues] == ["2507"]
    assert plain.issues == () and {answer.text for answer in (named, outside, plain)} == {"rød"}
    gap = terms.lookup(Concept("B", "1.2.1"), system_name="Shapes")
    assert [issue.code for issue in gap.issues] == ["4505", "2508"]
    assert [issue.code for issue in terms.lookup(Concept("B", "1.2.1")).issues] == ["4505"]


def test_a_remembered_answer_is_that_of_its_language():
    terms = catalogue(entry("R", text("rød"), text("raud", "nn-NO"), text("red", "en")))
    asked = [terms.lookup(Concept("R", "1.2.1"), tag).text for tag in ("nb-NO", "nn-NO", "en", "nb-NO")]
    assert asked == ["rød", "raud", "red", "rød"]


def test_a_full_memory_still_answers(monkeypatch):
    monkeypatch.setattr("terminology.catalogue._REMEMBERED", 1)
    terms = catalogue(entry("R", text("rød")), entry("B", text("blå")))
    assert [terms.lookup(Concept(code, "1.2.1")).text for code in "RBRB"] == ["rød", "blå", "rød", "blå"]
    assert len(terms._answers) == 1


def test_a_language_that_is_no_tag_is_refused():
    with pytest.raises(ValueError, match="not a language tag"):
        catalogue(RED).lookup(Concept("R", "1.2.1"), "norsk bokmål")


def test_an_empty_answer_is_not_translated():
    assert not Answer().translated and Answer().issue is None


def test_a_long_code_does_not_make_a_long_finding():
    assert len(catalogue(RED).lookup(Concept("X" * 100_000, "1.2.1")).issue.text) < 300

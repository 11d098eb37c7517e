"""What was made of a document, and what was done with it, is in the audit trail."""

from dataclasses import replace

import pytest

import cda.display
from ncp.norwegian import Use, in_norwegian, record_use
from ncp.patient_summary import patient_summary
from tests.support.desk import office


@pytest.fixture
def pt(tmp_path):
    with office(tmp_path, "PT") as made:
        yield made


@pytest.fixture
def result(pt):
    return patient_summary(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), pt.desk)


def test_the_row_of_a_translation_has_release_and_figures_and_no_content(pt, result):
    row = pt.trail[-1]
    counts = result.fetched.display.counts
    assert (row["number"], row["outcome"], row["release"]) == ("EHDSI-94", 0, pt.desk.terms.release.name)
    assert f"facts {counts.facts} of {counts.facts}" in row["detail"]
    assert row["documents"] == [result.fetched.entry.unique_id]


def test_a_gap_that_the_page_found_in_itself_is_a_partial_success(pt, result, monkeypatch):
    whole = cda.display.page

    def with_gap(*arguments, **more):
        shown = whole(*arguments, **more)
        return replace(shown, missing=(7,), counts=replace(shown.counts, facts_shown=shown.counts.facts - 1))

    monkeypatch.setattr(cda.display, "page", with_gap)
    in_norwegian(result.fetched.document, result.fetched.entry, result.relationship, pt.desk)
    row = pt.trail[-1]
    assert row["outcome"] == 4
    assert f"facts {result.fetched.display.counts.facts - 1} of" in row["detail"]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_speaks_the_language_of_the_desk(pt, result, language):
    desk = replace(pt.desk, language=language)
    _, shown = in_norwegian(result.fetched.document, result.fetched.entry, result.relationship, desk)
    assert f'lang="{language}"' in shown.html


@pytest.mark.parametrize("use", list(Use))
def test_what_a_clinician_does_with_a_document_is_recorded(pt, result, use):
    record_use(use, result.fetched.entry, result.relationship, pt.desk)
    row = pt.trail[-1]
    assert (row["number"], row["detail"], row["user_id"]) == ("NO-02", use.value, "900000111")
    assert row["patient_id"] == "900000011^^^&2.16.620.1.101.10.1.1&ISO"

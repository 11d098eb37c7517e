"""A fetched document and the rules: judged, recorded, listed to the reader, and shown all the same."""

import json
from dataclasses import replace

import pytest

from cda.check import Verdict
from cda.checking import own
from cda.checking.finding import Finding, Severity
from ncp.evidence import Job, report
from ncp.exchange import Operation
from ncp.patient_summary import patient_summary
from ncp.portal.notices import MOST_ITEMS, of_document
from ncp.rule_check import checked
from terminology.pages.messages import messages
from tests.support.damage import altered
from tests.support.desk import office
from tests.support.portal import fresh, portal_of

TITLE = (b"<title>", b'<title wrong="Hansen">')


@pytest.fixture
def pt(tmp_path):
    with office(tmp_path, "PT") as made:
        yield made


def fetched(made):
    result = patient_summary(made.traits("PT", "900000011"), made.peers["PT"], made.login(), made.desk)
    return result, checked(result.fetched, result.relationship, made.desk)


def finding(rule, severity=Severity.ERROR):
    return Finding(severity, rule, None, "/hl7:ClinicalDocument[1]", "x", "y", "own-no-body")


def test_a_good_document_is_judged_once_and_recorded(pt):
    result, judged = fetched(pt)
    row = pt.trail[-1]
    assert (row["number"], row["outcome"]) == ("NO-03", 0)
    assert row["detail"].startswith("PS, rules W8, errors 0, ")
    assert row["documents"] == [result.fetched.entry.unique_id] and row["patient_id"].startswith("900000011^")
    rows = len(pt.trail)
    assert checked(judged, result.relationship, pt.desk) is judged and len(pt.trail) == rows
    assert of_document(judged, pt.peers["PT"], messages("nb")) == []


def test_a_document_that_breaks_rules_is_shown_and_told_without_its_content_in_the_trail(pt):
    pt.damage = altered(Operation.RETRIEVE, TITLE)
    result, judged = fetched(pt)
    count = judged.verdict.errors
    assert judged.display is not None and count > 0
    row = pt.trail[-1]
    assert row["outcome"] == 4 and f"schema {count}" in row["detail"] and "Hansen" not in row["detail"]
    notice = of_document(judged, pt.peers["PT"], messages("nb"))[-1]
    assert f"({count} feil, " in notice.text
    item = notice.items[0]
    assert item.label == "Feil"
    assert item.where == "/hl7:ClinicalDocument[1]/hl7:title[1]" and item.text.startswith("hl7:title bryter")
    job = Job("PT", result=replace(result, fetched=judged))
    rules = json.loads(json.dumps(report(job)))["validation"]
    assert (rules["type"], rules["rules"], rules["errors"]) == ("PS", "W8", count)
    assert rules["findings"][0]["rule"] == "schema"


def test_a_long_list_is_cut_and_says_so(pt):
    result, _ = fetched(pt)
    many = Verdict("PS", 8, 8, tuple(finding("own-no-body") for _ in range(MOST_ITEMS + 7)))
    (notice,) = of_document(replace(result.fetched, verdict=many), pt.peers["PT"], messages("nn"))
    assert len(notice.items) == MOST_ITEMS and notice.more.startswith("Og 7 til")


def test_codes_taken_on_trust_are_no_reason_for_a_notice(pt):
    result, _ = fetched(pt)
    only = Verdict("PS", 8, 8, (finding(own.UNDECIDED.id, Severity.WARNING),))
    assert of_document(replace(result.fetched, verdict=only), pt.peers["PT"], messages("nb")) == []


def test_the_page_shows_the_count_with_the_list_behind_it(pt):
    pt.damage = altered(Operation.RETRIEVE, TITLE)
    with portal_of(pt) as site:
        doctor = site.visitor("lege").summary()
        assert '<details class="notice">' in doctor.page.text and "Dokumentet bryter reglene" in doctor.text
        assert "/hl7:ClinicalDocument[1]/hl7:title[1]" in doctor.text and "Overfølsomhet" in doctor.text
        numbers = [row["number"] for row in pt.trail]
        doctor.get(doctor.path)
        assert [row["number"] for row in pt.trail] == numbers  # looked at again, not judged again
        for client in site.clients:
            client.close()


def test_document_over_which_the_rules_break_is_recorded_and_shown_all_the_same(pt, monkeypatch):
    def broken(*_):
        raise KeyError("Maria Leonor")

    monkeypatch.setattr("ncp.rule_check.check", broken)
    with portal_of(pt) as served, fresh(served) as site:
        doctor = site.visitor("lege").summary()
        assert doctor.status == 200 and "Overfølsomhet" in doctor.text
        assert "kunne ikke prøves" in doctor.text and doctor.get(doctor.path).status == 200
    rows = [row for row in pt.trail if row["number"] == "NO-03"]
    assert [row["outcome"] for row in rows] == [12] and "Maria" not in repr(rows[0]["error_text"])

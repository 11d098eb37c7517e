"""A document is made with one release, the active one when its job began, and says which."""

from dataclasses import replace
from datetime import date

import pytest

from ncp import patient_summary
from ncp.audit_event import AuditFailed
from ncp.portal.opened import displayed_anew
from ncp.portal.session import OpenDocument
from ncp.settings import Settings
from ncp.terminology import address, opened_terminology
from ncp.transformation import mappings_of, transcoded, translated
from terminology import gaps
from terminology.code_systems import ICD_10
from terminology.concept import Concept
from terminology.designation import Status
from terminology.first_release import RELEASE_NAME
from terminology.imports import runs
from terminology.imports.runs import Wishes
from terminology.release import Content, Release
from terminology.releases.making import build
from terminology.releases.reading import ReleasedMapping
from terminology.releases.switching import activate, roll_back
from terminology.rest import Untransformable
from terminology.seed import seed_catalogue
from terminology.store.engine import StoreDamaged as TerminologyDamaged
from terminology.store.engine import open_store
from tests.support.cda_documents import problem, section, summary
from tests.support.desk import office
from tests.support.fhir import NOON
from tests.support.terminology_store import KARI

OTHER = replace(seed_catalogue(), release=Release("høst 2027", date(2027, 9, 1), Content.TEST, "cd" * 32))
GAP = '<value xsi:type="CD" code="I84" codeSystem="1.3.6.1.4.1.12559.11.10.1.3.1.44.2" displayName="Piles"/>'


@pytest.fixture
def pt(tmp_path):
    with office(tmp_path, "PT") as made:
        yield made


def job(pt, desk):
    return patient_summary.patient_summary(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), desk)


def test_desk_at_work_has_the_release_that_is_active_then(pt):
    active = iter((seed_catalogue(), OTHER))
    desk = replace(pt.desk, active_terms=lambda: next(active))
    assert [desk.at_work().terms.release.name for _ in range(2)] == [RELEASE_NAME, "høst 2027"]
    assert pt.desk.at_work() is pt.desk


def test_display_and_audit_row_name_the_release_that_was_used(pt):
    result = job(pt, replace(pt.desk, active_terms=lambda: OTHER).at_work())
    assert result.fetched.release == pt.trail[-1]["release"] == "høst 2027"
    assert "høst 2027" in result.fetched.display.html


def test_document_keeps_its_release_when_it_is_displayed_anew(pt):
    result = job(pt, pt.desk)
    opened = OpenDocument(result.fetched, "nb", NOON)
    anew = displayed_anew("1", opened, result.relationship, replace(pt.desk, language="nn", terms=OTHER))
    assert RELEASE_NAME in anew.fetched.display.html and "høst 2027" not in anew.fetched.display.html


def test_empty_installation_gets_its_first_release_and_follows_the_next_one(tmp_path):
    with opened_terminology(Settings(data=tmp_path), lambda: NOON) as terminology:
        assert terminology.active.current().release.name == RELEASE_NAME
        build(terminology.engine, KARI, "2", Content.TEST, now=NOON)
        activate(terminology.engine, KARI, "2", now=NOON)
        assert terminology.active.refresh().release.name == "2"
        roll_back(terminology.engine, KARI, now=NOON)
        assert terminology.active.refresh().release.name == RELEASE_NAME
    with opened_terminology(Settings(data=tmp_path), lambda: NOON) as again:
        assert again.active.current().release.name == RELEASE_NAME


def test_gaps_of_a_job_are_in_the_store_afterwards(pt, tmp_path):
    with opened_terminology(Settings(data=tmp_path / "terms"), lambda: NOON) as terminology:
        result = job(pt, replace(pt.desk, gaps=terminology.gaps))
        terminology.gaps.settle()
        counted = gaps.listed(terminology.engine)
    assert len(counted) > 0 and {row.gap.country for row in counted} == {"PT"}
    assert result.fetched.translation.untranslated >= len(counted)


def test_terminology_that_cannot_be_opened_is_told_and_not_replaced_by_the_seed(tmp_path):
    (tmp_path / "no").mkdir()
    (tmp_path / "no" / "terminology.sqlite").write_bytes(
        b"no database at all, but long enough to be looked at"
    )
    with pytest.raises(TerminologyDamaged), opened_terminology(Settings(data=tmp_path), lambda: NOON):
        pass


def test_damaged_release_in_use_is_told_at_the_start(tmp_path):
    with opened_terminology(Settings(data=tmp_path), lambda: NOON):
        pass
    engine = open_store(address(Settings(data=tmp_path)))
    with engine.begin() as connection:
        for (name,) in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type='trigger'"
        ).fetchall():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE release_chunk SET data = x'00'")
    engine.dispose()
    with pytest.raises(TerminologyDamaged), opened_terminology(Settings(data=tmp_path), lambda: NOON):
        pass


def test_translated_document_is_audited_with_what_came_and_what_went(pt):
    data = summary(section("11450-4", problem(GAP)))
    done = translated(replace(pt.desk, active_terms=lambda: OTHER), data, "nb-NO", "1-2-3")
    row = pt.trail[-1]
    assert (row["number"], row["release"], row["request_id"]) == ("EHDSI-94", "høst 2027", "urn:uuid:1-2-3")
    assert row["documents"] == ["2.999.7^doc-1", "2.999.7^doc-1"] and row["outcome"] == 4
    assert "4503" in [issue.code for issue, _ in done.warnings]
    assert b'displayName="Kvinne"' in done.content


NATIONAL = "2.16.620.1.101.10.4.2"
FRIENDLY = f'<value xsi:type="CD" code="493" codeSystem="{NATIONAL}" displayName="Asma"/>'


def mapped(relationship="equivalent", status=Status.ACTIVE, release=OTHER):
    source, target = Concept("493", NATIONAL), Concept("J45.9", ICD_10)
    held = ReleasedMapping(source, target, relationship, False, status, "hand", "test", None, None)
    named = replace(release.release, hash=f"{relationship} {status}")
    return replace(release, mappings=(held,), release=named)


def test_national_document_is_transcoded_by_the_mappings_of_the_release(pt):
    data = summary(section("11450-4", problem(FRIENDLY)))
    done = transcoded(replace(pt.desk, active_terms=mapped), data, "7-8-9")
    assert b'code="J45.9"' in done.content and b'code="493"' in done.content
    row = pt.trail[-1]
    assert (row["release"], row["request_id"], row["outcome"]) == ("høst 2027", "urn:uuid:7-8-9", 0)
    assert row["detail"].startswith("transcoded ")


def test_concept_without_an_active_mapping_stays_unmapped_and_the_row_says_so(pt):
    data = summary(section("11450-4", problem(FRIENDLY)))
    done = transcoded(replace(pt.desk, active_terms=lambda: mapped(status=Status.DRAFT)), data, "1")
    assert b'code="J45.9"' not in done.content and b'nullFlavor="OTH"' in done.content
    assert "4509" in [issue.code for issue, _ in done.warnings]
    assert pt.trail[-1]["outcome"] == 4


@pytest.mark.parametrize(
    ("released", "held"), [("broader", "narrower"), ("narrower", "broader"), ("inexact", "related")]
)
def test_relationship_is_read_from_the_other_end(released, held):
    ((found,),) = mappings_of(mapped(released)).by_source.values()
    assert found.relationship == held


def test_what_is_no_document_is_refused_by_its_number_and_audited(pt):
    with pytest.raises(Untransformable) as refused:
        translated(pt.desk, b"<nothing/>", "nb-NO", "1")
    assert (refused.value.issue.source, refused.value.issue.code) == ("TM", "4513")
    assert pt.trail[-1]["outcome"] == 12 and "4513" in pt.trail[-1]["detail"]


def test_document_is_not_given_out_when_it_cannot_be_audited(pt, monkeypatch):
    def full(event):
        raise AuditFailed("disk full")

    monkeypatch.setattr(pt.desk.audit, "write", full)
    with pytest.raises(AuditFailed):
        translated(pt.desk, summary(section("11450-4", problem(GAP))), "nb-NO", "1")


def test_import_that_a_crash_left_behind_is_put_in_order_at_the_start(tmp_path):
    with opened_terminology(Settings(data=tmp_path), lambda: NOON) as terminology:
        begun = NOON.replace(year=2020)
        number = runs.start(terminology.engine, KARI, "halv.csv", "", "csv", Wishes(), now=begun)
        with terminology.engine.begin() as connection:  # of a process that is no more
            connection.exec_driver_sql(f"UPDATE import_run SET process = 'borte 1' WHERE id = {number}")
    with opened_terminology(Settings(data=tmp_path), lambda: NOON) as again:
        assert runs.get(again.engine, number).state is runs.State.FAILED


def test_long_texts_of_a_sender_do_not_fill_the_trail(pt):
    long = summary(section("11450-4", problem(GAP))).replace(b'"doc-1"', b'"' + b"A" * 1_000_000 + b'"')
    assert len(translated(pt.desk, long, "nb-NO", "1").content) > 1_000_000
    assert all(20_000 < len(each) < 20_010 for each in pt.trail[-1]["documents"])


def test_document_with_a_blocking_error_is_no_success_in_the_trail(pt):
    done = translated(pt.desk, b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>', "nb-NO", "1")
    assert (done.status, pt.trail[-1]["outcome"]) == ("ERROR", 4)


def test_transformation_that_breaks_is_audited_by_the_kind_of_the_bug(pt, monkeypatch):
    def broken(*_, **__):
        raise KeyError("Ola Nordmann")

    monkeypatch.setattr("ncp.transformation.translate", broken)
    with pytest.raises(KeyError):
        translated(pt.desk, summary(section("11450-4", problem(GAP))), "nb-NO", "1")
    assert (pt.trail[-1]["outcome"], pt.trail[-1]["detail"]) == (12, "unexpected KeyError")

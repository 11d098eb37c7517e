"""Imports by page: sent, read in the background, reported, taken over or not; a bad file is a sentence."""

import re
from itertools import count

import pytest

from ncp.portal import workbench
from terminology.importers.items import DesignationItem
from terminology.imports import jobs, runs
from terminology.imports.runs import State
from terminology.workbench import importing
from terminology.workspace.filters import Filter, number
from tests.support.portal import fresh, otherwise
from tests.support.terminology_files import COUNTRY, COUNTRY_SYSTEM, ICD, book, mvc
from tests.support.workbench import sent, workbench_site

HEADER = ("Code System ID", "Code System Version", "Concept Code", "Description", "nb-NO")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with workbench_site(tmp_path_factory.mktemp("workbench")) as site:
        yield site


@pytest.fixture
def site(house):
    with fresh(house) as ready:
        yield ready


def workbook(tmp_path, *rows, oid=COUNTRY, name="eHDSICountry"):
    return book(tmp_path / "x.xlsx", [(name, mvc(oid, *rows, name=name, header=HEADER))]).read_bytes()


def imported(site, content, name="x.xlsx", user="terminolog1", **fields):
    """The visitor on the page of the import."""
    return sent(site.visitor(user).get("/term/import"), "/term/import", [(name, content)], **fields)


def test_a_workbook_is_reported_first_and_changes_nothing(site, tmp_path):
    before = number(site.engine, Filter())
    page = imported(site, workbook(tmp_path, (COUNTRY_SYSTEM, "", "NA", "NAMIBIA", "Namibia (ny)")))
    assert re.fullmatch(r"/term/import/\d+", page.path) and "rapporten er klar" in page.text
    assert "i strid med godkjente tekster (1)" in page.text and "Namibia (ny)" in page.text
    assert number(site.engine, Filter()) == before
    page.get(f"{page.path}?type=noted")
    assert "Teksten står med store bokstaver" in page.text and "row 6" in page.text  # the place in the file


def test_a_report_is_taken_over_once_and_leads_to_the_review(site, tmp_path):
    page = imported(site, workbook(tmp_path, (COUNTRY_SYSTEM, "", "NO", "Norway", "Kongeriket Norge")))
    run = int(page.path.rpartition("/")[2])
    page.post(f"{page.path}/ta-inn")
    assert "tatt inn" in page.text and f"/term/gjennomgang?import={run}" in page.page.text
    assert number(site.engine, Filter(run_id=run, language="nb-NO")) == 1
    again = page.post(f"/term/import/{run}/ta-inn")
    assert again.status == 409 and number(site.engine, Filter(run_id=run, language="nb-NO")) == 1
    queue = page.get(f"/term/gjennomgang?import={run}")
    assert "Kongeriket Norge" in queue.text and "x.xlsx" in queue.text


def test_a_report_that_is_not_true_any_more_is_shown_anew(site, tmp_path):
    row = (COUNTRY_SYSTEM, "", "SE", "Sweden", "Kongeriket Sverige")
    first, second = (imported(site, workbook(tmp_path, row)) for _ in range(2))
    first.post(f"{first.path}/ta-inn")
    second.post(f"{second.path}/ta-inn")
    assert "Rapporten er ny" in second.text and "rapporten er klar" in second.text


def test_a_report_is_thrown_away(site, tmp_path):
    page = imported(site, workbook(tmp_path, (COUNTRY_SYSTEM, "", "FI", "Finland", "Republikken Finland")))
    page.post(f"{page.path}/avbryt")
    assert "avbrutt" in page.text and number(site.engine, Filter(contains="Republikken Finland")) == 0
    assert page.post(f"{page.path}/avbryt").status == 409


def test_an_import_shows_how_far_it_is_and_is_cancelled_while_it_reads(site, monkeypatch):
    """The file never ends; the page does not wait for it."""
    monkeypatch.setattr(importing, "PATIENCE", 0.0)

    def endless(*_):
        for at in count():
            yield DesignationItem(
                ICD, "2019", f"Z{at}", "nb-NO", f"tekst {at}", False, None, "project", f"{at}"
            )

    monkeypatch.setattr(jobs.importers, "read", endless)
    page = imported(site, b"x", name="stor.csv")
    run = int(page.path.rpartition("/")[2])
    assert "blir lest" in page.text and "rader lest så langt" in page.text
    assert 'hx-trigger="every 2s"' in page.page.text and "Vis hvor langt den er nå" in page.text
    page.post(f"{page.path}/avbryt")
    assert runs.get(site.engine, run).state is State.CANCELLED and "avbrutt" in page.text
    site.background.settle()
    assert runs.get(site.engine, run).state is State.CANCELLED
    assert list(site.uploads.glob("*")) == []


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.xlsx", b"PK\x03\x04 cut", "Arkivet er skadet eller avkuttet"),
        ("x.csv", b"", "Filen er tom"),
        ("x.bin", bytes(range(256)) * 20, "kan importeres"),
        ("x.json", b'{"resourceType": "CodeSystem", "concept": [', ""),
        ("x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', ""),
        ("../../etc/passwd", b"a;b\n", ""),
        ("<script>.csv", b"\xff\xfea\x00", ""),
    ],
)
def test_a_bad_file_is_a_sentence_and_the_next_one_is_read(site, tmp_path, name, content, sentence):
    before = number(site.engine, Filter())
    page = imported(site, content, name=name)
    assert "kunne ikke leses" in page.text and sentence in page.text and "Traceback" not in page.text
    assert "<script>" not in page.page.text and "etc/passwd" not in page.text
    assert number(site.engine, Filter()) == before and list(site.uploads.glob("*")) == []
    row = (COUNTRY_SYSTEM, "", "DK", "Denmark", "Danmark")
    assert "rapporten er klar" in imported(site, workbook(tmp_path, row)).text


def test_no_file_is_said(site):
    page = imported(site, b"", name="")
    assert page.status == 409 and "Velg en fil først" in page.text


@pytest.mark.parametrize(
    "fields",
    [
        {"format": "doc"},
        {"status": "perfect"},
        {"spraak": "klingon!"},
        {"tegnkoding": "utf-99"},
        {"tegnkoding": "zip"},
        {"tegnkoding": "rot13"},
        {"tegnkoding": "a\0b"},
        {"versjon": "\0"},
        {"grunnlag": "x\0"},
    ],
)
def test_a_choice_that_is_none_is_refused(site, fields):
    page = imported(site, b"a|b\n", **fields)
    assert "error-summary" in page.page.text and page.status in (200, 409)


def test_names_come_without_a_file(site):
    page = sent(site.visitor("terminolog1").get("/term/import"), "/term/import", [("", b"")], format="cldr")
    assert "rapporten er klar" in page.text and "cldr" in page.text


def test_a_file_with_a_wrong_token_or_from_elsewhere_is_not_read(site):
    before = len(runs.listed(site.engine, 1000))
    page = sent(site.visitor("terminolog1").get("/term/import"), "/term/import", [("a", b"x")], token="x")
    assert page.status == 403
    other = site.visitor("terminolog1", headers={"Sec-Fetch-Site": "same-origin"}).get("/term/import")
    other.http.headers["Sec-Fetch-Site"] = "cross-site"
    assert sent(other, "/term/import", [("a", b"x")]).status == 403
    assert sent(site.visitor("lege"), "/term/import", [("a", b"x")]).status == 403
    assert sent(site.visitor().get("/logg-inn"), "/term/import", [("a", b"x")]).status == 401
    assert len(runs.listed(site.engine, 1000)) == before


def test_a_file_over_the_limit_is_refused(site, monkeypatch):
    monkeypatch.setattr(workbench, "LARGEST_UPLOAD", 10_000)
    page = imported(site, b"x" * 20_000)
    assert page.status == 413 and site.visitor("terminolog1").get("/term/import").status == 200


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"x", "multipart/form-data"), (b"x", "multipart/form-data; boundary=a"), (b"", "text/plain"),
     (b"--a\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nx", "multipart/form-data; boundary=a")],
)  # fmt: skip
def test_what_is_no_form_with_files_is_refused(site, body, kind):
    manager = site.visitor("terminolog1")
    manager.page = manager.http.post("/term/import", content=body, headers={"Content-Type": kind})
    assert manager.status in (400, 403, 415) and "error-summary" in manager.page.text


@pytest.mark.parametrize("path", ["/term/import/0", "/term/import/x", "/term/import/999999"])
def test_an_import_that_is_not_there(site, path):
    assert site.visitor("terminolog1").get(path).status == 404


def test_who_may_not_edit_is_told(site, tmp_path):
    with otherwise(site, terminology_editors="terminolog2") as changed:
        content = workbook(tmp_path, (COUNTRY_SYSTEM, "", "IS", "Iceland", "Island"))
        page = imported(changed, content)
        assert page.status == 403 and "redaktør" in page.text


def test_only_a_reviewer_calls_a_file_trusted(site, tmp_path):
    with otherwise(site, terminology_reviewers="terminolog2") as changed:
        content = workbook(tmp_path, (COUNTRY_SYSTEM, "", "IS", "Iceland", "Island"))
        assert imported(changed, content, klarert="ja").status == 403
        assert "rapporten er klar" in imported(changed, content, klarert="ja", user="terminolog2").text


def test_files_left_by_a_stop_are_removed(tmp_path):
    (tmp_path / "a.upload").write_bytes(b"x")
    (tmp_path / "other").write_bytes(b"x")
    importing.tidy(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["other"]

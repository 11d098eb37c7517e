"""What a release changes: rows, documents, gaps; mappings under review; the trail."""

import csv
import io
import json
import re

import pytest
from sqlalchemy import update

from terminology import gaps
from terminology.gaps import Gap
from terminology.release import Content
from terminology.releases.making import build, get
from terminology.releases.switching import activate, roll_back
from terminology.store import trail
from terminology.store.schema import designation
from terminology.workspace.changes import MAPPING
from terminology.workspace.edit import propose
from terminology.workspace.filters import Filter, number, rows
from terminology.workspace.rows import find_concept
from tests.support.cda_documents import problem, section, summary
from tests.support.portal import fresh
from tests.support.terminology_store import KARI, NOON
from tests.support.workbench import on_each_store, sent, version_of

ICD_10 = "1.3.6.1.4.1.12559.11.10.1.3.1.44.2"
SNOMED = "2.16.840.1.113883.6.96"


def document(code):
    """A summary with one problem of an ICD-10 code."""
    value = f'<value xsi:type="CD" code="{code}" codeSystem="{ICD_10}" displayName="x"/>'
    return summary(section("11450-4", problem(value)))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request, tmp_path_factory):
    """A store whose draft differs from the release in use: a text more, and one that is changed."""
    with on_each_store(request, tmp_path_factory.mktemp("workbench")) as site:
        concept = find_concept(site.engine, ICD_10, "J47")
        propose(site.engine, KARI, concept.id, "nn-NO", "Bronkiektasi (nn)", now=NOON)
        with site.engine.begin() as connection:
            of = find_concept(site.engine, ICD_10, "K51").id
            one = (designation.c.concept_id == of) & (designation.c.language == "nb-NO")
            connection.execute(update(designation).where(one).values(text="Ulcerøs kolitt, ny"))
        yield site


@pytest.fixture
def site(house):
    with fresh(house) as ready:
        yield ready


# --- what differs ----------------------------------------------------------------------------------------


def test_the_draft_is_compared_row_by_row(site):
    page = site.visitor("terminolog1").get("/term/versjoner/sammenlign")
    assert "1 nye, 1 endret, 0 fjernet" in page.text
    for words in ("Bronkiektasi (nn)", "Ulcerøs kolitt, ny", "Ulcerøs kolitt", "J47", "K51"):
        assert words in page.text


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [("type=added", "J47", "K51"), ("spraak=nb-NO", "K51", "J47"), ("tekst=kolitt", "K51", "J47"),
     ("kodeverk=1.2.3", "", "K51"), ("hva=mapping", "", "J47"), ("type=x&side=9", "K51", "")],
)  # fmt: skip
def test_the_differences_are_narrowed(site, query, there, absent):
    page = site.visitor("terminolog1").get(f"/term/versjoner/sammenlign?{query}")
    found = re.findall(r">([A-Z]\d\d)</a>", page.page.text)
    assert (not there or there in found) and (not absent or absent not in found)


def test_the_differences_of_a_filter_are_a_file(site):
    answer = site.visitor("terminolog1").http.get("/term/versjoner/sammenlign.csv?type=changed")
    assert answer.headers["content-disposition"].startswith("attachment")
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["code"], row["after"]) for row in table] == [("K51", "Ulcerøs kolitt, ny")]


@pytest.mark.parametrize("query", ["fra=99", "til=99", "fra=x", "til=" + "9" * 400])
def test_a_release_that_is_not_there_cannot_be_compared(site, query):
    manager = site.visitor("terminolog1")
    for path in ("sammenlign", "sammenlign.csv", "virkning"):
        assert manager.get(f"/term/versjoner/{path}?{query}").status == 404


# --- documents -------------------------------------------------------------------------------------------


def test_impact_names_the_sample_documents_and_their_codes(site):
    folder = site.office.settings.own_folder / "samples"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "colitis.xml").write_bytes(document("K51"))
    (folder / "broken.xml").write_bytes(b"<x/>")
    page = site.visitor("terminolog1").get("/term/versjoner/virkning")
    assert "colitis.xml" in page.text and "Ulcerøs kolitt, ny" in page.text and "1 endres" in page.text
    assert "broken.xml" not in page.text


def test_a_draft_is_tried_on_documents_side_by_side(site):
    manager = site.visitor("terminolog1").get("/term/prov")
    files = [("kolitt.xml", document("K51")), ("astma.xml", document("J45")), ("x.xml", b"<x/>")]
    sent(manager, "/term/prov", files, utgave="utkast")
    assert "1 endres, 0 mister tekst" in manager.text and "Ulcerøs kolitt, ny" in manager.text
    assert "Ingenting vises annerledes i dette dokumentet" in manager.text
    assert "Dette er ikke et lesbart CDA-dokument" in manager.text
    number_ = get(site.engine, "testinnhold 8.1.0").number
    sent(manager, "/term/prov", files[:1], utgave=str(number_))
    assert "0 endres" in manager.text


def test_no_document_is_said(site):
    manager = sent(site.visitor("terminolog1").get("/term/prov"), "/term/prov", [("", b"")])
    assert manager.status == 409 and "Velg et dokument først" in manager.text


# --- gaps ------------------------------------------------------------------------------------------------


def test_gaps_are_sorted_open_the_editor_and_close_with_a_release(site):
    seen = Gap("77386006", SNOMED, "", "", "observation/value", "PT")
    rare = Gap("J47", ICD_10, "2019", "", "observation/value", "FI")
    for each in (seen, seen, rare):
        gaps.record(site.engine, [each], NOON)
    page = site.visitor("terminolog1").get("/term/mangler")
    assert page.text.index("77386006") < page.text.index("J47")
    editor = re.search(r'href="(/term/begrep/\d+#ny-tekst)">J47<', page.page.text)[1]
    assert "Ny tekst" in page.tab().get(editor).text
    assert "J47" not in page.get("/term/mangler?land=pt").text
    build(site.engine, KARI, "lukker", Content.TEST, now=NOON)
    activate(site.engine, KARI, "lukker", now=NOON)
    try:
        closed = page.get("/term/mangler?vis=lukket")
        assert "J47" in closed.text and "lukker" in closed.text
    finally:
        roll_back(site.engine, KARI, now=NOON)


def test_a_code_that_the_catalogue_lacks_is_taken_in_and_opened(site):
    gaps.record(site.engine, [Gap("13714004", SNOMED, "2022-07-31", "", "procedure/code", "DE")], NOON)
    gaps.record(site.engine, [Gap("5440987", "2.999.620.2", "", "", "value", "DE")], NOON)
    manager = site.visitor("terminolog1").get("/term/mangler?land=DE")
    forms = re.findall(r'action="(/term/mangler/\d+/begrep)"', manager.page.text)
    assert len(forms) == 1  # a code system that nobody has described needs an import
    manager.post(forms[0])
    assert "13714004 SNOMED CT" in manager.text and "Ny tekst" in manager.text
    concept = find_concept(site.engine, SNOMED, "13714004")
    manager.post(f"/term/begrep/{concept.id}/tekst", spraak="nb-NO", tekst="Artroskopi")
    assert "Artroskopi" in manager.text
    unknown = gaps.listed(site.engine, country="DE", system="2.999.620.2")[0]
    assert manager.post(f"/term/mangler/{unknown.id}/begrep").status == 404
    assert manager.post("/term/mangler/99999/begrep").status == 404


def test_a_gap_is_assigned(site):
    gaps.record(site.engine, [Gap("R42", ICD_10, "", "", "value", "CZ")], NOON)
    manager = site.visitor("terminolog1").get("/term/mangler?land=CZ")
    form = re.search(r'action="(/term/mangler/\d+/tildel)"', manager.page.text)[1]
    manager.post(form, person="terminolog2")
    assert "1 rad er tildelt" in manager.text
    chosen = re.search(
        r'<option value="terminolog2" selected>', manager.get("/term/mangler?land=CZ").page.text
    )
    assert chosen is not None


# --- mappings --------------------------------------------------------------------------------------------


def test_a_mapping_is_written_changed_in_conflict_and_approved_by_another(site):
    writer = site.visitor("terminolog1").get(f"/term/mappinger/ny?kodeverk={ICD_10}&kode=J45&sok=195967001")
    ends = {"frakodeverk": ICD_10, "frakode": "J45", "tilkodeverk": ICD_10, "tilkode": "J45.9"}
    writer.post("/term/mappinger", **ends, forhold="narrower", send="ja")
    assert "Mappingen er lagret" in writer.text and "smalere" in writer.text
    row = rows(site.engine, Filter(MAPPING, code="J45.9"))[0]
    second = site.visitor("terminolog2").get(f"/term/mappinger/{row.id}")
    stale = version_of(second, f"/term/mappinger/{row.id}")
    third = second.tab().get(f"/term/mappinger/{row.id}")
    action = f"/term/mappinger/{row.id}/godkjenn"
    second.post(action, versjon=version_of(second, action))
    assert "Godkjent" in second.text and "sendt til gjennomgang" in second.text
    third.post(
        f"/term/mappinger/{row.id}", versjon=stale, tilkodeverk=ICD_10, tilkode="J45", forhold="broader"
    )
    assert third.status == 409 and "Noen andre rakk det først" in third.text
    assert "J45.9" in second.get("/term/mappinger?status=active").text


@pytest.mark.parametrize(
    "fields", [{"forhold": "same"}, {"tilkode": " "}, {"tilkode": "x" * 5000}, {"frakodeverk": ""}]
)
def test_a_mapping_that_is_none_is_refused(site, fields):
    before = number(site.engine, Filter(MAPPING))
    ends = {
        "frakodeverk": ICD_10,
        "frakode": "J45",
        "tilkodeverk": ICD_10,
        "tilkode": "K51",
        "forhold": "inexact",
    }
    page = site.visitor("terminolog1").get("/term/mappinger/ny").post("/term/mappinger", **ends | fields)
    assert page.status == 409 and number(site.engine, Filter(MAPPING)) == before


# --- the trail -------------------------------------------------------------------------------------------


def test_the_trail_is_shown_checked_and_saved(site):
    manager = site.visitor("terminolog1").get("/term/logg?kontroll=ja")
    assert "ubrutt" in manager.text and "testinnhold 8.1.0" in manager.text
    answer = manager.http.get("/term/logg.jsonl")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    newest = trail.newest(site.engine, 1)[0]
    assert lines[-1]["hash"] == newest.hash and len(lines) == newest.number


def test_nobody_else_gets_the_files(site):
    doctor = site.visitor("lege")
    for path in ("/term/logg.jsonl", "/term/versjoner/sammenlign.csv", "/term/prov", "/term/import"):
        assert doctor.tab().get(path).status == 403

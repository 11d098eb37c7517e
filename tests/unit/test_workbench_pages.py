"""The terminology manager's pages by a visitor without script: search, edit, two-person review, release."""

import re

import pytest

from terminology.catalogue import Catalogue
from terminology.concept import Concept
from terminology.designation import Status
from terminology.store import trail
from terminology.workbench.coverage import of_sources, of_value_sets
from terminology.workspace.filters import Filter, number
from terminology.workspace.rows import designations_of, find_concept
from tests.support.portal import fresh
from tests.support.workbench import on_each_store, version_of

ICD_10 = "1.3.6.1.4.1.12559.11.10.1.3.1.44.2"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request, tmp_path_factory):
    with on_each_store(request, tmp_path_factory.mktemp("workbench")) as site:
        yield site


@pytest.fixture
def site(house):
    with fresh(house) as ready:
        yield ready


def texts(site, code, language="nb-NO"):
    """Texts of an ICD-10 code by status, retired ones aside."""
    found = designations_of(site.engine, find_concept(site.engine, ICD_10, code).id)
    return {each.review.status: each for each in found if each.language == language}


def proposed(site, code, text, user="terminolog1"):
    """The concept page after its writer sent a change of the Norwegian text to review."""
    writer = site.concept(site.visitor(user), ICD_10, code)
    row = texts(site, code)[Status.ACTIVE]
    action = f"/term/tekst/{row.id}"
    return writer.post(action, versjon=version_of(writer, action), tekst=text, foretrukket="ja", send="ja")


# --- looking ---------------------------------------------------------------------------------------------


def test_the_overview_has_figures_beside_every_bar(site):
    page = site.visitor("terminolog1").get("/term")
    body = page.page.text
    assert "testinnhold 8.1.0" in page.text and body.count('<svg class="bar"') > 60
    row = re.search(r"eHDSIIllnessandDisorder</a></th>.*?</tr>", body, re.DOTALL)[0]
    figures = [int(each) for each in re.findall(r'class="number"[^>]*>(?:<a [^>]*>)?(\d+)<', row)]
    assert sum(figures[:4]) == figures[4] > 50
    assert " style=" not in body  # the policy allows no inline style


@pytest.mark.parametrize(("words", "hit"), [("J45.0", "J45.0"), ("astma", "J45"), ("Asthma", "J45")])
def test_search_finds_by_code_norwegian_and_english(site, words, hit):
    page = site.visitor("terminolog1").get("/term/sok", params={"q": words})
    assert re.search(rf'href="/term/begrep/\d+">{re.escape(hit)}</a>', page.page.text)
    assert f'value="{words}"' in page.page.text


@pytest.mark.parametrize("words", ["", "  ", "%", '"', "<script>x</script>", "æ" * 5000, "'; DROP"])
def test_search_takes_anything(site, words):
    page = site.visitor("terminolog1").get("/term/sok", params={"q": words})
    assert page.status == 200 and "<script>x" not in page.page.text


@pytest.mark.parametrize(
    "path",
    ["sok?q=a%00b", "gjennomgang?kode=%00", "gjennomgang?tekst=a%00", "kode?kodeverk=%00&kode=a",
     "mangler?land=%00", "mappinger?kode=%00", "versjoner/sammenlign?tekst=%00", "uten-tekst?sett=%00"],
)  # fmt: skip
def test_a_sign_that_no_database_holds_is_refused(site, path):
    page = site.visitor("terminolog1").get(f"/term/{path}")
    assert page.status == 404 and "error-summary" in page.page.text


def test_a_sign_that_no_database_holds_is_left_out_of_forms(site):
    manager = site.visitor("terminolog1").get("/term/versjoner")
    manager.post("/term/versjoner", navn="med null", innhold="test", merknad="a\x00b")
    assert "Utgaven er laget" in manager.text
    manager.get("/term/gjennomgang?type=designation")
    manager.post("/term/gjennomgang", handling="send", kode="a\x00b", grunn="\x00")
    assert manager.status == 200 and "0 rader" in manager.text


def test_search_is_narrowed_to_a_code_system(site):
    page = site.visitor("terminolog1").get("/term/sok", params={"q": "astma", "kodeverk": "1.0.3166.1"})
    assert "Ingen treff" in page.text


def test_an_unknown_code_leads_to_the_search(site):
    page = site.concept(site.visitor("terminolog1"), ICD_10, "Q99.99")
    assert page.path == "/term/sok" and "Koden finnes ikke i katalogen" in page.text


@pytest.mark.parametrize(
    "path",
    ["/term/begrep/0", "/term/begrep/x", "/term/begrep/" + "9" * 500, "/term/versjoner/77/aktiver",
     "/term/versjoner/tilbake", "/term/begrep/-1", "/term/begrep/1%00"],
)  # fmt: skip
def test_what_is_not_there_is_said_in_a_page(site, path):
    page = site.visitor("terminolog1").get(path)
    assert page.status == 404 and "error-summary" in page.page.text


@pytest.mark.parametrize("query", ["status=none", "side=99999999999", "side=-1", "import=x", "type=x"])
def test_a_filter_that_is_nonsense_is_no_fault(site, query):
    assert site.visitor("terminolog1").get(f"/term/gjennomgang?{query}").status == 200


@pytest.mark.parametrize("language", ["nn", "en"])
def test_the_pages_are_there_in_every_language(site, language):
    manager = site.visitor("terminolog1")
    manager.post("/spraak", language=language, next="/term")
    for path in ("/term", "/term/sok?q=astma", "/term/gjennomgang?type=designation", "/term/versjoner"):
        assert manager.get(path).status == 200 and f'<html lang="{language}"' in manager.page.text


def test_another_language_comes_back_to_the_same_page(site):
    manager = site.visitor("terminolog1").get("/term/sok?q=astma")
    next_ = re.search(r'name="next" value="([^"]+)"', manager.page.text)[1]
    manager.post("/spraak", language="nn", next=next_.replace("&amp;", "&"))
    assert manager.path == "/term/sok" and "Norsk tekst" in manager.text and ">J45<" in manager.page.text
    manager.post("/term/gjennomgang", handling="slett")
    assert 'name="next" value="/term/gjennomgang"' in manager.page.text


def test_concepts_without_text_are_listed_and_get_drafts_from_suggestions(site):
    manager = site.visitor("terminolog1").get("/term")
    link = re.search(
        r'href="(/term/uten-tekst\?sett=[0-9.]+)">2<span[^>]*> mangler: eHDSIDoseForm', manager.page.text
    )
    manager.get(link[1])
    assert "10230000" in manager.text and "13145000" in manager.text
    manager.post("/term/uten-tekst", sett=link[1].partition("=")[2])
    assert manager.path == "/term/gjennomgang" and "utkast er laget" in manager.text
    assert manager.get("/term/uten-tekst?sett=1.2.3").status == 404


@pytest.mark.parametrize("user", ["lege", "tester", "drift"])
def test_nobody_else_gets_in(site, user):
    before = number(site.engine, Filter())
    person = site.visitor(user)
    for path in ("/term", "/term/sok?q=a", "/term/gjennomgang", "/term/versjoner"):
        assert person.tab().get(path).status == 403
    person.post("/term/begrep/1/tekst", spraak="nb-NO", tekst="x")
    assert person.status == 403 and number(site.engine, Filter()) == before


def test_a_form_without_the_token_changes_nothing(site):
    manager = site.visitor("terminolog1")
    before = number(site.engine, Filter())
    manager.post("/term/begrep/1/tekst", token="x", spraak="fi", tekst="x")
    assert manager.status == 403 and number(site.engine, Filter()) == before


# --- writing and reviewing -------------------------------------------------------------------------------


def test_a_change_of_an_approved_text_waits_for_a_second_person(site):
    writer = proposed(site, "E10", "Diabetes type 1, ny")
    assert "Endringen er lagret" in writer.text and "en annen må godkjenne" in writer.text
    row = texts(site, "E10")[Status.IN_REVIEW]
    own = writer.post(f"/term/tekst/{row.id}/godkjenn", versjon=str(row.review.row_version))
    assert own.status == 403 and texts(site, "E10")[Status.ACTIVE].text != row.text
    second = site.concept(site.visitor("terminolog2"), ICD_10, "E10")
    action = f"/term/tekst/{row.id}/godkjenn"
    second.post(action, versjon=version_of(second, action))
    assert "Godkjent. Kommer til klinikerne" in second.text
    found = texts(site, "E10")[Status.ACTIVE]
    assert (found.text, found.review.reviewer) == ("Diabetes type 1, ny", "terminolog2")
    assert "Marit Kodebakk" in second.text and "sendt til gjennomgang" in second.text  # the history


def test_own_work_needs_a_reason_to_be_an_exception(site):
    proposed(site, "E11", "Diabetes type 2, ny")
    row = texts(site, "E11")[Status.IN_REVIEW]
    writer = site.concept(site.visitor("terminolog1"), ICD_10, "E11")
    writer.post(
        f"/term/tekst/{row.id}/godkjenn", versjon=str(row.review.row_version), unntak="Haster, avtalt"
    )
    assert texts(site, "E11")[Status.ACTIVE].review.reason == "Haster, avtalt"
    assert trail.newest(site.engine, 1)[0].detail["override"] == "Haster, avtalt"


def test_two_editors_the_second_sees_both_texts_and_loses_nothing(site):
    first, second = (
        site.concept(site.visitor(user), ICD_10, "J45.9") for user in ("terminolog1", "terminolog2")
    )
    action = f"/term/tekst/{texts(site, 'J45.9')[Status.ACTIVE].id}"
    stale = version_of(second, action)
    first.post(action, versjon=version_of(first, action), tekst="Astma, uspesifisert")
    second.post(action, versjon=stale, tekst="Uspesifisert astma <ny>")
    assert second.status == 409 and "Noen andre rakk det først" in second.text
    assert "Astma, uspesifisert" in second.text and "Uspesifisert astma <ny>" in second.text
    open_row = texts(site, "J45.9")[Status.DRAFT]
    assert open_row.text == "Astma, uspesifisert"
    action = f"/term/tekst/{open_row.id}"
    second.post(action, versjon=version_of(second, action), tekst="Uspesifisert astma <ny>")
    assert second.status == 200 and texts(site, "J45.9")[Status.DRAFT].text == "Uspesifisert astma <ny>"


def test_a_deed_on_a_row_that_was_changed_meanwhile_is_not_done(site):
    proposed(site, "N18", "Kronisk nyresvikt")
    row = texts(site, "N18")[Status.IN_REVIEW]
    second = site.visitor("terminolog2").get("/term/gjennomgang?kode=N18")
    second.post(f"/term/tekst/{row.id}/godkjenn", versjon=str(row.review.row_version - 1))
    assert second.status == 409 and "Ingenting er gjort" in second.text
    assert texts(site, "N18")[Status.IN_REVIEW].id == row.id


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"tekst": " "}, 409), ({"tekst": "x" * 4001}, 409), ({"tekst": "a\x07b"}, 409),
     ({"tekst": "x", "spraak": "klingon"}, 409), ({}, 409)],
)  # fmt: skip
def test_a_text_that_is_none_is_refused_in_words(site, fields, status):
    manager = site.concept(site.visitor("terminolog1"), ICD_10, "E14")
    before = number(site.engine, Filter())
    manager.post(manager.path + "/tekst", **{"spraak": "fi", **fields})
    assert manager.status == status and "Ikke utført" in manager.text
    assert number(site.engine, Filter()) == before


# --- the queue -------------------------------------------------------------------------------------------


def test_a_whole_filter_is_submitted_and_approved_by_another(site):
    writer = site.visitor("terminolog1").get("/term/gjennomgang")
    of = {"status": "draft", "grunnlag": "hl7-local"}
    count = number(site.engine, Filter(status=Status.DRAFT, basis="hl7-local"))
    assert count > 25  # more than a page
    writer.post("/term/gjennomgang", handling="send", **of)
    assert f"{count} rader er sendt til gjennomgang" in writer.text
    second = site.visitor("terminolog2").get("/term/gjennomgang?grunnlag=hl7-local&status=in+review")
    assert f"{count} rader" in second.text
    second.post("/term/gjennomgang", handling="avvis", grunnlag="hl7-local", status="in review")
    assert second.status == 409 and "begrunnelse" in second.text.lower()
    second.post("/term/gjennomgang", handling="godkjenn", grunnlag="hl7-local", status="in review")
    assert f"{count} rader er godkjent" in second.text
    assert number(site.engine, Filter(status=Status.ACTIVE, basis="hl7-local")) >= count


def test_rows_are_assigned_and_listed_for_the_person(site):
    manager = site.visitor("terminolog1").get("/term/gjennomgang")
    manager.post("/term/gjennomgang/tildel", person="terminolog2", kode="L03", type="designation")
    assert "tildelt" in manager.text and "tildelt Lars Begrepshaug" in manager.text
    mine = site.visitor("terminolog2").get("/term/gjennomgang?tildelt=terminolog2")
    assert ">L03<" in mine.page.text
    manager.post("/term/gjennomgang/tildel", person="nobody", kode="L03")
    assert manager.status == 404


def test_one_row_of_the_queue_is_approved_and_the_list_stays(site):
    proposed(site, "I10", "Høyt blodtrykk")
    second = site.visitor("terminolog2").get("/term/gjennomgang?kode=I10&status=in+review")
    row = texts(site, "I10")[Status.IN_REVIEW]
    action = f"/term/gjennomgang/{row.id}"
    second.post(
        action, handling="godkjenn", versjon=version_of(second, action), kode="I10", status="in review"
    )
    assert second.path == "/term/gjennomgang" and "Godkjent" in second.text
    assert texts(site, "I10")[Status.ACTIVE].text == "Høyt blodtrykk"


@pytest.mark.parametrize("fields", [{"handling": "slett"}, {}])
def test_an_unknown_deed_is_refused(site, fields):
    manager = site.visitor("terminolog1").get("/term/gjennomgang")
    assert manager.post("/term/gjennomgang", **fields).status == 404


# --- releases --------------------------------------------------------------------------------------------


def words_of(catalogue: Catalogue, code: str) -> str | None:
    return catalogue.lookup(Concept(code, ICD_10), "nb-NO").text


def test_a_release_is_made_taken_into_use_and_rolled_back(site):
    proposed(site, "J45", "Bronkialastma")
    manager = site.visitor("terminolog2")
    row = texts(site, "J45")[Status.IN_REVIEW]
    manager.get("/term/gjennomgang?kode=J45")
    manager.post(f"/term/tekst/{row.id}/godkjenn", versjon=str(row.review.row_version))
    manager.get("/term/versjoner").post("/term/versjoner", navn="prøve 1", innhold="test", merknad="astma")
    assert "Utgaven er laget" in manager.text
    assert words_of(site.terminology.active.current(), "J45") == "Astma"
    confirm = re.search(r'href="(/term/versjoner/\d+/aktiver)"', manager.page.text)[1]
    manager.get(confirm)
    assert "Ta prøve 1 i bruk?" in manager.text
    manager.post(confirm, grunn="avtalt")
    assert "Utgaven er tatt i bruk" in manager.text and "avtalt" in manager.text
    assert words_of(site.terminology.active.current(), "J45") == "Bronkialastma"
    manager.get("/term/versjoner/tilbake")
    assert "Gå tilbake til testinnhold 8.1.0?" in manager.text
    manager.post("/term/versjoner/tilbake")
    assert "Forrige utgave er i bruk igjen" in manager.text
    assert words_of(site.terminology.active.current(), "J45") == "Astma"


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"navn": "testinnhold 8.1.0", "innhold": "test"}, 409), ({"navn": " ", "innhold": "test"}, 409),
     ({"navn": "x", "innhold": "secret"}, 404), ({"innhold": "test", "navn": "utkast"}, 409)],
)  # fmt: skip
def test_a_release_that_cannot_be_is_refused_in_words(site, fields, status):
    manager = site.visitor("terminolog1").get("/term/versjoner").post("/term/versjoner", **fields)
    assert manager.status == status and "Ikke utført" in manager.text


# --- figures, on both databases --------------------------------------------------------------------------


def test_coverage_adds_up(store):
    sets = of_value_sets(store)
    assert len(sets) > 50 and all(each.total > 0 for each in sets)
    assert sum(each.total for each in of_sources(store)) == sum(
        number(store, Filter(language=language)) for language in ("nb-NO", "nb", "no", "nn-NO", "nn")
    )
    country = next(each for each in sets if each.name == "eHDSICountry")
    assert country.missing == 0 and country.share(country.active) > 90

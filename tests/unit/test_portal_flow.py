"""A visit of the portal page by page: from the search to the summary, in each language, and out again."""

import re
from dataclasses import replace

import pytest

from ncp.exchange import Operation
from tests.support.chain import COUNTRIES, RICH
from tests.support.damage import altered
from tests.support.desk import office
from tests.support.portal import fresh, portal_of


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with office(tmp_path_factory.mktemp("office")) as made, portal_of(made) as site:
        yield site


@pytest.fixture
def site(house):
    with fresh(house) as ready:
        yield ready


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_doctor_gets_the_summary_of_each_country(site, country):
    doctor = site.visitor("lege").search(country)
    assert (doctor.path, doctor.status) == ("/pasient/bekreft", 200)
    assert RICH[country].extension in doctor.text and "Likt" in doctor.text
    doctor.confirm()
    assert doctor.path == "/pasient/dokumenter" and "Vis på norsk" in doctor.text
    doctor.open()
    assert doctor.path.startswith("/ps/") and "Overfølsomhet" in doctor.text and "Varsler" in doctor.text
    assert [each.operation for each in site.office.exchanges] == list(Operation)


def test_every_patient_page_has_the_banner_and_its_forms_the_patient(site):
    doctor = site.visitor("lege").search().confirm()
    banner = (
        r"Maria Leonor Sousa Tavares Fødselsdato 12\.03\.1985 \(\d+ år\) Kjønn kvinne Pasient-ID 900000011"
    )
    for path in (
        "/pasient/dokumenter",
        doctor.open().path,
        "/",
        "/logg",
        "/om",
        "/pasient/bekreft",
        "/finnes-ikke",
    ):
        doctor.get(path)
        assert re.search(banner + " Utstedt i Portugal", doctor.text), path
        assert "TESTMILJØ" in doctor.text and "Avslutt pasient" in doctor.text
        assert "Sousa" not in re.search(r"<title>(.*?)</title>", doctor.page.text)[1]


def test_confirmation_shows_what_differs_in_words(site):
    site.office.damage = altered(Operation.IDENTIFY, (b'extension="900000011"', b'extension="900000012"'))
    doctor = site.visitor("lege").search()
    row = re.search(r"<tr class=\"differs\">.*?</tr>", doctor.page.text, re.DOTALL)[0]
    assert "900000011" in row and "900000012" in row and "Ulikt" in row


@pytest.mark.parametrize(
    ("left_out", "said"), [("relasjon", "behandler pasienten"), ("informert", "tilbud om")]
)
def test_a_tick_that_is_missing_is_asked_for_and_nothing_goes_on(site, left_out, said):
    doctor = site.visitor("lege").search().confirm(**{left_out: None})
    assert doctor.status == 422 and said in doctor.text and doctor.path == "/pasient/bekreft"
    assert "checked" not in doctor.page.text
    assert doctor.get("/pasient/dokumenter").path == "/pasient/bekreft"


def test_of_several_candidates_none_is_chosen_beforehand(site):
    doctor = site.visitor("lege").search("PT", "900000099")
    assert "fant 2 personer" in doctor.text and doctor.page.text.count('type="radio"') == 2
    assert "checked" not in doctor.page.text
    refused = doctor.tab().confirm(kandidat=None)
    assert refused.status == 422 and "Velg hvem av dem" in refused.text
    doctor.confirm(kandidat="1")
    assert doctor.path == "/pasient/dokumenter" and "900000044" in doctor.text


def test_both_forms_of_a_document_stand_in_one_row(site):
    doctor = site.visitor("lege").search().confirm()
    rows = re.findall(r"<tr>.*?</tr>", doctor.page.text.split("<tbody>")[1], re.DOTALL)
    assert len(rows) == 1 and "Vis på norsk" in rows[0] and "PDF fra landet" in rows[0]
    assert "portugisisk" in doctor.text


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (b"Patient Summary", '<span class="small muted" lang="en">Patient Summary</span>'),
        (b"patient  x", '<span class="small muted" lang="pt-PT">patient  x</span>'),
        (b"", None),
    ],
)
def test_a_title_is_shown_as_the_country_wrote_it_in_its_language(site, title, shown):
    site.office.damage = altered(Operation.LIST, (b'value="Patient Summary"', b'value="' + title + b'"'))
    doctor = site.visitor("lege").search().confirm()
    name = doctor.page.text.split("<tbody>")[1].split("</th>")[0]
    assert "Pasientoppsummering" in name
    assert shown in name if shown else "<span" not in name


def test_a_change_of_language_writes_the_open_document_anew_and_asks_nobody(site):
    doctor = site.visitor("lege").summary()
    where, asked = doctor.path, len(site.office.exchanges)
    for language, word in (("nn", "Varsel"), ("en", "Alerts"), ("nb", "Varsler")):
        doctor.post("/spraak", language=language, next=where)
        assert doctor.path == where and f'<html lang="{language}"' in doctor.page.text
        assert re.search(rf"<h2[^>]*>{word}", doctor.page.text), language
    assert len(site.office.exchanges) == asked


def test_a_document_fetched_in_nynorsk_is_displayed_in_nynorsk(site):
    doctor = (
        site.visitor("lege").search().confirm().post("/spraak", language="nn", next="/pasient/dokumenter")
    )
    doctor.open()
    assert "Varsel" in doctor.text and "Vis på norsk" not in doctor.text


def test_the_language_choice_stays_on_the_search_of_the_country(site):
    doctor = site.visitor("lege").search("PT", "12")
    assert doctor.status == 422 and 'name="next" value="/?land=PT"' in doctor.page.text


def test_fetching_again_replaces_the_document(site):
    doctor = site.visitor("lege").summary()
    first = doctor.path
    doctor.get("/pasient/dokumenter").open()
    assert doctor.path == first and len(site.session(doctor).patient.documents) == 1


def test_a_contradiction_stops_and_only_a_yes_goes_on(site):
    site.office.damage = altered(Operation.RETRIEVE, (b'value="19850312"', b'value="19850313"'))
    doctor = site.visitor("lege").summary()
    assert "Stopp" in doctor.text and "13.03.1985" in doctor.text and "Overfølsomhet" not in doctor.text
    where = doctor.path
    for path in ("original.xml", "original.pdf"):
        assert doctor.http.get(f"{where}/{path}", follow_redirects=False).headers["location"] == where
    assert doctor.tab().post(f"{where}/tekst").status == 409
    assert doctor.tab().post(f"{where}/samme").status == 422
    assert "NO-01" not in [row["number"] for row in site.office.trail[-3:]]
    doctor.get(where).post(f"{where}/samme", samme="ja")
    assert doctor.path == where and "Overfølsomhet" in doctor.text
    assert site.office.numbers()[-3:] == ["NO-01", "EHDSI-94", "NO-03"]


def test_the_country_is_quoted_by_code_and_a_broken_form_is_told(site):
    doctor = site.visitor("lege").search()

    def with_warning(operation, answer):
        if operation is not Operation.LIST:
            return answer
        warning = (
            b'<rs:RegistryErrorList xmlns:rs="urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0">'
            b'<rs:RegistryError errorCode="WARNING_PS_GENERIC" codeContext="Maria said so"'
            b' severity="urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Warning"/>'
            b"</rs:RegistryErrorList>"
        )
        body, marker = answer.body, b"<rim:RegistryObjectList"
        assert marker in body
        return replace(answer, body=body.replace(marker, warning + marker, 1))

    site.office.damage = with_warning
    doctor.confirm()
    assert "Portugal leverte pasientoppsummeringen med en advarsel" in doctor.text
    assert "EU-kode: WARNING_PS_GENERIC" in doctor.text and "Maria said so" not in doctor.text
    assert "Vis på norsk" in doctor.text


def test_documents_that_cannot_be_read_are_counted_not_left_out(site):
    doctor = site.visitor("lege").search()

    def without_id(operation, answer):
        if operation is not Operation.LIST:
            return answer
        scheme = b"urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
        assert scheme in answer.body
        return replace(
            answer, body=answer.body.replace(scheme, b"urn:uuid:" + scheme[9:].upper()[:-1] + b"0", 1)
        )

    site.office.damage = without_id
    doctor.confirm()
    assert "har ett dokument til i listen som ikke kan leses" in doctor.text
    assert "PDF fra landet" in doctor.text or "Vis på norsk" in doctor.text


def test_the_copy_for_the_record_names_its_source_and_is_recorded(site):
    doctor = site.visitor("lege").summary()
    doctor.post(f"{doctor.path}/tekst")
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", doctor.page.text, re.DOTALL)[1]
    assert re.match(r"Kilde: Patient Summary fra Portugal, mottatt \d\d\.\d\d\.\d{4} kl\. \d\d:\d\d", text)
    assert "OVERFØLSOMHET" in text and site.office.trail[-1]["detail"] == "copied to the journal"


def test_printing_is_recorded(site):
    doctor = site.visitor("lege").summary()
    doctor.post(f"{doctor.path}/brukt")
    assert doctor.status == 204 and site.office.trail[-1]["detail"] == "printed"


def test_after_the_end_nothing_of_the_patient_is_left(site):
    doctor = site.visitor("lege").summary()
    where = doctor.path
    doctor.post("/pasient/avslutt")
    assert doctor.path == "/avsluttet" and "Ingenting er lagret" in doctor.text
    for path in (
        where,
        f"{where}/original.xml",
        f"{where}/original.pdf",
        "/pasient/dokumenter",
        "/pasient/bekreft",
    ):
        doctor.get(path)
        assert doctor.status == 409 and "Ingen pasient er åpen lenger" in doctor.text, path
    for path in ("/", "/logg", "/avsluttet"):
        assert "Sousa" not in doctor.get(path).text
    assert site.session(doctor).patient is None


@pytest.mark.parametrize("page", ["/pasient/bekreft", "/pasient/dokumenter", "/ps/", "/logg", "/om"])
def test_the_patient_can_be_ended_from_every_page(site, page):
    doctor = site.visitor("lege").search()
    if page != "/pasient/bekreft":
        doctor.confirm().open()
        doctor.get(doctor.path if page == "/ps/" else page)
    assert 'action="/pasient/avslutt"' in doctor.page.text
    assert doctor.post("/pasient/avslutt").path == "/avsluttet"
    assert site.session(doctor).patient is None


def test_the_own_log_says_what_was_looked_up_without_the_patient(site):
    doctor = site.visitor("fastlege").summary("FI")
    doctor.get("/logg")
    for word in ("Pasientsøk", "Dokumentliste", "Dokument hentet", "Behandling", "levert", "Finland"):
        assert word in doctor.text
    rows = doctor.page.text.split("<tbody>")[1]
    assert RICH["FI"].extension not in rows and "Lehtoranta" not in rows
    other = site.visitor("sykepleier").get("/logg")
    assert "Finland" not in other.page.text.split("<main")[1]


def test_the_own_log_says_how_a_document_was_used(site):
    doctor = site.visitor("lege").summary()
    where = doctor.path
    doctor.http.get(f"{where}/original.xml")
    doctor.post(f"{where}/brukt")
    doctor.get(where).post(f"{where}/tekst")
    doctor.get("/logg")
    for word in ("Original åpnet", "Dokument skrevet ut", "Kopiert til journal"):
        assert word in doctor.text


@pytest.mark.parametrize("path", ["/om", "/tilgjengelighet", "/logg-inn"])
def test_open_pages_need_no_login(site, path):
    assert site.visitor().get(path).status == 200

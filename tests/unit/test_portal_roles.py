"""Everybody sees the pages of their own work and no others, and the tester's pages serve the tester."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from ncp.clinician import Page, clinicians
from ncp.kept import keeping
from ncp.settings import Environment
from tests.support.chain import RICH
from tests.support.portal import fresh, otherwise
from tests.support.workbench import workbench_site

PAGES = {
    "/": Page.PATIENT,
    "/logg": Page.PATIENT,
    "/term": Page.TERMINOLOGY,
    "/test": Page.TEST,
    "/test/rad/1": Page.TEST,
    "/test/meldinger/2026-11-22/x": Page.TEST,
    "/drift": Page.OPERATIONS,
}
HOME = {
    "lege": "/",
    "fastlege": "/",
    "sykepleier": "/",
    "farmasoyt": "/",
    "sekretaer": "/",
    "psykolog": "/",
    "terminolog1": "/term",
    "terminolog2": "/term",
    "tester": "/test",
    "drift": "/drift",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with workbench_site(tmp_path_factory.mktemp("office")) as site:
        yield site


@pytest.fixture
def site(house):
    with fresh(house) as ready:
        yield ready


def test_everybody_of_the_test_login_is_tried():
    assert set(HOME) == set(clinicians())


@pytest.mark.parametrize("user", HOME)
def test_each_sees_only_the_pages_of_their_own_work(site, user):
    person = site.visitor(user)
    assert person.path == HOME[user] and clinicians()[user].name in person.text
    menu = set(re.findall(r'<a class="ds-link" href="([^"]+)"', person.page.text.split("</header>")[0]))
    for path, needed in PAGES.items():
        mine = needed in clinicians()[user].pages
        status = person.tab().get(path).status
        assert (status != 403) is mine, path
        assert not (path in menu and not mine), path


@pytest.mark.parametrize("user", ["terminolog1", "terminolog2", "tester", "drift"])
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/pasient/sok", {"land": "PT", "felt.healthCardNumber": "900000011", "formaal": "TREATMENT"}),
        ("/pasient/bekreft", {"kandidat": "0", "relasjon": "ja", "informert": "ja", "patient": "x"}),
        ("/pasient/dokumenter", {"patient": "x"}),
        ("/ps", {"dokument": "0", "patient": "x"}),
        ("/ps/x/tekst", {"patient": "x"}),
        ("/ps/x/samme", {"samme": "ja", "patient": "x"}),
    ],
)
def test_who_treats_nobody_cannot_send_the_clinicians_forms(site, user, path, fields):
    person = site.visitor(user).post(path, **fields)
    assert person.status == 403 and "Rollen din har ikke denne siden" in person.text
    assert site.office.exchanges == []


@pytest.mark.parametrize("user", ["lege", "fastlege", "sykepleier", "sekretaer"])
def test_those_who_may_read_a_summary_do(site, user):
    assert "Overfølsomhet" in site.visitor(user).summary().text


def test_the_secretary_works_on_behalf_of_the_doctor(site):
    person = site.visitor()
    assert "helsesekretær på vegne av Amund Prøvestad" in person.get("/logg-inn").text
    person.log_in("sekretaer")
    assert "Yrket ditt kan ikke hente" not in person.text
    person.summary()
    row = next(row for row in reversed(site.office.trail) if row["number"] == "EHDSI-22")
    assert (row["user_name"], row["on_behalf_of_name"]) == ("Turid Eksempelmo", "Amund Prøvestad")


@pytest.mark.parametrize("user", ["psykolog", "farmasoyt"])
def test_who_may_not_is_told_why_and_nothing_is_sent(site, user):
    person = site.visitor(user).get("/")
    assert "Yrket ditt kan ikke hente" in person.text  # before anything is typed
    person.search()
    assert person.status == 403 and "Yrket ditt har ikke tilgang" in person.text
    assert "EU-kode: 4703" in person.text and site.office.exchanges == []
    assert site.office.trail[-1]["sent"] is False


# --- the tester ------------------------------------------------------------------------------------------


def test_the_tester_finds_every_row_and_what_it_says(site):
    site.visitor("lege").summary()
    tester = site.visitor("tester")
    last = site.office.trail[-1]["id"]
    assert f'href="/test/rad/{last}"' in tester.page.text and "900000011^^^" in tester.text
    row = next(row for row in reversed(site.office.trail) if row["number"] == "EHDSI-22")
    tester.get(f"/test/rad/{row['id']}")
    for value in ("Maria Leonor Sousa Tavares", row["request_id"], row["trc_id"], row["hash"]):
        assert value in tester.text
    assert "Kjeden på" in tester.get("/test?kontroll=ja").text and "ubrutt" in tester.text


def test_outside_a_test_environment_rows_name_nobody(site):
    site.visitor("lege").summary()
    tester = site.visitor("tester")
    number = next(row["id"] for row in reversed(site.office.trail) if row["number"] == "EHDSI-22")
    with otherwise(site, environment=Environment.PRODUCTION):
        for path in ("/test", f"/test/rad/{number}"):
            page = tester.get(path)
            assert page.status == 200 and "EHDSI-22" in page.text
            for secret in ("900000011", "Maria", "Tavares", "DocumentRequest"):
                assert secret not in page.page.text


def test_own_log_of_somebody_without_hpr_number_is_not_everybodys(site):
    site.visitor("lege").summary()
    other = site.visitor("sekretaer")
    session = site.session(other)
    session.user = replace(session.user, hpr=None)
    assert other.get("/logg").status == 200 and "<table" not in other.page.text


def test_outside_a_test_environment_nobody_logs_in_here(site):
    with otherwise(site, environment=Environment.PRODUCTION):
        visitor = site.visitor().get("/logg-inn")
    assert visitor.status == 404 and "ingen testinnlogging" in visitor.text
    assert "TESTMILJØ" not in visitor.text


@pytest.mark.parametrize("number", ["0", "999999", "-1", "x", "1e3", "٣", "9" * 5000, "1%00", "%2e%2e"])
def test_a_row_that_is_not_there_is_not_found(site, number):
    assert site.visitor("tester").get(f"/test/rad/{number}").status == 404


@pytest.fixture
def kept(site):
    """The same portal with messages kept."""
    desk = site.office.desk
    desk = replace(desk, send=keeping(desk.send, site.office.settings, desk.clock))
    with otherwise(site, desk, keep_messages=True) as keeps:
        yield keeps


def test_kept_messages_are_listed_and_saved_byte_for_byte(kept):
    doctor = kept.visitor("lege").summary()
    assert "Meldinger og dokumenter blir lagret" in doctor.text
    assert "Dette er et testmiljø som tar vare på" in doctor.post("/pasient/avslutt").text
    tester = kept.visitor("tester")
    addresses = re.findall(r'href="(/test/meldinger/[^"]+)"', tester.page.text)
    assert len(addresses) >= 6 and RICH["PT"].extension not in "".join(addresses)
    sent = {each.request for each in kept.office.exchanges}
    answered = {each.response for each in kept.office.exchanges}
    files = [tester.http.get(address) for address in addresses]
    bodies = {file.content for file in files}
    assert sent <= bodies and answered <= bodies
    for file in files:
        assert file.headers["Content-Disposition"].startswith("attachment")
        assert file.headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "path",
    [
        "..%2F..%2Fncp.sqlite",
        "2026-11-22/..%2F..%2F..%2Fncp.sqlite",
        "2026-11-22/ncp.sqlite",
        "..%2F/091502-0a1b2c3d-PT-list-request.xml",
        "2026-11-22/091502-0a1b2c3d-PT-list-request.xml",
        "2026-11-22/091502-0a1b2c3d-PT-list-request.xml%00",
        "2026-11-22/091502-0a1b2c3d-PT-list-request.xml%0a",
    ],
)
def test_no_other_file_is_reached_that_way(kept, path):
    assert kept.visitor("tester").get(f"/test/meldinger/{path}").status == 404


def test_without_keeping_nothing_is_listed_or_served(site):
    tester = site.visitor("tester")
    assert "NCP_KEEP_MESSAGES er av" in tester.text and "/test/meldinger/" not in tester.page.text


def test_kept_messages_are_for_the_tester_only(kept):
    doctor = kept.visitor("lege").summary()
    tester = kept.visitor("tester")
    address = re.search(r'href="(/test/meldinger/[^"]+)"', tester.page.text)[1]
    assert tester.http.get(address).status_code == 200
    assert doctor.get(address).status == 403


# --- the operator and the terminology manager -----------------------------------------------------------


def test_the_operator_sees_how_each_country_last_did_and_no_patient(site):
    site.visitor("lege").summary()
    site.office.damage = lambda operation, answer: replace(answer, body=b"rubbish")
    site.visitor("lege").search()
    operator = site.visitor("drift")
    for word in ("Portugal", "Siste svar", "Siste feil", "ERROR_GENERIC", "NO TLS", "PT CA (SEAL)"):
        assert word in operator.text, word
    for secret in ("900000011", "Maria", "Tavares", "Ingrid"):
        assert secret not in operator.page.text


def test_the_operator_is_warned_before_a_certificate_runs_out(site):
    until = site.office.desk.own.tls.not_valid_after_utc
    for left, mark in (
        (timedelta(days=20, hours=1), "mark-danger"),
        (timedelta(days=80, hours=1), "mark-warning"),
    ):
        site.office.ahead = until - left - (site.office.now() - site.office.ahead)
        row = re.search(r"<tr><th scope=\"row\">NO TLS</th>.*?</tr>", site.visitor("drift").page.text)[0]
        assert mark in row and str(left.days) in row
        site.office.ahead = timedelta(0)
    site.office.ahead = until - site.office.now() + timedelta(days=1)
    assert "utløpt" in site.visitor("drift").text

"""Sessions, tabs and time: nobody sees a patient too long, and no tab works on another tab's patient."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from ncp.exchange import Operation
from ncp.portal import session as session_module
from ncp.portal.session import IDLE, Sessions
from ncp.portal.web import place
from tests.support.desk import office
from tests.support.portal import fresh, portal_of


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with office(tmp_path_factory.mktemp("office"), "PT", "FI") as made, portal_of(made) as site:
        yield site


@pytest.fixture
def site(house):
    with fresh(house) as ready:
        yield ready


class Slow:
    """A damage that holds the answer to one operation back until it is let go."""

    def __init__(self, operation):
        self.operation, self.asked, self.go = operation, threading.Event(), threading.Event()

    def __call__(self, operation, answer):
        if operation is self.operation:
            self.asked.set()
            assert self.go.wait(20), "nobody let the answer go"
        return answer


def waiting(site, operation, request):
    """Start `request` in a thread and come back when the country has been asked."""
    slow = Slow(operation)
    site.office.damage = slow
    thread = threading.Thread(target=request)
    thread.start()
    assert slow.asked.wait(20)

    def finish():
        slow.go.set()
        thread.join(20)
        assert not thread.is_alive()

    return finish


# --- time ----------------------------------------------------------------------------------------------


def test_a_session_lives_while_it_is_used(site):
    doctor = site.visitor("lege").summary()
    for _ in range(4):
        site.office.ahead += IDLE - timedelta(seconds=1)
        assert doctor.get(doctor.path).status == 200
    site.office.ahead += IDLE - timedelta(seconds=1)
    assert doctor.http.get("/i-bruk").status_code == 204
    site.office.ahead += timedelta(seconds=2)
    assert doctor.get(doctor.path).status == 200


def test_after_fifteen_minutes_the_session_is_over_and_says_so(site):
    doctor = site.visitor("lege").summary()
    held = site.session(doctor)
    where = doctor.path
    site.office.ahead += IDLE + timedelta(seconds=1)
    doctor.get(where)
    assert doctor.path == "/logg-inn" and "Du er logget ut" in doctor.text and "Sousa" not in doctor.text
    assert held.patient is None and site.session(doctor) is not held
    assert IDLE == timedelta(minutes=15)


def test_a_form_of_an_ended_session_does_nothing_and_says_so(site):
    doctor = site.visitor("lege").summary()
    asked = len(site.office.exchanges)
    site.office.ahead += IDLE + timedelta(seconds=1)
    doctor.post("/ps", dokument="0")
    assert doctor.status == 401 and "Du er logget ut" in doctor.text and "Logg inn" in doctor.text
    assert len(site.office.exchanges) == asked


def test_a_newcomer_is_not_told_of_a_session_that_ended(site):
    visitor = site.visitor().get("/")
    assert visitor.path == "/logg-inn" and "Du er logget ut" not in visitor.text
    assert visitor.get("/").path == "/logg-inn" and "Du er logget ut" not in visitor.text


def test_a_login_page_that_stood_open_too_long_is_shown_again_and_blames_nobody(site):
    visitor = site.visitor().get("/logg-inn")
    site.office.ahead += IDLE + timedelta(seconds=1)
    visitor.post("/logg-inn", bruker="lege")
    assert (visitor.path, visitor.status) == ("/logg-inn", 200) and "Du er logget ut" not in visitor.text
    assert visitor.post("/logg-inn", bruker="lege").path == "/"


@pytest.mark.parametrize("idle", [True, False])
def test_with_a_login_its_assertions_end(site, idle):
    doctor = site.visitor("lege").summary()
    other = site.visitor("fastlege").summary()
    cache = site.office.desk.assertions
    ended, living = (site.session(each).login.id for each in (doctor, other))

    def kept(login):
        return [key for held in (cache._hcp, cache._trc) for key in held if key[0] == login]

    assert len(kept(ended)) == len(kept(living)) == 2
    if idle:
        site.office.ahead += IDLE - timedelta(seconds=1)
        other.get("/logg")
        site.office.ahead += timedelta(seconds=2)
        site.sessions.sweep()
    else:
        doctor.post("/logg-ut")
    assert kept(ended) == [] and len(kept(living)) == 2


def test_idle_sessions_are_swept_without_anybody_asking():
    clock = [datetime(2026, 11, 22, tzinfo=UTC)]
    sessions = Sessions(lambda: clock[0])
    session = sessions.start()
    session.patient = object()
    clock[0] += IDLE
    sessions.sweep()
    assert session.patient is not None
    clock[0] += timedelta(seconds=1)
    sessions.sweep()
    assert session.patient is None and sessions.find(session.id) is None


def test_visitors_give_way_before_those_at_work(monkeypatch):
    monkeypatch.setattr(session_module, "MOST_SESSIONS", 3)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    sessions = Sessions(lambda: now)
    worker = sessions.start()
    worker.user = object()
    visitors = [sessions.start() for _ in range(5)]
    assert sessions.find(worker.id) is worker
    assert [sessions.find(each.id) is not None for each in visitors] == [False, False, False, True, True]


def test_logging_out_forgets_everything(site):
    doctor = site.visitor("lege").summary()
    held, where = site.session(doctor), doctor.path
    doctor.post("/logg-ut")
    assert doctor.path == "/logg-inn" and held.patient is None
    assert doctor.get(where).path == "/logg-inn" and "Sousa" not in doctor.text


def test_an_idle_page_logs_out_with_the_reason(site):
    doctor = site.visitor("lege").summary().post("/logg-ut", inaktiv="ja")
    assert doctor.path == "/logg-inn" and "utlopt" in str(doctor.page.url)


def test_a_new_login_gets_a_new_session_and_nothing_of_the_old(site):
    first = site.visitor("lege").summary()
    old = first.http.cookies["ncp"]
    planted = site.session(first)
    first.get("/logg-inn").post("/logg-inn", bruker="sykepleier")
    assert first.http.cookies["ncp"] != old and planted.patient is None
    assert site.session(first).token != planted.token and site.sessions.find(old) is None
    assert "Sousa" not in first.text and "Jonas Syntesen" in first.text


# --- tabs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form", [("/ps", {"dokument": "0"}), ("/pasient/dokumenter", {}), ("/pasient/bekreft", {"kandidat": "0"})]
)
def test_a_form_of_another_patients_tab_is_refused_and_leads_to_the_open_one(site, form):
    first = site.visitor("lege").search().confirm()
    second = first.tab().search("FI").confirm()
    asked = len(site.office.exchanges)
    address, fields = form
    first.post(address, **fields)
    assert (
        first.status == 409
        and "tilhører en annen pasient" in first.text
        or "hører til en annen" in first.text
    )
    assert "Veikko" in first.text and 'href="/pasient/dokumenter">Gå til pasienten' in first.page.text
    assert len(site.office.exchanges) == asked and second.open().status == 200


def test_a_form_of_an_ended_patient_is_refused(site):
    first = site.visitor("lege").search().confirm()
    first.tab().post("/pasient/avslutt")
    first.open()
    assert first.status == 409 and "Ingen pasient er åpen lenger" in first.text
    assert Operation.RETRIEVE not in [each.operation for each in site.office.exchanges]


def test_choosing_the_other_candidate_makes_the_first_ones_pages_stale(site):
    first = site.visitor("lege").search("PT", "900000099")
    chosen = first.tab()
    chosen.confirm(kandidat="0")
    again = first.tab().get("/pasient/bekreft").confirm(kandidat="1")
    assert "900000044" in again.text
    chosen.open()
    assert chosen.status == 409 and "hører til en annen pasient" in chosen.text
    assert Operation.RETRIEVE not in [each.operation for each in site.office.exchanges]


def test_ending_is_good_from_any_tab_however_stale(site):
    first = site.visitor("lege").search().confirm()
    first.tab().search("FI").confirm()
    first.post("/pasient/avslutt")
    assert first.path == "/avsluttet" and site.session(first).patient is None


def test_a_new_search_closes_the_open_patient_even_if_it_fails(site):
    doctor = site.visitor("lege").summary()
    doctor.get("/?land=PT")
    assert "Et nytt søk avslutter den pasienten" in doctor.text
    doctor.search("PT", "900000098")
    assert doctor.status == 424 and site.session(doctor).patient is None and "Sousa" not in doctor.text


@pytest.mark.parametrize(
    ("operation", "address", "fields"),
    [(Operation.LIST, "/pasient/bekreft", {"kandidat": "0", "relasjon": "ja", "informert": "ja"})]
    + [(Operation.RETRIEVE, "/ps", {"dokument": "0"})],
)
def test_the_patient_can_be_ended_while_a_country_is_slow(site, operation, address, fields):
    doctor = site.visitor("lege").search()
    if operation is Operation.RETRIEVE:
        doctor.confirm()
    other = doctor.tab()
    finish = waiting(site, operation, lambda: doctor.post(address, **fields))
    assert other.post("/pasient/avslutt").path == "/avsluttet"
    assert other.get("/").status == 200
    finish()
    assert doctor.status == 409 and "Svaret er kastet" in doctor.text and "Sousa" not in doctor.text
    assert site.session(doctor).patient is None


def test_a_slow_search_can_be_cancelled_and_its_answer_finds_no_place(site):
    doctor = site.visitor("lege").get("/?land=PT")
    other = doctor.tab()
    fields = {"land": "PT", "formaal": "TREATMENT", "felt.healthCardNumber": "900000011"}
    finish = waiting(site, Operation.IDENTIFY, lambda: doctor.post("/pasient/sok", **fields))
    other.post("/pasient/avslutt")
    finish()
    assert doctor.status == 409 and "Svaret er kastet" in doctor.text
    assert site.session(doctor).patient is None


def test_of_two_searches_the_newest_wins(site):
    slow = site.visitor("lege").get("/?land=PT")
    quick = slow.tab()
    fields = {"land": "PT", "formaal": "TREATMENT", "felt.healthCardNumber": "900000011"}
    finish = waiting(site, Operation.IDENTIFY, lambda: slow.post("/pasient/sok", **fields))
    held = site.office.damage
    site.office.damage = None
    quick.search("FI")
    site.office.damage = held
    finish()
    assert slow.status == 409 and 'href="/pasient/bekreft">Gå til pasienten' in slow.page.text
    assert site.session(quick).patient.peer.country == "FI"


def test_logging_out_during_a_slow_call_keeps_the_answer_from_everybody(site):
    doctor = site.visitor("lege").search().confirm()
    session = site.session(doctor)
    finish = waiting(site, Operation.RETRIEVE, lambda: doctor.post("/ps", dokument="0"))
    doctor.tab().post("/logg-ut")
    finish()
    assert doctor.status == 409 and session.patient is None and "Overfølsomhet" not in doctor.text


@pytest.mark.parametrize("text", ["", "-1", "2", "٣", "1e0", "0x1", "9" * 60_000, "1 ", "+1", "\x00"])
def test_a_place_in_a_list_is_a_small_number_and_nothing_else(text):
    assert place(text, 2) is None


def test_a_place_in_a_list():
    assert (place("0", 2), place("1", 2), place("0", 0)) == (0, 1, None)

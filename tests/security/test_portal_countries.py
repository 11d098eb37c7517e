"""A country that is down, slow, hangs up or talks rubbish: told in Norwegian in time, and nothing hangs."""

import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from mock_member_states.certificate_issuing import Role
from mock_member_states.testbed import directory_file
from ncp.connection import Limits, Pool
from ncp.exchange import SoapSender
from ncp.opening import now, opened
from ncp.settings import Settings
from ncp.trust import Trust
from tests.support.chain import MemberStateForTests, identity
from tests.support.hostile import hostile, http
from tests.support.keys import Pair
from tests.support.portal import Site, fresh, serving_portal
from tests.support.serving import serving

PATIENT = Limits(connect=60, read=60, total=60)  # a peer of a test hangs up before: no limit, another error


class Quiet:
    """What `Site` needs of an office."""

    def __init__(self):
        self.damage, self.ahead, self.exchanges = None, None, []


@dataclass
class Lines:
    """Portugal is asked over a pool of its own, so that a limit made small hits nobody else."""

    others: Pool
    portugal: Pool

    def __call__(self, operation, endpoint, body):
        pool = self.portugal if endpoint.country == "PT" else self.others
        return SoapSender(pool)(operation, endpoint, body)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The portal with Finland as it should be, and Portugal wherever a test wants it."""
    folder = tmp_path_factory.mktemp("europe")
    members = [MemberStateForTests.load(code, folder) for code in ("FI", "PT")]
    with serving(members[0]) as finland:
        ports = {"FI": finland.port, "PT": 9}
        directory_file.write(folder, [each.state.country for each in members], ports)
        with opened(Settings(data=folder)) as point:
            lines = Lines(point.pool, Pool(Trust(point.desk.own, now), PATIENT))
            desk = replace(point.desk, send=lines)
            with serving_portal(Settings(data=folder), desk, point.directory) as (app, address):
                with fresh(Site(app, address, Quiet())) as ready:
                    ready.lines = lines
                    yield ready
            lines.portugal.close()


@contextmanager
def portugal(site, *scripts, limits=PATIENT, **more):
    """Portugal answers by script, with its own certificate."""
    pair = identity("PT", Role.TLS)
    site.lines.portugal.limits = limits
    with hostile(Pair(pair.key, pair.certificate), *scripts, **more) as server:
        with moved(site, server.port):
            yield server


@contextmanager
def moved(site, port):
    """Portugal is found at `port`."""
    before = site.app.state.portal
    peer = before.directory.peers["PT"]
    url = f"https://localhost:{port}/services/X"
    there = replace(peer, xcpd=replace(peer.xcpd, url=url), xca=replace(peer.xca, url=url))
    directory = replace(before.directory, peers=dict(before.directory.peers) | {"PT": there})
    site.app.state.portal = replace(before, directory=directory)
    try:
        yield
    finally:
        site.app.state.portal = before


def asked(site, status, said):
    """Ask Portugal: the sentence comes; Finland is served before, meanwhile and afterwards."""
    doctor = site.visitor("lege")
    other = site.visitor("fastlege")
    thread = threading.Thread(target=doctor.search)
    thread.start()
    meanwhile = other.search("FI")
    assert meanwhile.path == "/pasient/bekreft"
    thread.join(60)
    assert not thread.is_alive()
    assert doctor.status == status and said in doctor.text, (doctor.status, doctor.text[-500:])
    assert "EU-kode" in doctor.text and "Referansenummer" in doctor.text
    assert 'value="900000011"' in doctor.page.text
    assert "localhost" not in doctor.text and "Traceback" not in doctor.text
    assert "Overfølsomhet" in other.confirm().open().text


def hear(then):
    """A script that hears the question, then does something."""

    def script(peer):
        peer.request()
        then(peer)

    return script


def test_down(site):
    with portugal(site, hear(lambda peer: None)) as server:
        port = server.port
    with moved(site, port):
        asked(site, 504, "Vi får ikke kontakt med Portugal")


def test_says_nothing(site):
    with portugal(site, hear(lambda peer: peer.hold()), limits=replace(PATIENT, read=0.4)):
        asked(site, 504, "Portugal svarte ikke i tide")


def test_answers_one_byte_at_a_time_for_ever(site):
    answer = http(b"<a/>" * 1000)
    with portugal(site, hear(lambda peer: peer.drip(answer, 0.1)), limits=replace(PATIENT, total=0.9)):
        asked(site, 504, "Portugal svarte ikke i tide")


def test_never_shakes_hands(site):
    with portugal(site, lambda peer: peer.hold(), limits=replace(PATIENT, connect=0.4), tls=False):
        asked(site, 504, "Portugal svarte ikke i tide")


@pytest.mark.parametrize("so_far", [b"", b"HTTP/1.1 200 OK\r\nContent-", http(b"<a>" + b"x" * 5000)[:900]])
def test_hangs_up(site, so_far):
    def script(peer):
        peer.say(so_far)
        peer.reset()

    with portugal(site, hear(script)):
        asked(site, 504, "Vi får ikke kontakt med Portugal")


@pytest.mark.parametrize(
    "answer",
    [
        http(b"\x00\xff" * 500),
        http(b"<html>Service unavailable</html>", kind=b"text/html"),
        http(b"<a/>"),
        http(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        http(b"", b"Location: https://evil.example/", status=b"302 Found"),
        b"220 smtp.example ESMTP\r\n" * 50,
        b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: 99999999999\r\n\r\n",
    ],
    ids=["bytes", "html", "no soap", "doctype", "redirect", "no http", "too large"],
)
def test_talks_rubbish(site, answer):
    with portugal(site, hear(lambda peer: peer.say(answer))):
        asked(site, 502, "Svaret fra Portugal kunne ikke leses")


def test_is_too_busy(site):
    with portugal(site, hear(lambda peer: peer.say(http(b"", kind=b"text/html", status=b"503 Busy")))):
        asked(site, 504, "Vi får ikke kontakt med Portugal")


def test_is_somebody_else(site):
    pair = identity("CZ", Role.TLS)
    with hostile(Pair(pair.key, pair.certificate), hear(lambda peer: peer.say(http(b"<a/>")))) as server:
        with moved(site, server.port):
            asked(site, 502, "Vi kan ikke være sikre på at svaret kommer fra Portugal")
        assert server.requests == []


def test_many_clinicians_wait_for_one_country_and_the_rest_work_on(site):
    with portugal(site, hear(lambda peer: peer.hold()), limits=replace(PATIENT, read=0.4)):
        doctors = [site.visitor("lege") for _ in range(12)]
        threads = [threading.Thread(target=doctor.search) for doctor in doctors]
        for thread in threads:
            thread.start()
        assert "Overfølsomhet" in site.visitor("fastlege").summary("FI").text
        for thread in threads:
            thread.join(60)
    assert {doctor.status for doctor in doctors} == {504}

"""Sessions that cannot be planted, and nothing left behind that names a patient."""

import http.client
import re
from urllib.parse import urlsplit

import anyio
import pytest
import structlog

from ncp.app import create_app
from tests.support.desk import office
from tests.support.portal import fresh, portal_of


@pytest.fixture(scope="module")
def other_house(tmp_path_factory):
    with office(tmp_path_factory.mktemp("other"), "PT") as made, portal_of(made) as site:
        yield site


@pytest.fixture
def site(other_house):
    """A portal of its own for each test: nobody is logged in."""
    with fresh(other_house) as ready:
        yield ready


@pytest.mark.parametrize(
    "cookie",
    [
        "ncp=",
        "ncp=x; ncp=y",
        "ncp=" + "x" * 7000,
        "=;=;;",
        "ncp=\x80\xff",
        'ncp="\\073"',
        "; ".join(f"c{number}=1" for number in range(500)),
    ],
)
def test_a_cookie_that_is_none_is_a_visitor_without_session(site, cookie):
    visitor = site.visitor()
    at = urlsplit(visitor.address)
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=20)
    connection.request("GET", "/", headers={"Cookie": cookie.encode("latin-1")})
    answer = connection.getresponse()
    assert answer.status == 303 and answer.headers["Location"].startswith("/logg-inn")
    connection.close()
    assert site.visitor("lege").status == 200


def test_the_cookie_is_for_us_alone(site):
    visitor = site.visitor()
    first = visitor.http.get("/logg-inn", follow_redirects=False).headers["set-cookie"]
    visitor.get("/logg-inn")
    data = visitor.hidden() | {"bruker": "lege"}
    second = visitor.http.post("/logg-inn", data=data, follow_redirects=False).headers["set-cookie"]
    for cookie in (first, second):
        assert re.fullmatch(r"ncp=(person-)?[\w-]{24}; HttpOnly; Path=/; SameSite=strict", cookie), cookie
    assert first.split(";")[0] != second.split(";")[0]


def test_a_planted_session_is_worth_nothing_after_the_login(site):
    attacker = site.visitor().get("/logg-inn")
    planted = attacker.http.cookies["ncp"]
    victim = site.visitor()
    victim.http.cookies.set("ncp", planted, domain="127.0.0.1", path="/")
    victim.log_in("lege").summary()
    assert "Overfølsomhet" in victim.text and victim.http.cookies["ncp"] != planted
    assert attacker.get("/").path == "/logg-inn" and attacker.get(victim.path).path == "/logg-inn"


def test_over_tls_the_cookie_travels_over_tls_only(site):
    """What `remember` writes when the request came over https, as behind a proxy that ends TLS."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": "/logg-inn",
        "raw_path": b"/logg-inn",
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 443),
    }
    office_ = site.office
    app = create_app(office_.settings, office_.desk, site.app.state.portal.directory)
    anyio.run(app, scope, receive, send)
    cookies = [value for name, value in sent[0]["headers"] if name == b"set-cookie"]
    assert len(cookies) == 1 and b"Secure" in cookies[0]


def test_no_log_line_no_address_and_no_title_names_the_patient(site, capfd):
    addresses, titles = [], []
    with structlog.testing.capture_logs() as lines:
        doctor = site.visitor("lege")
        doctor.http.event_hooks["request"] = [lambda request: addresses.append(str(request.url))]
        doctor.http.event_hooks["response"] = [lambda answer: addresses.append(str(answer.headers))]
        doctor.search(formaal="EMERGENCY", grunn="Bevisstløs etter fall")
        titles.append(doctor.page.text)
        for step in (doctor.confirm, doctor.open):
            step()
            titles.append(doctor.page.text)
        site.office.damage = lambda operation, answer: 1 / 0
        doctor.search()
        site.office.damage = None
        doctor.search("PT", "900000098")
    assert len(lines) >= 8
    printed = "".join(capfd.readouterr())
    said = repr(lines) + printed + " ".join(addresses)
    heads = " ".join(re.search(r"<title>.*?</title>", page, re.DOTALL)[0] for page in titles)
    for secret in (
        "900000011",
        "900000098",
        "Maria",
        "Leonor",
        "Tavares",
        "19850312",
        "12.03.1985",
        "Bevisstl",
    ):
        assert secret not in said, secret
        assert secret not in heads, secret

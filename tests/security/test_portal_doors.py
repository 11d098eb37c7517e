"""Nonsense and malice at every form and address: the right status, no stack trace, and the next is served."""

import http.client
import re
from urllib.parse import urlsplit

import pytest
import structlog

from ncp.app import create_app
from ncp.portal.web import LARGEST_FORM, MOST_FIELDS
from terminology.pages.security import CSP
from tests.support.desk import office
from tests.support.portal import fresh, portal_of

FORMS = [
    "/logg-inn",
    "/logg-ut",
    "/spraak",
    "/pasient/sok",
    "/pasient/bekreft",
    "/pasient/dokumenter",
    "/pasient/avslutt",
    "/ps",
    "/ps/x/samme",
    "/ps/x/tekst",
    "/ps/x/brukt",
]
PAGES = ["/", "/logg", "/om", "/tilgjengelighet", "/logg-inn", "/pasient/bekreft", "/pasient/dokumenter"]
METHODS = {
    "/": "GET",
    "/ps": "POST",
    "/ps/x": "GET",
    "/pasient/dokumenter": "GET, POST",
    "/static/app.css": "GET",
    "/logg-ut": "POST",
    "/helse": "GET",
}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with office(tmp_path_factory.mktemp("office"), "PT") as made, portal_of(made) as site, fresh(site):
        yield site


@pytest.fixture(scope="module")
def other_house(tmp_path_factory):
    with office(tmp_path_factory.mktemp("other"), "PT") as made, portal_of(made) as site:
        yield site


@pytest.fixture
def site(other_house):
    """A portal of its own for each test: nobody is logged in."""
    with fresh(other_house) as ready:
        yield ready


@pytest.fixture(scope="module")
def at_work(house):
    """A doctor with an open summary."""
    with_patient = house.visitor("lege").summary()
    return with_patient, with_patient.page


@pytest.fixture
def doctor(at_work, house):
    """The doctor with the summary on the screen; after each test that page is still served."""
    made, page = at_work
    made.page = page
    yield made
    made.page = page
    tab = made.tab().get(made.path)
    assert tab.status == 200 and "Overfølsomhet" in tab.text
    for client in house.clients[1:]:
        client.close()
    del house.clients[1:]


def refused(visitor, status):
    """A page of ours that says no in words, and nothing of the inside."""
    assert visitor.status == status, (visitor.status, visitor.text[:300])
    assert "Noe gikk galt" in visitor.text
    inside = "|".join(("Traceback", r"\.py", "sqlite", "starlette", "jinja2", "Exception"))
    assert not re.search(inside, visitor.text)


def raw(visitor, method, path, body=b"", **headers):
    """A request exactly as given."""
    at = urlsplit(visitor.address)
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=20)
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.http.cookies.items())
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, {"Cookie": cookies, **named})
        answer = connection.getresponse()
        return answer, answer.read().decode(errors="replace")
    finally:
        connection.close()


# --- whose form is it ------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "", "x", "\x00", "é", "A" * 5000])
def test_a_form_without_our_token_does_nothing(house, doctor, token):
    asked = len(house.office.exchanges)
    tab = doctor.tab()
    for path in FORMS:
        tab.page = doctor.page
        tab.post(path, token=token, land="PT", dokument="0", bruker="tester", language="en")
        refused(tab, 403)
        assert "kom ikke fra denne siden" in tab.text and len(house.office.exchanges) == asked
        assert house.session(doctor).patient is not None and house.session(doctor).language == "nb"


@pytest.mark.parametrize("site_said", ["cross-site", "same-site", "none", "nonsense"])
def test_a_form_of_another_site_does_nothing(doctor, site_said):
    tab = doctor.tab()
    tab.http.headers["Sec-Fetch-Site"] = site_said
    for path in FORMS:
        tab.page = doctor.page
        refused(tab.post(path), 403)


def test_an_older_browser_names_the_origin(doctor):
    tab = doctor.tab()
    for origin in ("https://evil.example", "http://127.0.0.1:1", "//", "http://[", "null.example"):
        tab.http.headers["Origin"] = origin
        tab.page = doctor.page
        refused(tab.post("/pasient/avslutt"), 403)
    tab.http.headers["Origin"] = doctor.address
    tab.page = doctor.page
    assert tab.post("/spraak", language="nb", next="/om").path == "/om"


def test_another_sessions_token_is_worth_nothing(house, doctor):
    other = house.visitor("fastlege")
    token = other.hidden()["token"]
    refused(doctor.tab().post("/pasient/avslutt", token=token), 403)


def test_a_form_without_a_session_does_nothing(site):
    visitor = site.visitor()
    for path in FORMS:
        visitor.page = visitor.http.post(path, data={"token": "x"})
        refused(visitor, 401)
        assert "Du er logget ut" in visitor.text


# --- what is in it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"token=%(token)s&x=" + b"a" * LARGEST_FORM, FORM, 413),
        (b"&".join(b"f%d=1" % number for number in range(MOST_FIELDS + 5)), FORM, 400),
        (b"token=%(token)s&token=%(token)s", FORM, 400),
        (b"token=%(token)s&land=PT&land=FI", FORM, 400),
        (b"token=%%ff%%fe", FORM, 400),
        (b"token=\xff\xfe", FORM, 400),
        (b'{"token": "%(token)s"}', "application/json", 415),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x", 415),
        (b"token=%(token)s", "text/plain", 415),
        (b"token=%(token)s", "", 415),
        (b"", FORM, 403),
        (b"&&&===&", FORM, 403),
        (b"\x00" * 100, FORM, 403),
    ],
)
def test_a_form_that_is_none_is_refused(doctor, body, kind, status):
    token = doctor.hidden()["token"].encode()
    sent = body % {b"token": token} if b"%(" in body or b"%%" in body else body
    for path in FORMS:
        answer, text = raw(doctor, "POST", path, sent, Content_Type=kind)
        assert answer.status == status, text[:500]
        assert "Noe gikk galt" in text and "Traceback" not in text
        assert answer.headers["Content-Security-Policy"] == CSP


def test_a_form_that_never_ends_is_cut_off(doctor):
    def endless():
        yield b"token=x&a="
        for _ in range(200):
            yield b"a" * 1024

    tab = doctor.tab()
    tab.page = tab.http.post("/spraak", content=endless(), headers={"Content-Type": FORM})
    refused(tab, 413)


@pytest.mark.parametrize("number", ["", "-1", "99", "٣", "0x0", "1e0", "9" * 60_000, "\x00", "0; DROP"])
def test_a_document_number_that_is_none_is_refused(house, doctor, number):
    asked = len(house.office.exchanges)
    tab = doctor.tab().post("/ps", dokument=number)
    refused(tab, 409)
    assert len(house.office.exchanges) == asked


@pytest.mark.parametrize("number", ["", "1", "-1", "٠", "9" * 60_000, "\x00"])
def test_a_candidate_number_that_is_none_is_refused(site, number):
    tab = site.visitor("lege").search().confirm(kandidat=number)
    assert tab.status == 422 and "Velg hvem av dem" in tab.text


@pytest.mark.parametrize("name", ["", "admin", "LEGE\x00", "../tester", "𝔩𝔢𝔤𝔢", "x" * 50_000])
def test_an_unknown_person_is_refused(site, name):
    visitor = site.visitor().get("/logg-inn").post("/logg-inn", bruker=name)
    refused(visitor, 422)
    assert site.session(visitor).user is None


@pytest.mark.parametrize("language", ["", "de", "nb\x00", "../nb", "n" * 50_000])
def test_an_unknown_language_is_refused(doctor, language):
    refused(doctor.tab().post("/spraak", language=language), 422)


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nSet-Cookie: ncp=x",
        "",
    ],
)
def test_the_way_back_stays_here(doctor, back):
    answer = doctor.tab().http.post(
        "/spraak", data=doctor.hidden() | {"language": "nb", "next": back}, follow_redirects=False
    )
    assert answer.status_code == 303
    to = answer.headers["location"]
    assert to.startswith("/") and not re.match(r"/[/\\\s]", to)
    assert "set-cookie" not in answer.headers or "ncp=x" not in answer.headers["set-cookie"]


# --- addresses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/finnes-ikke",
        "/ps/",
        "/ps/x",
        "/ps/x/original.xml",
        "/ps/x/original.pdf",
        "/ps/" + "a" * 5000,
        "/ps/%00",
        "/ps/..%2f..%2fetc%2fpasswd",
        "/static/",
        "/static/x.css",
        "/static/..%2f..%2fncp%2fapp.py",
        "/static/%2e%2e/%2e%2e/ncp/app.py",
        "/static/....//app.py",
        "/static/app.css%00.png",
        "/static/app.css/",
        "/%ff%fe",
        "//evil.example/",
        "/docs",
        "/openapi.json",
        "/logg/",
    ],
)
def test_an_address_that_is_none_is_not_found(doctor, path):
    answer, text = raw(doctor, "GET", path)
    assert answer.status == 404, path
    assert "Noe gikk galt" in text and "Traceback" not in text and "root:" not in text
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_address_line_may_hold_anything(doctor):
    for query in ("land=%00", "land=" + "x" * 5000, "land=PT&land=FI", "%ff=%ff", "land[]=1", "=&&="):
        answer, text = raw(doctor, "GET", f"/?{query}")
        assert answer.status == 200 and "Finn pasienten" in text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "HEAD"])
def test_a_method_that_is_none_is_told_which_there_are(doctor, method):
    for path, allowed in METHODS.items():
        answer, text = raw(doctor, method, path)
        assert (answer.status, answer.headers["Allow"]) == (405, allowed), path
        assert answer.headers["Content-Security-Policy"] == CSP
        assert method == "HEAD" or "ikke brukes på den måten" in text


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


# --- what every answer carries -----------------------------------------------------------------------------


def test_every_answer_carries_the_headers(doctor):
    where = doctor.path
    for path in (
        *PAGES,
        where,
        f"{where}/original.xml",
        "/finnes-ikke",
        "/static/x",
        "/helse",
        "/static/app.css",
    ):
        headers = doctor.http.get(path, follow_redirects=False).headers
        assert headers["Cache-Control"] == "no-store", path
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin" and "Permissions-Policy" in headers
        assert "server" not in headers and "x-powered-by" not in headers


def test_only_marked_files_that_exist_are_kept_by_the_browser(doctor):
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', doctor.page.text))
    assert len(files) >= 6
    for address in files:
        answer = doctor.http.get(address)
        assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"], address
    assert doctor.http.get("/static/x.css?v=1").headers["Cache-Control"] == "no-store"


def test_pages_hold_no_script_or_style_of_their_own(doctor):
    for path in (doctor.path, "/", "/pasient/dokumenter", "/logg"):
        text = doctor.tab().get(path).page.text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|<script(?![^>]*\ssrc=)", text), (
            path
        )
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text), path


def test_the_cookie_is_for_us_alone(site):
    visitor = site.visitor()
    first = visitor.http.get("/logg-inn", follow_redirects=False).headers["set-cookie"]
    visitor.get("/logg-inn")
    data = visitor.hidden() | {"bruker": "lege"}
    second = visitor.http.post("/logg-inn", data=data, follow_redirects=False).headers["set-cookie"]
    for cookie in (first, second):
        assert re.fullmatch(r"ncp=[\w-]{24}; HttpOnly; Path=/; SameSite=strict", cookie), cookie
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
    import anyio

    anyio.run(app, scope, receive, send)
    cookies = [value for name, value in sent[0]["headers"] if name == b"set-cookie"]
    assert len(cookies) == 1 and b"Secure" in cookies[0]


# --- what stays behind -------------------------------------------------------------------------------------


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

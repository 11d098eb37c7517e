"""Forms that are not ours, or hold nonsense: the right status, no stack trace, and the next is served."""

import re

import pytest

from ncp.portal.web import LARGEST_FORM, MOST_FIELDS
from terminology.pages.security import CSP
from tests.support.desk import office
from tests.support.portal import fresh, portal_of
from tests.support.portal_doors import at_work, raw, refused, still_served

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
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with at_work(tmp_path_factory.mktemp("office")) as made:
        yield made


@pytest.fixture
def doctor(house):
    with still_served(*house) as at_the_screen:
        yield at_the_screen


@pytest.fixture(scope="module")
def other_house(tmp_path_factory):
    with office(tmp_path_factory.mktemp("other"), "PT") as made, portal_of(made) as site:
        yield site


@pytest.fixture
def site(other_house):
    """A portal of its own for each test: nobody is logged in."""
    with fresh(other_house) as ready:
        yield ready


@pytest.mark.parametrize("token", [None, "", "x", "\x00", "é", "A" * 5000])
def test_a_form_without_our_token_does_nothing(house, doctor, token):
    asked = len(house[0].office.exchanges)
    tab = doctor.tab()
    for path in FORMS:
        tab.page = doctor.page
        tab.post(path, token=token, land="PT", dokument="0", bruker="tester", language="en")
        refused(tab, 403)
        assert "kom ikke fra denne siden" in tab.text and len(house[0].office.exchanges) == asked
        assert house[0].session(doctor).patient is not None and house[0].session(doctor).language == "nb"


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
    other = house[0].visitor("fastlege")
    token = other.hidden()["token"]
    refused(doctor.tab().post("/pasient/avslutt", token=token), 403)


def test_a_form_without_a_session_does_nothing(site):
    visitor = site.visitor()
    for path in FORMS:
        visitor.page = visitor.http.post(path, data={"token": "x"})
        if path == "/logg-inn":  # shown again
            assert (visitor.path, visitor.status) == (path, 200)
            visitor = site.visitor()
            continue
        refused(visitor, 401)
        assert "Du er logget ut" in visitor.text


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
        assert 'class="error-summary' in text and "Traceback" not in text
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
    asked = len(house[0].office.exchanges)
    tab = doctor.tab().post("/ps", dokument=number)
    refused(tab, 409)
    assert len(house[0].office.exchanges) == asked


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

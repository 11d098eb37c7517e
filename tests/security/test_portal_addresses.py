"""Addresses, methods and headers: nonsense is told so in words, and every answer carries the headers."""

import re

import pytest

from terminology.pages.security import CSP
from tests.support.portal_doors import at_work, raw, still_served

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


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with at_work(tmp_path_factory.mktemp("office")) as made:
        yield made


@pytest.fixture
def doctor(house):
    with still_served(*house) as at_the_screen:
        yield at_the_screen


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
    assert 'class="error-summary' in text and "Traceback" not in text and "root:" not in text
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

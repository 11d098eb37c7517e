"""The page frame in a real browser: policy, accessibility, narrow windows, paper, storage."""

import base64
import re
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from terminology.pages import assets
from terminology.pages.assets import static_files
from terminology.pages.environment import environment, render
from terminology.pages.frame import Frame, Link, PatientBanner
from terminology.pages.security import PAGE_HEADERS
from tests.support.chromium import PATIENCE, chromium

pytestmark = pytest.mark.browser
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
AXE = Path(assets.__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
BANNER = PatientBanner(
    "TESTESEN, Maria João",
    "05.06.1958 (68 år)",
    "kvinne",
    "123456789",
    "Portugal",
    source="Pasientoppsummering · laget 03.11.2026 · hentet kl. 14:05",
    marks=("Åpnet ved akutt behov",),
    end_action="/avslutt",
)
PAGE = """{% extends "base.html" %}
{% import "marks.html" as marks with context %}
{% block main %}
<h1>Pasientoppsummering</h1>
<section class="panel panel-alert"><h2>{{ t("section.alerts") }}</h2>
<p>{{ marks.level("danger", t("severity.severe")) }} Penicillin
{% for state in ["translated", "mapped", "approximate_broader", "english_only", "untranslated"] %}
{{ marks.translation(state) }}
{% endfor %}
{% for state in ["none_known", "not_stated", "not_received", "not_displayable"] %}
{{ marks.absence(state) }}
{% endfor %}</p></section>
<div class="table-scroll"><table class="data stack"><caption>Legemidler</caption>
<thead><tr><th scope="col">Virkestoff</th><th scope="col" class="date">Siden</th></tr></thead>
<tbody><tr><td data-label="Virkestoff">Metoprolol depottablett</td><td
 class="date" data-label="Siden">2019</td></tr></tbody></table></div>
<form method="post" action="/sok"><div class="field"><label class="ds-label" for="id">Helsekortnummer</label>
<input class="ds-input" id="id" name="id"></div>
<div class="actions"><button class="ds-button" type="submit">{{ t("search.search") }}</button></div></form>
<details class="more"><summary>{{ t("view.details") }}</summary><p>FOLDED AWAY</p></details>
{% for number in range(40) %}
<section class="panel"><h2>Del {{ number }}</h2><p>Tekst.</p></section>
{% endfor %}
{% endblock %}"""


class Site(BaseHTTPRequestHandler):
    """The frame as the portal serves it: our headers, our static files."""

    pages: dict[str, str] = {}

    def do_GET(self):
        path = urlsplit(self.path).path
        if path.startswith(assets.URL):
            file = static_files()[path.removeprefix(assets.URL)]
            self.answer(file.read_bytes(), {"Content-Type": TYPES[file.suffix]})
        else:
            self.answer(
                self.pages[path].encode(), {"Content-Type": "text/html; charset=utf-8", **PAGE_HEADERS}
            )

    def answer(self, body, headers):
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Tests print nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    made = environment(folder)
    menu = (Link("/", "Land og pasient", current=True), Link("/logg", "Logg"))
    frame = Frame(
        "nb",
        "Pasientoppsummering",
        menu,
        user="Kari Nordmann, lege",
        logout_action="/ut",
        language_action="/sprak",
    )
    pages = {
        "/": Frame("nb", "Forside"),
        "/patient": Frame(**{**fields(frame), "banner": BANNER}),
        "/end": Frame("nb", "Avsluttet", clears_storage=True),
    }
    Site.pages = {path: render(made, "page.html", each) for path, each in pages.items()}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {path: f"http://127.0.0.1:{server.server_port}{path}" for path in pages}
    server.shutdown()
    server.server_close()


def fields(frame):
    return {name: getattr(frame, name) for name in frame.__dataclass_fields__}


@pytest.fixture(scope="module")
def browser():
    with chromium() as launched:
        yield launched


@pytest.fixture
def opened(browser, address):
    """Open a page; at the end, no script failed and no policy was broken."""
    complaints, contexts = [], []

    def open_page(path, width=1280, height=800, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address[path], wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def serious(page):
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("path", ["/", "/patient"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing(opened, path, width):
    assert serious(opened(path, width=width)) == []


def test_the_policy_stops_inline_script_and_style(browser, address):
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    broken = []
    page.on("console", lambda message: broken.append(message.text))
    page.goto(address["/patient"], wait_until="load")
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "document.title = 'taken over'";
            document.body.append(script);
            document.body.insertAdjacentHTML("beforeend", "<p style='color:red' onclick='x()'>x</p>");
        }"""
    )
    assert page.title().startswith("Pasientoppsummering") and len(broken) >= 2
    assert all("Content Security Policy" in text for text in broken)
    page.close()


def test_nothing_is_cut_off_at_320_pixels(opened):
    """1280 pixels at 400 % zoom are 320: the page reflows into one column, without sideways scrolling."""
    page = opened("/patient", width=320, height=640)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.locator(".page-head").bounding_box()["height"] < 640 / 3


def test_at_400_percent_the_identity_stays_and_leaves_most_of_the_window(opened):
    page = opened("/patient", width=320, height=256)
    page.evaluate("window.scrollTo(0, 2000)")
    page.wait_for_function("document.querySelector('.banner').getBoundingClientRect().top === 0")
    banner = page.locator(".banner")
    assert "123456789" in banner.inner_text() and banner.bounding_box()["height"] <= 256 * 0.4


def test_the_patient_stays_in_view(opened):
    page = opened("/patient")
    page.evaluate("window.scrollTo(0, 2000)")
    name = page.locator(".banner-name").bounding_box()
    assert 0 <= name["y"] < 120
    assert page.locator(".test-mark").bounding_box()["y"] == 0


def test_the_keyboard_reaches_the_content_and_is_seen(opened):
    page = opened("/patient")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#innhold"
    assert page.locator(".ds-skip-link").bounding_box()["height"] > 24
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "innhold"


def test_targets_are_large_enough(opened):
    page = opened("/patient")
    for button in page.locator("button, .site-menu a, summary").all():
        assert button.bounding_box()["height"] >= 24, button.text_content()


def test_forced_colours_keep_borders_of_marks(opened):
    page = opened("/patient", forced_colors="active")
    widths = page.eval_on_selector_all(".mark", "all => all.map(e => getComputedStyle(e).borderTopWidth)")
    assert widths and set(widths) == {"1px"}


def test_storage_holds_the_path_key_only_and_the_last_page_nothing(opened, address):
    page = opened("/patient")
    assert page.evaluate("Object.keys(sessionStorage)") in ([], ["htmx-current-path-for-history"])
    assert page.evaluate("localStorage.length") == 0
    page.goto(address["/end"], wait_until="load")
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_a_form_is_sent_once(opened):
    page = opened("/patient")
    sent = page.evaluate(
        """() => {
            const form = document.querySelector("form[action='/sok']");
            let sent = 0;
            window.addEventListener("submit", (event) => {
                if (!event.defaultPrevented) sent += 1;
                event.preventDefault();
            });
            form.querySelector("button").click();
            form.querySelector("button").click();
            return [sent, form.querySelector("button").getAttribute("aria-disabled")];
        }"""
    )
    assert sent == [1, "true"]


def test_paper_opens_what_is_folded(opened):
    page = opened("/patient")
    is_open = "document.querySelector('details').open"
    assert not page.evaluate(is_open)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(is_open)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert not page.evaluate(is_open)


def test_every_printed_page_says_whose_it_is(opened):
    page = opened("/patient")
    page.emulate_media(media="print")
    for hidden in (".site", ".site-foot", ".banner-end", ".actions"):
        assert all(not part.is_visible() for part in page.locator(hidden).all())
    pages = printed(page.pdf(prefer_css_page_size=True))
    assert len(pages) >= 3
    assert len(set(pages)) == len(pages)  # the page numbers differ
    lines = [
        {line for line in ("".join(re.findall(r"<([0-9A-F]+)>", text)) for text in each) if len(line) >= 40}
        for each in (re.findall(r"BT\n(.*?)ET\n", each, re.DOTALL) for each in pages)
    ]  # each line as its glyphs, of four digits each, if it has ten or more
    assert len(set.intersection(*lines)) >= 5  # test mark, name, birth date, emergency mark, source


def printed(pdf):
    """The drawing commands of each page of a PDF that Chromium has written."""
    streams = []
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            text = zlib.decompress(match[1])
        except zlib.error:
            continue
        if b" Tf" in text:
            streams.append(text.decode("latin-1"))
    return streams


def test_the_picture_is_not_blank(opened):
    """A style sheet that failed to load leaves black on white without the coloured banner."""
    page = opened("/patient")
    colours = [
        page.eval_on_selector(selector, "e => getComputedStyle(e).backgroundColor")
        for selector in (".banner", ".test-mark", ".actions .ds-button")
    ]
    assert len(set(colours)) == 3 and colours[0] == "rgb(11, 74, 115)"
    assert len(base64.b64encode(page.screenshot())) > 20_000

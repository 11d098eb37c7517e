"""The display in a real browser: accessibility, narrow windows, paper, side by side, the file inside."""

import base64
import re
import zlib
from pathlib import Path

import pytest

from cda.display import page
from cda.parse import parse
from terminology.pages import assets
from tests.support.cda_documents import document, rich
from tests.support.cda_pages import CONTEXT, TERMS
from tests.support.chromium import chromium

pytestmark = pytest.mark.browser
AXE = Path(assets.__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
COUNTRIES = Path(__file__).parents[2] / "mock_member_states" / "countries"
PDF = b"%PDF-1.4\n% hostile: <script>alert(1)</script>\n"
LEVEL_1 = (
    '<nonXMLBody><text mediaType="application/pdf" representation="B64">'
    f"{base64.b64encode(PDF).decode()}</text></nonXMLBody>"
)
LONG = b'extension="' + b"7" * 90 + b'"'
SOURCES = {
    "own": rich(),
    "file": document(LEVEL_1),
    "long": rich().replace(b'extension="doc-1"', LONG).replace(b'extension="777001"', LONG),
    "fi": (COUNTRIES / "fi" / "documents" / "090451-911K-ps-l3.xml").read_bytes(),
}


@pytest.fixture(scope="module")
def browser():
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for name, data in SOURCES.items():
        (folder / f"{name}.html").write_text(page(parse(data), TERMS, context=CONTEXT).html, encoding="utf-8")
    return folder


@pytest.fixture
def opened(browser, files):
    """Open a page; at the end, nothing failed and no policy was broken."""
    tabs, said = [], []

    def open_page(name, width=1280):
        tab = browser.new_page(viewport={"width": width, "height": 720})
        tab.on("console", lambda message: said.append(message.text))
        tab.goto((files / f"{name}.html").as_uri())
        tabs.append(tab)
        return tab

    yield open_page
    for tab in tabs:
        tab.close()
    assert said == []


def violations(tab):
    """What axe finds wrong. The page allows no script at all, so axe comes in past its policy."""
    session = tab.context.new_cdp_session(tab)
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    found = tab.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found["violations"]]


@pytest.mark.parametrize("name", ["own", "file"])
def test_axe_finds_no_violation(opened, name):
    assert violations(opened(name)) == []


@pytest.mark.parametrize("side", [False, True])
def test_axe_finds_no_violation_with_everything_open(opened, side):
    tab = opened("own")
    tab.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    tab.set_checked("#side", side)
    assert violations(tab) == []


@pytest.mark.parametrize("name", SOURCES)
def test_a_narrow_window_never_scrolls_sideways(opened, name):
    tab = opened(name, width=320)
    assert tab.evaluate("document.documentElement.scrollWidth") == 320
    if tab.locator("#side").count():
        tab.check("#side")
        assert tab.evaluate("document.documentElement.scrollWidth") == 320


def test_the_first_alert_is_seen_without_scrolling(opened):
    tab = opened("fi")
    box = tab.locator(".alerts li").first.bounding_box()
    assert box["y"] + box["height"] < 720


def test_the_switch_puts_the_original_to_the_right_of_its_own_entry(opened):
    tab = opened("own")
    entry = tab.locator(".entry").first
    assert not entry.locator(".o").first.is_visible()
    tab.locator("#side").focus()
    tab.keyboard.press("Space")
    left, right = entry.locator("h3").bounding_box(), entry.locator(".o").first.bounding_box()
    assert right["x"] > left["x"] + 300 and abs(right["y"] - left["y"]) < 40


def test_side_by_side_stacks_in_a_narrow_window(opened):
    tab = opened("own", width=320)
    tab.check("#side")
    entry = tab.locator(".entry").first
    left, right = entry.locator("h3").bounding_box(), entry.locator(".o").first.bounding_box()
    assert right["y"] > left["y"] + left["height"]


def test_paper_opens_everything_and_shows_each_fact(opened):
    tab = opened("fi")
    tab.emulate_media(media="print")
    hidden = tab.evaluate(
        """[...document.querySelectorAll('[data-fact]')].filter(each => each.getClientRects().length === 0)
           .map(each => each.outerHTML.slice(0, 200))"""
    )
    assert hidden == []


def test_paper_has_the_banner_and_the_source_on_every_page(opened):
    tab = opened("fi")
    pages = printed(tab.pdf(prefer_css_page_size=True))
    assert 5 < len(pages) < 15
    assert len(set(pages)) == len(pages)  # the page numbers differ
    lines = [
        {line for line in ("".join(re.findall(r"<([0-9A-F]+)>", text)) for text in each) if len(line) >= 40}
        for each in (re.findall(r"BT\n(.*?)ET\n", each, re.DOTALL) for each in pages)
    ]  # each line as its glyphs, of four digits each, if it has ten or more
    assert len(set.intersection(*lines)) >= 4  # test mark, patient, two lines of source


def printed(pdf):
    """The drawing commands of each page of a PDF that Chromium has written."""
    streams = re.findall(rb"/Filter /FlateDecode[^>]*>>\s*stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    found = [zlib.decompress(stream).decode("latin-1") for stream in streams]
    return [text for text in found if "BT\n" in text]


def test_the_file_of_a_level_1_document_is_saved_and_never_run(opened):
    tab = opened("file")
    with tab.expect_download() as waiting:
        tab.click(".file a")
    assert waiting.value.suggested_filename == "original.pdf"
    assert Path(waiting.value.path()).read_bytes() == PDF
    assert tab.locator("iframe, object, embed").count() == 0

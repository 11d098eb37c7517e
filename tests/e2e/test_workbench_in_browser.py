"""The terminology manager's whole path in Chromium: a workbook, its diff, a second person, a release, back.

Over the real chain: the doctor who opens the summary asks a simulated Portugal by mutual TLS.
"""

from contextlib import ExitStack

import pytest

from tests.support.cda_documents import problem, section, summary
from tests.support.chromium import chromium
from tests.support.portal_browser import window
from tests.support.portal_chain import real_portal
from tests.support.terminology_files import SNOMED, book, mvc

pytestmark = pytest.mark.browser
DEVICES = "1.3.6.1.4.1.12559.11.10.1.3.1.42.8"
HEADER = ("Code System ID", "Code System Version", "Concept Code", "Description", "nb-NO")
ENGLISH, NORWEGIAN = "Intrauterine contraceptive device", "Livmorinnlegg (spiral)"
CODE = "268460000"


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    with real_portal(tmp_path_factory.mktemp("europe")) as made:
        yield made


@pytest.fixture(scope="module")
def browser():
    with chromium() as launched:
        yield launched


@pytest.fixture
def tabs(browser, portal):
    """Browsers of the doctor and of two terminology managers, logged in."""
    with ExitStack() as stack:
        users = ("lege", "terminolog1", "terminolog2")
        yield [stack.enter_context(window(browser, portal[1])).log_in(user) for user in users]


@pytest.fixture
def workbook(tmp_path):
    rows = mvc(DEVICES, (SNOMED, "", CODE, ENGLISH, NORWEGIAN), name="eHDSIMedicalDevice", header=HEADER)
    return book(tmp_path / "utstyr.xlsx", [("eHDSIMedicalDevice", rows)])


def to(tab, path):
    tab.page.goto(tab.address + path)
    return tab


def follow(tab, link):
    with tab.page.expect_navigation():
        tab.page.get_by_role("link", name=link).first.click()
    return tab


def test_from_a_workbook_to_the_clinician_and_back(tabs, portal, workbook):
    doctor, first, second = tabs
    doctor.summary("PT")
    assert ENGLISH in doctor.text and NORWEGIAN not in doctor.text
    portal[0].gaps.settle()

    to(first, "/term/mangler").sound("term-gaps")
    assert CODE in first.text
    to(first, "/term/import").page.set_input_files("#fil", workbook)
    first.press("Send inn og lag rapport").sound("term-import-report", narrow=True)
    assert "rapporten er klar" in first.text and NORWEGIAN in first.text
    first.press("Ta inn i utkastet")
    assert "tatt inn" in first.text
    follow(first, "Gå gjennom det den kom med")
    first.page.get_by_text("rader på én gang").click()
    first.press("Send 1 til gjennomgang").sound("term-queue-own")
    assert "en annen må godkjenne" in first.text

    to(second, "/term/versjoner/sammenlign").sound("term-diff")
    assert NORWEGIAN in second.text and "til gjennomgang" in second.text
    to(second, "/term/gjennomgang").sound("term-queue", narrow=True).press(f"Godkjenn {CODE}")
    assert "Godkjent. Kommer til klinikerne" in second.text
    to(second, "/term/versjoner").page.fill("#f-navn", "8.1.0 med spiral")
    second.press("Lag utgave av utkastet").sound("term-releases")
    follow(second, "Ta i bruk 8.1.0 med spiral").sound("term-confirm").press("Ja, ta i bruk")
    assert "Utgaven er tatt i bruk" in second.text

    doctor.summary("PT").shot("term-summary-new")
    assert NORWEGIAN in doctor.text and "8.1.0 med spiral" in doctor.text
    to(first, "/term/mangler?vis=lukket")
    assert CODE in first.text and "8.1.0 med spiral" in first.text

    follow(to(second, "/term/versjoner"), "Gå tilbake til testinnhold 8.1.0").press("Ja, gå tilbake")
    assert "Forrige utgave er i bruk igjen" in second.text
    doctor.summary("PT")
    assert ENGLISH in doctor.text and NORWEGIAN not in doctor.text
    to(first, "/term/logg?kontroll=ja").sound("term-trail")
    assert "ubrutt" in first.text


def test_every_page_is_sound(tabs):
    first = tabs[1]
    for name, path in (
        ("overview", "/term"),
        ("search", "/term/sok?q=astma"),
        ("concept", "/term/kode?kodeverk=1.3.6.1.4.1.12559.11.10.1.3.1.44.2&kode=J45"),
        ("missing", "/term/uten-tekst"),
        ("import", "/term/import"),
        ("mappings", "/term/mappinger"),
        ("mapping", "/term/mappinger/ny?kodeverk=1.0.3166.1&kode=NO&sok=norge"),
        ("impact", "/term/versjoner/virkning"),
        ("trial", "/term/prov"),
        ("refused", "/term/begrep/0"),
    ):
        to(first, path).sound(f"term-{name}", narrow=True)


def test_search_follows_the_typing(tabs):
    first = to(tabs[1], "/term/sok")
    first.page.locator("#q").press_sequentially("bronkiek")
    first.page.get_by_role("link", name="J47").wait_for()
    assert first.page.evaluate("document.activeElement.id") == "q"
    assert "1 treff" in first.page.locator("#treff-tittel").inner_text()


def test_a_text_is_written_by_keyboard_alone(tabs):
    """From the search to a saved draft with Tab, Enter and typing."""
    page = to(tabs[1], "/term/sok").page

    def tab_to(name):
        for _ in range(120):
            page.keyboard.press("Tab")
            found = page.evaluate(
                "(e => [e.id, e.innerText || '', getComputedStyle(e).outlineStyle])(document.activeElement)"
            )
            if name in found[:2]:
                assert found[2] != "none", name
                return
        raise AssertionError(f"{name} cannot be reached")

    tab_to("q")
    page.keyboard.type("K51")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to("K51")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to("spraak")
    page.keyboard.press("Control+a")
    page.keyboard.type("nn-NO")
    tab_to("tekst")
    page.keyboard.type("Ulcerøs kolitt (nn)")
    tab_to("Lagre som utkast")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Teksten er lagret" in page.inner_text("main") and "Ulcerøs kolitt (nn)" in page.inner_text("main")


def test_without_script_the_same_pages_work(browser, portal):
    with window(browser, portal[1], java_script_enabled=False) as plain:
        plain.log_in("terminolog1")
        to(plain, "/term/sok").page.fill("#q", "migrene")
        plain.press("Søk")
        follow(plain, "G43")
        plain.page.get_by_text("Foreslå endring").first.click()
        plain.page.get_by_label("Tekst (nb-NO)").fill("Migrene, alle former")
        plain.press("Lagre og send til gjennomgang")
        assert "Endringen er lagret" in plain.text and "til gjennomgang" in plain.text


def test_a_conflict_and_a_dry_run_are_sound(tabs, tmp_path):
    """Two people on one row; the draft that comes of it tried on a document, side by side."""
    _, first, second = tabs
    for tab in (first, second):
        to(tab, "/term/kode?kodeverk=1.3.6.1.4.1.12559.11.10.1.3.1.44.2&kode=R42")
        tab.page.get_by_text("Foreslå endring").first.click()
    for tab, name in ((first, "A"), (second, "B")):
        tab.page.get_by_label("Tekst (nb-NO)").fill(f"Svimmelhet, skrevet av {name}")
        tab.press("Lagre som utkast")
    assert "Noen andre rakk det først" in second.text and "skrevet av A" in second.text
    assert second.page.get_by_label("Tekst (nb-NO)").input_value() == "Svimmelhet, skrevet av B"
    second.sound("term-conflict").press("Lagre din tekst i stedet")
    assert "Endringen er lagret" in second.text

    document = tmp_path / "oppsummering.xml"
    value = '<value xsi:type="CD" code="J45" codeSystem="1.3.6.1.4.1.12559.11.10.1.3.1.44.2"/>'
    document.write_bytes(summary(section("11450-4", problem(value))))
    to(first, "/term/prov").page.set_input_files("#filer", document)
    first.press("Prøv").sound("term-trial-result")
    assert "oppsummering.xml" in first.text

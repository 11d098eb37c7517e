"""In headless Chromium: a patient who was ended, changed or left alone is seen nowhere any more."""

import re
from datetime import timedelta

import pytest

from ncp.exchange import Operation
from tests.support.chromium import chromium
from tests.support.damage import altered
from tests.support.desk import office
from tests.support.portal import fresh, portal_of
from tests.support.portal_browser import PATH_KEY, window
from tests.support.portal_chain import real_portal

LISTEN = """() => {
    const tabs = new BroadcastChannel('ncp');
    tabs.onmessage = (event) => { document.body.dataset.heard = event.data.patient; };
}"""
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    with real_portal(tmp_path_factory.mktemp("europe")) as made:
        yield made


@pytest.fixture(scope="module")
def browser():
    with chromium() as launched:
        yield launched


@pytest.fixture
def tab(browser, portal):
    with window(browser, portal[1]) as made:
        yield made


@pytest.fixture
def site(tmp_path):
    """A portal whose country answers in process, so that a test can hold an answer back or change it."""
    with office(tmp_path, "PT") as made, portal_of(made) as served, fresh(served):
        yield served


def test_after_the_end_the_back_button_shows_nothing(tab):
    tab.log_in().summary("PT").press("Avslutt pasient")
    for _ in range(3):
        tab.page.go_back()
        everything = tab.page.content()
        assert "Tavares" not in everything and "900000011" not in everything
    assert "Ingen pasient er åpen lenger" in tab.text


def test_after_the_logout_the_back_button_shows_nothing(tab):
    tab.log_in().summary("PT").press("Logg ut")
    tab.page.go_back()
    assert "/logg-inn" in tab.page.url and "Tavares" not in tab.page.content()


def test_ending_the_patient_hides_it_in_every_tab(tab):
    tab.log_in().summary("PT")
    other = tab.tab()
    other.page.goto(tab.page.url)
    assert "Overfølsomhet" in other.text
    tab.press("Avslutt pasient")
    other.page.get_by_text("avsluttet eller byttet i en annen fane").wait_for()
    assert "Tavares" not in other.page.content()
    other.page.get_by_role("link", name="Fortsett").click()
    assert "Finn pasienten" in other.text


def test_a_tab_of_the_same_patient_stays(tab):
    tab.log_in().summary("PT")
    other = tab.tab()
    other.page.goto(tab.page.url)
    other.page.evaluate(LISTEN)
    tab.page.reload()
    other.page.wait_for_function("document.body.dataset.heard")
    assert "Overfølsomhet" in other.text


def test_another_patient_hides_the_first_ones_tab(tab):
    tab.log_in().summary("PT")
    other = tab.tab()
    other.page.goto(tab.page.url)
    other.summary("FI")
    tab.page.get_by_text("avsluttet eller byttet").wait_for()
    assert "Tavares" not in tab.page.content()


def test_an_idle_page_hides_the_patient_and_logs_out(tab, portal):
    tab.page.clock.install()
    tab.log_in().summary("PT")
    where = tab.page.url
    tab.page.clock.fast_forward("10:00")  # the clock goes on by itself too: room for a slow machine
    assert "Overfølsomhet" in tab.text
    with tab.page.expect_request("**/logg-ut"):
        tab.page.clock.fast_forward("10:00")
    tab.page.get_by_text("Skjermen er låst").wait_for()
    assert "Tavares" not in tab.page.content() and "900000011" not in tab.page.content()
    tab.page.wait_for_function(
        f"fetch({where!r}, {{redirect: 'manual'}}).then(a => a.type === 'opaqueredirect')"
    )
    tab.page.go_back()
    assert "Tavares" not in tab.page.content()


def test_reading_keeps_the_page_and_tells_the_server(tab):
    tab.page.clock.install()
    tab.log_in().summary("PT")
    for _ in range(3):
        tab.page.clock.fast_forward("10:00")
        with tab.page.expect_request("**/i-bruk"):
            tab.page.mouse.move(200, 300)
            tab.page.mouse.move(300, 300)
    assert "Overfølsomhet" in tab.text


def test_printing_is_recorded(tab, portal):
    tab.log_in().summary("PT")
    with tab.page.expect_response("**/brukt") as answer:
        tab.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert answer.value.status == 204 and portal[0].audit.newest(1)[0]["detail"] == "printed"


def test_paper_has_the_banner_and_no_buttons(tab):
    tab.log_in().summary("PT")
    tab.page.emulate_media(media="print")
    for hidden in (".site", ".actions", ".banner-end"):
        assert all(not part.is_visible() for part in tab.page.locator(hidden).all()), hidden
    assert tab.page.locator(".banner-name").is_visible() and tab.page.locator(".test-mark").is_visible()
    tab.shot("print")


def test_the_text_for_the_record_is_copied(tab):
    tab.log_in().summary("PT").press("Kopier til journal")
    tab.sound("copy")
    tab.page.get_by_role("button", name="Kopier", exact=True).click()
    tab.page.get_by_role("button", name="Kopiert").wait_for()


def test_the_storage_of_the_browser_knows_no_patient(tab):
    tab.log_in().summary("PT")
    held = tab.page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    assert set(re.findall(r'"([^"]+)":', held)) <= {PATH_KEY} and "900000011" not in held
    tab.press("Avslutt pasient")
    assert (
        tab.page.evaluate("Object.keys(sessionStorage).filter(k => sessionStorage[k].includes('/ps/'))") == []
    )
    cookies = tab.context.cookies()
    assert [(each["name"], each["httpOnly"], each["sameSite"]) for each in cookies] == [
        ("ncp", True, "Strict")
    ]


# --- a country that lets us wait, and one that contradicts itself ------------------------------------------


@pytest.mark.parametrize(("name", "address"), [("Søk", "**/pasient/sok"), ("Vis på norsk", "**/ps")])
def test_waiting_is_told_and_offers_to_cancel(tab, name, address):
    """Nobody answers the form: the page stays as it looks while a country is slow."""
    tab.page.route(address, lambda route: route.fulfill(status=204))
    tab.log_in().enter("PT")
    cancel = tab.page.locator("[data-cancel]")
    if name != "Søk":
        tab.press("Søk").confirm()
    assert not cancel.is_visible()
    tab.page.get_by_role("button", name=name, exact=True).click()
    tab.page.get_by_text(re.compile(r"Venter på svar fra Portugal \([1-9]\d* s\)")).wait_for()
    assert tab.page.get_by_role("button", name=name, exact=True).get_attribute("aria-disabled") == "true"
    tab.shot(f"waiting-{'search' if name == 'Søk' else 'document'}")
    with tab.page.expect_navigation():
        cancel.locator("button, a").click()
    assert tab.page.url.endswith("/avsluttet" if name == "Søk" else "/pasient/dokumenter")


def test_the_stop_page_is_sound_and_shows_nothing_of_the_document(browser, site):
    site.office.damage = altered(Operation.RETRIEVE, (b'value="19850312"', b'value="19850313"'))
    with window(browser, site.address) as tab:
        tab.log_in().summary("PT")
        assert "Stopp" in tab.text and "13.03.1985" in tab.text and "Overfølsomhet" not in tab.text
        tab.sound("stop", narrow=True)
        tab.page.check("#samme")
        tab.press("Vis dokumentet")
        assert "Overfølsomhet" in tab.text


def test_the_page_of_an_ended_session_is_sound(browser, site):
    with window(browser, site.address) as tab:
        tab.log_in().summary("PT")
        site.office.ahead += timedelta(minutes=16)
        tab.page.reload()
        assert "Du er logget ut" in tab.text
        tab.sound("session-ended")

"""The portal in headless Chromium over the real chain: mutual TLS, three countries, from login to summary."""

import re
from contextlib import ExitStack

import pytest

from mock_member_states.testbed import directory_file
from ncp.opening import opened
from ncp.settings import Settings
from tests.support.chain import COUNTRIES, RICH, MemberStateForTests
from tests.support.chromium import chromium
from tests.support.portal import serving_portal
from tests.support.portal_browser import PATH_KEY, window
from tests.support.serving import serving

pytestmark = pytest.mark.browser
NAMES = {
    "PT": "Maria Leonor Sousa Tavares",
    "FI": "Veikko Tapani Olavi Lehtoranta",
    "CZ": "Eliška Anna Dvorská",
}


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    """The address of a portal in front of three member states that listen; it keeps messages."""
    folder = tmp_path_factory.mktemp("europe")
    members = [MemberStateForTests.load(code, folder) for code in COUNTRIES]
    with ExitStack() as stack:
        ports = {each.state.country.code: stack.enter_context(serving(each)).port for each in members}
        directory_file.write(folder, [each.state.country for each in members], ports)
        settings = Settings(data=folder, keep_messages=True)
        point = stack.enter_context(opened(settings))
        app, address = stack.enter_context(serving_portal(settings, point.desk, point.directory))
        app.state.point = point
        yield app, address


@pytest.fixture(scope="module")
def browser():
    with chromium() as launched:
        yield launched


@pytest.fixture
def tab(browser, portal):
    with window(browser, portal[1]) as made:
        yield made


def trail(portal):
    return portal[0].state.point.desk.audit.newest(50)


def test_from_login_to_summary_every_page_is_sound(tab, portal):
    tab.page.goto(portal[1])
    tab.sound("1-login", narrow=True).log_in().sound("2-start", narrow=True)
    tab.enter("PT").sound("3-search", narrow=True).press("Søk")
    tab.sound("4-confirm", narrow=True).confirm()
    tab.sound("5-list", narrow=True).press("Vis på norsk")
    tab.sound("6-summary-pt", narrow=True).press("Avslutt pasient")
    tab.sound("7-ended").press("Logg ut")
    assert tab.page.url.endswith("/logg-inn")


@pytest.mark.parametrize("country", COUNTRIES)
def test_from_login_to_summary(tab, country):
    tab.log_in().search(country)
    assert NAMES[country] in tab.text and RICH[country].extension in tab.text and "Likt" in tab.text
    tab.confirm().press("Vis på norsk")
    assert "Varsler" in tab.text and "Overfølsomhet" in tab.text
    assert NAMES[country] in tab.page.locator(".banner").inner_text()
    assert tab.page.title() == "Pasientoppsummering – MyHealth@EU Norge"
    if country != "PT":  # looked at above
        tab.sound(f"6-summary-{country.lower()}")


def test_the_first_alert_is_seen_without_scrolling(tab):
    alert = tab.log_in().summary("PT").page.locator(".alerts li").first.bounding_box()
    assert alert["y"] + alert["height"] < 720


def test_an_ambiguous_pair_is_for_the_clinician_to_tell_apart(tab):
    tab.log_in().search("PT", "900000099")
    assert "fant 2 personer" in tab.text and tab.page.locator("input[type=radio]:checked").count() == 0
    tab.sound("ambiguous")
    tab.page.get_by_label("Dette er pasienten").nth(1).check()
    tab.confirm()
    assert "900000044" in tab.page.locator(".banner").inner_text()


@pytest.mark.parametrize(
    ("country", "number"), [("PT", "900000022"), ("FI", "140688-922A"), ("CZ", "SYN900022")]
)
def test_a_patient_of_whom_nothing_is_known(tab, country, number):
    tab.log_in().summary(country, number)
    assert "Ingen kjente" in tab.text
    tab.sound(f"nothing-known-{country.lower()}")


def test_nobody_matches(tab):
    tab.log_in().search("PT", "900000098")
    assert "Portugal fant ikke pasienten" in tab.text
    assert tab.page.evaluate("document.activeElement.classList.contains('error-summary')")
    assert tab.page.input_value("#healthCardNumber") == "900000098"
    tab.sound("no-match")


@pytest.mark.parametrize(
    ("country", "number"), [("PT", "900000055"), ("FI", "300843-944B"), ("CZ", "SYN900055")]
)
def test_no_consent(tab, country, number):
    tab.log_in().search(country, number)
    assert "samtykket" in tab.text
    tab.sound(f"no-consent-{country.lower()}")


def test_a_wrong_field_is_named_and_the_link_leads_to_it(tab):
    tab.log_in().search("PT", "12")
    tab.sound("wrong-field")
    tab.page.locator(".error-summary a").click()
    assert tab.page.evaluate("document.activeElement.id") == "healthCardNumber"


def test_the_pdf_of_the_country_stands_on_a_page_with_the_banner(tab):
    tab.log_in().summary("PT")
    with tab.page.expect_response("**/original.pdf") as answer:
        tab.press("PDF fra landet")
    assert answer.value.status == 200 and answer.value.headers["content-type"] == "application/pdf"
    assert tab.page.locator("object.pdf").bounding_box()["height"] >= 384
    assert NAMES["PT"] in tab.page.locator(".banner").inner_text()
    with tab.page.expect_download() as saved:
        tab.page.get_by_role("link", name="Lagre PDF-en").click()
    assert saved.value.suggested_filename == "original.pdf"
    tab.shot("pdf")


def test_an_emergency_is_marked(tab):
    tab.log_in().enter("PT")
    tab.page.check("#formaal-akutt")
    tab.page.fill("#grunn", "Bevisstløs etter fall")
    tab.press("Søk")
    tab.sound("emergency-confirm")
    tab.page.check("#relasjon")
    tab.press("Bekreft pasienten")
    assert "Åpnet ved akutt behov" in tab.page.locator(".banner").inner_text()
    tab.sound("emergency-list")


@pytest.mark.parametrize(("language", "heading"), [("Nynorsk", "Varsel"), ("English", "Alerts")])
def test_the_open_summary_changes_its_language(tab, portal, language, heading):
    tab.log_in().summary("PT")
    asked = len(trail(portal))
    where = tab.page.url
    tab.press(language)
    assert tab.page.url == where and heading in tab.text and len(trail(portal)) == asked
    tab.sound(f"summary-{language.lower()}")


@pytest.mark.parametrize(
    ("user", "more"),
    [
        ("tester", ["/test?kontroll=ja", "/test/rad/1"]),
        ("terminolog1", ["/term?sett=1.3.6.1.4.1.12559.11.10.1.3.1.42.1"]),
        ("drift", []),
        ("lege", ["/logg", "/om", "/tilgjengelighet", "/finnes-ikke"]),
        ("psykolog", []),
    ],
)
def test_the_other_pages(tab, portal, user, more):
    tab.log_in().summary("PT").press("Logg ut")
    tab.log_in(user).sound(f"role-{user}")
    for number, path in enumerate(more):
        tab.page.goto(portal[1] + path)
        tab.sound(f"role-{user}-{number}")


def test_by_keyboard_alone(tab, portal):
    """Tab, arrows, space and Enter lead from the login to the summary and out again."""
    tab.page.goto(portal[1])

    def to(name):
        for _ in range(60):
            tab.page.keyboard.press("Tab")
            found = tab.page.evaluate(
                "(e => [e.id, e.innerText || '', getComputedStyle(e).outlineStyle])(document.activeElement)"
            )
            if name in (found[0], found[1].strip()):
                assert found[2] != "none", f"the focus on {name} is not seen"
                return
        raise AssertionError(f"{name} is not reached")

    def go(key="Enter"):
        with tab.page.expect_navigation():
            tab.page.keyboard.press(key)

    to("Ingrid Testdal")
    go()
    to("land")
    tab.page.keyboard.type("Portugal")
    tab.page.locator("#healthCardNumber").wait_for()
    to("healthCardNumber")
    tab.page.keyboard.type(RICH["PT"].extension)
    go()
    to("informert")
    tab.page.keyboard.press("Space")
    to("relasjon")
    tab.page.keyboard.press("Space")
    go()
    to("Vis på norsk")
    go()
    assert "Varsler" in tab.text
    to("Avslutt pasient")
    go()
    assert "Pasienten er avsluttet" in tab.text


def test_the_first_key_leads_past_the_menu(tab):
    tab.log_in().summary("CZ")
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Enter")
    assert tab.page.evaluate("document.activeElement.id") == "innhold"


def test_choosing_the_country_keeps_the_focus_and_is_told(tab, portal):
    tab.log_in()
    tab.page.focus("#land")
    tab.page.select_option("#land", "FI")
    tab.page.locator("#nationalSocialSecurityNumber").wait_for()
    assert tab.page.evaluate("document.activeElement.id") == "land"
    tab.page.wait_for_function("document.getElementById('live').textContent.includes('Finland')")


def test_without_script_everything_works(browser, portal):
    with window(browser, portal[1], java_script_enabled=False) as tab:
        tab.log_in()
        tab.page.select_option("#land", "FI")
        tab.press("Vis søkefeltene")
        tab.page.fill("#nationalSocialSecurityNumber", RICH["FI"].extension)
        tab.press("Søk").confirm().press("Vis på norsk")
        assert "Varsler" in tab.text
        assert not tab.page.get_by_role("button", name="Skriv ut").is_visible()
        tab.press("Avslutt pasient")


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
    tab.page.reload()
    other.page.wait_for_timeout(300)
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
    tab.page.clock.fast_forward("14:50")
    assert "Overfølsomhet" in tab.text
    with tab.page.expect_request("**/logg-ut"):
        tab.page.clock.fast_forward("00:20")
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
    assert answer.value.status == 204 and trail(portal)[0]["detail"] == "printed"


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

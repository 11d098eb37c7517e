"""The portal in headless Chromium over the real chain: mutual TLS, three countries, from login to summary."""

import pytest

from tests.support.chain import COUNTRIES, RICH
from tests.support.chromium import chromium
from tests.support.portal_browser import window
from tests.support.portal_chain import real_portal

pytestmark = pytest.mark.browser
NAMES = {
    "PT": "Maria Leonor Sousa Tavares",
    "FI": "Veikko Tapani Olavi Lehtoranta",
    "CZ": "Eliška Anna Dvorská",
}


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


def test_the_pdf_of_the_country_stands_on_a_page_with_the_banner(tab, portal):
    tab.log_in().summary("PT")
    with tab.page.expect_response("**/original.pdf") as answer:
        tab.press("PDF fra landet")
    assert answer.value.status == 200 and answer.value.headers["content-type"] == "application/pdf"
    assert tab.page.locator("object.pdf").bounding_box()["height"] >= 384
    assert NAMES["PT"] in tab.page.locator(".banner").inner_text()
    tab.shot("pdf")
    saving = tab.page.get_by_role("link", name="Lagre PDF-en")
    saved = tab.page.context.request.get(portal[1] + saving.get_attribute("href"))  # with the cookies
    assert saved.status == 200 and saved.body().startswith(b"%PDF-")
    assert saved.headers["content-disposition"] == 'attachment; filename="original.pdf"'


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
    asked = portal[0].audit.newest(1)
    where = tab.page.url
    tab.press(language)
    assert tab.page.url == where and heading in tab.text and portal[0].audit.newest(1) == asked
    tab.sound(f"summary-{language.lower()}")


@pytest.mark.parametrize(
    ("user", "more"),
    [
        ("tester", ["/test?kontroll=ja", "/test/rad/1"]),
        ("terminolog1", ["/term/sok?q=astma"]),
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

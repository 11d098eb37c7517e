"""The page frame: language, escaping, policy, and nothing of a patient outside the banner."""

import json
from hashlib import sha256

import pytest
from jinja2 import UndefinedError
from lxml import html

from terminology.pages import assets
from terminology.pages.assets import static_files, static_url
from terminology.pages.environment import environment, render
from terminology.pages.frame import Frame, Link, PatientBanner
from terminology.pages.messages import messages
from terminology.pages.security import CSP, CSP_PDF_PAGE, PAGE_HEADERS

BANNER = PatientBanner(
    name="TESTESEN, Maria",
    born="05.06.1958 (68 år)",
    sex="kvinne",
    identifier="123456789",
    country="Portugal",
    source="laget 03.11.2026",
    marks=("Åpnet ved akutt behov",),
    end_action="/avslutt",
    patient_token="p1",
)
FULL = Frame(
    language="nb",
    title="Pasientoppsummering",
    menu=(Link("/", "Land og pasient", current=True), Link("/logg", "Logg")),
    footer=(Link("/om", "Om tjenesten"),),
    user="Kari Nordmann, lege",
    logout_action="/logg-ut",
    language_action="/sprak",
    return_path="/ps/1",
    form_token="f1",
    banner=BANNER,
    stores_data=True,
    clears_storage=True,
)
BARE = Frame(language="nb", title="Innlogging", test_environment=False)


@pytest.fixture
def pages(tmp_path):
    (tmp_path / "page.html").write_text(
        '{% extends "base.html" %}{% block main %}<h1>{{ heading }}</h1>{% endblock %}', encoding="utf-8"
    )
    (tmp_path / "marks_page.html").write_text(
        '{% import "marks.html" as marks with context %}<div>'
        "{% for state in states %}{{ marks.translation(state) }}{% endfor %}"
        "{% for state in absences %}{{ marks.absence(state) }}{% endfor %}"
        '{{ marks.level("danger", text) }}'
        "</div>",
        encoding="utf-8",
    )
    return environment(tmp_path)


def shown(pages, frame, template="page.html", **values):
    return html.document_fromstring(render(pages, template, frame, **{"heading": "Overskrift", **values}))


def words(element):
    return " ".join(element.text_content().split())


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_says_its_language_everywhere(pages, language):
    page = shown(pages, Frame(language=language, title="X", language_action="/sprak"))
    texts = messages(language)
    assert page.get("lang") == language
    assert page.findtext(".//title") == f"X – {texts.text('app.title')}"
    assert words(page.find_class("ds-skip-link")[0]) == texts.text("app.skip_to_content")
    assert words(page.find_class("test-mark")[0]) == texts.text("app.test_environment")
    pressed = page.xpath("//form[@action='/sprak']/button[@aria-pressed='true']")
    assert [button.get("value") for button in pressed] == [language]
    assert len(page.xpath("//form[@action='/sprak']/button[@lang=@value]")) == 3


def test_the_banner_names_the_patient_and_ends_it(pages):
    page = shown(pages, FULL)
    banner = page.find_class("banner")[0]
    for value in (BANNER.name, BANNER.born, BANNER.sex, BANNER.identifier, BANNER.country, BANNER.source):
        assert value in words(banner)
    assert "Åpnet ved akutt behov" in words(banner)
    end = banner.xpath(".//form[@action='/avslutt'][@method='post']")[0]
    assert {field.get("name"): field.get("value") for field in end.xpath("./input")} == {
        "token": "f1",
        "patient": "p1",
    }
    assert words(end) == "Avslutt pasient"


def test_the_patient_is_named_in_the_banner_only(pages):
    page = shown(pages, FULL)
    banner = page.find_class("banner")[0]
    banner.getparent().remove(banner)
    rest = html.tostring(page, encoding="unicode")
    for value in (BANNER.name, BANNER.born, BANNER.identifier):
        assert value not in rest


def test_every_form_carries_the_token_and_posts(pages):
    forms = shown(pages, FULL).xpath("//form")
    assert len(forms) == 3
    for form in forms:
        assert form.get("method") == "post" and form.xpath("./input[@name='token'][@value='f1']")


def test_a_bare_frame_has_no_empty_parts(pages):
    page = shown(pages, BARE)
    assert page.xpath("//form | //nav | //section | //p[not(normalize-space())] | //ul") == []
    assert "TESTMILJØ" not in words(page) and page.find(".//body").get("data-clears-storage") is None


def test_the_current_page_is_marked_in_the_menu(pages):
    assert [words(link) for link in shown(pages, FULL).xpath("//nav//a[@aria-current='page']")] == [
        "Land og pasient"
    ]


def test_kept_data_are_said_beside_the_test_mark(pages):
    assert "blir lagret i dette miljøet" in words(shown(pages, FULL).find_class("test-mark")[0])
    assert shown(pages, FULL).find(".//body").get("data-clears-storage") == ""


def test_a_skip_link_leads_to_the_content(pages):
    page = shown(pages, FULL)
    first = page.xpath("//body//*[self::a or self::button or self::input]")[0]
    assert first.get("href") == "#innhold"
    assert page.get_element_by_id("innhold").tag == "main"


def test_every_value_is_escaped(pages):
    evil = "<script>alert(1)</script>\"'&"
    frame = Frame(
        language="nb",
        title=evil,
        user=evil,
        menu=(Link(evil, evil),),
        return_path=evil,
        language_action="/x",
        banner=PatientBanner(evil, evil, evil, evil, evil, evil, (evil,), evil, evil),
    )
    page = shown(pages, frame, heading=evil)
    assert page.xpath("//script[not(@src)]") == []
    assert page.findtext(".//h1") == evil
    assert page.find_class("banner-name")[0].text_content() == evil


def test_a_page_may_bring_a_style_sheet_of_its_own(pages, tmp_path):
    (tmp_path / "styled.html").write_text(
        '{% extends "base.html" %}'
        '{% block styles %}<link rel="stylesheet" href="/static/x.css">{% endblock %}',
        encoding="utf-8",
    )
    sheets = shown(pages, BARE, "styled.html").xpath("//link[@rel='stylesheet']/@href")
    assert sheets[-1] == "/static/x.css" and sheets[-2] == static_url("app.css")


def test_a_value_that_was_not_given_is_an_error(pages):
    with pytest.raises(UndefinedError, match="heading"):
        render(pages, "page.html", BARE)


def test_no_script_and_no_style_stands_in_the_page(pages):
    page = shown(pages, FULL)
    assert (
        page.xpath("//style | //*[@style] | //script[not(@src)] | //*[@*[starts-with(name(), 'on')]]") == []
    )
    assert page.xpath("//*[@*[starts-with(name(), 'hx-on')]]") == []
    addresses = page.xpath("//script/@src | //link/@href")
    assert len(addresses) == 6 and all(address.startswith("/static/") for address in addresses)


def test_htmx_keeps_nothing_and_evaluates_nothing(pages):
    meta = shown(pages, FULL).xpath("//meta[@name='htmx-config']/@content")
    config = json.loads(meta[0])
    handling = config.pop("responseHandling")
    assert config == {
        "historyEnabled": False,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "allowEval": False,
        "allowScriptTags": False,
        "includeIndicatorStyles": False,
        "selfRequestsOnly": True,
    }
    assert [rule["swap"] for rule in handling] == [False, True, True, False]


def test_the_policy_is_the_strict_one():
    assert CSP == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert PAGE_HEADERS["Content-Security-Policy"] == CSP
    assert PAGE_HEADERS["Cache-Control"] == "no-store"
    assert CSP_PDF_PAGE.startswith(CSP) and "object-src 'self'" in CSP_PDF_PAGE


def test_every_state_has_an_icon_and_a_word(pages):
    states = [
        "translated",
        "mapped",
        "approximate",
        "approximate_broader",
        "approximate_narrower",
        "english_only",
        "untranslated",
    ]
    absences = ["none_known", "not_stated", "not_received", "not_displayable"]
    page = html.fragment_fromstring(
        render(pages, "marks_page.html", BARE, states=states, absences=absences, text="<b>Ω</b>")
    )
    marks = page.find_class("mark")
    texts = messages("nb")
    said = [words(mark) for mark in marks]
    assert said[:7] == [texts.text(f"translation.{state}") for state in states]
    assert said[7:11] == [texts.text(f"absence.{state}") for state in absences]
    assert said[11] == "<b>Ω</b>"
    drawings = []
    for mark in marks:
        icon = mark.find("svg")
        assert icon.get("aria-hidden") == "true" and len(icon) >= 1
        drawings.append(b"".join(html.tostring(part) for part in icon))
    assert len(set(drawings[:7])) == 5  # the three approximate states share one


def test_every_static_file_is_there_and_named_by_its_content():
    files = static_files()
    own = {"app.css", "workbench.css", "app.js", "icon.svg"}
    assert set(files) == {"designsystemet.css", "theme.css", "htmx.js", *own}
    for name, path in files.items():
        assert static_url(name) == f"/static/{name}?v={sha256(path.read_bytes()).hexdigest()[:12]}"
    with pytest.raises(KeyError):
        static_url("other.css")
    with pytest.raises(TypeError):
        files["x"] = None


def test_missing_packages_are_said_with_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "_HERE", tmp_path)
    with pytest.raises(FileNotFoundError, match="make install"):
        static_files.__wrapped__()


def test_our_files_stay_small():
    files = static_files()
    assert len(files["app.css"].read_text(encoding="utf-8").splitlines()) <= 300
    assert len(files["app.js"].read_text(encoding="utf-8").splitlines()) < 150


def test_our_style_stands_in_a_layer_after_the_design_system():
    style = static_files()["app.css"].read_text(encoding="utf-8")
    assert style.index("@layer ds, ncp;") < style.index("@layer ncp {")
    assert "ds." not in style.replace(".ds-", "")

"""What a clinician could misread: each line once stood on a page in a way that said something else."""

import re
from datetime import date
from pathlib import Path

import pytest

from cda import display, parse
from terminology.seed import seed_catalogue

COUNTRIES = Path(__file__).parents[2] / "mock_member_states" / "countries"
RICH = {"fi": "090451-911K", "cz": "SYN900011", "pt": "900000011"}


@pytest.fixture(scope="module")
def shown():
    """The summary of each country's rich patient as one line of text per element, details left out."""

    def lines(country):
        path = COUNTRIES / country / "documents" / f"{RICH[country]}-ps-l3.xml"
        context = display.DisplayContext(today=date(2026, 11, 22))
        page = display.page(parse.parse(path.read_bytes()), seed_catalogue(), context=context)
        assert page.counts.facts == page.counts.facts_shown
        text = re.sub(r"<details.*?</details>", "", page.html, flags=re.DOTALL)
        text = re.sub(r"<(dt|li|h\d|dd|p)[^>]*>", "\n", text)
        plain = re.sub(r"<[^>]+>", " ", text).split("\n")
        return [re.sub(r" ([,)])", r"\1", " ".join(line.replace("( ", "(").split())) for line in plain]

    return {country: lines(country) for country in RICH}


def line(lines, *words):
    """The first line that holds all the words."""
    found = [each for each in lines if all(word in each for word in words)]
    assert found, words
    return found[0]


@pytest.mark.parametrize(
    ("country", "problem"), [("fi", "Atrieflimmer"), ("fi", "nyresykdom"), ("pt", "Hypotyreose")]
)
def test_a_chronic_problem_is_never_called_inactive(shown, country, problem):
    titles = [each for each in shown[country] if problem in each and "(" in each]
    assert titles and not any("Inaktiv" in each for each in titles)


def test_a_resolved_problem_is_called_inactive(shown):
    assert "Inaktiv" in line(shown["fi"], "Brudd i lårben")


@pytest.mark.parametrize(("country", "device"), [("fi", "Benskrue"), ("cz", "Port"), ("pt", "contraceptive")])
def test_a_removed_device_says_so_in_the_alerts_and_in_its_section(shown, country, device):
    named = [each for each in shown[country] if device in each and "Fjernet" in each]
    assert len(named) >= 2


def test_the_dates_of_a_device_say_which_is_which(shown):
    assert not any("Satt inn eller fjernet" in each for each in shown["fi"])
    assert {"Satt inn", "Satt inn og fjernet"} <= set(shown["fi"])


def test_an_offset_before_a_meal_keeps_no_sign(shown):
    assert "40 til 20 minutter før frokost" in line(shown["cz"], "før frokost").replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_steps_of_a_tapered_dose_carry_their_own_dates(shown):
    assert "fra 05.10.2026 til 09.10.2026" in line(shown["fi"], "Trinn 1", "6")
    assert "fra 15.10.2026 til 19.10.2026" in line(shown["fi"], "Trinn 3", "2")


def test_a_weekly_dose_names_its_weekday(shown):
    weekly = line(shown["cz"], "hver uke")
    assert [day for day in ("mandager", "onsdager", "fredager") if day in weekly] == [
        "mandager",
        "onsdager",
        "fredager",
    ]


def test_a_daily_time_stays_the_time_that_was_written(shown):
    daily = line(shown["fi"], "hver 24. time")
    assert "kl. 08:00" in daily and "kl. 14:00" in daily and "lokal tid" not in daily


def test_what_never_began_is_not_called_broken_off(shown):
    assert "Avlyst" in line(shown["fi"], "Koloskopi")
    assert "Avbrutt" not in line(shown["fi"], "Koloskopi")

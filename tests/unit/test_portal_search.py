"""The search form: what does not fit the country's mask is named beside its field, kept, and not sent."""

import re
from contextlib import contextmanager
from dataclasses import replace

import pytest

from ncp.directory import IdentityField, TraitKind
from ncp.portal.shapes import shape
from terminology.pages.messages import messages
from tests.support.desk import office
from tests.support.portal import fresh, portal_of


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with office(tmp_path_factory.mktemp("office"), "PT", "FI") as made, portal_of(made) as site:
        yield site


@pytest.fixture
def site(house):
    with fresh(house) as ready:
        yield ready


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("12", "feil format"),
        ("90000001a", "feil format"),
        ("９０００００011", "feil format"),
        ("900000011\x00", "feil format"),
        ("900000011^^^&2.16&ISO", "feil format"),
        ("9" * 10_000, "feil format"),
        ("'; DROP TABLE audit_event; --", "feil format"),
        ("<script>alert(1)</script>", "feil format"),
        ("", "mangler"),
    ],
)
def test_a_field_that_does_not_fit_is_named_kept_and_not_sent(site, number, said):
    doctor = site.visitor("lege").search("PT", number)
    assert doctor.status == 422 and said in doctor.text and "Helsekortnummer" in doctor.text
    assert site.office.exchanges == [] and "<script>alert" not in doctor.page.text
    assert 'aria-invalid="true"' in doctor.page.text and 'href="#healthCardNumber"' in doctor.page.text


def test_fields_that_the_country_does_not_ask_for_are_refused(site):
    doctor = site.visitor("lege").search(felt__passportNumber="X123")
    assert doctor.status == 422 and "kunne ikke leses" in doctor.text and site.office.exchanges == []


@pytest.mark.parametrize("country", ["", "XX", "pt ", "PT\x00", "../PT", "🇵🇹"])
def test_an_unknown_country_is_asked_for_again(site, country):
    doctor = site.visitor("lege").get("/?land=PT").post("/pasient/sok", land=country, formaal="TREATMENT")
    assert doctor.status == 422 and site.office.exchanges == []
    assert site.visitor("lege").get("/", params={"land": country}).status == 200


@pytest.mark.parametrize(
    ("country", "typed", "sent"),
    [
        ("FI", "090451-911k", b'extension="090451-911K"'),
        ("FI", " 090451 -911K ", b'extension="090451-911K"'),
        ("PT", "900 000 011", b'extension="900000011"'),
    ],
)
def test_a_number_typed_with_blanks_or_small_letters_is_found_and_shown_as_typed(site, country, typed, sent):
    doctor = site.visitor("lege").search(country, typed)
    assert sent in site.office.exchanges[0].request
    row = re.search(r"<tr>.*?</tr>", doctor.page.text.split("<tbody>")[1], re.DOTALL)[0]
    assert f">{typed.strip()}<" in row and "Likt" in row and "Ulikt" not in doctor.text


def test_the_hint_is_norwegian_and_the_countrys_own_word_is_in_its_language(site):
    doctor = site.visitor("lege").get("/?land=PT")
    hint = re.search(r'<span class="hint" id="healthCardNumber-hint">(.*?)</span></span>', doctor.page.text)[
        1
    ]
    assert hint == 'Form: 9 sifre. Navn i Portugal: <span lang="pt-PT">Número de utente do SNS (9 dígitos)'


@contextmanager
def asking_for(site, *fields):
    """Finland with another search mask."""
    portal = site.app.state.portal
    peer = replace(portal.directory.peers["FI"], identifiers=fields)
    site.app.state.portal = replace(portal, directory=replace(portal.directory, peers={"FI": peer}))
    try:
        yield site.visitor("lege")
    finally:
        site.app.state.portal = portal


def problem(visitor, label):
    return re.search(rf'id="{label}-problem">(.*?)<', visitor.page.text)[1]


def test_each_kind_of_field_has_its_own_sentence(site):
    number = IdentityField(kind=TraitKind.ID, label="passportNumber", domain="1.2.3", format="[A-Z]{2}")
    born = IdentityField(kind=TraitKind.BIRTH_DATE, label="birthDate", mandatory=True)
    gender = IdentityField(kind=TraitKind.GENDER, label="gender")
    family = IdentityField(kind=TraitKind.TEXT, label="familyName", mandatory=True)
    with asking_for(site, number, born, gender, family) as doctor:
        wrong = {"felt__passportNumber": "1", "felt__birthDate": "2001-02-30", "felt__gender": "X"}
        doctor.post("/pasient/sok", land="FI", formaal="TREATMENT", **wrong)
        assert "Slik er ikke nummeret skrevet i Finland" in problem(doctor, "passportNumber")
        assert problem(doctor, "birthDate") == "Skriv en dato som finnes."
        assert problem(doctor, "gender") == "Velg fra listen."
        assert problem(doctor, "familyName") == "Må fylles ut"
        doctor.post("/pasient/sok", land="FI", formaal="TREATMENT", felt__familyName="\x07" + "a")
        assert "Bruk vanlige bokstaver" in problem(doctor, "familyName")


def test_a_number_of_a_second_alternative_is_not_called_wrong(site):
    one = IdentityField(kind=TraitKind.ID, label="passportNumber", domain="1.2.3", choice="a")
    two = IdentityField(kind=TraitKind.ID, label="regionalPatientIdentifier", domain="1.2.4", choice="b")
    with asking_for(site, one, two) as doctor:
        both = {"felt__passportNumber": "1", "felt__regionalPatientIdentifier": "2"}
        doctor.post("/pasient/sok", land="FI", formaal="TREATMENT", **both)
        assert doctor.status == 422 and "Fyll bare ut ett" in problem(doctor, "regionalPatientIdentifier")


def test_a_field_that_nobody_has_named_goes_by_the_countrys_own_word(site):
    odd = site.app.state.portal.directory.peers["FI"].identifiers[0].model_copy(update={"label": "hetu"})
    with asking_for(site, odd) as doctor:
        doctor.get("/?land=FI")
        assert doctor.status == 200 and "Henkilötunnus (ppkkvv-xxxx) *" in doctor.text
        doctor.post("/pasient/sok", land="FI", formaal="TREATMENT", felt__hetu="090451-911K")
        assert doctor.path == "/pasient/bekreft" and "Likt" in doctor.text


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("[0-9]{9}", "9 sifre"),
        (r"^\d{11}$", "11 sifre"),
        (r"[a-zA-Z\d]{7,12}", "7 til 12 bokstaver eller sifre"),
        ("[A-Z0-9]{4,4}", "4 store bokstaver eller sifre"),
        (r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]", None),
        ("[0-9]{9}|[A-Z]{2}", None),
        ("[0-8]{9}", None),
        ("[0-9]{4,}", None),
        (r"\d", None),
        ("", None),
        (None, None),
    ],
)
def test_a_form_is_said_in_words_only_where_they_say_all_of_it(pattern, said):
    assert shape(pattern, messages("nb")) == said

"""The simulated countries are data: three, each different where real ones differ, and their patients."""

import re
from shutil import copytree

import pytest

from mock_member_states import country as countries
from mock_member_states import patients
from mock_member_states.cda_header import read
from mock_member_states.country import COUNTRIES, BadCountry
from mock_member_states.documents import DocumentStore
from mock_member_states.patients import BadPatients, Patient, search
from mock_member_states.register import snapshot
from mock_member_states.testbed import directory_file
from ncp import directory
from ncp.wire.iti55 import Demographics
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from tests.support.chain import hierarchy

CODES = ("PT", "FI", "CZ")
GOOD = (COUNTRIES / "pt" / "country.toml").read_text(encoding="utf-8")


def listed(code):
    return patients.load(COUNTRIES / code.lower() / "patients.toml")


def test_three_countries_each_on_its_own_profile():
    assert countries.codes() == CODES
    found = [countries.load(code) for code in CODES]
    assert [country.wire_profile for country in found] == [Profile.W7, Profile.W8, Profile.W9]
    for name in ("home_community", "repository", "port_offset", "languages"):
        assert len({str(getattr(country, name)) for country in found}) == 3, name
    assert len({domain for country in found for domain in country.identifier_domains}) == 3


@pytest.mark.parametrize("code", CODES)
def test_every_patient_fits_the_countrys_search_mask(code):
    country = countries.load(code)
    mask = {item.domain: item.format for item in country.identifiers}
    assert len(listed(code)) >= 3
    for patient in listed(code):
        for one in patient.ids:
            assert re.fullmatch(mask[one.root], one.extension), patient.note
            assert PatientId.parse(one.cx()) == one


@pytest.mark.parametrize("code", CODES)
def test_every_document_belongs_to_the_patient_who_lists_it(code):
    folder = COUNTRIES / code.lower() / "documents"
    named = {name: patient for patient in listed(code) for name in patient.documents}
    assert set(named) == {path.name for path in folder.glob("*.xml")}
    for name, patient in named.items():
        header = read((folder / name).read_bytes())
        assert set(header.patients) & set(patient.ids), name
        assert header.demographics.birth_time == patient.demographics.birth_time
        assert header.demographics.gender == patient.demographics.gender
        assert header.demographics.family == patient.demographics.family


@pytest.mark.parametrize("code", CODES)
def test_each_country_has_a_rich_an_empty_and_an_ambiguous_patient(code):
    everyone = listed(code)
    notes = " ".join(patient.note for patient in everyone)
    assert all(word in notes for word in ("rich", "nothing known", "ambiguous pair", "consented"))
    shared = [one for patient in everyone for one in patient.ids if patient.ids[0] != one]
    assert len(shared) == 2 and len(set(shared)) == 1
    assert len(search(everyone, [shared[0]], Demographics())) == 2
    assert any(not patient.documents for patient in everyone)
    assert any(not patient.consent for patient in everyone)


@pytest.mark.parametrize("code", CODES)
def test_no_document_makes_a_patient_that_nobody_listed(code):
    store = DocumentStore([COUNTRIES / code.lower() / "documents"], pytest.fail)
    register = snapshot(listed(code), store)
    assert len(register.patients) == len(listed(code))
    assert {d.header.class_code for d in register.documents} == {"60591-5"}


def test_a_shared_identifier_means_nobody_and_an_own_one_its_owner():
    shared, first, second = (PatientId("1.2", name) for name in ("s", "a", "b"))
    two = (Patient((first, shared), Demographics()), Patient((second, shared), Demographics()))
    register = snapshot(two, DocumentStore([], print))
    assert register.patient(shared) is None
    assert register.patient(second) == two[1]
    assert register.patient(PatientId("1.2", "none")) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("wire_profile", "wire_profil"), "wire_profil"),
        (('"7"', '"6"'), "wire_profile"),
        (('"2.16.17.710.820.1000.990.1"', '"Portugal"'), "home_community"),
        (("[0-9]{9}", "[0-9"), "format"),
        (("[0-9]{9}", "[0-9]{99999999999}"), "format"),
        (('code = "PT"', 'code = "FI"'), "folder pt"),
        (("[names]", "[names"), "country.toml"),
        (('kind = "id"', 'kind = "colour"'), "kind"),
    ],
)
def test_a_wrong_country_file_says_what_is_wrong(tmp_path, change, words):
    (tmp_path / "pt").mkdir()
    (tmp_path / "pt" / "country.toml").write_text(GOOD.replace(*change, 1), encoding="utf-8")
    with pytest.raises(BadCountry, match=re.escape(words)):
        countries.load("pt", tmp_path)


def test_an_unknown_country_names_those_that_are():
    with pytest.raises(BadCountry, match="no simulated country 'XX'; there are: PT, FI, CZ"):
        countries.load("xx")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[patients]]\nids = []\nfamily = []\ngiven = []", "patients.0.ids"),
        ('[[patients]]\nids = [{root="x", extension="1"}]\nfamily = []\ngiven = []', "patients.0.ids.0.root"),
        ('[[patients]]\nids = [{root="1.2", extension="1"}]\ngiven = []', "patients.0.family"),
        (
            '[[patients]]\nids = [{root="1.2", extension="1"}]\nfamily = []\ngiven = []\nbirth = "12.3.55"',
            "birth",
        ),
        ("patients = [", "patients.toml"),
    ],
)
def test_a_wrong_register_names_the_place_and_nobody(tmp_path, text, words):
    path = tmp_path / "patients.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadPatients) as error:
        patients.load(path)
    assert words in str(error.value) and "12.3.55" not in str(error.value)


def test_no_register_is_an_empty_one(tmp_path):
    assert patients.load(tmp_path / "patients.toml") == ()


def test_the_contact_point_reads_the_endpoint_table_that_we_write(tmp_path):
    copytree(hierarchy().folder, tmp_path / "pki")
    of = [countries.load(code) for code in CODES]
    path = directory_file.write(tmp_path, of, {country.code: 9441 + country.port_offset for country in of})
    for country, peer in zip(of, directory.load(path), strict=True):
        assert (peer.country, peer.profile) == (country.code, country.wire_profile)
        assert peer.home_community == country.home_community
        assert peer.xcpd.port == 9441 + country.port_offset
        assert len(peer.xcpd.anchors) == len(peer.anchors_seal) == 1
        assert [field.label for field in peer.identifiers] == [item.label for item in country.identifiers]

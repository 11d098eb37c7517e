"""A document of another patient is never shown; contradictions stop first."""

import pytest

from cda.identity import Trait, compare
from cda.parse import parse
from tests.support.cda_documents import ID, allergy, section, summary

ASKED = [("2.999.9", "777001")]


def read(**options):
    return parse(summary(section("48765-2", allergy()), **options))


def traits(match):
    return [found.trait for found in match.contradictions]


def test_the_same_id_and_traits_match():
    match = compare(read(), ASKED, "19890214", "F")
    assert match.same and match.contradictions == ()


def test_any_of_several_ids_is_enough():
    assert compare(read(ids='<id root="1.2" extension="a"/>' + ID), ASKED).same
    assert compare(read(), [("1.2", "a"), *ASKED]).same


@pytest.mark.parametrize("asked", [[("2.999.9", "777002")], [("2.999.8", "777001")], [], [("", "")]])
def test_another_id_is_another_patient(asked):
    assert not compare(read(), asked).same


def test_a_root_alone_is_the_whole_identifier():
    assert compare(read(ids='<id root="2.999.9.77"/>'), [("2.999.9.77", "")]).same


def test_an_id_without_content_matches_nothing():
    assert not compare(read(ids='<id nullFlavor="NI"/>'), [("", "")]).same


@pytest.mark.parametrize(
    ("asked", "received", "differs"),
    [
        ("19890214", "19890214", False),
        ("1989", "19890214", False),
        ("19890214", "198902", False),
        ("198903", "19890214", True),
        ("19890215", "19890214", True),
        ("19890214120000+0100", "19890214", False),
        ("rubbish", "19890214", True),
    ],
)
def test_birth_dates_contradict_only_in_the_precision_of_both(asked, received, differs):
    assert traits(compare(read(birth=received), ASKED, asked)) == ([Trait.BIRTH_DATE] if differs else [])


@pytest.mark.parametrize(("gender", "differs"), [("F", False), ("M", True), ("UN", False), (None, False)])
def test_only_two_stated_genders_contradict(gender, differs):
    assert traits(compare(read(), ASKED, None, gender)) == ([Trait.GENDER] if differs else [])


def test_two_patients_in_one_document_are_refused():
    data = summary(section("48765-2", allergy()))
    start, end = data.index(b"<recordTarget>"), data.index(b"</recordTarget>") + len(b"</recordTarget>")
    doubled = data[:end] + data[start:end] + data[end:]
    match = compare(parse(doubled), ASKED, "19890214", "F")
    assert not match.same and traits(match) == [Trait.PATIENTS]

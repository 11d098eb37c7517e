"""What was entered, checked against the country's search mask."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncp.directory import IdentityField, TraitKind
from ncp.traits import LONGEST, TraitsRefused, as_sent, read_traits
from ncp.wire.errors import ErrorCode
from ncp.wire.patient_id import PatientId

CARD = IdentityField(kind=TraitKind.ID, label="card", domain="1.2.3", format="[0-9]{3}", mandatory=True)
OPTIONAL = IdentityField(kind=TraitKind.ID, label="social", domain="1.2.4")
BIRTH = IdentityField(kind=TraitKind.BIRTH_DATE, label="born", mandatory=True)
GENDER = IdentityField(kind=TraitKind.GENDER, label="sex")
FAMILY = IdentityField(kind=TraitKind.TEXT, label="familyName")


def country(*fields):
    return SimpleNamespace(country="XX", identifiers=fields)


def problems(peer, entered):
    with pytest.raises(TraitsRefused) as caught:
        read_traits(peer, entered)
    return {problem.label: problem.code for problem in caught.value.problems}


def test_an_identifier_gets_the_root_of_its_country():
    traits = read_traits(country(CARD), {"card": " 012 "})
    assert traits.ids == (PatientId("1.2.3", "012"),) and traits.demographics is None


def test_an_identifier_stays_as_typed():
    assert read_traits(country(OPTIONAL), {"social": "00-aB c"}).ids[0].extension == "00-aB c"


SIGNED = CARD.model_copy(update={"format": r"\d{6}[-+A]\d{3}[0-9A-Y]"})
EITHER = CARD.model_copy(update={"format": r"[a-zA-Z\d]{7,12}"})


@pytest.mark.parametrize(
    ("field", "typed", "sent"),
    [
        (SIGNED, "090451-911k", "090451-911K"),
        (SIGNED, " 090451 - 911K ", "090451-911K"),
        (SIGNED, "090451a911k", "090451A911K"),
        (CARD, "0 1\u00a02", "012"),
        (CARD, "012", "012"),
        (EITHER, "syn900011", "syn900011"),
        (EITHER, "SYN 900 011", "SYN900011"),
        (OPTIONAL, " a b ", "a b"),
        (FAMILY, " de la Cruz ", "de la Cruz"),
    ],
)
def test_a_number_is_closed_up_or_set_in_capitals_only_if_it_does_not_fit_as_typed(field, typed, sent):
    assert as_sent(field, typed) == sent
    if field.kind is TraitKind.ID:
        assert read_traits(country(field), {field.label: typed}).ids[0].extension == sent


@pytest.mark.parametrize(
    "typed", ["090451911K", "090451–911K", "O90451-911K", "090451-911", "ſ90451-911K", "12 a"]
)
def test_what_fits_in_no_way_is_refused_and_never_mended(typed):
    assert as_sent(SIGNED, typed) == typed
    assert problems(country(SIGNED), {"card": typed}) == {"card": ErrorCode.PI_INCORRECT_FORMATTING}


@pytest.mark.parametrize("typed", ["straße123", "ſyn900011", "syn9\x1c00011", "syn9\x00011"])
def test_no_other_letter_or_sign_becomes_one_that_fits(typed):
    assert problems(country(EITHER), {"card": typed}) == {"card": ErrorCode.PI_INCORRECT_FORMATTING}


def test_two_identifiers_keep_the_order_of_the_mask():
    traits = read_traits(country(CARD, OPTIONAL), {"social": "b", "card": "123"})
    assert [each.root for each in traits.ids] == ["1.2.3", "1.2.4"]


def test_demographics_are_placed_by_kind():
    traits = read_traits(
        country(CARD, BIRTH, GENDER, FAMILY),
        {"card": "123", "born": "2001-05-17", "sex": "UN", "familyName": "Silva"},
    )
    who = traits.demographics
    assert (who.birth_time, who.gender, who.family) == ("20010517", "UN", ("Silva",))


def test_a_year_has_four_digits_also_before_1000():
    traits = read_traits(country(CARD, BIRTH), {"card": "123", "born": "0999-01-02"})
    assert traits.demographics.birth_time == "09990102"


def test_what_is_missing_is_named():
    assert problems(country(CARD, BIRTH), {"card": " "}) == {
        "card": ErrorCode.PI_MISSING_REQUIRED_FIELDS,
        "born": ErrorCode.PI_MISSING_REQUIRED_FIELDS,
    }


def test_with_nothing_mandatory_one_identifier_is_needed():
    peer = country(OPTIONAL, FAMILY)
    assert problems(peer, {"familyName": "Silva"}) == {"social": ErrorCode.PI_MISSING_REQUIRED_FIELDS}


@pytest.mark.parametrize(
    ("peer", "entered"),
    [
        (country(CARD), {"card": "1234"}),
        (country(CARD), {"card": "12a"}),
        (country(CARD.model_copy(update={"format": r"\d{3}"})), {"card": "١٢٣"}),
        (country(OPTIONAL), {"social": "a^b"}),
        (country(OPTIONAL), {"social": "a&b"}),
        (country(OPTIONAL), {"social": "a\x00b"}),
        (country(OPTIONAL), {"social": "9" * (LONGEST + 1)}),
        (country(CARD, BIRTH), {"card": "123", "born": "2001-02-30"}),
        (country(CARD, BIRTH), {"card": "123", "born": "yesterday"}),
        (country(CARD, GENDER), {"card": "123", "sex": "X"}),
        (country(CARD), {"card": "123", "unknown": "1"}),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_its_field(peer, entered):
    assert ErrorCode.PI_INCORRECT_FORMATTING in problems(peer, entered).values()


def test_the_refusal_names_no_value():
    with pytest.raises(TraitsRefused) as caught:
        read_traits(country(CARD), {"card": "secret"})
    assert "secret" not in str(caught.value)


REGIONAL = CARD.model_copy(update={"choice": "regional"})
NATIONAL = OPTIONAL.model_copy(update={"choice": "national", "mandatory": True})


def test_one_of_two_alternatives_is_enough():
    assert read_traits(country(REGIONAL, NATIONAL), {"social": "b"}).ids == (PatientId("1.2.4", "b"),)


def test_two_alternatives_at_once_are_refused():
    assert problems(country(REGIONAL, NATIONAL), {"card": "123", "social": "b"}) == {
        "social": ErrorCode.PI_INCORRECT_FORMATTING
    }


def test_no_alternative_asks_for_the_first():
    assert problems(country(REGIONAL, NATIONAL), {}) == {"card": ErrorCode.PI_MISSING_REQUIRED_FIELDS}


@given(st.dictionaries(st.sampled_from(["card", "born", "sex", "familyName", "other"]), st.text()))
def test_whatever_is_entered_is_read_or_refused_by_field(entered):
    try:
        traits = read_traits(country(CARD, BIRTH, GENDER, FAMILY), entered)
    except TraitsRefused as refused:
        assert refused.problems
    else:
        assert traits.ids[0].extension == as_sent(CARD, entered["card"])

"""What a prescribing country has against a dispensation: one test per reason, with its code."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cda.datatypes import Coded, Quantity
from mock_member_states.country import DispensingRules
from mock_member_states.dispensation_judgement import of_discard, of_dispensation, of_form, spoken
from mock_member_states.dispensation_kept import Kept, Rejection
from mock_member_states.dispensation_reading import NotADispensation, document_id, read, supplied
from mock_member_states.prescription_standing import Tally, key, standing
from mock_member_states.prescriptions import friendly, printed
from ncp.wire.errors import ErrorCode
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from terminology.code_systems import ATC
from tests.support.dispensed import dispensed, prescribed
from tests.support.outside import samples

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FREE = DispensingRules()
FOUR = ("fi", "FI-2026-0005")
GENERIC, THERAPEUTIC, FORBIDDEN = ("fi", "FI-2026-0002"), ("cz", "CZRX0005"), ("pt", "2011000260001")


def judged(which, *, rules=FREE, tally=None, one=None, received=None, **changes):
    """The code with which the country refuses, None if it does not."""
    mine = one or replace(prescribed(*which), cancelled=False, valid_until=None)
    got = received or read(dispensed(*which, **changes))
    found = of_form(got) or of_dispensation(got, mine, standing(mine, tally or Tally(), rules, NOW), rules)
    return found and found.code


def product_of(which, **changes):
    return replace(prescribed(*which).content.items[0].product, **changes)


def other_atc(which):
    return product_of(which, kinds=(Coded("M01AE01", ATC, "ATC", display="ibuprofen"),))


# --- reading


def test_a_dispensation_is_read_for_what_is_judged():
    one = prescribed(*FOUR).content
    got = read(dispensed(*FOUR, packages=3))
    assert got.document_id == "2.999.578.1^ED-1"
    assert got.orders == (key(one.id),)
    assert got.patients == (PatientId("1.2.246.21", "140688-922A"),)
    assert got.organisations == {"2.16.578.1.12.4.1.4.101^999999999"}
    (supply,) = got.supplies
    assert (supply.items, supply.count, supply.substituted) == ((key(one.items[0].id),), 3, False)
    assert supply.product.sizes == supplied(one.items[0].product).sizes


@pytest.mark.parametrize(
    ("content", "structured"),
    [
        (b"", True),
        (b"<ClinicalDocument/>", True),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", True),
        (friendly(prescribed(*FORBIDDEN)), True),
        (printed(prescribed(*FORBIDDEN)), True),
        (printed(prescribed(*FORBIDDEN)).replace(b'"57833-6"', b'"60593-1"'), False),
    ],
)
def test_what_is_no_dispensation_is_refused(content, structured):
    with pytest.raises(NotADispensation) as caught:
        read(content)
    assert caught.value.structured is structured


def test_the_id_alone_is_read_from_any_document():
    assert document_id(dispensed(*FOUR)) == "2.999.578.1^ED-1"
    assert document_id(b"<x/>") is document_id(b"no xml") is None


def test_a_dispensation_is_known_by_its_first_id_or_not_at_all():
    content = dispensed(*FOUR).replace(
        b'<id root="2.999.578.1" extension="ED-1"/>', b'<id/><id root="2.999"/>', 1
    )
    assert document_id(content) is None
    with pytest.raises(NotADispensation, match="no id"):
        read(content)


# --- judging


@pytest.mark.parametrize("packages", [1, 4])
def test_what_is_left_may_be_dispensed(packages):
    assert judged(FOUR, packages=packages) is None


def test_more_than_is_left_is_refused():
    assert judged(FOUR, packages=5) == ErrorCode.ALREADY_DISPENSED
    item = key(prescribed(*FOUR).content.items[0].id)
    assert judged(FOUR, packages=2, tally=Tally({item: 3}, 1)) == ErrorCode.ALREADY_DISPENSED
    assert judged(FOUR, packages=1, tally=Tally({item: 3}, 1)) is None


def test_two_supplies_of_one_item_are_added_up():
    got = read(dispensed(*FOUR, packages=3))
    assert judged(FOUR, received=replace(got, supplies=got.supplies * 2)) == ErrorCode.ALREADY_DISPENSED


@pytest.mark.parametrize(
    ("packages", "unit"),
    [
        ("-1", "1"),
        ("0", "1"),
        ("0.00", "1"),
        ("1.1", "1"),
        ("-12", "1"),
        ("1", "mL"),
        ("one", "1"),
        ("9" * 40, "1"),
    ],
)
def test_an_impossible_number_of_packages_is_refused(packages, unit):
    got = read(dispensed(*FOUR))
    supplies = (replace(got.supplies[0], packages=packages, unit=unit),)
    found = of_form(replace(got, supplies=supplies))
    assert found.code == ErrorCode.ED_INCORRECT_FORMATTING and packages[:40] in found.text


@pytest.mark.parametrize("value", ["0", "0.00", "-12", "NaN", "many"])
def test_an_impossible_content_is_refused(value):
    got = read(dispensed(*FOUR))
    product = supplied(
        product_of(FOUR, packages=(replace(product_of(FOUR).packages[0], amounts=(Quantity(value, "1"),)),))
    )
    found = of_form(replace(got, supplies=(replace(got.supplies[0], product=product),)))
    assert found.code == ErrorCode.ED_INCORRECT_FORMATTING and value in found.text


@pytest.mark.parametrize("changes", [{"packages": None}, {"product": None}])
def test_a_supply_without_what_it_needs_is_refused(changes):
    got = read(dispensed(*FOUR))
    supplies = (replace(got.supplies[0], **changes),)
    assert judged(FOUR, received=replace(got, supplies=supplies)) == ErrorCode.ED_MISSING_REQUIRED_FIELDS


def test_a_dispensation_of_nothing_is_refused():
    got = replace(read(dispensed(*FOUR)), supplies=())
    assert judged(FOUR, received=got) == ErrorCode.ED_MISSING_REQUIRED_FIELDS


@pytest.mark.parametrize("items", [(), ("2.999^other",)])
def test_an_item_that_was_not_prescribed_is_refused(items):
    got = read(dispensed(*FOUR))
    supplies = (replace(got.supplies[0], items=items),)
    assert (
        judged(FOUR, received=replace(got, supplies=supplies)) == ErrorCode.ED_EPRESCRIPTION_NOT_IDENTIFIABLE
    )


def test_another_substance_without_a_substitution_is_refused():
    assert judged(FOUR, product=other_atc(FOUR)) == ErrorCode.ED_EPRESCRIPTION_NOT_IDENTIFIABLE


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cancelled": True}, ErrorCode.ED_NOT_DISPENSABLE_EPRESCRIPTION),
        ({"valid_until": NOW.date() - timedelta(days=1)}, ErrorCode.ED_NOT_DISPENSABLE_EPRESCRIPTION),
        ({"narcotic": True}, ErrorCode.ED_NOT_DISPENSABLE_EPRESCRIPTION),
        ({"valid_until": NOW.date()}, None),
    ],
)
def test_a_prescription_that_is_not_open_is_refused(changes, code):
    assert judged(FOUR, one=replace(prescribed(*FOUR), **changes)) == code


def test_a_dispensed_prescription_is_refused():
    item = key(prescribed(*FOUR).content.items[0].id)
    assert judged(FOUR, tally=Tally({item: 4}, 1)) == ErrorCode.ALREADY_DISPENSED


NOT_ALLOWED = ErrorCode.ED_SUBSTITUTION_INFORMATION_NOT_ALLOWED


def test_a_substitution_that_nothing_forbids_is_accepted():
    assert judged(GENERIC, substituted=True, reason="not in stock") is None
    assert (
        judged(THERAPEUTIC, substituted=True, product=other_atc(THERAPEUTIC), reason="not in stock") is None
    )


def test_a_substitution_that_the_prescriber_forbids_is_refused():
    assert judged(FORBIDDEN, substituted=True, reason="not in stock") == NOT_ALLOWED


def test_another_substance_is_no_generic_substitution():
    assert judged(GENERIC, substituted=True, product=other_atc(GENERIC), reason="not in stock") == NOT_ALLOWED


def test_a_country_may_refuse_every_substitution():
    rules = DispensingRules(substitution=False)
    assert judged(GENERIC, rules=rules, substituted=True, reason="not in stock") == NOT_ALLOWED
    assert judged(GENERIC, rules=rules) is None


def test_a_country_may_demand_the_same_package():
    rules = DispensingRules(same_package=True)
    bigger = replace(product_of(FOUR).packages[0], amounts=(Quantity("1000", "1"),))
    other = product_of(FOUR, packages=(bigger, *product_of(FOUR).packages[1:]))
    assert judged(FOUR, rules=rules) is None
    assert judged(FOUR, rules=rules, product=other) == ErrorCode.ALREADY_DISPENSED
    assert judged(FOUR, product=other) is None


def test_a_country_may_allow_one_dispensation_only():
    item = key(prescribed(*FOUR).content.items[0].id)
    once = DispensingRules(dispensations=1)
    assert judged(FOUR, rules=once, tally=Tally({item: 1}, 1)) == ErrorCode.ALREADY_DISPENSED


@pytest.mark.parametrize("which", [("pt", "2011000260003"), ("fi", "FI-2026-0007"), ("cz", "CZRX0002")])
def test_kits_and_several_levels_of_packages_are_the_same_when_they_are(which):
    assert judged(which, rules=DispensingRules(same_package=True)) is None


@pytest.mark.parametrize(
    ("profile", "code"), [("7", "ERROR_ED_GENERIC"), ("8", "ERROR_ED_INCORRECT_FORMATTING")]
)
def test_profile_7_knows_fewer_codes(profile, code):
    said = spoken(Rejection(ErrorCode.ED_INCORRECT_FORMATTING, "why"), Profile(profile))
    assert (said.code.value, said.text) == (code, "why")
    other = Rejection(ErrorCode.NO_MATCHING_EP, "why")
    assert spoken(other, Profile(profile)) == other


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("GrRequest1.xml", None),
        ("cda-edisp.xml", None),
        ("dispensation1.xml", None),
        ("dispensation2.xml", None),
        ("dispensation_bad_1.xml", "-1 1"),
        ("dispensation_bad_2.xml", "1.1 1"),
    ],
)
def test_of_real_dispensations_the_bad_ones_are_refused_by_their_quantity(name, named):
    found = of_form(read((samples() / "cda" / "ed" / name).read_bytes()))
    assert (found is None) is (named is None)
    assert found is None or named in found.text


# --- discarding

KEPT = Kept("2.999^1", "2.25.1", "rx", "1^^^&2.999&ISO", NOW, "NO", "urn:oid:2.999.7", "kari", (), b"")


def discarding(kept=KEPT, **changes):
    by = {"country": "NO", "organisation": "urn:oid:2.999.7", "patient": KEPT.patient}
    found = of_discard(kept, **{"again": False, "now": NOW, "rules": FREE} | by | changes)
    return found and found.code


def test_the_same_pharmacy_takes_back_within_the_time_of_the_country():
    assert discarding() is None
    assert discarding(now=NOW + timedelta(hours=24)) is None


def test_no_other_country_takes_back_by_naming_the_same_organisation():
    assert discarding(country="SE") == ErrorCode.INSUFFICIENT_RIGHTS


def test_a_discard_after_the_time_of_the_country_is_refused():
    assert discarding(now=NOW + timedelta(hours=24, seconds=1)) == ErrorCode.ED_DISCARD_FAILED


def test_another_pharmacy_may_not_take_back():
    assert discarding(organisation="urn:oid:2.999.8") == ErrorCode.INSUFFICIENT_RIGHTS


def test_another_patient_has_no_such_dispensation():
    assert discarding(patient="2^^^&2.999&ISO") == ErrorCode.NO_MATCHING_EP


def test_what_was_taken_back_or_dispensed_again_stays():
    assert discarding(replace(KEPT, discarded=NOW)) == ErrorCode.ED_DISCARD_FAILED
    assert discarding(again=True) == ErrorCode.ED_DISCARD_FAILED

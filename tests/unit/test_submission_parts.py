"""The parts of a submission that are texts with a grammar: author, organisation, patient."""

from time import process_time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncp.wire.author_forms import organisation, professional
from ncp.wire.errors import NotValid
from ncp.wire.patient_id import PatientId
from ncp.wire.source_patient import SourcePatient
from ncp.wire.submission_set import fresh_oid
from tests.support.submissions import AFTERNOON, submission

PATIENT = PatientId("2.999.1", "1")


@pytest.mark.parametrize(
    ("identifier", "written"),
    [
        ("urn:oid:2.999.7", "Nordlys^^^^^^^^^2.999.7"),
        ("urn:hl7ii:2.999.7:123", "Nordlys^^^^^&2.999.7&ISO^^^^123"),
        ("123", "Nordlys^^^^^^^^^123"),
    ],
)
def test_an_organisation_is_written_by_the_form_of_its_id(identifier, written):
    assert organisation("Nordlys", identifier) == written


def test_a_professional_is_written_as_a_person_of_a_register():
    assert professional("1", "Å", "B") == "1^Å^B^^^^^^&2.16.578.1.12.4.1.4.4&ISO"


@pytest.mark.parametrize("bad", ["a^b", "a&b", "a|b", "a~b", "a\\b", "a\nb"])
def test_a_separator_in_a_name_is_refused(bad):
    with pytest.raises(NotValid):
        professional("1", bad, "B")
    with pytest.raises(NotValid):
        organisation(bad, "urn:oid:2.999")


def test_somebody_without_a_name_is_refused():
    with pytest.raises(NotValid):
        professional("1", " ", "B")
    with pytest.raises(NotValid):
        organisation("", "urn:oid:2.999")


text = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1)


@given(family=st.none() | text, given_name=st.none() | text, gender=st.sampled_from(["M", "F", "UN", None]))
def test_whatever_the_name_it_is_read_as_it_was_written(family, given_name, gender):
    one = SourcePatient(PATIENT, family, given_name, "1961", gender)
    assert SourcePatient.read(one.values()) == one


def test_what_is_unknown_is_left_out():
    assert SourcePatient(PATIENT).values() == ("PID-3|1^^^&2.999.1&ISO",)


def test_an_unreadable_patient_id_is_left_out():
    assert SourcePatient.read(("PID-3|x", "PID-5|A", "nonsense")) == SourcePatient(None, "A")


def test_every_submission_has_an_oid_of_its_own():
    assert fresh_oid(UUID(int=2**128 - 1)) == f"2.25.{2**128 - 1}"


def test_a_time_without_an_offset_is_refused():
    with pytest.raises(ValueError, match="offset"):
        submission(at=AFTERNOON.replace(tzinfo=None))


def test_reading_a_name_without_end_takes_no_longer_than_its_length():
    """It grew with the square: a megabyte took minutes."""
    long = "\\E\\" + "A" * 2_000_000
    before = process_time()
    assert SourcePatient.read([f"PID-5|{long}"]).family == "\\" + "A" * 2_000_000
    assert process_time() - before < 10

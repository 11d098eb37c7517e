"""CX: written in one form, read also without &ISO, refused when it says anything else."""

import pytest

from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.patient_id import PatientId


def test_it_is_written_in_cx_form():
    assert PatientId("1.2.208.176.1.2", "0410009234").cx() == "0410009234^^^&1.2.208.176.1.2&ISO"


@pytest.mark.parametrize(
    "cx",
    ["12 34^^^&1.2&ISO", "12 34^^^&1.2", " 12 34^^^&1.2&ISO\n"],
)
def test_it_is_read_with_and_without_iso(cx):
    assert PatientId.parse(cx) == PatientId("1.2", "12 34")


def test_letters_of_any_country_may_occur():
    assert PatientId.parse("Ærø-1/æ^^^&2.16.1&ISO").extension == "Ærø-1/æ"


@pytest.mark.parametrize(
    "cx",
    [
        "",
        "1",
        "1^^^&1.2&iso",
        "1^^^&1.2&ISO&",
        "1^^^&1.2&ISO^PI",
        "1^^^&1.2&URI",
        "1^^^NAME&1.2&ISO",
        "^^^&1.2&ISO",
        " ^^^&1.2&ISO",
        "1^^^&&ISO",
        "1^^^&abc&ISO",
        "1^^^&3.2&ISO",
        "1^^^&1.02&ISO",
        "1^^^&1.2.&ISO",
        "1^^^&1&ISO",
        "1&2^^^&1.2&ISO",
        "1\n2^^^&1.2&ISO",
    ],
)
def test_anything_else_is_refused_without_naming_the_value(cx):
    with pytest.raises(NotValid) as caught:
        PatientId.parse(cx)
    assert caught.value.kind is NotValidKind.VALUE
    assert str(caught.value) == "patient id: not <extension>^^^&<root>&ISO"


def test_root_and_extension_make_the_identity():
    assert PatientId("1.2", "1") == PatientId("1.2", "1")
    assert len({PatientId("1.2", "1"), PatientId("1.2", "2"), PatientId("1.3", "1")}) == 3


def test_no_log_or_traceback_names_a_patient():
    assert "123456789" not in repr(PatientId("1.2", "123456789"))

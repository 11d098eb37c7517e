"""How a stored query writes its parameters, and how they are read in all the ways they are met.

Source: ebRS 3.0 stored queries; IHE ITI TF-2 3.18.4.1.2.3; wire specification 6.2.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from ncp.wire.document_classes import LOINC
from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile

_T = TypeVar("_T")
_CODE = re.compile(r"[^\s'(),^]+", re.ASCII)


def quoted_codes(codes: Sequence[str], profile: Profile) -> str:
    """`('a^^s','b^^s')`, or as OpenNCP 7 has it `('a^^s,b^^s')`.

    Raises:  NotValid: no code at all, or one with a character that the form cannot carry.
    """
    if not codes or not all(_CODE.fullmatch(code) for code in codes):
        raise NotValid("not a list of class codes", where="ClassCode", kind=NotValidKind.VALUE)
    between = "','" if profile.class_codes_quoted_one_by_one else ","
    return f"('{between.join(f'{code}^^{LOINC}' for code in codes)}')"


def read_codes(value: str | None, where: str) -> tuple[str, ...]:
    """The codes without their code system, whatever the quoting.

    Raises:  NotValid: absent or empty.
    """
    bare = (value or "").translate({ord(mark): None for mark in "()'"})
    codes = tuple(code for each in bare.split(",") if (code := each.partition("^^")[0].strip()))
    if not codes:
        raise NotValid("is missing", where=f"{where}/ClassCode", kind=NotValidKind.VALUE)
    return codes


def read_patient(value: str | None, where: str) -> PatientId:
    """The patient, with or without the quotes round it.

    Raises:  NotValid: absent or no identifier.
    """
    try:
        return PatientId.parse((value or "").strip().removeprefix("'").removesuffix("'"))
    except NotValid as error:
        raise NotValid(error.what, where=f"{where}/PatientId", kind=error.kind) from error


def read_whole(read: Callable[[str], _T], value: str | None, where: str) -> _T | None:
    """What `read` makes of a filter, also of a quoted one; None if it is absent.

    Raises:  NotValid: it cannot be read.
    """
    try:
        return None if value is None else read(value.strip("()' "))
    except ValueError as error:
        raise NotValid("cannot be read", where=where, kind=NotValidKind.VALUE) from error

"""The slot `sourcePatientInfo`: who the patient of a submitted document is, as HL7 v2 PID fields.

Source: IHE ITI TF-3 4.2.3.2.23; wire specification 6.5. Values are escaped as HL7 v2 demands.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from ncp.wire.errors import NotValid
from ncp.wire.patient_id import PatientId

SLOT: Final = "sourcePatientInfo"
_ESCAPES = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"}
_READ = {escape: mark for mark, escape in _ESCAPES.items()}
_ESCAPE = re.compile(r"\\[EFSTR]\\")


@dataclass(frozen=True, slots=True)
class SourcePatient:
    """Attributes:
    patient: None if an answer read has none that can be read.
    birth:   digits, yyyyMMdd or shorter.
    gender:  M, F or UN.
    """

    patient: PatientId | None
    family: str | None = field(default=None, repr=False)
    given: str | None = field(default=None, repr=False)
    birth: str | None = field(default=None, repr=False)
    gender: str | None = None

    def values(self) -> tuple[str, ...]:
        """The values of the slot, those that are known."""
        name = f"{_escaped(self.family)}^{_escaped(self.given)}".rstrip("^")
        fields = {
            "PID-3": self.patient.cx() if self.patient else "",
            "PID-5": name,
            "PID-7": _escaped(self.birth),
            "PID-8": _escaped(self.gender),
        }
        return tuple(f"{key}|{value}" for key, value in fields.items() if value)

    @classmethod
    def read(cls, values: Sequence[str]) -> Self:
        """Read by the names of the fields; what cannot be read is left out."""
        fields: dict[str, str] = {}
        for value in values:
            name, _, rest = value.partition("|")
            fields.setdefault(name.strip(), rest.strip())
        family, _, rest = fields.get("PID-5", "").partition("^")
        return cls(
            patient=_patient(fields.get("PID-3", "")),
            family=_plain(family),
            given=_plain(rest.partition("^")[0]),
            birth=_plain(fields.get("PID-7", "")),
            gender=_plain(fields.get("PID-8", "")),
        )


def _patient(value: str) -> PatientId | None:
    try:
        return PatientId.parse(value) if value else None
    except NotValid:
        return None


def _escaped(value: str | None) -> str:
    return "".join(_ESCAPES.get(mark, mark) for mark in (value or "").strip())


def _plain(value: str) -> str | None:
    """Undo the escapes; a lone backslash stays as it is."""
    return _ESCAPE.sub(lambda match: _READ[match[0]], value) or None

"""A patient identifier in HL7 v2 CX form, as TRC, XCA and XDR carry it."""

import re
from dataclasses import dataclass, field
from typing import Self

from ncp.wire.errors import NotValid, NotValidKind

_OID = r"[0-2](?:\.(?:0|[1-9][0-9]*))+"
# OpenNCP appends &ISO; some senders leave it out. Neither half may hold the separators themselves.
_CX = re.compile(rf"\s*([^\s^&](?:[^\r\n\t^&]*[^\s^&])?)\^\^\^&({_OID})(?:&ISO)?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class PatientId:
    """An identifier and the OID of the register that gave it; both together name one person.

    Its `repr` leaves the identifier out, so that no log or traceback names a patient.
    """

    root: str
    extension: str = field(repr=False)

    def cx(self) -> str:
        """`extension^^^&root&ISO`."""
        return f"{self.extension}^^^&{self.root}&ISO"

    @classmethod
    def parse(cls, cx: str) -> Self:
        """Read CX, also without `&ISO`.

        Raises:  NotValid: other components are filled, a half is missing or the root is no OID.
                 The text names no value, so that it may be logged.
        Source:  HL7 v2.5 CX; IHE ITI TF-3, table 4.2.3.1.7-2.
        """
        if not (match := _CX.fullmatch(cx)):
            raise NotValid("not <extension>^^^&<root>&ISO", where="patient id", kind=NotValidKind.VALUE)
        return cls(root=match[2], extension=match[1])

"""How the author of a submission is written: the professional as XCN, the organisation as XON.

Source: IHE ITI TF-3, table 4.2.3.1.7-2; wire specification 6.5.
"""

from typing import Final

from ncp.wire.errors import NotValid, NotValidKind

HPR: Final = "2.16.578.1.12.4.1.4.4"
_OID, _HL7II = "urn:oid:", "urn:hl7ii:"
_SEPARATORS = frozenset("^&~|\\\r\n")


def professional(number: str, family: str, given: str, register: str = HPR) -> str:
    """`<number>^<family>^<given>^^^^^^&<register>&ISO`, as IHE defines XCN.

    Raises:  NotValid: no family name, or a separator of the form in one of the parts.
    """
    parts = {"number": number, "family": family, "given": given, "register": register}
    _refuse_separators(parts, needed="family")
    return f"{number}^{family}^{given}^^^^^^&{register}&ISO"


def organisation(name: str, identifier: str) -> str:
    """XON by the form of `organization-id` in the HCP assertion.

    `urn:oid:X` becomes `name^^^^^^^^^X`, `urn:hl7ii:R:E` becomes `name^^^^^&R&ISO^^^^E`, any other id stands
    where the first does.

    Raises:  NotValid: no name, or a separator of the form in one of the parts.
    """
    _refuse_separators({"name": name, "identifier": identifier}, needed="name")
    if identifier.startswith(_HL7II):
        root, _, extension = identifier.removeprefix(_HL7II).partition(":")
        return f"{name}^^^^^&{root}&ISO^^^^{extension}"
    return f"{name}^^^^^^^^^{identifier.removeprefix(_OID)}"


def _refuse_separators(parts: dict[str, str], *, needed: str) -> None:
    for name, value in parts.items():
        if _SEPARATORS & set(value) or (name == needed and not value.strip()):
            raise NotValid("cannot be written as an author", where=name, kind=NotValidKind.VALUE)

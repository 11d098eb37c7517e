"""Status and error list of registry answers (ITI-38, ITI-39, ITI-41), and what the asking side makes of them.

Source: ebRS 3.0; IHE ITI TF-3 4.2.4; wire specification 6.4 and 6.7.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self, TypeAlias

from lxml import etree

from ncp.wire.building import add
from ncp.wire.errors import ErrorCode, Severity, canonical, is_transformation
from ncp.wire.findings import Finding
from ncp.wire.profile import Profile
from ncp.wire.reading import children, optional_attribute, optional_child
from schemas.namespaces import RS
from schemas.validate import path_of

Element: TypeAlias = etree._Element
R = f"{{{RS}}}"
_SEVERITY = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:"
NOT_FOUND = frozenset(
    {ErrorCode.NO_EP_W7, ErrorCode.NO_PS_W7, ErrorCode.EP_NOT_FOUND, ErrorCode.PS_NOT_FOUND}
)


class Status(StrEnum):
    """Status of a registry answer, spelled as on the wire."""

    SUCCESS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"
    PARTIAL_SUCCESS = "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess"
    FAILURE = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure"


@dataclass(frozen=True, slots=True)
class RegistryError:
    """One `rs:RegistryError`.

    Attributes:
        code:     as received; `canonical_code` resolves other spellings.
        context:  description, or `description^national detail`: for testers.
        severity: an error without one counts as Error.
        location: where it arose at the peer: never shown to a clinician.
    """

    code: str
    context: str = ""
    severity: Severity = Severity.ERROR
    location: str | None = None

    @property
    def canonical_code(self) -> str:
        return canonical(self.code)

    @property
    def description(self) -> str:
        return self.context.partition("^")[0]

    @property
    def national_detail(self) -> str:
        return self.context.partition("^")[2]

    @property
    def not_found(self) -> bool:
        """Whether it says that the patient has no such document."""
        return self.canonical_code in NOT_FOUND

    @property
    def stops(self) -> bool:
        """Whether the asking side gives up for it: Error or "not found", but no failed coding of content."""
        if is_transformation(self.code):
            return False
        return self.severity is Severity.ERROR or self.not_found

    def write(self, parent: Element, profile: Profile) -> None:
        """Append the error; OpenNCP 7 writes a `location` in any case."""
        place = self.location or ("" if profile.registry_error_has_location else None)
        name = "Error" if self.severity is Severity.ERROR else "Warning"
        attributes = {"errorCode": self.code, "codeContext": self.context, "severity": _SEVERITY + name}
        add(parent, f"{R}RegistryError", attributes if place is None else attributes | {"location": place})

    @classmethod
    def read(cls, el: Element, findings: list[Finding]) -> Self:
        """Read one error by name; an error without a code is a failure all the same."""
        severity = optional_attribute(el, "severity")
        warning = severity is not None and severity.rpartition(":")[2].lower() == "warning"
        if not warning and severity != f"{_SEVERITY}Error":
            findings.append(Finding(path_of(el), "unknown or no severity; counts as Error"))
        if (code := optional_attribute(el, "errorCode")) is None:
            findings.append(Finding(path_of(el), "no errorCode"))
        return cls(
            code=code or ErrorCode.GENERIC.value,
            context=el.get("codeContext") or "",
            severity=Severity.WARNING if warning else Severity.ERROR,
            location=optional_attribute(el, "location"),
        )


def write_errors(parent: Element, errors: Iterable[RegistryError], profile: Profile) -> None:
    """Append a `RegistryErrorList`, unless there are no errors."""
    if listed := tuple(errors):
        error_list = add(parent, f"{R}RegistryErrorList")
        for error in listed:
            error.write(error_list, profile)


def read_errors(parent: Element, findings: list[Finding]) -> tuple[RegistryError, ...]:
    """Read the `RegistryErrorList`, if there is one.

    Raises:  NotValid: there are several.
    """
    error_list = optional_child(parent, f"{R}RegistryErrorList")
    found = () if error_list is None else children(error_list, f"{R}RegistryError")
    return tuple(RegistryError.read(each, findings) for each in found)


def read_status(el: Element | None, findings: list[Finding]) -> Status | None:
    """Read `@status`; None if absent or unknown."""
    value = optional_attribute(el, "status")
    if value in tuple(Status):
        return Status(value)
    if el is not None:
        findings.append(Finding(path_of(el), "unknown status" if value else "no status"))
    return None


def context(description: str, detail: str, profile: Profile, *, retrieve: bool = False) -> str:
    """`codeContext` of the generation: `^national detail` follows in retrieve, from 8 everywhere."""
    follows = detail and (retrieve or profile.detail_follows_description)
    return f"{description}^{detail}" if follows else description


def stopping(errors: Iterable[RegistryError]) -> RegistryError | None:
    """The error for which the asking side gives up, None if there is none: an Error before a "not found"."""
    stops = [error for error in errors if error.stops]
    return next((error for error in stops if error.severity is Severity.ERROR), next(iter(stops), None))


def status_of(errors: Iterable[RegistryError], *, failed: bool = False) -> Status:
    """The status that the answering side gives: Success with warnings only, Failure if it gave up itself."""
    if failed:
        return Status.FAILURE
    errors_only = (error for error in errors if error.severity is Severity.ERROR)
    return Status.PARTIAL_SUCCESS if next(errors_only, None) else Status.SUCCESS

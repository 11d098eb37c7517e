"""Why a patient discovery returns nobody: the acknowledgement's details and the detected issue."""

from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from ncp.wire.building import add, given
from ncp.wire.findings import Finding
from ncp.wire.reading import children, optional_attribute, optional_child, optional_text
from ncp.wire.xcpd_reasons import REASONS, Branch, Reason
from schemas.namespaces import HL7
from schemas.validate import path_of

Element: TypeAlias = etree._Element
H = f"{{{HL7}}}"
ISSUE_CODE = {"code": "ActAdministrativeDetectedIssueCode", "codeSystem": "2.16.840.1.113883.5.4"}
_HOLDERS = {
    Branch.TRIGGER_FOR: ("TRIG", "actOrderRequired", {"classCode": "ACT", "moodCode": "RQO"}),
    Branch.MITIGATED_BY: ("MITGT", "detectedIssueManagement", {"classCode": "ACT", "moodCode": "EVN"}),
}


@dataclass(frozen=True, slots=True)
class AckDetail:
    """One `acknowledgementDetail`.

    Attributes:
        code:      eHDSI error code as received.
        text:      description, or `description^national detail`; Germany's title.
        location:  a stack location, `NF` from OpenNCP, Germany's human text: never shown to a clinician.
        type_code: E, W or I; Germany sends it, OpenNCP does not.
    """

    code: str | None
    text: str | None = None
    location: str | None = None
    type_code: str | None = None


def write_detail(ack: Element, detail: AckDetail, *, found_nobody: bool = False) -> None:
    """Append a detail; with `found_nobody` the word `NF` goes where OpenNCP puts it by mistake."""
    el = add(ack, f"{H}acknowledgementDetail", given(typeCode=detail.type_code))
    if detail.code:
        add(el, f"{H}code", {"code": detail.code})
    if detail.text:
        add(el, f"{H}text", text=detail.text)
    place = "NF" if found_nobody else detail.location
    if place:
        add(el, f"{H}location", text=place)


def read_details(ack: Element) -> tuple[AckDetail, ...]:
    """Read every detail.

    Raises:  NotValid: code, text or location twice in one detail.
    """
    return tuple(
        AckDetail(
            code=optional_attribute(optional_child(el, f"{H}code"), "code"),
            text=optional_text(el, f"{H}text"),
            location=optional_text(el, f"{H}location"),
            type_code=optional_attribute(el, "typeCode"),
        )
        for el in children(ack, f"{H}acknowledgementDetail")
    )


def write_reason(act: Element, reason: Reason, reference_exact: bool) -> None:
    """Append `reasonOf`; OpenNCP leaves most codes out of the issue, which `reference_exact` copies."""
    issue = add(
        add(act, f"{H}reasonOf", {"typeCode": "RSON"}),
        f"{H}detectedIssueEvent",
        {"classCode": "ALRT", "moodCode": "EVN"},
    )
    add(issue, f"{H}code", ISSUE_CODE)
    branch = reason.branch
    if reference_exact and reason.code in REASONS:
        branch = REASONS[reason.code].reference_branch
    if branch is not None:
        type_code, holder, classes = _HOLDERS[branch]
        held = add(add(issue, f"{H}{branch}", {"typeCode": type_code}), f"{H}{holder}", classes)
        add(held, f"{H}code", {"code": reason.code, "codeSystem": reason.system})


def read_reason(act: Element, findings: list[Finding]) -> Reason | None:
    """Read the first reason with a code: the refusal before the demand, as OpenNCP reads it.

    An issue without a branch names no code; then the detail's code is all there is.
    """
    issues = [
        issue for why in children(act, f"{H}reasonOf") for issue in children(why, f"{H}detectedIssueEvent")
    ]
    found = [reason for issue in issues for branch in Branch for reason in _reasons(issue, branch)]
    found.sort(key=lambda reason: reason.branch is not Branch.MITIGATED_BY)
    if len(found) > 1:
        findings.append(Finding(path_of(issues[0]), f"{len(found)} reasons; the first one is used"))
    return found[0] if found else None


def _reasons(issue: Element, branch: Branch) -> list[Reason]:
    holder = _HOLDERS[branch][1]
    codes = (
        code
        for el in children(issue, f"{H}{branch}")
        for held in children(el, f"{H}{holder}")
        for code in children(held, f"{H}code")
    )
    return [
        Reason(branch, code, optional_attribute(el, "codeSystem") or "")
        for el in codes
        if (code := optional_attribute(el, "code"))
    ]

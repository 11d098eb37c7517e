"""One person in the answer to a patient discovery: HL7 `subject/registrationEvent/subject1/patient`."""

from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from ncp.wire.building import add
from ncp.wire.errors import NotValid
from ncp.wire.findings import Finding
from ncp.wire.patient_id import PatientId
from ncp.wire.reading import (
    attribute,
    children,
    descend,
    not_valid,
    only_child,
    optional_attribute,
    optional_child,
)
from ncp.wire.xcpd_demographics import Demographics, read_person, write_person
from schemas.namespaces import HL7, XSI
from schemas.validate import path_of

Element: TypeAlias = etree._Element
H = f"{{{HL7}}}"
XSI_TYPE = f"{{{XSI}}}type"
MATCH_CODE = {"code": "IHE_PDQ", "codeSystem": "2.16.840.1.113883.1.11.19914"}
LOCATOR_CODE = {"code": "NotHealthDataLocator", "codeSystem": "1.3.6.1.4.1.19376.1.2.27.2"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who may be the one asked for.

    Attributes:
        ids:       at least one; the first is used in everything that follows.
        match:     confidence in per cent, None if not given.
        custodian: home OID of the country that keeps the data; the sender's if None when written.
    """

    ids: tuple[PatientId, ...]
    demographics: Demographics = Demographics()
    match: int | None = 100
    custodian: str | None = None


def write_candidate(act: Element, candidate: Candidate, home: str) -> None:
    """Append a `subject`."""
    subject = add(act, f"{H}subject", {"typeCode": "SUBJ"})
    event = add(subject, f"{H}registrationEvent", {"classCode": "REG", "moodCode": "EVN"})
    add(event, f"{H}id", {"nullFlavor": "NA"})
    add(event, f"{H}statusCode", {"code": "active"})
    patient = add(add(event, f"{H}subject1", {"typeCode": "SBJ"}), f"{H}patient", {"classCode": "PAT"})
    for ident in candidate.ids:
        add(patient, f"{H}id", {"root": ident.root, "extension": ident.extension})
    add(patient, f"{H}statusCode", {"code": "active"})
    person = add(patient, f"{H}patientPerson", {"classCode": "PSN", "determinerCode": "INSTANCE"})
    write_person(person, candidate.demographics)
    if candidate.match is not None:
        whole = {"classCode": "OBS", "moodCode": "EVN"}
        observation = add(add(patient, f"{H}subjectOf1"), f"{H}queryMatchObservation", whole)
        add(observation, f"{H}code", MATCH_CODE)
        add(observation, f"{H}value", {XSI_TYPE: "INT", "value": str(candidate.match)})
    custodian = add(event, f"{H}custodian", {"typeCode": "CST"})
    assigned = add(custodian, f"{H}assignedEntity", {"classCode": "ASSIGNED"})
    add(assigned, f"{H}id", {"root": candidate.custodian or home})
    add(assigned, f"{H}code", LOCATOR_CODE)


def read_candidates(act: Element, findings: list[Finding]) -> tuple[Candidate, ...]:
    """Read every `subject` that names a person.

    Raises:  NotValid: there are subjects, but none has a usable id; or something occurs twice.
    """
    subjects = children(act, f"{H}subject")
    candidates = []
    for subject in subjects:
        patient = descend(subject, f"{H}registrationEvent", f"{H}subject1", f"{H}patient")
        ids = () if patient is None else _ids(patient, findings)
        if patient is None or not ids:
            findings.append(Finding(path_of(subject), "a person without a usable id; not offered"))
            continue
        candidates.append(_candidate(subject, patient, ids, findings))
    if subjects and not candidates:
        raise not_valid("no person in the answer has a usable id", subjects[0])
    return tuple(candidates)


def _candidate(
    subject: Element, patient: Element, ids: tuple[PatientId, ...], findings: list[Finding]
) -> Candidate:
    event = only_child(subject, f"{H}registrationEvent")
    person = optional_child(patient, f"{H}patientPerson")
    custodian = descend(event, f"{H}custodian", f"{H}assignedEntity", f"{H}id")
    observed = descend(patient, f"{H}subjectOf1", f"{H}queryMatchObservation", f"{H}value")
    match = optional_attribute(observed, "value")
    return Candidate(
        ids=ids,
        demographics=Demographics() if person is None else read_person(person, findings),
        match=int(match) if match and match.isascii() and match.isdigit() else None,
        custodian=optional_attribute(custodian, "root"),
    )


def _ids(patient: Element, findings: list[Finding]) -> tuple[PatientId, ...]:
    ids = []
    for el in children(patient, f"{H}id"):
        try:
            known = PatientId(root=attribute(el, "root"), extension=attribute(el, "extension"))
            # TRC and registry carry it in CX form: a separator inside would make it another identifier.
            if PatientId.parse(known.cx()) != known:
                raise not_valid("cannot be written as ext^^^&root&ISO", el)
            ids.append(known)
        except NotValid as error:
            findings.append(Finding(error.where, error.what))
    return tuple(ids)

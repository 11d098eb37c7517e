"""Submissions of a Norwegian pharmacy to simulated Portugal, and what a typed client needs to make one."""

import base64
from datetime import UTC, datetime
from uuid import UUID

from ncp.wire.author_forms import organisation, professional
from ncp.wire.patient_id import PatientId
from ncp.wire.source_patient import SourcePatient
from ncp.wire.submission import Sender, Submitted, compose
from ncp.wire.submission_kinds import SubmissionKind
from schemas.namespaces import LCM, RIM, XDSB, q

PATIENT = PatientId("2.16.620.1.101.10.1.1", "123456789")
AFTERNOON = datetime(2026, 11, 22, 13, 5, 0, tzinfo=UTC)
CONTENT = b"<ClinicalDocument xmlns='urn:hl7-org:v3'/>"
PERSON = SourcePatient(PATIENT, "Silva", "Ana", "19610529", "F")
SENDER = Sender(
    country="NO",
    country_name="Norway",
    home_community="2.16.578.1.12.4.5.10.1",
    author_person=professional("9999999", "Apotek", "Kari"),
    author_institution=organisation("Nordlys apotek", "urn:hl7ii:2.16.578.1.12.4.1.4.101:999999999"),
)
WHAT = Submitted("2.999.578.1^ED-1", PATIENT, PERSON, "nb-NO", CONTENT)
DOCUMENT, SET, SUBMISSION = (UUID(int=number) for number in (1, 2, 3))


def submission(kind=SubmissionKind.DISPENSATION, what=WHAT, sender=SENDER, at=AFTERNOON):
    return compose(kind, what, sender, document_uuid=DOCUMENT, set_uuid=SET, submission=SUBMISSION, at=at)


def typed(request_xml):
    """The same request as arguments of a typed client, which knows nothing of our elements."""
    objects = request_xml.find(f"{q(LCM, 'SubmitObjectsRequest')}/{q(RIM, 'RegistryObjectList')}")
    document = request_xml.find(q(XDSB, "Document"))
    return {
        "SubmitObjectsRequest": {"RegistryObjectList": {_name(each): _plain(each) for each in objects}},
        "Document": {"_value_1": base64.b64decode(document.text), "id": document.get("id")},
    }


def _name(el):
    return el.tag.rpartition("}")[2]


def _plain(el):
    """Attributes and children by name; whatever may repeat is a list."""
    found = dict(el.attrib)
    for child in el:
        name = _name(child)
        if name == "Value":
            found.setdefault(name, []).append(child.text)
        elif name in ("Slot", "Classification", "ExternalIdentifier", "LocalizedString"):
            found.setdefault(name, []).append(_plain(child))
        else:
            found[name] = _plain(child)
    return found

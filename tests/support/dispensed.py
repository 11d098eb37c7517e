"""What a Norwegian pharmacy dispenses for prescriptions of the simulated countries, as it arrives there."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from uuid import uuid4

from cda.build import answering, discard, dispensation
from cda.datatypes import Identifier
from mock_member_states.national import mappings, pivot
from mock_member_states.prescriptions import load
from ncp.wire.patient_id import PatientId
from ncp.wire.source_patient import SourcePatient
from ncp.wire.submission import Submitted, compose
from ncp.wire.submission_kinds import SubmissionKind
from tests.support.dispensing import ACT, OWN, handing
from tests.support.submissions import SENDER


@cache
def held(country):
    return mappings(country)


def prescribed(country, number):
    return next(one for one in load(country) if one.number == number)


def dispensed(country, number, *, packages=1, document="ED-1", product=None, order=None, **changes):
    """The pivot dispensation of one prescription; `changes` go into what is handed out."""
    one = prescribed(country, number).content
    item = one.items[0]
    handed = replace(handing(item.id, product or item.product, packages=packages), **changes)
    act = replace(ACT, document=Identifier(OWN, document))
    content = answering(one, [handed], act)
    return pivot(dispensation(replace(content, order=order or content.order)), held(country))


def discarded(document):
    """The same document as it is sent to be taken back."""
    return discard(document)


def submitted(country, number, **changes):
    """The request of ITI-41 that submits such a dispensation."""
    (one,) = prescribed(country.lower(), number).content.frame.patient.ids
    patient = PatientId(one.root, one.extension)
    content = dispensed(country.lower(), number, **changes)
    what = Submitted(f"{OWN}^ED-1", patient, SourcePatient(patient), "nb-NO", content)
    ids = {name: uuid4() for name in ("document_uuid", "set_uuid", "submission")}
    return compose(SubmissionKind.DISPENSATION, what, SENDER, at=datetime.now(UTC), **ids)

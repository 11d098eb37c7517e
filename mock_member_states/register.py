"""Everybody a member state knows: its own register, and those whom only a document names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mock_member_states.documents import Document, DocumentStore
from mock_member_states.patients import Patient, search
from ncp.wire.iti55 import Demographics
from ncp.wire.patient_id import PatientId


@dataclass(frozen=True, slots=True)
class Register:
    """The country's patients and documents at one moment: one snapshot per request."""

    patients: tuple[Patient, ...]
    documents: tuple[Document, ...]

    def search(self, ids: Sequence[PatientId], traits: Demographics) -> tuple[Patient, ...]:
        return search(self.patients, ids, traits)

    def patient(self, wanted: PatientId) -> Patient | None:
        """Whom a treatment relationship under this identifier means.

        An identifier that several share means the one whose first it is, else nobody: it must not be guessed.
        """
        carriers = [patient for patient in self.patients if patient.known_as(wanted)]
        own = [patient for patient in carriers if patient.ids[0] == wanted]
        if len(own) == 1:
            return own[0]
        return carriers[0] if len(carriers) == 1 else None

    def documents_of(self, patient: Patient) -> tuple[Document, ...]:
        """Those whose recordTarget names this patient first; what it names beside decides nothing."""
        return tuple(one for one in self.documents if self.patient(one.header.patients[0]) == patient)


def snapshot(listed: Sequence[Patient], store: DocumentStore) -> Register:
    """Listed patients first; then one for every identifier that a document names first and nobody alone has.

    A document's further identifiers become its patient's, so that a search by them finds that patient, but
    never one that the register or the first place in a document gives to somebody: a dropped-in document must
    not make anybody else ambiguous.
    """
    documents, known = store.all(), Register(tuple(listed), ())
    people, owners = list(listed), dict[PatientId, int]()
    for document in documents:
        first = document.header.patients[0]
        if first in owners:
            continue
        owner = known.patient(first)
        owners[first] = len(people) if owner is None else people.index(owner)
        if owner is None:
            people.append(Patient((first,), document.header.demographics))
    taken = owners.keys() | {one for patient in listed for one in patient.ids}
    for document in documents:
        index = owners[document.header.patients[0]]
        free = (one for one in document.header.patients if one not in taken)
        people[index] = replace(people[index], ids=tuple(dict.fromkeys((*people[index].ids, *free))))
    return Register(tuple(people), documents)

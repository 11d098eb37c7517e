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
        """Those whose recordTarget names this patient by an identifier that nobody else has."""
        mine = {one for one in patient.ids if self.patient(one) == patient}
        return tuple(document for document in self.documents if mine.intersection(document.header.patients))


def snapshot(listed: Sequence[Patient], store: DocumentStore) -> Register:
    """Listed patients first; then one for every recordTarget that shares no identifier with anybody."""
    documents = store.all()
    people = list(listed)
    for document in documents:
        found = document.header.patients
        for index, known in enumerate(people):
            if set(known.ids).intersection(found):
                people[index] = replace(known, ids=_merged(known.ids, found))
                break
        else:
            people.append(Patient(found, document.header.demographics))
    return Register(tuple(people), documents)


def _merged(known: tuple[PatientId, ...], found: tuple[PatientId, ...]) -> tuple[PatientId, ...]:
    return known + tuple(one for one in found if one not in known)

"""The prescriptions in a list: dispensable or not, substitution, product, and what is left of each.

Source: wire specification 6.3, "eP list metadata", and 6.7.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mock_member_states.country import Country
from mock_member_states.list_entries import entry
from mock_member_states.patients import Patient
from mock_member_states.prescription_documents import Held
from mock_member_states.prescription_standing import Standing
from mock_member_states.situation import Situation
from ncp.wire.ebrim import Association
from ncp.wire.errors import ErrorCode, Severity
from ncp.wire.iti38 import DocumentEntry
from ncp.wire.patient_id import PatientId
from ncp.wire.registry import RegistryError

NOT_ACCESSIBLE: Final = RegistryError(
    ErrorCode.EP_REGISTRY_NOT_ACCESSIBLE, "The register of prescriptions cannot be reached", Severity.WARNING
)


def entries(
    asked: PatientId, patient: Patient | None, at: Situation
) -> tuple[tuple[DocumentEntry, ...], tuple[Association, ...]]:
    """Every prescription of the patient, newest first, each followed by its PDF; also those that are closed.

    Raises: NotAvailable: nobody can say where they stand.
    """
    mine = [one for one in at.prescriptions.all() if _is_of(one, patient, at)]
    mine.sort(key=lambda one: (one.structured.header.created, one.key), reverse=True)
    standings = at.prescriptions.standings(tuple(mine), at.now)
    found = tuple(
        entry(
            made.header,
            asked,
            at.country,
            events=replace(one.events, dispensable=stands.dispensable).coded(),
            description=_description(one, stands),
        )
        for one, stands in zip(mine, standings, strict=True)
        for made in one.documents
    )
    links = tuple(
        Association(one.printed.header.uuid, one.structured.header.uuid) for one in mine if one.printed
    )
    return found, links


def none_found(country: Country) -> RegistryError:
    """No prescription: a warning in a list that fails for it, in the spelling of the country's profile."""
    numbers = country.wire_profile.not_found_codes_are_numbers
    code = ErrorCode.NO_EP_W7 if numbers else ErrorCode.EP_NOT_FOUND
    return RegistryError(code, "No prescription is registered for the patient", Severity.WARNING)


def _is_of(one: Held, patient: Patient | None, at: Situation) -> bool:
    return patient is not None and at.register.patient(one.patient) == patient


def _description(one: Held, stands: Standing) -> str:
    """The product, and the packages left of those prescribed: figures need no language."""
    prescribed = sum(item.packages or 1 for item in one.prescribed.content.items)
    return f"{one.name} ({sum(stands.remaining.values())}/{prescribed})"

"""What a country's own pharmacies have dispensed, as its store keeps it from the beginning."""

from __future__ import annotations

from datetime import UTC, datetime

from cda.build import Dispensation as DispensationContent
from cda.build import DispensedItem
from mock_member_states.country import Country
from mock_member_states.dispensation_kept import Kept
from mock_member_states.prescription_standing import key
from mock_member_states.prescriptions import dispensed, load_dispensations
from ncp.wire.patient_id import PatientId
from ncp.wire.times import read_ebxml


def at_home(country: Country) -> tuple[Kept, ...]:
    """Every dispensation of the country's definitions, in its national form."""
    return tuple(_kept(one, country) for one in load_dispensations(country.code))


def _kept(one: DispensationContent, country: Country) -> Kept:
    document, patient = key(one.frame.id), one.frame.patient.ids[0]
    first: DispensedItem = one.items[0]
    organisation = first.dispenser.organisations[0].ids[0]
    return Kept(
        document_id=document,
        submission_id=f"{country.code} {document}",
        prescription=key(one.order),
        patient=PatientId(patient.root or "", patient.extension or "").cx(),
        received=_at(one),
        country=country.code,
        organisation=f"urn:hl7ii:{organisation.root}:{organisation.extension}",
        professional=first.dispenser.ids[0].shown,
        items=tuple((key(item.prescribed.id), item.packages) for item in one.items),
        content=dispensed(one),
    )


def _at(one: DispensationContent) -> datetime:
    return read_ebxml(one.frame.created.value or "").astimezone(UTC)

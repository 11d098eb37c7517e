"""The documents that are measured on: the EU reference patient if the samples are there, else our own."""

import os
from pathlib import Path

from ncp.wire.patient_id import PatientId
from schemas import xml
from schemas.namespaces import HL7
from tests.support.chain import RICH

OWN = Path(__file__).parents[2] / "mock_member_states" / "countries"


def sample(name: str) -> bytes | None:
    """One sample CDA by its path below `cda/`; None when NCP_SAMPLES is not set or lacks it."""
    folder = os.environ.get("NCP_SAMPLES")
    path = Path(folder) / "cda" / name if folder else None
    return path.read_bytes() if path is not None and path.is_file() else None


def summary() -> tuple[PatientId, bytes | None]:
    """PS-W7 and its patient's id; without samples the id of our own rich patient and None."""
    document = sample("ps/2-1234-W7.xml")
    if document is None:
        return RICH["PT"], None
    role = xml.parse(document).find(f"{{{HL7}}}recordTarget/{{{HL7}}}patientRole/{{{HL7}}}id")
    assert role is not None
    return PatientId(role.get("root", ""), role.get("extension", "")), document


def measured_summary() -> tuple[str, bytes]:
    """The summary for P1 with its name."""
    document = sample("ps/2-1234-W7.xml")
    if document is not None:
        return "PS-W7", document
    return "own PS", (OWN / "pt" / "documents" / "900000011-ps-l3.xml").read_bytes()

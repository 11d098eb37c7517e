"""The messages of the three query transactions as they are written today, each valid; `make golden` rewrites.

Origin of every file: our own serialiser, from the synthetic people of `tests/support/messages.py`.
"""

import pytest
from lxml import etree

from ncp.wire import iti38, iti39
from ncp.wire.document_classes import ORCD, DocumentClass, Level
from ncp.wire.errors import Severity
from ncp.wire.profile import Profile
from ncp.wire.registry import RegistryError, Status
from ncp.wire.xcpd_reasons import XcpdReason
from schemas.validate import Schema, violations
from tests.support.messages import (
    ANA,
    LIST_REQUEST,
    NOON,
    PATIENT,
    REQUEST,
    TWIN,
    WANTED,
    delivered,
    listed,
    match,
    no_match,
    pair_of,
    prescription,
    refusal,
)

W7, W9 = Profile.W7, Profile.W9
TWO_CLASSES = iti38.ListRequest(PATIENT, (DocumentClass.PATIENT_SUMMARY, DocumentClass.EPRESCRIPTION))
FILTERED = iti38.ListRequest(PATIENT, tuple(sorted(ORCD)), iti38.Filters(5_000_000, NOON, NOON))
NONE_FOUND = RegistryError("ERROR_PS_NOT_FOUND", "No patient summary", Severity.WARNING)
GAP = RegistryError("2502", "coded element not transcoded", Severity.WARNING)
ORIGINAL = listed(DocumentClass.IMAGING_REPORT, Level.ORIGINAL, 5, service_start="20260101080000")
SELF = iti38.Association(ORIGINAL.uuid, ORIGINAL.uuid)
MISSING = RegistryError("XDSMissingDocument", "ERROR_GENERIC_DOCUMENT_MISSING : no such document")
MESSAGES = {
    "iti55/request.xml": REQUEST.to_xml(W9),
    "iti55/match.xml": match().to_xml(W9),
    "iti55/two-candidates.xml": match(ANA, TWIN).to_xml(W9),
    "iti55/match-reference.xml": match().to_xml(W7, reference_exact=True),
    "iti55/no-match.xml": no_match().to_xml(W9),
    "iti55/no-match-reference.xml": no_match().to_xml(W7, reference_exact=True),
    "iti55/refused-mitigated-by.xml": refusal(XcpdReason.INSUFFICIENT_RIGHTS, "4703").to_xml(W9),
    "iti55/refused-trigger-for.xml": refusal(XcpdReason.ADDITIONAL_DEMOGRAPHICS_REQUESTED).to_xml(W9),
    "iti55/refused-reference.xml": refusal(XcpdReason.INTERNAL_ERROR).to_xml(W7, reference_exact=True),
    "iti38/request.xml": LIST_REQUEST.to_xml(W9),
    "iti38/request-two-classes-7.xml": TWO_CLASSES.to_xml(W7),
    "iti38/request-two-classes-9.xml": TWO_CLASSES.to_xml(W9),
    "iti38/request-orcd.xml": FILTERED.to_xml(W9),
    "iti38/pair.xml": pair_of().to_xml(W9),
    "iti38/prescription.xml": iti38.ListResponse(Status.SUCCESS, (prescription(),)).to_xml(W9),
    "iti38/original.xml": iti38.ListResponse(Status.SUCCESS, (ORIGINAL,), (SELF,)).to_xml(W9),
    "iti38/none-7.xml": iti38.ListResponse(Status.SUCCESS, errors=(NONE_FOUND,)).to_xml(W7),
    "iti38/none-9.xml": iti38.ListResponse(Status.SUCCESS, errors=(NONE_FOUND,)).to_xml(W9),
    "iti39/request.xml": iti39.RetrieveRequest((WANTED,)).to_xml(W9),
    "iti39/delivered.xml": delivered(GAP).to_xml(W9),
    "iti39/missing.xml": delivered(MISSING, status=Status.PARTIAL_SUCCESS, documents=()).to_xml(W9),
}
SCHEMAS = {schema.root: schema for schema in Schema if schema.name.startswith(("XCPD", "ADHOC", "RETRIEVE"))}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_written_as_agreed(name, golden):
    golden.check(name, MESSAGES[name])


@pytest.mark.parametrize("name", MESSAGES)
def test_a_golden_message_is_valid(name):
    el = MESSAGES[name]
    assert violations(etree.fromstring(etree.tostring(el)), SCHEMAS[el.tag]) == []


def test_no_golden_file_is_left_over(golden):
    kept = {f"{path.parent.name}/{path.name}" for path in golden.folder.glob("iti??/*.xml")}
    assert kept == set(MESSAGES)

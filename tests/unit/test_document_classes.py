"""Class and format codes: spelled exactly, recognised in any case."""

import pytest

from ncp.wire.document_classes import CLASSES, ORCD, DocumentClass, Level, class_code, format_code, level


@pytest.mark.parametrize(
    ("document_class", "wanted", "code", "scheme"),
    [
        (DocumentClass.PATIENT_SUMMARY, Level.L3, "urn:epSOS:ps:ps:2010", "eHDSI formatCodes"),
        (DocumentClass.PATIENT_SUMMARY, Level.L1, "urn:ihe:iti:xds-sd:pdf:2008", "IHE PCC"),
        (DocumentClass.EPRESCRIPTION, Level.L3, "urn:epsos:ep:pre:2010", "eHDSI formatCodes"),
        (DocumentClass.EDISPENSATION, Level.L3, "urn:epSOS:ep:dis:2010", "eHDSI formatCodes"),
        (DocumentClass.EDISPENSATION_DISCARD, Level.L3, "urn:eHDSI:ed:discard:2020", "eHDSI formatCodes"),
        (DocumentClass.LABORATORY_RESULT, Level.ORIGINAL, "urn:eHDSI:orcd:pdf:2021", "eHDSI formatCodes"),
        (DocumentClass.CLINICAL_IMAGE, Level.ORIGINAL, "urn:eHDSI:orcd:png:2021", "eHDSI formatCodes"),
    ],
)
def test_formats_are_spelled_exactly(document_class, wanted, code, scheme):
    coded = format_code(document_class, wanted)
    assert (coded.code, coded.scheme) == (code, scheme)
    assert level(code) is level(code.upper()) is level(f" {code.lower()} ") is wanted


@pytest.mark.parametrize(
    ("document_class", "wanted"),
    [
        (DocumentClass.LABORATORY_RESULT, Level.L3),
        (DocumentClass.LABORATORY_RESULT, Level.L1),
        (DocumentClass.PATIENT_SUMMARY, Level.ORIGINAL),
        (DocumentClass.PATIENT_SUMMARY, Level.UNKNOWN),
        (DocumentClass.EDISPENSATION_DISCARD, Level.L1),
    ],
)
def test_a_format_that_a_class_does_not_have(document_class, wanted):
    with pytest.raises(ValueError):
        format_code(document_class, wanted)


def test_every_class_is_in_the_table_and_orcd_has_no_structured_form():
    assert set(CLASSES) == set(DocumentClass)
    assert all(CLASSES[code].l3 is None for code in ORCD)
    assert level("urn:eHDSI:orcd:jpeg:2021") is Level.ORIGINAL
    assert level("urn:example:fax") is Level.UNKNOWN


def test_a_class_code_is_a_loinc_code_with_its_title():
    coded = class_code(DocumentClass.PATIENT_SUMMARY)
    assert (coded.code, coded.scheme, coded.name) == ("60591-5", "2.16.840.1.113883.6.1", "Patient Summary")

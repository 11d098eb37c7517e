"""Where fuzzing starts: small documents of our own that together reach every reader."""

from collections.abc import Iterator

from tests.support.cda_documents import (
    ATC,
    ICD10,
    SNOMED,
    allergy,
    cd,
    device,
    document,
    immunisation,
    ingredient,
    medication,
    no_medication,
    observation,
    problem,
    rich,
    section,
    summary,
    supply,
)

_TYPES = ("PQ", "IVL_PQ", "IVL_TS", "TS", "RTO", "ED", "II", "BL", "INT", "REAL", "ST", "CE")
_TIMES = (
    '<effectiveTime xsi:type="SXPR_TS"><comp xsi:type="PIVL_TS" institutionSpecified="true">'
    '<phase><low value="2024"/><width value="1" unit="h"/></phase><period value="0.75" unit="d"/></comp>'
    '<comp xsi:type="EIVL_TS" operator="A"><event code="ACM"/><offset><low value="1" unit="h"/></offset>'
    "</comp></effectiveTime>"
)


def seeds() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each."""
    yield "rich", rich()
    yield "allergy", summary(section("48765-2", allergy(cd("code", "1", SNOMED))))
    yield "problem", summary(section("11450-4", problem(cd("value", "J45", ICD10, "A", xsi_type="CD"))))
    yield "device", summary(section("46264-8", device(cd("code", "14106009", SNOMED))))
    yield "vaccine", summary(section("11369-6", immunisation(negated=' negationInd="true"')))
    yield "none", summary(section("10160-0", no_medication("no-known-medications"), text="<list/>"))
    dose = '<doseQuantity><low value="1" unit="1"/></doseQuantity><rateQuantity value="1" unit="mL/h"/>'
    drug = medication(_TIMES, dose, f"<name>T</name>{ingredient()}")
    yield "prescription", document(_body("57828-6", drug), code="57833-6")
    yield "dispensation", document(_body("60590-7", supply(cd("code", "N02", ATC))), code="60593-1")
    for kind in _TYPES:
        value = f'<value xsi:type="{kind}" value="1" unit="mg"><low value="1"/>2</value>'
        yield f"value-{kind}", summary(section("30954-2", observation("1", value)))
    pdf = '<nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERi0=</text></nonXMLBody>'
    yield "level-1", document(pdf)


def _body(code: str, entry: str) -> str:
    return f"<structuredBody><component>{section(code, entry)}</component></structuredBody>"

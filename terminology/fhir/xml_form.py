"""The XML form of FHIR resources: plain data to XML and back, for the few resources that are exchanged here.

Source: FHIR R4, xml.html: one element per property in the order of the definition, primitives in `@value`,
`@id` and `@url` (of extensions) as attributes, a contained resource inside the element that holds it.
"""

from typing import Any

from lxml import etree

from schemas.xml import XmlRefused, parse
from terminology.fhir.outcome import FhirError, Resource

FHIR = "http://hl7.org/fhir"
_F = f"{{{FHIR}}}"
_DEEPEST = 12
_NUMBERS = frozenset({"valueInteger", "valuePositiveInt", "valueUnsignedInt"})


def to_xml(resource: Resource) -> bytes:
    """A resource as an XML document."""
    root = etree.Element(f"{_F}{resource['resourceType']}", nsmap={None: FHIR})
    _fill(root, resource)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _fill(parent: etree._Element, data: Resource) -> None:
    for name, value in data.items():
        if name == "resourceType":
            continue
        if name == "url" and parent.tag in (f"{_F}extension", f"{_F}modifierExtension"):
            parent.set("url", value)
            continue
        for each in value if isinstance(value, list) else [value]:
            _element(parent, name, each)


def _element(parent: etree._Element, name: str, value: Any) -> None:
    element = etree.SubElement(parent, _F + name)
    if not isinstance(value, dict):
        element.set("value", _primitive(value))
    elif "resourceType" in value:
        _fill(etree.SubElement(element, _F + value["resourceType"]), value)
    else:
        _fill(element, value)


def _primitive(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # XML 1.0 has no other control characters, and a text of the catalogue must not break the answer
    return "".join(char for char in str(value) if char >= " " or char in "\t\n\r")


def parameters(data: bytes) -> Resource:
    """A Parameters resource in XML as plain data.

    Raises: FhirError: no XML (DTDs and the like are refused), another resource, or nested without end.
    """
    try:
        root = parse(data)
    except XmlRefused as refused:
        raise FhirError(400, "structure", f"the body is no acceptable XML: {refused}") from refused
    if root.tag != f"{_F}Parameters":
        raise FhirError(400, "structure", "the body is not a Parameters resource")
    parts = [_object(each, 0) for each in root.iterchildren(f"{_F}parameter")]
    return {"resourceType": "Parameters", "parameter": parts}


def _object(element: etree._Element, depth: int) -> Resource:
    if depth > _DEEPEST:
        raise FhirError(400, "structure", "the body is nested too deeply")
    data: Resource = {}
    for child in element.iterchildren(tag=etree.Element):
        name = etree.QName(child).localname
        value = _value(child, name, depth + 1)
        if name == "coding":
            data.setdefault(name, []).append(value)
        elif name in data:
            raise FhirError(400, "structure", f"{name[:60]} is there twice")
        else:
            data[name] = value
    return data


def _value(element: etree._Element, name: str, depth: int) -> Any:
    value = element.get("value")
    if value is None:
        return _object(element, depth)
    if name == "valueBoolean":
        return {"true": True, "false": False}.get(value, value)
    return (
        int(value) if name in _NUMBERS and value.isascii() and value.isdigit() and len(value) < 10 else value
    )

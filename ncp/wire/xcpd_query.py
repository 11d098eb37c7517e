"""The parameter list of a patient discovery: identifiers and traits to search by."""

from typing import TypeAlias

from lxml import etree

from ncp.wire.building import add, root
from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.findings import Finding
from ncp.wire.patient_id import PatientId
from ncp.wire.reading import attribute, children, not_valid, optional_attribute, optional_child
from ncp.wire.xcpd_demographics import Demographics, read_traits, write_address, write_name
from schemas.namespaces import HL7

Element: TypeAlias = etree._Element
H = f"{{{HL7}}}"
GENDER, BIRTH_TIME = "LivingSubject.administrativeGender", "LivingSubject.birthTime"
IDENTIFIER, NAME, ADDRESS = "LivingSubject.id", "LivingSubject.name", "Patient.addr"


def write_parameters(query: Element, ids: tuple[PatientId, ...], who: Demographics) -> None:
    """Append `parameterList`: gender, birth time, identifiers, name, address, as the schema orders them.

    Each identifier has a `livingSubjectId` of its own, because readers take the first value of each only.

    Raises:  NotValid: a trait that a query cannot carry (telecom, further names, null flavours).
    """
    if who.telecoms or who.other_names or who.null_flavors:
        what = "a query carries one name, gender, birth time and address only"
        raise NotValid(what, where="parameterList", kind=NotValidKind.VALUE)
    parameters = add(query, f"{H}parameterList")
    if who.gender:
        _trait(parameters, "livingSubjectAdministrativeGender", GENDER, code=who.gender)
    if who.birth_time:
        _trait(parameters, "livingSubjectBirthTime", BIRTH_TIME, value=who.birth_time)
    for ident in ids:
        _trait(parameters, "livingSubjectId", IDENTIFIER, root=ident.root, extension=ident.extension)
    if who.family or who.given:
        write_name(_trait(parameters, "livingSubjectName", NAME), who)
    if who.has_address:
        value = _trait(parameters, "patientAddress", ADDRESS)
        write_address(value, who, ("streetName", "city", "country", "postalCode"))


def identifier(ident: PatientId) -> Element:
    """A `livingSubjectId` that stands alone."""
    parameters = root(f"{H}parameterList", {None: HL7})
    _trait(parameters, "livingSubjectId", IDENTIFIER, root=ident.root, extension=ident.extension)
    return parameters[0]


def read_parameters(
    parameters: Element | None, findings: list[Finding] | None = None
) -> tuple[tuple[PatientId, ...], Demographics]:
    """Read identifiers and traits by name; the first `value` of each counts.

    Raises:  NotValid: an identifier without root or extension and no list to put the finding in, a trait
             twice, or elements where text belongs.
    """
    if parameters is None:
        return (), Demographics()
    name, address = (_read_value(parameters, each) for each in ("livingSubjectName", "patientAddress"))
    traits = read_traits(
        [] if name is None else [name],
        address,
        gender=optional_attribute(_read_value(parameters, "livingSubjectAdministrativeGender"), "code"),
        birth_time=optional_attribute(_read_value(parameters, "livingSubjectBirthTime"), "value"),
        findings=[] if findings is None else findings,
    )
    return _read_ids(parameters, findings), traits


def _read_ids(parameters: Element, findings: list[Finding] | None) -> tuple[PatientId, ...]:
    ids = []
    for trait in children(parameters, f"{H}livingSubjectId"):
        try:
            if (value := next(trait.iterchildren(f"{H}value"), None)) is None:
                raise not_valid("is missing", trait, "value")
            ids.append(PatientId(root=attribute(value, "root"), extension=attribute(value, "extension")))
        except NotValid as error:
            if findings is None:
                raise
            findings.append(Finding(error.where, error.what))
    return tuple(ids)


def _trait(parameters: Element, name: str, meaning: str, **attributes: str) -> Element:
    """Append a parameter with its `semanticsText`, and return its `value`."""
    parameter = add(parameters, f"{H}{name}")
    value = add(parameter, f"{H}value", attributes)
    add(parameter, f"{H}semanticsText", text=meaning)
    return value


def _read_value(parameters: Element, trait: str) -> Element | None:
    el = optional_child(parameters, f"{H}{trait}")
    return None if el is None else next(el.iterchildren(f"{H}value"), None)

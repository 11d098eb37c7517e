"""A person's traits in patient discovery: as a query carries them and as an answer returns them."""

from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from ncp.wire.building import add
from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.findings import Finding
from ncp.wire.reading import children, optional_attribute, optional_child, texts
from schemas.namespaces import HL7
from schemas.validate import path_of

Element: TypeAlias = etree._Element
H = f"{{{HL7}}}"


@dataclass(frozen=True, slots=True)
class Demographics:
    """Traits of one person; what is not known is empty or None.

    Attributes:
        family, given: parts of the first name, in the order received.
        gender:        M, F or UN as received.
        birth_time:    digits as received, usually yyyyMMdd.
        street:        street lines and further parts of the address, joined by ", " if there are several.
        other_names:   further names of the person, each as running text.
        null_flavors:  pairs of trait (`name`, `gender`, `birth_time`, `address`, `telecom`) and HL7 null
                       flavour, e.g. ("address", "MSK") for a masked address.
    """

    family: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    gender: str | None = None
    birth_time: str | None = None
    street: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: str | None = None
    telecoms: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    null_flavors: tuple[tuple[str, str], ...] = ()

    def null_flavor(self, trait: str) -> str | None:
        """The null flavour given instead of a trait, e.g. MSK if it is withheld."""
        return dict(self.null_flavors).get(trait)

    @property
    def has_address(self) -> bool:
        return bool(self.street or self.city or self.postal_code or self.country)


def write_name(parent: Element, who: Demographics) -> None:
    """Append the parts of the name to a PN element."""
    for part in who.family:
        add(parent, f"{H}family", text=part)
    for part in who.given:
        add(parent, f"{H}given", text=part)


def write_address(parent: Element, who: Demographics, order: tuple[str, ...]) -> None:
    """Append the known parts of the address to an AD element, in `order`."""
    values = {"city": who.city, "postalCode": who.postal_code, "country": who.country}
    for name in order:
        if value := values.get(name, who.street):
            add(parent, f"{H}{name}", text=value)


def write_person(person: Element, who: Demographics) -> None:
    """Append name, telecom, gender, birth time and address to an answer's `patientPerson`.

    Raises:  NotValid: further names, which are running text when read and have no parts to be written in.
    """
    if who.other_names:
        raise NotValid("an answer is written with one name", where="patientPerson", kind=NotValidKind.VALUE)
    null = dict(who.null_flavors)
    if who.family or who.given or "name" in null:
        write_name(_open(person, "name", null.get("name")), who)
    for value in who.telecoms:
        add(person, f"{H}telecom", {"value": value})
    if "telecom" in null:
        _open(person, "telecom", null["telecom"])
    _write_coded(person, "administrativeGenderCode", "code", who.gender, null.get("gender"))
    _write_coded(person, "birthTime", "value", who.birth_time, null.get("birth_time"))
    if who.has_address or "address" in null:
        address = _open(person, "addr", null.get("address"))
        write_address(address, who, ("city", "postalCode", "streetAddressLine", "country"))


def read_person(person: Element, findings: list[Finding]) -> Demographics:
    """Read an answer's `patientPerson` by name.

    Raises:  NotValid: gender or birth time twice, or elements where text belongs.
    """
    names, addresses = children(person, f"{H}name"), children(person, f"{H}addr")
    telecoms = children(person, f"{H}telecom")
    gender = optional_child(person, f"{H}administrativeGenderCode")
    born = optional_child(person, f"{H}birthTime")
    flavors = (
        ("name", _withheld_name(names)),
        ("telecom", next((each for each in telecoms if each.get("nullFlavor")), None)),
        ("gender", gender),
        ("birth_time", born),
        ("address", addresses[0] if addresses else None),
    )
    for extra in addresses[1:]:
        findings.append(Finding(path_of(extra), "a further address; the first one is used"))
    return read_traits(
        names,
        addresses[0] if addresses else None,
        gender=optional_attribute(gender, "code"),
        birth_time=optional_attribute(born, "value"),
        telecoms=tuple(value for each in telecoms if (value := optional_attribute(each, "value"))),
        null_flavors=tuple(
            (trait, null) for trait, el in flavors if (null := optional_attribute(el, "nullFlavor"))
        ),
        findings=findings,
    )


def read_traits(
    names: list[Element],
    address: Element | None,
    *,
    gender: str | None,
    birth_time: str | None,
    telecoms: tuple[str, ...] = (),
    null_flavors: tuple[tuple[str, str], ...] = (),
    findings: list[Finding],
) -> Demographics:
    """Put together what query and answer have in common: name and address, read by the names of their parts.

    Raises:  NotValid: elements where text belongs.
    """
    # A name without parts is running text: splitting it would be guessing.
    structured = bool(names) and next(names[0].iterchildren(etree.Element), None) is not None
    parts = names[0] if structured else None
    family, given = (_parts(parts, "family"), _parts(parts, "given")) if parts is not None else ((), ())
    for part in () if parts is None else parts.iterchildren(etree.Element):
        if part.tag not in (f"{H}family", f"{H}given"):
            findings.append(Finding(path_of(part), "a part of the name that is not used"))
    others = (" ".join(" ".join(each.itertext(etree.Element)).split()) for each in names[structured:])
    city, postal_code, country = (
        _joined(_parts(address, each)) for each in ("city", "postalCode", "country")
    )
    return Demographics(
        family=family,
        given=given,
        gender=gender,
        birth_time=birth_time,
        street=_street(address),
        city=city,
        postal_code=postal_code,
        country=country,
        telecoms=telecoms,
        other_names=tuple(each for each in others if each),
        null_flavors=null_flavors,
    )


def _withheld_name(names: list[Element]) -> Element | None:
    """What carries the null flavour of the first name: the name itself or, in its place, a part of it."""
    if not names or names[0].get("nullFlavor"):
        return names[0] if names else None
    return next((part for part in names[0].iterchildren(etree.Element) if part.get("nullFlavor")), None)


def _parts(el: Element | None, name: str) -> tuple[str, ...]:
    return () if el is None else texts(el.iterchildren(f"{H}{name}"))


def _street(address: Element | None) -> str | None:
    """Every part but city, postal code and country, such as a house number; or an address in running text."""
    if address is None:
        return None
    apart = (f"{H}city", f"{H}postalCode", f"{H}country")
    parts = list(address.iterchildren(etree.Element))
    return _joined(texts(part for part in parts if part.tag not in apart) if parts else texts([address]))


def _joined(parts: tuple[str, ...]) -> str | None:
    return ", ".join(parts) or None


def _open(parent: Element, name: str, null_flavor: str | None) -> Element:
    return add(parent, f"{H}{name}", {"nullFlavor": null_flavor} if null_flavor else None)


def _write_coded(parent: Element, name: str, attribute: str, value: str | None, null: str | None) -> None:
    if value:
        add(parent, f"{H}{name}", {attribute: value})
    elif null:
        add(parent, f"{H}{name}", {"nullFlavor": null})

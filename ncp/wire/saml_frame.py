"""What HCP, TRC and NoK assertions have in common: the SAML tree around their attributes.

The tree is written in one form and read in every form seen in the field: any prefix, any offset in a
time, padded values. Source: SAML 2.0 core; wire specification 2.1, 3.1 and 3.2.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from lxml import etree
from lxml.etree import _Element as Element

from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.times import instant
from schemas.namespaces import HL7, SAML, XSD, XSI, q

AUDIENCE = "urn:ehdsi:assertions.audience:x-border"
SENDER_VOUCHES = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
_NAME_FORMAT_URI = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
_NSMAP = {"saml2": SAML, "xsd": XSD, "xsi": XSI}
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


class AssertionKind(StrEnum):
    """The kind of an assertion, decided by `Issuer/@NameQualifier` alone."""

    HCP = "urn:ehdsi:assertions:hcp"
    TRC = "urn:ehdsi:assertions:trc"
    NOK = "urn:ehdsi:assertions:nok"


class Flag(StrEnum):
    """A form that we accept and that another implementation would not, or that the profile dropped."""

    PREFIXED_CODED_VALUE = "would fail in OpenNCP: Role or PurposeOfUse has a namespace prefix"
    TYPED_CODED_VALUE = "Role or PurposeOfUse has an xsi:type"
    TEXT_INSTEAD_OF_CODE = "would fail in OpenNCP: role or purpose of use is plain text"
    OLD_SUBJECT_ID = "would fail in OpenNCP: subject-id under its XACML 1.0 name"
    RESOURCE_ID = "would fail in OpenNCP: the patient is named by resource-id"
    PATIENT_ID_FORM = "the patient id is not written as ext^^^&root&ISO"
    REPEATED_ATTRIBUTE = "an attribute occurs twice; the first one counts"
    LOCAL_TIME = "a time without offset is read as UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The fields outside the attribute statement. Times are aware; the wire carries milliseconds."""

    id: str
    issued: datetime
    issuer: str
    name_id: str
    name_id_format: str
    not_before: datetime
    not_on_or_after: datetime
    authn_instant: datetime
    authn_class: str
    audience: str | None = AUDIENCE
    confirmation_method: str = SENDER_VOUCHES
    sp_provided_id: str | None = None

    @property
    def issuer_country(self) -> str | None:
        """Country code of `urn:<idp>:<CC>:countryB`, None if the issuer has another form."""
        parts = self.issuer.strip().split(":")
        token = parts[2].upper() if len(parts) == 4 and parts[0].lower() == "urn" else ""
        return token if re.fullmatch("[A-Z]{2}", token) else None


def kind_of(el: Element) -> AssertionKind | None:
    """Kind of an assertion; None for a qualifier that the profile does not know."""
    issuer = el.find(q(SAML, "Issuer"))
    try:
        return AssertionKind("" if issuer is None else (issuer.get("NameQualifier") or ""))
    except ValueError:
        return None


def coded(name: str, **attributes: str) -> Element:
    """`Role` or `PurposeOfUse`: never prefixed, because OpenNCP finds them by raw tag name."""
    return etree.Element(q(HL7, name), attributes, nsmap={None: HL7})


def attribute(name: str, friendly_name: str, values: Sequence[str | Element]) -> Element:
    """One saml:Attribute; a text becomes an xsd:string value, an element is wrapped as it is."""
    el = etree.Element(
        q(SAML, "Attribute"),
        {"FriendlyName": friendly_name, "Name": name, "NameFormat": _NAME_FORMAT_URI},
        nsmap=_NSMAP,
    )
    for value in values:
        wrapper = etree.SubElement(el, q(SAML, "AttributeValue"))
        if isinstance(value, str):
            wrapper.set(q(XSI, "type"), "xsd:string")
            wrapper.text = value
        else:
            wrapper.append(value)
    return el


def write(frame: Frame, kind: AssertionKind, attributes: Sequence[Element], *, advice: str | None) -> Element:
    """The unsigned assertion, without any whitespace between elements.

    Raises:  ValueError: a time without offset, or text that XML cannot hold.
    """
    el = etree.Element(
        q(SAML, "Assertion"),
        {"ID": frame.id, "IssueInstant": instant(frame.issued), "Version": "2.0"},
        nsmap=_NSMAP,
    )
    _add(el, "Issuer", frame.issuer, NameQualifier=kind.value)
    subject = _add(el, "Subject")
    provided = {} if frame.sp_provided_id is None else {"SPProvidedID": frame.sp_provided_id}
    _add(subject, "NameID", frame.name_id, Format=frame.name_id_format, **provided)
    _add(subject, "SubjectConfirmation", Method=frame.confirmation_method)
    conditions = _add(
        el, "Conditions", NotBefore=instant(frame.not_before), NotOnOrAfter=instant(frame.not_on_or_after)
    )
    if frame.audience is not None:
        _add(_add(conditions, "AudienceRestriction"), "Audience", frame.audience)
    if advice is not None:
        _add(_add(el, "Advice"), "AssertionIDRef", advice)
    authn = _add(el, "AuthnStatement", AuthnInstant=instant(frame.authn_instant))
    _add(_add(authn, "AuthnContext"), "AuthnContextClassRef", frame.authn_class)
    _add(el, "AttributeStatement").extend(attributes)
    etree.cleanup_namespaces(el, keep_ns_prefixes=["xsd", "xsi"])
    return el


def _add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    el = etree.SubElement(parent, q(SAML, name), attributes)
    el.text = text
    return el


class Reader:
    """Reads one assertion by name and collects everything that is missing, to refuse it all at once."""

    def __init__(self, el: Element) -> None:
        self.el = el
        self.faults: list[str] = []
        self.flags: set[Flag] = set()
        self._attributes: dict[str, Element] = {}
        for found in self._all("AttributeStatement", "Attribute"):
            name = (found.get("Name") or "").strip()
            if name in self._attributes:
                self.flags.add(Flag.REPEATED_ATTRIBUTE)
            self._attributes.setdefault(name, found)

    def _all(self, *path: str) -> Iterator[Element]:
        """Every element under a path of direct children."""
        level = [self.el]
        for name in path:
            level = [child for parent in level for child in parent.iterchildren(q(SAML, name))]
        return iter(level)

    def text(self, *path: str) -> str:
        """Trimmed text of a required element; a fault and "" if it is absent, blank or there twice."""
        found = list(self._all(*path))
        value = (found[0].text or "").strip() if found else ""
        if len(found) != 1 or not value:
            self.faults.append("/".join(path))
        return value

    def optional(self, *path: str) -> str | None:
        """Trimmed text of the first such element, None if there is none."""
        found = next(self._all(*path), None)
        return None if found is None else (found.text or "").strip()

    def value(self, *path_and_attribute: str) -> str:
        """A required XML attribute, its name last; a fault and "" if absent or blank."""
        *path, name = path_and_attribute
        found = next(self._all(*path), None)
        value = "" if found is None else (found.get(name) or "").strip()
        if not value:
            self.faults.append("/".join((*path, f"@{name}")))
        return value

    def time(self, *path_and_attribute: str) -> datetime:
        """A required time; without offset it is read as UTC, as SAML prescribes UTC."""
        text = self.value(*path_and_attribute)
        epoch = datetime.fromtimestamp(0, UTC)
        if not text:
            return epoch
        try:
            moment = datetime.fromisoformat(text) if _DATE_TIME.fullmatch(text) else None
        except ValueError:
            moment = None
        if moment is None:
            self.faults.append(f"/{'/'.join(path_and_attribute)} is no time")
            return epoch
        if moment.tzinfo is None:
            self.flags.add(Flag.LOCAL_TIME)
            return moment.replace(tzinfo=UTC)
        return moment

    def attribute_texts(self, name: str) -> tuple[str, ...]:
        """Text content of every value of an attribute, as received."""
        found = self._attributes.get(name)
        values = () if found is None else found.iterchildren(q(SAML, "AttributeValue"))
        return tuple("".join(value.itertext()) for value in values)

    def attribute_text(self, name: str) -> str | None:
        """Text content of the first value, None if the attribute or its value is absent."""
        return next(iter(self.attribute_texts(name)), None)

    def attribute_code(self, name: str, element: str) -> Element | None:
        """The coded element in the first value, matched by namespace and local name."""
        found = self._attributes.get(name)
        value = None if found is None else found.find(q(SAML, "AttributeValue"))
        code = None if value is None else value.find(q(HL7, element))
        if code is None:
            if value is not None and "".join(value.itertext()).strip():
                self.flags.add(Flag.TEXT_INSTEAD_OF_CODE)
            return None
        if code.prefix is not None:
            self.flags.add(Flag.PREFIXED_CODED_VALUE)
        if q(XSI, "type") in code.attrib:
            self.flags.add(Flag.TYPED_CODED_VALUE)
        return code

    def frame(self, kind: AssertionKind) -> Frame:
        """The common fields. Call `finish` before the result is used."""
        if self.el.tag != q(SAML, "Assertion"):
            self.faults.append("not a saml:Assertion")
        if kind_of(self.el) is not kind:
            self.faults.append("Issuer/@NameQualifier")
        if self.el.get("Version") != "2.0":
            self.faults.append("@Version")
        if len(list(self._all("AttributeStatement"))) != 1:
            self.faults.append("AttributeStatement")
        name_id = next(self._all("Subject", "NameID"), None)
        return Frame(
            id=self.value("ID"),
            issued=self.time("IssueInstant"),
            issuer=self.text("Issuer"),
            name_id=self.text("Subject", "NameID"),
            name_id_format=self.value("Subject", "NameID", "Format"),
            not_before=self.time("Conditions", "NotBefore"),
            not_on_or_after=self.time("Conditions", "NotOnOrAfter"),
            authn_instant=self.time("AuthnStatement", "AuthnInstant"),
            authn_class=self.text("AuthnStatement", "AuthnContext", "AuthnContextClassRef"),
            audience=self.optional("Conditions", "AudienceRestriction", "Audience"),
            confirmation_method=self.value("Subject", "SubjectConfirmation", "Method"),
            sp_provided_id=None if name_id is None else name_id.get("SPProvidedID"),
        )

    def finish(self) -> None:
        """Raises: NotValid: names every missing or repeated field that was asked for."""
        if self.faults:
            raise NotValid(
                "missing, blank or repeated: " + ", ".join(self.faults),
                where="assertion",
                kind=NotValidKind.ASSERTION,
            )

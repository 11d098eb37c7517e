"""Validation against our own schemas: libxml2 decides, xmlschema explains.

libxml2 is a hundred times faster, xmlschema names the place and the reason in words. So libxml2 judges every
message, and only one that fails is looked at again. Schemas are built when first needed, and then kept. So is
xmlschema itself, which few processes need: loading it costs 0.1 s and 11 MB.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from lxml import etree

from schemas.namespaces import ENV, HL7, PREFIXES, QUERY, RS, SAML, XDSB, q

if TYPE_CHECKING:
    from xmlschema import XMLSchema10

_HERE: Final = Path(__file__).parent
#: A broken message can break every rule in every element; nobody reads more than this.
MAX_VIOLATIONS: Final = 50
_STEP: Final = re.compile(r"^([^@*\[\]()]+)")  # a name, which is only unique together with its prefix
_guard = threading.Lock()


class Schema(Enum):
    """What an element can be validated as: the file that describes it and the root element it must have."""

    SOAP_ENVELOPE = ("soap-envelope.xsd", q(ENV, "Envelope"))
    REQUEST_ENVELOPE = ("request-envelope.xsd", q(ENV, "Envelope"))
    RESPONSE_ENVELOPE = ("response-envelope.xsd", q(ENV, "Envelope"))
    SAML_ASSERTION = ("saml.xsd", q(SAML, "Assertion"))
    HCP_ASSERTION = ("saml-hcp.xsd", q(SAML, "Assertion"))
    TRC_ASSERTION = ("saml-trc.xsd", q(SAML, "Assertion"))
    NOK_ASSERTION = ("saml-nok.xsd", q(SAML, "Assertion"))
    XCPD_REQUEST = ("hl7.xsd", q(HL7, "PRPA_IN201305UV02"))
    XCPD_RESPONSE = ("hl7.xsd", q(HL7, "PRPA_IN201306UV02"))
    ADHOC_QUERY_REQUEST = ("query.xsd", q(QUERY, "AdhocQueryRequest"))
    ADHOC_QUERY_RESPONSE = ("query.xsd", q(QUERY, "AdhocQueryResponse"))
    RETRIEVE_REQUEST = ("xdsb.xsd", q(XDSB, "RetrieveDocumentSetRequest"))
    RETRIEVE_RESPONSE = ("xdsb.xsd", q(XDSB, "RetrieveDocumentSetResponse"))
    PROVIDE_REQUEST = ("xdsb.xsd", q(XDSB, "ProvideAndRegisterDocumentSetRequest"))
    REGISTRY_RESPONSE = ("rs.xsd", q(RS, "RegistryResponse"))
    CDA = ("cda/CDA.xsd", q(HL7, "ClinicalDocument"))

    @property
    def file(self) -> Path:
        """The entry file of the schema."""
        return _HERE / "xsd" / self.value[0]

    @property
    def root(self) -> str:
        """Name of the one root element, as lxml writes it."""
        return self.value[1]


def wsdl_path(name: str) -> Path:
    """Return the WSDL of a service: `XCPD` (ITI-55), `XCA` (ITI-38 and ITI-39) or `XDR` (ITI-41).

    Raises:  KeyError: there is no such service.
    """
    path = _HERE / "wsdl" / f"{name}.wsdl"
    if name not in ("XCPD", "XCA", "XDR"):
        raise KeyError(name)
    return path


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where an element breaks its schema.

    The message may quote the offending value: it is for a finding or a tester, not for a log.
    """

    line: int  # of the offending element, in the bytes that were parsed; 0 if it was built in memory
    path: str  # absolute, with positions: /env:Envelope[1]/env:Body[1]
    message: str


def violations(el: etree._Element, schema: Schema, *, explain: bool = True) -> list[Violation]:
    """Return where and how the element breaks the schema; an empty list means that it is valid.

    Args:    explain: let xmlschema say it in words, which costs tens of milliseconds for a large document.
             Without it libxml2's own words are returned at little cost: use that where a stranger can send
             bad messages at will.
    """
    if el.tag != schema.root:
        return [
            Violation(_line(el), path_of(el), f"expected {_readable(schema.root)}, found {_readable(el.tag)}")
        ]
    entries = _judged(el, schema.file)
    if not entries:
        return []
    if explain:
        found = _explanation(el, schema)
        if found:
            return found
    return [Violation(entry.line, path_of(_place(el, entry.path)), entry.message) for entry in entries]


def path_of(el: etree._Element) -> str:
    """Return the absolute path of an element, with positions and with customary prefixes, not its own."""
    steps = [_step(one) for one in (el, *el.iterancestors())]
    return "/" + "/".join(reversed(steps))


def _step(el: etree._Element) -> str:
    position = 1 + sum(1 for _ in el.itersiblings(el.tag, preceding=True)) if isinstance(el.tag, str) else 1
    return f"{_readable(el.tag)}[{position}]"


def _readable(tag: object) -> str:
    if not isinstance(tag, str):
        return "node()"
    name = etree.QName(tag)
    if name.namespace is None:
        return name.localname
    prefix = PREFIXES.get(name.namespace)
    return f"{prefix}:{name.localname}" if prefix else f"{{{name.namespace}}}{name.localname}"


def _line(el: etree._Element) -> int:
    return el.sourceline or 0


@cache
def _pool(file: Path) -> deque[etree.XMLSchema]:
    return deque()


def _judged(el: etree._Element, file: Path) -> Sequence[etree._LogEntry]:
    """Let libxml2 judge; no entry means valid.

    A compiled schema has one error log, so it is lent to one thread at a time. A second one is built only
    when two threads validate at the same moment.
    """
    pool = _pool(file)
    try:
        compiled = pool.pop()
    except IndexError:
        compiled = etree.XMLSchema(
            etree.parse(file, etree.XMLParser(no_network=True, resolve_entities=False))
        )
    try:
        return [] if compiled.validate(el) else list(islice(compiled.error_log, MAX_VIOLATIONS))
    finally:
        pool.append(compiled)


@cache
def _explainer(file: Path) -> XMLSchema10:
    from xmlschema import XMLSchema10

    return XMLSchema10(str(file), allow="local")


def _explanation(el: etree._Element, schema: Schema) -> list[Violation]:
    """What xmlschema says; nothing when it breaks off, as it does at an xsi:type with an unknown prefix."""
    from xmlschema import XMLSchemaException

    try:
        return list(islice(_explained(el, schema), MAX_VIOLATIONS))
    except XMLSchemaException:
        return []


def _explained(el: etree._Element, schema: Schema) -> Iterator[Violation]:
    with _guard:
        explainer = _explainer(schema.file)
    for error in explainer.iter_errors(cast(Any, el)):  # accepts lxml elements, its types do not say so
        where: object = error.elem
        place = where if isinstance(where, etree._Element) else el
        yield Violation(_line(place), path_of(place), " ".join((error.reason or error.message).split()))


def _place(el: etree._Element, path: str | None) -> etree._Element:
    """Find what libxml2 means: it counts from the validated element, which need not be a root."""
    steps = [_STEP.sub(r"*[name()='\1']", step) for step in (path or "").split("/")[2:]]
    if any(step.startswith("@") for step in steps):
        steps.pop()
    found = el.xpath("/".join([".", *steps]))
    return found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else el

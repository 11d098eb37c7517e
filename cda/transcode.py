"""From a national document to the pivot: national codes become those of the catalogue, with English words.

The structure is that of `translate`: what stood there before moves into a `translation`, round an earlier
one, so that nesting reads outside-in from newest to oldest. The code itself changes too, with its version.
A national concept that has no mapping becomes the null flavour OTH with its national code and words inside.
Source: terminology.md 3 and 4; cda.md 10.2 and 10.3.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Final

from lxml import etree

from terminology import issues
from terminology.concept import Concept
from terminology.issues import Issue, Severity, Source
from terminology.mapping import Mappings, Transcoded

from .bindings import Binding, Usage, binding, local
from .fixed import is_fixed
from .node import HL7
from .translate import Finding, Gravity, Status

_V3: Final = f"{{{HL7}}}"
_WITH_FORM: Final = frozenset({"57833-6", "60593-1"})  # a prescribed or dispensed product has a form
_KINDS: Final = _WITH_FORM | {"60591-5"}
_CARRIED: Final = ("code", "codeSystem", "codeSystemName", "codeSystemVersion", "displayName")
# Histories, bare codes, and the event of a dosing time, which the templates allow neither words nor history.
_UNTOUCHED: Final = frozenset(
    {"translation", "originalText", "statusCode", "languageCode", "realmCode", "signatureCode", "event"}
)


@dataclass(frozen=True, slots=True)
class Transcoding:
    """The pivot document and what happened to its coded elements."""

    tree: etree._Element
    findings: tuple[Finding, ...]
    transcoded: int  # elements with another code or other words than before
    unmapped: int  # elements that became OTH

    @property
    def status(self) -> Status:
        """ERROR for a blocking gap, WARNING for any other finding."""
        if any(one.gravity is Gravity.BLOCKING for one in self.findings):
            return Status.ERROR
        return Status.WARNING if self.findings else Status.SUCCESS


def transcode(tree: etree._Element, mappings: Mappings) -> Transcoding:
    """Transcode a copy of a document; `tree` is not touched.

    Only elements of the coded-element list change; narrative, ids, free text and all other codes stay as they
    are. A second pass changes nothing.
    """
    root = deepcopy(tree.getroottree()).getroot()
    work = _Work(mappings, root.getroottree())
    kind = _code(root.find(f"{_V3}code")).removeprefix("DISCARD-")
    work.document(root, kind)
    for el, name, section in list(_elements(root)):
        bound = binding(el, name, section, kind)
        if bound.usage is not Usage.OUTSIDE:
            work.element(el, bound)
    return Transcoding(root, tuple(work.findings), work.transcoded, work.unmapped)


def _elements(root: etree._Element) -> Iterator[tuple[etree._Element, str, str]]:
    """Every element with a code of its own: local name and code of the section it lies in."""
    for el in root.iter(etree.Element):
        name = local(el)
        if name in _UNTOUCHED or el.get("nullFlavor") is not None:
            continue
        if el.get("code") is None and el.get("codeSystem") is None:
            continue
        section = next(el.iterancestors(f"{_V3}section"), None)
        yield el, name, _code(section.find(f"{_V3}code")) if section is not None else ""


def _code(el: etree._Element | None) -> str:
    return (el.get("code") or "") if el is not None else ""


class _Work:
    """One transcoding under way."""

    def __init__(self, mappings: Mappings, tree: etree._ElementTree) -> None:
        self.mappings, self.tree = mappings, tree
        self.findings: list[Finding] = []
        self.transcoded = self.unmapped = 0

    def document(self, root: etree._Element, kind: str) -> None:
        """What is wrong with the document as a whole: its code, and required elements that are not there."""
        if not kind:
            self._found(root, Gravity.BLOCKING, issues.error(Source.TM, "4509"))
        elif kind not in _KINDS:
            self._found(root, Gravity.BLOCKING, issues.error(Source.TM, "4510", kind))
        for material in root.iter(f"{_V3}manufacturedMaterial") if kind in _WITH_FORM else ():
            if (
                material.get("nullFlavor") is None
                and next(material.iterchildren("{*}formCode"), None) is None
            ):
                self._found(material, Gravity.BLOCKING, issues.error(Source.TM, "4511", "formCode"))

    def element(self, el: etree._Element, bound: Binding) -> None:
        """Transcode one element in place."""
        code, system = el.get("code"), el.get("codeSystem")
        if is_fixed(code, system):
            return
        if not code or not system:
            if el.find(f".//{_V3}originalText") is None:
                self._found(el, _gravity(bound), issues.warning(Source.TM, "2508"))
            return
        found = self.mappings.transcode(Concept(code, system, el.get("codeSystemVersion")))
        for issue in found.issues:
            grave = issue.severity is Severity.ERROR
            self._found(el, _gravity(bound) if grave else Gravity.NOTE, issue)
        if found.concept is not None:
            self._replace(el, found)
            return
        if bound.usage is Usage.REQUIRED:
            self._found(el, Gravity.BLOCKING, issues.error(Source.TM, "4505"))
        if system in self.mappings.systems or system not in self.mappings.catalogue.code_systems:
            self._unmapped(el)

    def _found(self, el: etree._Element, gravity: Gravity, issue: Issue) -> None:
        path = self.tree.getpath(el)
        self.findings.append(Finding(path, gravity, issue, el.get("code"), el.get("codeSystem")))

    def _replace(self, el: etree._Element, found: Transcoded) -> None:
        """Give an element the concept found; nothing changes where code and words are the same."""
        concept = found.concept
        assert concept is not None
        same = concept.code == el.get("code") and concept.system == el.get("codeSystem")
        if same and found.text == el.get("displayName"):
            return
        self.transcoded += 1
        _keep_inside(el)
        if not same:
            for name in _CARRIED:
                el.attrib.pop(name, None)
            el.set("code", concept.code)
            el.set("codeSystem", concept.system)
            if found.system_name:
                el.set("codeSystemName", found.system_name)
            if concept.version:
                el.set("codeSystemVersion", concept.version)
        if found.text:
            el.set("displayName", found.text)

    def _unmapped(self, el: etree._Element) -> None:
        """OTH, with the national code in a translation and the national words as original text."""
        self.unmapped += 1
        words = el.get("displayName")
        _keep_inside(el)
        for name in _CARRIED:
            el.attrib.pop(name, None)
        el.set("nullFlavor", "OTH")
        if words and el.find(f"{_V3}originalText") is None:
            original = etree.Element(f"{_V3}originalText")
            original.text = words
            el.insert(0, original)


def _keep_inside(el: etree._Element) -> None:
    """Put what an element says into a new translation, round the first one it has."""
    existing = next(el.iterchildren(f"{_V3}translation"), None)
    before = {name: value for name in _CARRIED if (value := el.get(name)) is not None}
    kept = etree.SubElement(el, f"{_V3}translation", before)
    if existing is not None:
        after, existing.tail = existing.tail, None
        kept.append(existing)
        kept.tail = after


def _gravity(bound: Binding) -> Gravity:
    return Gravity.BLOCKING if bound.usage is Usage.REQUIRED else Gravity.DEGRADED

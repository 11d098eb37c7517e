"""From pivot to Norwegian: the same document with Norwegian words, the English kept inside.

The structure written is exactly that of the MyHealth@EU transformation; how gaps are judged is corrected.
Source: terminology.md 3 and 4 ("Ours").
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from lxml import etree

from terminology import issues
from terminology.catalogue import Catalogue
from terminology.concept import Concept
from terminology.issues import Issue, Source

from .bindings import Binding, Usage, binding
from .fixed import is_fixed
from .node import HL7, XSI_TYPE

_NS = {"h": HL7}
_V3 = f"{{{HL7}}}"
_SECTION = f"{_V3}section"
# Sections and coded elements in document order; libxml2 is faster on the way through the attributes.
_CODED = etree.XPath("//h:section | //*/@code/.. | //*/@codeSystem[not(../@code)]/..", namespaces=_NS)
_REQUIRED_FORMS = etree.XPath("//h:manufacturedMaterial[not(*[local-name() = 'formCode'])]", namespaces=_NS)
# CS elements: a bare code by design, and words of the interface, not of the terminology.
_BARE = frozenset(
    {"statusCode", "languageCode", "realmCode", "signatureCode", "modeCode", "proficiencyLevelCode"}
)
_HISTORY = frozenset({"translation", "originalText", "text"})
_KEPT = _BARE | _HISTORY
_CARRIED = ("code", "codeSystem", "codeSystemName", "displayName")  # from an element to its translation
_TYPES = frozenset({"CD", "CE"})
_VALUE = f"{_V3}value"
_TRANSLATION = f"{_V3}translation"


class Gravity(StrEnum):
    """How much a gap matters. Only a required element blocks; the document is delivered all the same."""

    BLOCKING = "blocking"
    DEGRADED = "degraded"
    NOTE = "note"


class Status(StrEnum):
    """The whole document, from the worst of its elements."""

    SUCCESS = "SUCCESS"
    WARNING = "WARNING"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about one element: where, how grave, which number of which layer."""

    path: str
    gravity: Gravity
    issue: Issue
    code: str | None = None
    system: str | None = None


@dataclass(frozen=True)
class Translation:
    """What a release says about every coded element of a document. `fallbacks` counts texts by their level.

    `source` is the document as it came; `words` are the new ones by the place of their element. Both were
    settled when the release was in force; `tree` only writes them down.
    """

    source: etree._Element = field(repr=False)
    words: tuple[tuple[int, str], ...] = field(repr=False)
    issues: tuple[Finding, ...]
    translated: int
    untranslated: int
    release: str
    language: str
    fallbacks: dict[int, int] = field(default_factory=dict)

    @cached_property
    def tree(self) -> etree._Element:
        """The translated document: written when somebody wants it, for the page is not made from it."""
        root = deepcopy(self.source.getroottree()).getroot()
        found = _list(_CODED(root))
        for place, text in self.words:
            write(found[place], text)
        return root

    @property
    def elements(self) -> list[etree._Element]:
        """The elements that `words` names by their places, in the document as it came."""
        return _list(_CODED(self.source.getroottree().getroot()))

    @property
    def status(self) -> Status:
        """ERROR for a blocking gap, WARNING for any other finding."""
        gravities = {finding.gravity for finding in self.issues}
        if Gravity.BLOCKING in gravities:
            return Status.ERROR
        return Status.WARNING if gravities else Status.SUCCESS


def translate(tree: etree._Element, terms: Catalogue, language: str = "nb-NO") -> Translation:
    """Translate a document; `tree` is not touched, and must not be until the translated tree is written.

    Only `displayName` changes, and the words before move into a nested `translation`. Narrative, ids and
    everything else stay as they are. A second pass changes nothing.
    Raises: ValueError: `language` is no language tag.
    """
    root = tree.getroottree().getroot()
    kind = _document_code(root)
    work = _Work(terms, language, root.getroottree())
    if kind is None:
        work.found(root, Gravity.BLOCKING, issues.error(Source.TM, "4509"))
    for place, el, name, section in _elements(root):
        work.element(place, el, name, section, kind or "")
    if kind in ("57833-6", "60593-1"):
        for material in _list(_REQUIRED_FORMS(root)):
            work.found(material, Gravity.BLOCKING, issues.error(Source.TM, "4511", "formCode"))
    release = terms.release
    return Translation(
        root,
        tuple(work.words),
        tuple(work.findings),
        work.translated,
        work.untranslated,
        f"{release.name} {release.date.isoformat()}",
        language,
        work.fallbacks,
    )


def _document_code(root: etree._Element) -> str | None:
    code = root.find(f"{_V3}code")
    value = code.get("code") if code is not None else None
    return value.removeprefix("DISCARD-") if value else None


def _list(result: object) -> list[etree._Element]:
    return [el for el in result if isinstance(el, etree._Element)] if isinstance(result, list) else []


class _Locals(dict[str, str]):
    """The local name of every tag met, made once; a document has fewer than a hundred."""

    def __missing__(self, tag: str) -> str:
        name = self[tag] = tag[tag.rfind("}") + 1 :]
        return name


def _elements(root: etree._Element) -> Iterator[tuple[int, etree._Element, str, str]]:
    """Every coded element that may name something, in document order: place, local name, code of its section.

    Sections follow one another, so the last one met is the right one, unless sections lie in each other.
    """
    found, names, current = _list(_CODED(root)), _Locals(), ""
    tags = [str(el.tag) for el in found]
    nested = any(_section_of(el) is not None for el, tag in zip(found, tags, strict=True) if tag == _SECTION)
    for place, (el, tag) in enumerate(zip(found, tags, strict=True)):
        if tag == _SECTION:
            current = _loinc(el)
        elif (name := names[tag]) not in _KEPT:
            yield place, el, name, _loinc(_section_of(el)) if nested else current


def _section_of(el: etree._Element) -> etree._Element | None:
    return next(el.iterancestors(_SECTION), None)


def _loinc(section: etree._Element | None) -> str:
    code = section.find(f"{_V3}code") if section is not None else None
    return (code.get("code") if code is not None else None) or ""


class _Work:
    """The state of one translation: counters and findings."""

    def __init__(self, terms: Catalogue, language: str, tree: etree._ElementTree) -> None:
        self.terms, self.language, self.tree = terms, language, tree
        self.findings: list[Finding] = []
        self.words: list[tuple[int, str]] = []
        self.translated = self.untranslated = 0
        self.fallbacks: dict[int, int] = {}

    def found(self, el: etree._Element, gravity: Gravity, issue: Issue) -> None:
        """Record a finding about an element."""
        path = self.tree.getpath(el)
        self.findings.append(Finding(path, gravity, issue, el.get("code"), el.get("codeSystem")))

    def element(self, place: int, el: etree._Element, name: str, section: str, document: str) -> None:
        """Find the words for one coded element."""
        said = dict(el.items())  # one call, where every attribute asked for by name would be another
        code, system = said.get("code"), said.get("codeSystem")
        if "nullFlavor" in said or is_fixed(code, system):
            return
        bound = binding(el, name, section, document)
        if not code or not system:
            self._incomplete(el, bound)
            return
        if el.tag == _VALUE and (kind := said.get(XSI_TYPE, "").rpartition(":")[2]) not in _TYPES:
            self.found(el, _gravity(bound), issues.warning(Source.TM, "2507", kind))
        concept = Concept(code, system, said.get("codeSystemVersion"))
        answer = self.terms.lookup(
            concept, self.language, bound.value_set(system), said.get("codeSystemName")
        )
        for issue in answer.issues:
            self.found(el, _gravity(bound) if answer.text is None else Gravity.NOTE, issue)
        translated = answer.translated
        if translated:
            self.translated += 1
        else:
            self.untranslated += 1
            self._required(el, bound)
        if answer.text is not None:
            self.fallbacks[answer.fallback] = self.fallbacks.get(answer.fallback, 0) + 1
            if translated:
                self.words.append((place, answer.text))

    def _incomplete(self, el: etree._Element, bound: Binding) -> None:
        """Code or code system is missing: an original text excuses it."""
        if el.find(f".//{_V3}originalText") is None:
            self.untranslated += 1
            self.found(el, _gravity(bound), issues.warning(Source.TM, "2508"))
            self._required(el, bound)

    def _required(self, el: etree._Element, bound: Binding) -> None:
        if bound.usage is Usage.REQUIRED:
            self.found(el, Gravity.BLOCKING, issues.error(Source.TM, "4512"))


def _gravity(bound: Binding) -> Gravity:
    if bound.usage is Usage.REQUIRED:
        return Gravity.BLOCKING
    return Gravity.NOTE if bound.usage is Usage.OUTSIDE else Gravity.DEGRADED


def write(el: etree._Element, text: str) -> None:
    """Give an element its new words; the old ones move into a `translation` round the first existing one.

    Nothing happens when the words are the same, so that a second pass does not grow the document.
    """
    if el.get("displayName") == text:
        return
    before = {name: value for name in _CARRIED if (value := el.get(name)) is not None}
    existing = next(el.iterchildren(_TRANSLATION), None) if len(el) else None
    translation = etree.SubElement(el, _TRANSLATION, before)
    if existing is not None:
        after = existing.tail
        existing.tail = None
        translation.append(existing)
        translation.tail = after
    el.set("displayName", text)

"""The checks that every item passes, whatever format it came in: what public files are known to get wrong.

Nothing is altered silently: what is put right is noted, what cannot be is rejected. The texts of two concepts
are never compared with each other, so equal words in two sets stay two concepts.
Source: measured on the public files of catalogue 8.1.0 (a spreadsheet library lost `NA`; blanks, breaks).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from terminology import code_system_uris as uris
from terminology import code_systems as systems
from terminology import languages
from terminology import value_sets as sets
from terminology.concept import Concept
from terminology.importers.formats import ImportOptions
from terminology.importers.items import (
    CodeSystemItem,
    ConceptItem,
    DesignationItem,
    Item,
    MappingItem,
    Noted,
    Rejected,
    Relationship,
    ValueSetItem,
)
from terminology.importers.ledger import Ledger
from terminology.importers.unreadable import Unreadable, shown

MAX_TEXT = 4000  # characters of a designation, as in the reference repository
MAX_CODE = 128
MAX_LABEL = 500
MAX_PARENTS = 64  # levels; the deepest hierarchy known to us has fewer than twenty
_LOST = frozenset({"nan", "NaN", "<NA>", "#N/A"})  # what spreadsheet libraries make of NA
_SPREADSHEET_ERRORS = frozenset({"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#N/A"})
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u2060\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BREAKS = re.compile(r"\s*[\r\n\t]\s*")
_UNDOTTED = re.compile(r"[A-Z][0-9]{2}[0-9X][0-9]{0,2}", re.ASCII)
_WORTH_NOTING = re.compile(r"[^\W\d_]{4}")

_RELATIONSHIPS = frozenset(map(str, Relationship))

#: Systems that have the code NA: there the lost code can only have been that.
_HAS_NA = frozenset({systems.ISO_3166_1, systems.NULL_FLAVOR})
#: A text that the published catalogue lost: (system, code) -> what it says in the code system itself.
_LOST_TEXTS = {(systems.SNOMED_CT, "260413007"): "None"}


class _Refused(Exception):
    def __init__(self, reason: str, what: str) -> None:
        self.reason, self.what = reason, what


def checked(items: Iterable[Item], options: ImportOptions) -> Iterator[Item]:
    """The items with the known traps caught: put right and noted, or rejected.

    Raises: Unreadable: the parents of the concepts go in a circle; and whatever the reader raises.
    """
    with Ledger() as seen, Ledger() as parents:
        checks = _Checks(options, seen, parents)
        for item in items:
            passed = checks.of(item)
            if checks.notes:
                yield from checks.notes
                checks.notes.clear()
            if passed is not None:
                yield passed
        checks.refuse_circles()


class _Checks:
    def __init__(self, options: ImportOptions, seen: Ledger, parents: Ledger) -> None:
        self._options, self._seen, self._parents = options, seen, parents
        self._declared = set[str]()  # code systems and value sets that the file itself describes
        self._dropped = ""  # where the concept stood that was rejected last: its texts go with it
        self.notes = list[Noted]()  # on the item looked at last
        self._told = set[str]()
        self._labels = set[str]()
        self._plain = set[str]()  # code systems that need no second look
        self._last = ("", "", "")  # system, code as it stands, code as it should be
        self._by_type: dict[type, Callable[[Any], Item | None]] = {
            ConceptItem: self._concept,
            DesignationItem: self._designation,
            MappingItem: self._mapping,
            CodeSystemItem: self._code_system,
            ValueSetItem: self._value_set,
        }

    def of(self, item: Item) -> Item | None:
        """What becomes of one item: itself, perhaps put right; a rejection; or nothing. See also `notes`."""
        check = self._by_type.get(type(item))
        if check is None:
            return _printable(item)
        if self._dropped and _within(item.where, self._dropped):
            return None
        try:
            return check(item)
        except _Refused as refused:
            self.notes.clear()
            if isinstance(item, ConceptItem):
                self._dropped = item.where
            return _printable(Rejected(item.where, refused.what, f"import.reject.{refused.reason}"))

    def _concept(self, item: ConceptItem) -> ConceptItem | None:
        system = self._system(item.system, item.where)
        code = self._code(item.code, system, item.where)
        self._label(item.version)
        parent = None
        if item.parent is not None:
            parent = self._code(item.parent, system, item.where)
            within = f"{system}\0{item.version}\0"
            self._parents.add(within + code, f"{within}{code}\0{parent}\0{item.where}")
        for value_set in item.value_sets:
            self._known_value_set(value_set)
        if not self._seen.add("\0".join((system, item.version, code, *sorted(item.value_sets)))):
            raise _Refused("duplicate", code)
        if code == item.code and parent == item.parent and system == item.system:
            return item
        return replace(item, system=system, code=code, parent=parent)

    def _designation(self, item: DesignationItem) -> DesignationItem | None:
        system = self._system(item.system, item.where)
        code = self._code(item.code, system, item.where, note=False)
        text = self._text(item.text, system, code, item.where)
        self._label(item.version)
        self._label(item.basis)
        try:
            language = languages.stored(item.language)
        except ValueError:
            raise _Refused("language", item.language) from None
        key = "\0".join((system, item.version, code, language, text, item.basis, str(item.status)))
        if not self._seen.add(key):
            return None  # said again, word for word, in another value set
        if code == item.code and text == item.text and system == item.system and language == item.language:
            return item
        return replace(item, system=system, code=code, text=text, language=language)

    def _mapping(self, item: MappingItem) -> MappingItem:
        source, target = self._end(item.source, item.where, True), self._end(item.target, item.where, False)
        if item.relationship not in _RELATIONSHIPS:
            raise _Refused("relationship", item.relationship)
        ends = (f"{end.system}\0{end.version}\0{end.code}" for end in (source, target))
        if not self._seen.add("\0".join(("mapping", *ends, item.relationship))):
            raise _Refused("duplicate", f"{source.code} -> {target.code}")
        return replace(item, source=source, target=target)

    def _end(self, concept: Concept, where: str, is_source: bool) -> Concept:
        """One end of a mapping; a source may be of a national system that nobody has told us about."""
        system = self._system(concept.system, where, may_be_new=is_source)
        self._label(concept.version or "")
        return replace(concept, system=system, code=self._code(concept.code, system, where))

    def _label(self, text: str) -> None:
        """Refuse a version, name or basis that is no single printable line."""
        if text in self._labels:
            return
        if len(text) > MAX_LABEL or _INVISIBLE.search(text) or _BREAKS.search(text):
            raise _Refused("label", ascii(text)[1:-1])
        self._labels.add(text)

    def _code_system(self, item: CodeSystemItem) -> CodeSystemItem:
        for label in (item.name, item.version, item.uri or ""):
            self._label(label)
        if item.oid is not None and not uris.is_oid(item.oid):
            raise _Refused("oid", item.oid)
        if item.oid is None and not item.name.strip():
            raise _Refused("oid", item.uri or "")
        self._declared.add(item.oid or item.name)
        return item

    def _value_set(self, item: ValueSetItem) -> ValueSetItem:
        self._label(item.name)
        self._label(item.version)
        if not uris.is_oid(item.oid):
            raise _Refused("oid", item.oid)
        self._declared.add(item.oid)
        return item

    def _system(self, system: str, where: str, may_be_new: bool = False) -> str:
        if system in self._plain:
            return system
        oid = uris.oid_of(system) or system
        # Some files name the value set where its code system belongs.
        if (sole := uris.SOLE_SYSTEM.get(oid)) is not None:
            self._note("value_set_as_system", oid, where)
            oid = sole
        if oid in self._declared or oid in self._options.systems or uris.is_known(oid):
            if oid == system:
                self._plain.add(oid)
            return oid
        if oid[:1].isdigit() and not uris.is_oid(oid):
            raise _Refused("oid", system)
        if may_be_new and uris.is_oid(oid):
            if oid not in self._told:
                self._told.add(oid)
                self._note("unknown_system", oid, where)
            return oid
        raise _Refused("unknown_system", system)

    def _known_value_set(self, oid: str) -> None:
        if oid not in self._declared and not (oid.startswith(sets.PREFIX) and uris.is_oid(oid)):
            raise _Refused("unknown_value_set" if uris.is_oid(oid) else "oid", oid)

    def _code(self, raw: str, system: str, where: str, note: bool = True) -> str:
        if self._last[:2] == (system, raw):
            return self._last[2]  # of the concept whose text this is
        code = self._checked_code(raw.strip(), raw, system, where, note)
        self._last = (system, raw, code)
        return code

    def _checked_code(self, code: str, raw: str, system: str, where: str, note: bool) -> str:
        if code in _LOST:
            if system not in _HAS_NA:
                raise _Refused("lost_code", raw)
            return self._noting(note, "lost_code", raw, where, "NA")
        if not code or len(code) > MAX_CODE:
            raise _Refused("long_code" if code else "no_code", code or raw)
        if not (code.isascii() and code.isalnum()):
            if not code.isprintable() or " " in code or _INVISIBLE.search(code) or len(code.split()) > 1:
                raise _Refused("code_blank", ascii(code)[1:-1])
            if code in _SPREADSHEET_ERRORS:
                raise _Refused("spreadsheet_error", code)
            if code.startswith(".") or code.endswith(".") or ".." in code:
                raise _Refused("code_dot", code)
        elif system == systems.ICD_10 and _UNDOTTED.fullmatch(code):
            return self._noting(note, "dot_added", code, where, f"{code[:3]}.{code[3:]}")
        return code if code == raw else self._noting(note, "blanks", raw, where, code)

    def _text(self, raw: str, system: str, code: str, where: str) -> str:
        text = raw.strip()
        if not text.isprintable():
            text = _BREAKS.sub(" ", text)
            if _INVISIBLE.search(text):
                raise _Refused("invisible", ascii(text)[1:-1])
        if text in _LOST or not text:
            known = _LOST_TEXTS.get((system, code)) if text else None
            if known is None:
                raise _Refused("lost_text" if text else "no_text", raw or code)
            return self._noting(True, "lost_text", raw, where, known)
        if len(text) > MAX_TEXT:
            raise _Refused("long_text", f"{len(text)}: {text[:60]}")
        if text in _SPREADSHEET_ERRORS:
            raise _Refused("spreadsheet_error", text)
        if text != raw:
            self._note("line_breaks" if text != raw.strip() else "blanks", text, where)
        if text.isupper() and _WORTH_NOTING.search(text):
            self._note("capitals", text, where)
        return text

    def _noting(self, note: bool, reason: str, what: str, where: str, result: str) -> str:
        if note:
            self._note(reason, what, where)
        return result

    def _note(self, reason: str, what: str, where: str) -> None:
        self.notes.append(Noted(shown(where), shown(what), f"import.note.{reason}"))

    def refuse_circles(self) -> None:
        """Raises Unreadable: a concept is its own ancestor, directly or through others."""
        for held in self._parents.values():
            system, version, code, parent, where = held.split("\0")
            chain = [code]
            while parent and len(chain) <= MAX_PARENTS:
                if parent == code:
                    raise Unreadable("circle", where, codes=" > ".join([*chain, parent]))
                chain.append(parent)
                upper = self._parents.get(f"{system}\0{version}\0{parent}")
                parent = upper.split("\0")[3] if upper else ""


def _printable(item: Item) -> Item:
    """A line of the report, fit to be stored and shown whatever the file held."""
    if isinstance(item, Rejected | Noted):
        return replace(item, where=shown(item.where), what=shown(item.what))
    return item


def _within(where: str, outer: str) -> bool:
    """Whether a place is the one given or lies below it (JSON pointers)."""
    return where == outer or where.startswith(outer + "/")

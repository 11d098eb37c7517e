"""The checks that every item passes, whatever format it came in: what public files are known to get wrong.

Nothing is altered silently: what is put right is noted, what cannot be is rejected. The texts of two concepts
are never compared with each other, so equal words in two sets stay two concepts.
Source: measured on the public files of catalogue 8.1.0 (a spreadsheet library lost `NA`; blanks, breaks).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

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
from terminology.importers.unreadable import Unreadable

MAX_TEXT = 4000  # characters of a designation, as in the reference repository
MAX_CODE = 128
MAX_PARENTS = 64  # levels; the deepest hierarchy known to us has fewer than twenty
_LOST = frozenset({"nan", "NaN", "<NA>", "#N/A"})  # what spreadsheet libraries make of NA
_SPREADSHEET_ERRORS = frozenset({"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#N/A"})
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u2060\ufeff\ufffe]"
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
            yield from checks.of(item)
        checks.refuse_circles()


class _Checks:
    def __init__(self, options: ImportOptions, seen: Ledger, parents: Ledger) -> None:
        self._options, self._seen, self._parents = options, seen, parents
        self._declared = set[str]()  # code systems and value sets that the file itself describes
        self._dropped = ""  # where the concept stood that was rejected last: its texts go with it
        self._notes = list[Noted]()
        self._told = set[str]()

    def of(self, item: Item) -> Iterator[Item]:
        """What becomes of one item: itself, perhaps put right, with notes; a rejection; or nothing."""
        if isinstance(item, Rejected | Noted):
            yield item
            return
        if self._dropped and _within(item.where, self._dropped):
            return
        try:
            passed = self._passed(item)
        except _Refused as refused:
            self._notes.clear()
            if isinstance(item, ConceptItem):
                self._dropped = item.where
            yield Rejected(item.where, refused.what[:200], f"import.reject.{refused.reason}")
            return
        yield from self._notes
        self._notes.clear()
        if passed is not None:
            yield passed

    def _passed(self, item: Item) -> Item | None:
        match item:
            case ConceptItem():
                return self._concept(item)
            case DesignationItem():
                return self._designation(item)
            case MappingItem():
                return self._mapping(item)
            case CodeSystemItem():
                return self._code_system(item)
            case ValueSetItem():
                return self._value_set(item)
        return item

    def _concept(self, item: ConceptItem) -> ConceptItem | None:
        system = self._system(item.system, item.where)
        code = self._code(item.code, system, item.where)
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
        return replace(concept, system=system, code=self._code(concept.code, system, where))

    def _code_system(self, item: CodeSystemItem) -> CodeSystemItem:
        if item.oid is not None and not uris.is_oid(item.oid):
            raise _Refused("oid", item.oid)
        if item.oid is None and not item.name.strip():
            raise _Refused("oid", item.uri or "")
        self._declared.add(item.oid or item.name)
        return item

    def _value_set(self, item: ValueSetItem) -> ValueSetItem:
        if not uris.is_oid(item.oid):
            raise _Refused("oid", item.oid)
        self._declared.add(item.oid)
        return item

    def _system(self, system: str, where: str, may_be_new: bool = False) -> str:
        oid = uris.oid_of(system) or system
        # Some files name the value set where its code system belongs.
        if (sole := uris.SOLE_SYSTEM.get(oid)) is not None:
            self._note("value_set_as_system", oid, where)
            oid = sole
        if oid in self._declared or oid in self._options.systems or uris.is_known(oid):
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
        code = raw.strip()
        if code in _LOST:
            if system not in _HAS_NA:
                raise _Refused("lost_code", raw)
            return self._noting(note, "lost_code", raw, where, "NA")
        if not code:
            raise _Refused("no_code", raw)
        if len(code) > MAX_CODE:
            raise _Refused("long_code", code)
        if _INVISIBLE.search(code) or any(sign.isspace() for sign in code):
            raise _Refused("code_blank", code)
        if code in _SPREADSHEET_ERRORS:
            raise _Refused("spreadsheet_error", code)
        if code.startswith(".") or code.endswith(".") or ".." in code:
            raise _Refused("code_dot", code)
        if system == systems.ICD_10 and _UNDOTTED.fullmatch(code):
            return self._noting(note, "dot_added", code, where, f"{code[:3]}.{code[3:]}")
        return code if code == raw else self._noting(note, "blanks", raw, where, code)

    def _text(self, raw: str, system: str, code: str, where: str) -> str:
        text = _BREAKS.sub(" ", raw.strip())
        if text in _LOST or not text:
            known = _LOST_TEXTS.get((system, code)) if text else None
            if known is None:
                raise _Refused("lost_text" if text else "no_text", raw or code)
            return self._noting(True, "lost_text", raw, where, known)
        if len(text) > MAX_TEXT:
            raise _Refused("long_text", f"{len(text)}: {text[:60]}")
        if _INVISIBLE.search(text):
            raise _Refused("invisible", ascii(text)[1:-1])
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
        self._notes.append(Noted(where, what[:200], f"import.note.{reason}"))

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


def _within(where: str, outer: str) -> bool:
    """Whether a place is the one given or lies below it (JSON pointers)."""
    return where == outer or where.startswith(outer + "/")

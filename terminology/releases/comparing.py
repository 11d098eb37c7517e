"""What differs between two releases, or between a release and the workspace, row by row; whom it concerns."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from enum import StrEnum

from terminology.concept import Concept
from terminology.designation import Designation, Status
from terminology.releases.reading import Concepts, Opened, ReleasedMapping, designation_of
from terminology.releases.snapshot import RECORD, UNIT


class Kind(StrEnum):
    """How a row differs."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs. `what` is designation, concept, mapping, value set or version."""

    kind: Kind
    what: str
    system: str  # OID, or name of a system without one
    version: str
    code: str
    language: str  # "" unless `what` is designation
    before: str  # text; of a concept its value sets and whether it is current; of a mapping its target
    after: str
    status_before: str  # "" where there is no status
    status_after: str
    value_sets: tuple[str, ...] = ()  # OIDs that the concept belongs to, before or after


@dataclass(frozen=True, slots=True)
class Impact:
    """What a new release changes for one code of one document. `kind`: gained, changed, lost or mapping."""

    document: str
    concept: Concept
    kind: str
    before: str
    after: str


def diff(old: Opened, new: Opened) -> list[Change]:
    """Everything that differs, by code system, version and code; retired texts count as absent."""
    found = [*_value_sets(old, new)]
    for key in sorted({*old.by_version, *new.by_version}):
        before, after = old.by_version.get(key), new.by_version.get(key)
        if before is None or after is None:
            kind = Kind.ADDED if before is None else Kind.REMOVED
            found.append(Change(kind, "version", *key, "", "", "", "", "", ""))
        found += _concepts(key, before, after)
    return [*found, *_mappings(old.mappings, new.mappings)]


def narrowed(
    changes: Iterable[Change],
    *,
    kind: Kind | None = None,
    what: str | None = None,
    system: str | None = None,
    value_set: str | None = None,
    language: str | None = None,
    contains: str | None = None,
) -> Iterator[Change]:
    """The changes that meet every condition given; `contains` looks at code and both texts."""
    plain = {"kind": kind, "what": what, "system": system, "language": language}
    wanted = {name: value for name, value in plain.items() if value is not None}
    words = contains.casefold() if contains else ""
    for change in changes:
        if any(getattr(change, name) != value for name, value in wanted.items()):
            continue
        if value_set is not None and value_set not in change.value_sets:
            continue
        if words and words not in f"{change.code}\n{change.before}\n{change.after}".casefold():
            continue
        yield change


def as_csv(changes: Iterable[Change]) -> Iterator[str]:
    """The changes as lines of CSV with a header; a cell that a spreadsheet would run is disarmed."""
    yield _line([field.name for field in fields(Change)])
    for change in changes:
        *cells, sets = astuple(change)
        yield _line([_disarmed(str(cell)) for cell in cells] + [" ".join(sets)])


def impact(old: Opened, new: Opened, documents: Iterable[tuple[str, Iterable[Concept]]]) -> Iterator[Impact]:
    """What becomes of the codes of documents, given as name and codes: texts in Norwegian and mappings."""
    mapped_before, mapped_after = _targets(old.mappings), _targets(new.mappings)
    for name, concepts in documents:
        for concept in dict.fromkeys(concepts):
            before, after = old.catalogue.lookup(concept), new.catalogue.lookup(concept)
            if before.translated != after.translated or before.text != after.text:
                kind = "changed" if before.translated == after.translated else "gained"
                kind = "lost" if before.translated and not after.translated else kind
                yield Impact(name, concept, kind, before.text or "", after.text or "")
            key = (concept.system, concept.code)
            targets = mapped_before.get(key, ""), mapped_after.get(key, "")
            if targets[0] != targets[1]:
                yield Impact(name, concept, "mapping", *targets)


def _value_sets(old: Opened, new: Opened) -> Iterator[Change]:
    before, after = old.catalogue.value_sets, new.catalogue.value_sets
    for oid in sorted({*before, *after}):
        if (was := before.get(oid)) != (is_now := after.get(oid)):
            kind = Kind.ADDED if was is None else Kind.REMOVED if is_now is None else Kind.CHANGED
            before_text, after_text = (
                f"{each.name} {each.version}" if each else "" for each in (was, is_now)
            )
            yield Change(kind, "value set", oid, "", "", "", before_text, after_text, "", "", (oid,))


def _concepts(key: tuple[str, str], before: Concepts | None, after: Concepts | None) -> Iterator[Change]:
    """Lines that are equal are equal; only the others are taken apart."""
    was: Mapping[str, str] = before.lines if before else {}
    now: Mapping[str, str] = after.lines if after else {}
    for code in sorted(was.keys() | now.keys()):
        if was.get(code) != now.get(code):
            yield from _concept((*key, code), was.get(code), now.get(code))


def _concept(key: tuple[str, str, str], was: str | None, now: str | None) -> Iterator[Change]:
    (old_head, old), (new_head, new) = _split(was), _split(now)
    sets = [head[2].split(",") for head in (old_head, new_head) if head and head[2]]
    members = tuple(dict.fromkeys(oid for each in sets for oid in each))
    if old_head != new_head:
        kind = Kind.ADDED if was is None else Kind.REMOVED if now is None else Kind.CHANGED
        yield Change(kind, "concept", *key, "", _described(old_head), _described(new_head), "", "", members)
    yield from _texts(key, old, new, members)


def _split(line: str | None) -> tuple[list[str], list[Designation]]:
    """Current, parent and value sets of a line, and its texts."""
    if line is None:
        return [], []
    head, *words = line.split(RECORD)
    return head.split(UNIT)[1:], [designation_of(each) for each in words]


def _described(head: list[str]) -> str:
    if not head:
        return ""
    current, parent, sets = head
    return " ".join(
        part for part in (sets, parent and f"< {parent}", "" if current == "1" else "(-)") if part
    )


def _texts(
    key: tuple[str, str, str], was: list[Designation], now: list[Designation], members: tuple[str, ...]
) -> Iterator[Change]:
    """Texts are paired by language: equal words first, what is left in order."""
    old = [each for each in was if each.status is not Status.RETIRED]
    new = [each for each in now if each.status is not Status.RETIRED]
    if not old or not new:  # nothing to pair
        for each in sorted(old or new, key=lambda text: text.language):
            before, after = (each, None) if old else (None, each)
            if (change := _text(key, each.language, before, after, members)) is not None:
                yield change
        return
    for language in sorted({each.language for each in (*old, *new)}):
        left = [each for each in old if each.language == language]
        right = [each for each in new if each.language == language]
        pairs: list[tuple[Designation | None, Designation | None]] = []
        for each in list(right):
            same = next((other for other in left if other.text == each.text), None)
            if same is not None:
                left.remove(same)
                right.remove(each)
                pairs.append((same, each))
        shared = min(len(left), len(right))
        pairs += list(zip(left[:shared], right[:shared], strict=True))
        pairs += [(each, None) for each in left[shared:]] + [(None, each) for each in right[shared:]]
        for before, after in pairs:
            if (change := _text(key, language, before, after, members)) is not None:
                yield change


def _text(
    key: tuple[str, str, str],
    language: str,
    before: Designation | None,
    after: Designation | None,
    members: tuple[str, ...],
) -> Change | None:
    if before and after and _said(before) == _said(after):
        return None
    kind = Kind.ADDED if before is None else Kind.REMOVED if after is None else Kind.CHANGED
    was, status_was = (before.text, before.status.value) if before else ("", "")
    now, status_now = (after.text, after.status.value) if after else ("", "")
    return Change(kind, "designation", *key, language, was, now, status_was, status_now, members)


def _said(text: Designation) -> tuple[str, Status, bool]:
    return text.text, text.status, text.preferred


def _mappings(was: tuple[ReleasedMapping, ...], now: tuple[ReleasedMapping, ...]) -> Iterator[Change]:
    old, new = (
        {_ends(each): each for each in held if each.status is not Status.RETIRED} for held in (was, now)
    )
    for ends in sorted({*old, *new}):
        before, after = old.get(ends), new.get(ends)
        if before and after and _linked(before) == _linked(after):
            continue
        kind = Kind.ADDED if before is None else Kind.REMOVED if after is None else Kind.CHANGED
        version, code = ends[1:3]
        (old_words, old_status), (new_words, new_status) = _link(before), _link(after)
        yield Change(
            kind, "mapping", ends[0], version, code, "", old_words, new_words, old_status, new_status
        )


def _link(link: ReleasedMapping | None) -> tuple[str, str]:
    if link is None:
        return "", ""
    return f"{link.relationship} {link.target.code} {link.target.system}", link.status.value


def _ends(link: ReleasedMapping) -> tuple[str, ...]:
    source, target = link.source, link.target
    return (
        source.system, source.version or "", source.code, target.system, target.version or "", target.code
    )  # fmt: skip


def _linked(link: ReleasedMapping) -> tuple[str, bool, Status]:
    return link.relationship, link.preferred, link.status


def _targets(links: tuple[ReleasedMapping, ...]) -> dict[tuple[str, str], str]:
    """Where each source leads: the preferred active mapping, else the only one, else all of them."""
    by_source: dict[tuple[str, str], list[ReleasedMapping]] = {}
    for link in links:
        if link.status is Status.ACTIVE:
            by_source.setdefault((link.source.system, link.source.code), []).append(link)
    return {
        key: ", ".join(
            f"{each.relationship} {each.target.code}"
            for each in ([one for one in held if one.preferred] or held)
        )
        for key, held in by_source.items()
    }


def _line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()


def _disarmed(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") and len(cell) > 1 else cell

"""ValueSet/$expand: the members of a value set, whole or in pages, all or those that match a text.

Source: FHIR R4, operation ValueSet-expand; `valueset-unclosed` marks a set that is held in part.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from terminology import languages
from terminology.catalogue import Catalogue, Entry
from terminology.fhir.addresses import system_uri, value_set_of
from terminology.fhir.building import coding, designation, display_of, language_of, release_label, usable
from terminology.fhir.given import Given
from terminology.fhir.outcome import Resource, invalid, required
from terminology.fhir.resources import value_set_head

UNCLOSED = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed"
_BCP_47 = "urn:ietf:bcp:47"
_ECHOED = ("filter", "offset", "count", "includeDesignations", "activeOnly", "displayLanguage")


def expand(terms: Catalogue, given: Given, at: datetime, instance: str | None = None) -> Resource:
    """The answer to ValueSet/$expand.

    Args:   at: when the expansion is made (aware).
            instance: OID of the value set, when the address of the request names it.
    Raises: FhirError: no value set is given, or the release does not hold it.
    """
    url = instance or given.text("url")
    if url is None:
        raise required("the value set is missing: give url", "url")
    held = value_set_of(terms, url, given.text("valueSetVersion"), "url")
    members = _matching(terms, held.oid, given.text("filter") or "", given.flag("activeOnly"))
    offset, count = given.number("offset") or 0, given.number("count")
    page = members[offset:] if count is None else members[offset : offset + count]
    language, tags = language_of(given), _designation_tags(given)
    data = value_set_head(terms, held)
    expansion: Resource = {} if held.complete else {"extension": [{"url": UNCLOSED, "valueBoolean": True}]}
    expansion["identifier"] = f"urn:uuid:{_identifier(terms, held.oid, given)}"
    expansion["timestamp"] = at.isoformat(timespec="seconds")
    expansion["total"] = len(members)
    if count is not None or offset:
        expansion["offset"] = offset
    expansion["parameter"] = list(_echo(terms, given, page))
    if page:
        expansion["contains"] = [_contained(terms, entry, language, tags) for entry in page]
    data["expansion"] = expansion
    return data


def _matching(terms: Catalogue, value_set: str, text: str, active_only: bool) -> Sequence[Entry]:
    members = terms.members(value_set)
    words = text.casefold().split()
    if not words and not active_only:
        return members
    haystacks = _haystacks(terms, value_set) if words else [""] * len(members)
    return [
        entry
        for entry, haystack in zip(members, haystacks, strict=True)
        if (entry.current or not active_only)
        and all(word in haystack or entry.code.casefold().startswith(word) for word in words)
    ]


_KEPT = 16  # value sets
_folded: OrderedDict[tuple[str, str], tuple[str, ...]] = OrderedDict()  # by hash of the release and OID


def _haystacks(terms: Catalogue, value_set: str) -> tuple[str, ...]:
    """The texts of every member, folded and joined: typing a word asks for the same set again and again."""
    key = (terms.release.hash, value_set)
    if (found := _folded.get(key)) is None:
        found = _folded[key] = tuple(
            "\n".join(each.text.casefold() for each in usable(entry, terms.release))
            for entry in terms.members(value_set)
        )
        while len(_folded) > _KEPT:
            _folded.popitem(last=False)
    return found


def _designation_tags(given: Given) -> frozenset[str] | None:
    """Languages whose texts are wanted: None for no texts at all, an empty set for every language.

    Raises: FhirError: a token that is not a language.
    """
    wanted = given.several("designation")
    if not wanted:
        return frozenset() if given.flag("includeDesignations") else None
    tags = set[str]()
    for token in wanted:
        system, bar, tag = token.partition("|")
        try:
            tags.add(languages.shown(languages.stored(tag if bar else token)))
        except ValueError as error:
            raise invalid(f"designation: {error}", "designation") from error
        if bar and system != _BCP_47:
            raise invalid(
                f"designation: languages ({_BCP_47}|nb-NO) can be asked for, uses cannot", "designation"
            )
    return frozenset(tags)


def _contained(terms: Catalogue, entry: Entry, language: str, tags: frozenset[str] | None) -> Resource:
    data = coding(entry)
    data = {"system": data.pop("system")} | ({} if entry.current else {"inactive": True}) | data
    data["display"] = display_of(terms, entry, language)
    if tags is not None:
        texts = [designation(each) for each in usable(entry, terms.release)]
        texts = [each for each in texts if not tags or each["language"] in tags]
        if texts:
            data["designation"] = texts
    return data


def _echo(terms: Catalogue, given: Given, page: Sequence[Entry]) -> Iterator[Resource]:
    """What the expansion was made with, and from."""
    for name in _ECHOED:
        for content in given.values.get(name, ()):
            kind = (
                "Boolean"
                if isinstance(content, bool)
                else "Integer"
                if isinstance(content, int)
                else "String"
            )
            yield {"name": name, f"value{kind}": content}
    for version in sorted({f"{system_uri(entry.system)}|{entry.version}" for entry in page if entry.version}):
        yield {"name": "version", "valueUri": version}
    yield {"name": "release", "valueString": release_label(terms.release)}


def _identifier(terms: Catalogue, oid: str, given: Given) -> str:
    """The same question to the same release gives the same expansion."""
    asked = sorted((name, values) for name, values in given.values.items())
    return str(uuid5(NAMESPACE_URL, f"{terms.release.hash} {oid} {asked} {given.accept}"))

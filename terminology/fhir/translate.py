"""ConceptMap/$translate: the concepts that a concept is mapped to.

Only active mappings count, the preferred one comes first. All mappings of a release are one concept map,
whose version is the name of the release.
Source: FHIR R4, operation ConceptMap-translate and the equivalences of ConceptMap, which say what the target
is to the source.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from terminology.catalogue import Answer, Catalogue
from terminology.code_system_uris import oid_of, uri_of
from terminology.concept import Concept
from terminology.designation import Status
from terminology.fhir.addresses import value_set_of
from terminology.fhir.building import group, language_of, parameters, value
from terminology.fhir.given import Coding, Given
from terminology.fhir.outcome import Resource, not_found, required
from terminology.releases.reading import ReleasedMapping

CONCEPT_MAP = "urn:ncp-norway:concept-map"
_EQUIVALENCE = {"equivalent": "equivalent", "broader": "wider", "narrower": "narrower", "inexact": "inexact"}
_REVERSED = {"wider": "narrower", "narrower": "wider"}
_KEPT = 3  # releases whose mappings are indexed

_Ends = Mapping[tuple[str, str], tuple[ReleasedMapping, ...]]


@dataclass(frozen=True, slots=True)
class _Index:
    """The mappings of a release by (system, code) of either end."""

    by_source: _Ends
    by_target: _Ends


_indexes: OrderedDict[str, _Index] = OrderedDict()  # by hash of the release


def translate(terms: Catalogue, given: Given) -> Resource:
    """The answer to $translate.

    Raises: FhirError: no code or code system is given, or the concept map or a value set is not held.
    """
    _check_map(terms, given)
    language = language_of(given)
    reverse = given.flag("reverse")
    matches: list[Resource] = []
    reasons: list[str] = []
    for wanted in given.coding("system", "version"):
        concept = _concept(terms, wanted, given)
        held = _held(terms, concept, reverse)
        active = [each for each in held if each.status is Status.ACTIVE]
        found = [
            _match(terms, each, reverse, language) for each in active if _wanted(terms, each, given, reverse)
        ]
        matches += found
        if not found:
            reasons.append(_why_none(concept, held, active))
    return parameters(
        value("result", "Boolean", bool(matches)),
        value("message", "String", None if matches else "; ".join(reasons)),
        *matches,
    )


def _check_map(terms: Catalogue, given: Given) -> None:
    url, version = given.text("url"), given.text("conceptMapVersion")
    bare, _, stated = (url or CONCEPT_MAP).partition("|")
    if bare != CONCEPT_MAP:
        raise not_found(f"no concept map {bare[:120]!r}; there is {CONCEPT_MAP}", "url")
    if (version or stated or terms.release.name) != terms.release.name:
        raise not_found(f"the concept map is of release {terms.release.name}", "conceptMapVersion")


def _concept(terms: Catalogue, wanted: Coding, given: Given) -> Concept:
    if wanted.system is None:
        raise required("a code needs its code system", "system")
    concept = Concept(wanted.code, oid_of(wanted.system) or wanted.system, wanted.version)
    source = given.text("source")
    if source is not None:
        held = value_set_of(terms, source, None, "source")
        if terms.is_member(concept, held.oid) is False:
            raise not_found(f"{wanted.code[:60]!r} is not in the value set {held.name}", "source")
    return concept


def _held(terms: Catalogue, concept: Concept, reverse: bool) -> tuple[ReleasedMapping, ...]:
    index = _index(terms)
    held = (index.by_target if reverse else index.by_source).get((concept.system, concept.code), ())
    if concept.version is None:
        return held
    ends = [(each, each.target if reverse else each.source) for each in held]
    return tuple(each for each, end in ends if end.version in (None, concept.version))


def _wanted(terms: Catalogue, mapping: ReleasedMapping, given: Given, reverse: bool) -> bool:
    """Whether the end that a mapping leads to is of the code system and value set asked for."""
    end = mapping.source if reverse else mapping.target
    system, target = given.text("targetsystem"), given.text("target")
    if system is not None and end.system != (oid_of(system) or system):
        return False
    if target is None:
        return True
    held = value_set_of(terms, target, None, "target")
    return held.oid in terms.lookup(end).value_sets


def _match(terms: Catalogue, mapping: ReleasedMapping, reverse: bool, language: str) -> Resource:
    end = mapping.source if reverse else mapping.target
    equivalence = _EQUIVALENCE.get(mapping.relationship, "relatedto")
    if reverse:
        equivalence = _REVERSED.get(equivalence, equivalence)
    return group(
        "match",
        value("equivalence", "Code", equivalence),
        value("concept", "Coding", _coding(end, terms.lookup(end, language))),
        value("source", "Uri", f"{CONCEPT_MAP}|{terms.release.name}"),
    )


def _coding(end: Concept, answer: Answer) -> Resource:
    data: Resource = {"system": uri_of(end.system)}
    if version := end.version or answer.version:
        data["version"] = version
    data["code"] = end.code
    return data | ({"display": answer.text} if answer.text else {})


def _why_none(concept: Concept, held: tuple[ReleasedMapping, ...], active: list[ReleasedMapping]) -> str:
    code = concept.code[:60]
    if active:
        return f"{code!r} is mapped, but not to what was asked for"
    return f"4509 no mapping of {code!r} is active" if held else f"there is no mapping of {code!r}"


def _index(terms: Catalogue) -> _Index:
    key = terms.release.hash
    if (found := _indexes.get(key)) is None:
        found = _Index(
            _grouped(((each.source.system, each.source.code), each) for each in terms.mappings),
            _grouped(((each.target.system, each.target.code), each) for each in terms.mappings),
        )
        _indexes[key] = found
        while len(_indexes) > _KEPT:
            _indexes.popitem(last=False)
    return found


def _grouped(mappings: Iterable[tuple[tuple[str, str], ReleasedMapping]]) -> _Ends:
    found: dict[tuple[str, str], list[ReleasedMapping]] = {}
    for key, mapping in mappings:
        found.setdefault(key, []).append(mapping)
    return {key: tuple(sorted(held, key=lambda each: not each.preferred)) for key, held in found.items()}

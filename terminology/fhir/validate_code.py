"""$validate-code: whether a code is in a code system, or in a value set.

A release holds the concepts of the European value sets: "not in the code system" means not in this release.
Where a value set is held in part, the answer says that a "false" proves nothing.
Source: FHIR R4, operations CodeSystem-validate-code and ValueSet-validate-code.
"""

from collections.abc import Callable

from terminology.catalogue import Answer, Catalogue
from terminology.code_system_uris import is_oid, oid_of
from terminology.fhir.addresses import system_of, system_uri, value_set_of
from terminology.fhir.building import language_of, parameters, value
from terminology.fhir.given import Coding, Given
from terminology.fhir.lookup import looked_up
from terminology.fhir.outcome import FhirError, Resource, required, sentence
from terminology.value_sets import ValueSet

_Verdict = tuple[bool, list[str], Answer | None]


def in_code_system(terms: Catalogue, given: Given, instance: str | None = None) -> Resource:
    """The answer to CodeSystem/$validate-code.

    Args:   instance: OID of the code system, when the address of the request names it.
    Raises: FhirError: no code system or code is given, or the code system is not held.
    """
    url = instance or given.text("url")
    if url is None:
        address = next((each.system for each in given.coding("url", "version") if each.system), None)
        if address is None:
            raise required("the code system is missing: give url, or a coding with its system", "url")
        url = address
    system = system_of(terms, url, "url")
    language = language_of(given)

    def verdict(wanted: Coding) -> _Verdict:
        if wanted.system is not None and system_of(terms, wanted.system, "coding") is not system:
            return False, [f"{wanted.system[:120]} is another code system than {url[:120]}"], None
        answer = looked_up(terms, Coding(wanted.code, url, wanted.version), language)
        if answer.entry is None:
            return False, [f"{wanted.code[:60]!r}: {sentence(answer.issues[0])}"], None
        return _named(wanted, answer)

    return _first(given, "url", verdict)


def in_value_set(terms: Catalogue, given: Given, instance: str | None = None) -> Resource:
    """The answer to ValueSet/$validate-code.

    Args:   instance: OID of the value set, when the address of the request names it.
    Raises: FhirError: no value set, code or code system is given, or the value set is not held.
    """
    url = instance or given.text("url")
    if url is None:
        raise required("the value set is missing: give url", "url")
    held = value_set_of(terms, url, given.text("valueSetVersion"), "url")
    language = language_of(given)

    def verdict(wanted: Coding) -> _Verdict:
        if wanted.system is None:
            raise required("a code needs its code system", "system")
        return _member(terms, held, wanted, language)

    return _first(given, "system", verdict, version="systemVersion")


def _member(terms: Catalogue, held: ValueSet, wanted: Coding, language: str) -> _Verdict:
    unnamed = _by_name(terms, held, wanted)
    if unnamed is not None:
        return _named(wanted, unnamed)
    try:
        answer = looked_up(terms, wanted, language)
    except FhirError as error:
        return False, [error.text], None
    if answer.entry is not None and held.oid in answer.value_sets:
        return _named(wanted, answer)
    reasons = [
        f"{wanted.code[:60]!r} of {wanted.system} is not a member of {held.name} {held.version}".rstrip()
    ]
    if answer.entry is None:
        reasons += [sentence(issue) for issue in answer.issues[:1]]
    if not held.complete:
        reasons.append("this release holds the value set in part, so that it may be a member all the same")
    return False, reasons, None


def _by_name(terms: Catalogue, held: ValueSet, wanted: Coding) -> Answer | None:
    """A member whose code system has no OID: such a system is known by its canonical address alone."""
    if wanted.system is None or is_oid(oid_of(wanted.system) or ""):
        return None
    for entry in terms.members(held.oid):
        if entry.system.oid is None and (system_uri(entry.system), entry.code) == (
            wanted.system,
            wanted.code,
        ):
            return Answer(
                entry=entry, system=entry.system, version=entry.version, value_sets=entry.value_sets
            )
    return None


def _named(wanted: Coding, answer: Answer) -> _Verdict:
    """The code is there; is the display one of its texts?"""
    hints = [sentence(issue) for issue in answer.issues]
    if wanted.display is None or answer.entry is None:
        return True, hints, answer
    said = _plain(wanted.display)
    if any(_plain(each.text) == said for each in answer.entry.designations):
        return True, hints, answer
    return False, [f"{wanted.display[:120]!r} is not a text of {wanted.code}", *hints], answer


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _first(
    given: Given, system: str, verdict: Callable[[Coding], _Verdict], version: str = "version"
) -> Resource:
    """The verdict on the first coding that is valid, else on the last one."""
    result: _Verdict = (False, [], None)
    reasons: list[str] = []
    for wanted in given.coding(system, version):
        result = verdict(wanted)
        reasons += result[1]
        if result[0]:
            reasons = result[1]
            break
    valid, _, answer = result
    return parameters(
        value("result", "Boolean", valid),
        value("message", "String", "; ".join(reasons) or None),
        value("display", "String", answer.text if answer else None),
    )

"""CodeSystem/$lookup: what is known of a code.

Source: FHIR R4, operation CodeSystem-lookup.
"""

from collections.abc import Iterator

from terminology import languages
from terminology.catalogue import Answer, Catalogue
from terminology.concept import Concept
from terminology.designation import Designation
from terminology.fhir.addresses import system_of, system_uri
from terminology.fhir.building import (
    DISPLAY_USE,
    group,
    language_of,
    parameters,
    release_label,
    usable,
    value,
)
from terminology.fhir.given import Coding, Given
from terminology.fhir.outcome import Resource, not_found, required, sentence

#: What an answer may tell of a code beside its texts; declared by the code systems as well.
PROPERTIES = {
    "inactive": ("boolean", "whether the code system has retired the code"),
    "language": ("code", "language of display, which may be another one than was asked for"),
    "review": ("code", "how far display is checked: draft, in-review, active"),
    "basis": ("string", "where the words of display come from"),
    "value-set": ("string", "OID of a value set that the code belongs to"),
    "issue": ("string", "what was not as it should be, with the number of MyHealth@EU"),
    "release": ("string", "the release that answers"),
}


def lookup(terms: Catalogue, given: Given) -> Resource:
    """The answer to $lookup.

    Raises: FhirError: no code or code system is given, or the release does not hold them.
    """
    wanted = given.coding("system", "version")[0]
    answer = looked_up(terms, wanted, language_of(given))
    entry, system = answer.entry, answer.system
    if entry is None or system is None:
        raise not_found(f"{wanted.code!r}: {sentence(answer.issues[0])}", "code")
    only = frozenset(given.several("property"))
    return parameters(
        value("name", "String", system.name),
        value("version", "String", answer.version or None),
        value("display", "String", answer.text or entry.code),
        *(_designation(each) for each in usable(entry, terms.release)),
        *(each for name, each in _properties(terms, answer) if not only or name in only),
    )


def looked_up(terms: Catalogue, wanted: Coding, language: str) -> Answer:
    """What the catalogue says of a coding. Raises: FhirError: no code system, or one that is not held."""
    if wanted.system is None:
        raise required("a code needs its code system", "system")
    system = system_of(terms, wanted.system, "system")
    return terms.lookup(Concept(wanted.code, system.oid or "", wanted.version), language)


def _designation(text: Designation) -> Resource:
    return group(
        "designation",
        value("language", "Code", languages.shown(languages.stored(text.language))),
        value("use", "Coding", DISPLAY_USE),
        value("value", "String", text.text),
    )


def _properties(terms: Catalogue, answer: Answer) -> Iterator[tuple[str, Resource]]:
    entry, shown = answer.entry, answer.designation
    assert entry is not None  # `lookup` has looked
    yield _property("inactive", "Boolean", not entry.current)
    if answer.language is not None and shown is not None:
        yield _property("language", "Code", answer.language)
        yield _property("review", "Code", shown.status.value.replace(" ", "-"))
        yield _property("basis", "String", shown.basis)
    for oid in answer.value_sets:
        yield _property("value-set", "String", oid)
    for issue in answer.issues:
        yield _property("issue", "String", sentence(issue))
    yield _property("release", "String", release_label(terms.release))


def _property(name: str, kind: str, content: object) -> tuple[str, Resource]:
    return name, group("property", value("code", "Code", name), value("value", kind, content))


def coding_of(answer: Answer) -> Resource | None:
    """The concept of an answer as a Coding, None when the catalogue does not hold it."""
    if answer.entry is None or answer.system is None:
        return None
    data: Resource = {"system": system_uri(answer.system)}
    if answer.version:
        data["version"] = answer.version
    return data | {"code": answer.entry.code, "display": answer.text or answer.entry.code}

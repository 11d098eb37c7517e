"""Pieces that answers are built of: Parameters and their parts, texts of a concept, the language."""

from collections.abc import Iterable
from typing import Any

from terminology import languages
from terminology.catalogue import Catalogue, Entry
from terminology.concept import Concept
from terminology.designation import Designation
from terminology.fhir.addresses import system_uri
from terminology.fhir.given import Given
from terminology.fhir.outcome import Resource, invalid
from terminology.release import Release

DISPLAY_USE = {"system": "http://terminology.hl7.org/CodeSystem/designation-usage", "code": "display"}


def parameters(*parts: Resource | None) -> Resource:
    """A Parameters resource; parts that are None are left out."""
    return {"resourceType": "Parameters", "parameter": [part for part in parts if part is not None]}


def value(name: str, kind: str, content: Any) -> Resource | None:
    """A parameter of a simple value, e.g. `value("code", "Code", "NA")`; None when there is no content."""
    return None if content is None else {"name": name, f"value{kind}": content}


def group(name: str, *parts: Resource | None) -> Resource:
    """A parameter that consists of others."""
    return {"name": name, "part": [part for part in parts if part is not None]}


def language_of(given: Given) -> str:
    """The language to answer in: displayLanguage, else the first usable of Accept-Language, else English.

    Raises: FhirError: displayLanguage is no language tag.
    """
    stated = given.text("displayLanguage")
    if stated is not None:
        try:
            languages.stored(stated)
        except ValueError as error:
            raise invalid(f"displayLanguage: {error}", "displayLanguage") from error
        return stated
    return next(iter(given.accept), languages.ENGLISH)


def usable(entry: Entry, release: Release) -> Iterable[Designation]:
    """The texts of a concept that the release may show, as they were loaded."""
    return (each for each in entry.designations if each.usable(release.content))


def display_of(terms: Catalogue, entry: Entry, language: str) -> str:
    """The text of a concept in a language or a fallback of it; its code when it has no text at all."""
    if entry.system.oid is not None:
        answer = terms.lookup(Concept(entry.code, entry.system.oid, entry.version), language)
        return answer.text or entry.code
    found = {languages.stored(each.language): each.text for each in usable(entry, terms.release)}
    return next((found[tag] for tag in languages.chain(language) if tag in found), entry.code)


def coding(entry: Entry, display: str | None = None) -> Resource:
    """A concept as a Coding."""
    data: Resource = {"system": system_uri(entry.system)}
    if entry.version:
        data["version"] = entry.version
    data["code"] = entry.code
    if display is not None:
        data["display"] = display
    return data


def designation(text: Designation) -> Resource:
    """A text as an element of a value set. The language is the tag under which it is shown."""
    tag = languages.shown(languages.stored(text.language))
    return {"language": tag, "use": DISPLAY_USE, "value": text.text}


def release_label(release: Release) -> str:
    """Name and hash of a release, for the places where FHIR has room for one string."""
    return f"{release.name} ({release.date.isoformat()}, sha256 {release.hash})"

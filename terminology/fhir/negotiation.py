"""Which form an answer takes, and which a body may have: JSON or XML.

Source: FHIR R4, http.html: `_format` goes before the Accept header; languages as in RFC 9110.
"""

from functools import lru_cache

from terminology import languages
from terminology.fhir.outcome import FhirError

JSON, XML = "application/fhir+json", "application/fhir+xml"
_JSON = frozenset({JSON, "application/json", "text/json", "json", "application/json+fhir"})
_XML = frozenset({XML, "application/xml", "text/xml", "xml", "application/xml+fhir"})
_ANY = frozenset({"*/*", "application/*"})
_MOST, _LONGEST = 20, 500  # ranges and characters of a header that are read


def form_of(accept: str | None, stated: str | None) -> str:
    """JSON or XML, as `_format` or the Accept header wants it; JSON when both will do.

    Raises: FhirError: 406, neither is acceptable.
    """
    if stated is not None:
        # a plus sign that nobody encoded arrives as a blank
        if (form := _form(stated.strip().replace(" ", "+"))) is not None:
            return form
        raise FhirError(
            406, "not-supported", f"_format {stated[:60]!r}: there are {JSON} and {XML}", "_format"
        )
    for each in _ranges((accept or "*/*")[:_LONGEST]):
        if each in _ANY or (form := _form(each)) is not None:
            return JSON if each in _ANY else form or JSON
    raise FhirError(406, "not-supported", f"none of the accepted types is served: there are {JSON} and {XML}")


def body_form(content_type: str | None) -> str:
    """The form of a body. Raises: FhirError: 415."""
    if (form := _form((content_type or "").partition(";")[0].strip())) is not None:
        return form
    raise FhirError(415, "not-supported", f"the body is of a type that is not read: send {JSON} or {XML}")


def accepted_languages(header: str | None) -> tuple[str, ...]:
    """The languages of an Accept-Language header that are language tags, best first."""
    return tuple(tag for tag in _ranges((header or "")[:_LONGEST]) if _is_language(tag))


def _form(name: str) -> str | None:
    name = name.lower().partition(";")[0].strip()
    return JSON if name in _JSON else XML if name in _XML else None


@lru_cache(maxsize=256)  # clients send the same few headers with every request
def _ranges(header: str) -> tuple[str, ...]:
    """The ranges of a header by weight, those of weight 0 left out."""
    found = []
    for each in header.split(",")[:_MOST]:
        name, *parameters = (part.strip() for part in each.split(";"))
        weight = next((part.partition("=")[2] for part in parameters if part.lower().startswith("q=")), "1")
        try:
            quality = float(weight)
        except ValueError:
            quality = 0.0
        if quality > 0 and name:
            found.append((quality, name))
    return tuple(name for _, name in sorted(found, key=lambda each: -each[0]))


def _is_language(tag: str) -> bool:
    try:
        languages.stored(tag)
    except ValueError:
        return False
    return True

"""Language tags: which designations answer a request, and in which order."""

from functools import lru_cache

# Tags under which Norwegian terms arrive without saying Bokmål; SNOMED CT for Norway says `no`.
_BOKMAAL = ("nb-NO", "nb", "no")
_NYNORSK = ("nn-NO", "nn")
ENGLISH = "en"


@lru_cache(maxsize=256)
def stored(tag: str) -> str:
    """The spelling under which a designation is kept: `EN-gb` -> `en`, `no-NO` -> `no`, `fi-fi` -> `fi-FI`.

    Raises: ValueError: not `ll` or `ll-CC`.
    """
    language, dash, country = tag.partition("-")
    if not (language.isascii() and language.isalpha() and len(language) in (2, 3)):
        raise ValueError(f"not a language tag: {tag[:20]!r}")
    if dash and not (country.isascii() and country.isalnum()):
        raise ValueError(f"not a language tag: {tag[:20]!r}")
    language = language.lower()
    if language in (ENGLISH, "no") or not country:
        return language
    return f"{language}-{country.upper()}"


@lru_cache(maxsize=256)
def chain(tag: str) -> tuple[str, ...]:
    """The stored tags to try for a request, best first, English last; the index is the fallback level.

    `nb`, `no` and `no-NO` ask for the same as `nb-NO`; a request for Nynorsk tries Bokmål before English.
    Raises: ValueError: not a language tag.
    Source: the lookup order nb-NO, nb, no, English replaces the exact match of the reference.
    """
    wanted = stored(tag)
    if wanted in _BOKMAAL:
        return (*_BOKMAAL, ENGLISH)
    if wanted in _NYNORSK:
        return (*_NYNORSK, *_BOKMAAL, ENGLISH)
    if wanted == ENGLISH:
        return (ENGLISH,)
    language = wanted.partition("-")[0]
    return (wanted, ENGLISH) if language == wanted else (wanted, language, ENGLISH)


def shown(tag: str) -> str:
    """The `lang` attribute for text stored under `tag`: every Bokmål spelling is `nb-NO`."""
    if tag in _BOKMAAL:
        return "nb-NO"
    return "nn-NO" if tag in _NYNORSK else tag

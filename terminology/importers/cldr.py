"""Names of countries and languages in Bokmål and Nynorsk, from Unicode CLDR as Babel carries it.

Source: Unicode CLDR, locales `nb` and `nn`; short names where the long one is a political formula; the
pattern `language (country)` with square brackets inside round ones.
"""

from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.localedata import locale_identifiers

from terminology import code_systems as systems
from terminology.importers.formats import ImportOptions
from terminology.importers.items import DesignationItem, Item, Rejected

BASIS = "cldr"
#: Tag of the text -> CLDR locale.
LOCALES = {"nb-NO": "nb", "nn-NO": "nn"}
#: CLDR's short alternatives, which Babel leaves out.
SHORT = {"HK": "Hongkong", "MO": "Macao", "PS": "Palestina"}
#: Two states bear the name Kongo. CLDR's name of one says its capital, of the other nothing.
SAME_NAME = {
    "nb-NO": {"CD": "Den demokratiske republikken Kongo", "CG": "Republikken Kongo"},
    "nn-NO": {"CD": "Den demokratiske republikken Kongo", "CG": "Republikken Kongo"},
}


def read(path: Path, options: ImportOptions) -> Iterator[Item]:
    """A text in each of the two languages for every country and language tag that the catalogue holds.

    Args:    path: not read. options: `held` states the codes; without it, those of CLDR itself.
    """
    held = options.held or {}
    countries = sorted(held.get(systems.ISO_3166_1) or _countries())
    tags = sorted(held.get(systems.LANGUAGE_TAGS) or _tags())
    for language, locale in LOCALES.items():
        names = Locale.parse(locale)
        for code in countries:
            yield _item(systems.ISO_3166_1, code, language, country_name(names, language, code), options)
        for tag in tags:
            yield _item(systems.LANGUAGE_TAGS, tag, language, language_name(names, language, tag), options)


def country_name(names: Locale, language: str, code: str) -> str | None:
    """The short name of a country; None: CLDR knows no such country."""
    return SHORT.get(code) or SAME_NAME[language].get(code) or names.territories.get(code)


def language_name(names: Locale, language: str, tag: str) -> str | None:
    """The name of a language tag `ll` or `ll-CC`; None: a part of it is not known."""
    code, _, country = tag.partition("-")
    said = names.languages.get(code.lower())
    if said is None or not country:
        return said
    place = country_name(names, language, country.upper())
    if place is None:
        return None
    return f"{said} ({place.replace('(', '[').replace(')', ']')})"


def _item(system: str, code: str, language: str, text: str | None, options: ImportOptions) -> Item:
    where = f"{language} {code}"
    if text is None:
        return Rejected(where, code, "import.reject.cldr")
    return DesignationItem(system, options.version or "", code, language, text, False, None, BASIS, where)


def _countries() -> set[str]:
    return {code for code in map(str, Locale.parse("nb").territories) if len(code) == 2 and code.isalpha()}


def _tags() -> set[str]:
    found = (identifier.split("_") for identifier in locale_identifiers())
    return {
        "-".join(parts)
        for parts in found
        if len(parts) == 2 and len(parts[0]) == 2 and len(parts[1]) == 2 and parts[1].isalpha()
    }

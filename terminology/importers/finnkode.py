"""Norwegian code lists in the JSON of Helsedirektoratet: FinnKode downloads, and lists of the FAT service.

Norwegian ICD-10 codes carry no dot; the texts become texts of the WHO's ICD-10, whose codes have one. The
text without limit of length is used, never that of 60 characters, which is abbreviated. A category that has
no row of its own gets its title from the rows below it.
Source: Helsedirektoratet, `fat.kote.helsedirektoratet.no/api/code-systems`, JSON.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from terminology import code_system_uris as uris
from terminology import code_systems as systems
from terminology.importers.formats import ImportOptions
from terminology.importers.items import (
    CodeSystemItem,
    ConceptItem,
    DesignationItem,
    Item,
    Noted,
    Rejected,
)
from terminology.importers.json_stream import Json, pointer, records, skeleton, text
from terminology.importers.ledger import Ledger
from terminology.importers.sources import opened
from terminology.importers.unreadable import Unreadable

LANGUAGE = "nb-NO"
_ICD_10 = re.compile(r"([A-Z][0-9]{2})([0-9X]{1,3})?", re.ASCII)
_BULK = ("concepts",)


def read(path: Path, options: ImportOptions) -> Iterator[Item]:
    """The texts of a download (a list of rows) or of a list with `concepts`.

    Args:    options: `held` tells codes of the WHO's ICD-10 apart that have a placeholder X.
    Raises:  Unreadable: neither of the two.
    """
    with opened(path, options) as stream:
        head = skeleton(stream, _BULK)
    if isinstance(head, dict) and "concepts" in head:
        yield from _code_list(path, head, options)
    elif isinstance(head, list):
        yield from _download(path, options)
    else:
        raise Unreadable("finnkode")


def _code_list(path: Path, head: Json, options: ImportOptions) -> Iterator[Item]:
    """`{id, title, version, concepts: [{code, display, definition}]}`."""
    number = text(head, "id")
    system = options.system or (uris.NORWEGIAN + number if number.isdigit() else number)
    version = text(head, "version") or options.version or ""
    yield CodeSystemItem(system, None, text(head, "title") or number, version, "")
    with opened(path, options) as stream:
        for place, each, _ in records(stream, _BULK):
            where = pointer(place)
            code, inactive = text(each, "code"), each.get("active") is False
            yield ConceptItem(system, version, code, not inactive, None, (), where)
            yield DesignationItem(
                system, version, code, LANGUAGE, text(each, "display"),
                False, None, options.basis or "finnkode", where,
            )  # fmt: skip


def _download(path: Path, options: ImportOptions) -> Iterator[Item]:
    system = options.system or uris.ICD_10_NO
    is_icd = system in (uris.ICD_10_NO, systems.ICD_10)
    with Ledger() as own, Ledger() as titles:
        # First the codes that have a row of their own: their titles are not taken from other rows.
        with opened(path, options) as stream:
            for _, row, _ in records(stream, ()):
                own.add(text(row, "Kode").strip())
        if not is_icd:
            yield CodeSystemItem(
                system, None, options.systems.get(system, path.stem), options.version or "", ""
            )
        with opened(path, options) as stream:
            for place, row, _ in records(stream, ()):
                yield from _row(row, pointer(place), system if not is_icd else None, options)
                parent = text(row, "Foreldrekode").strip()
                title = text(row, "Foreldrekodetekst").strip()
                if parent and title and own.get(parent) is None and titles.add(parent):
                    above: Json = {"Kode": parent, "Tekst_uten_lengdebegrensning": title}
                    yield from _row(
                        above, pointer(place) + "/Foreldrekode", system if not is_icd else None, options
                    )


def _row(row: Json, where: str, system: str | None, options: ImportOptions) -> Iterator[Item]:
    """The items of one row. `system` None: the row is of ICD-10, and only its text is taken."""
    code = text(row, "Kode").strip()
    words = text(row, "Tekst_uten_lengdebegrensning")
    if not code or "Tekst_uten_lengdebegrensning" not in row:
        yield Rejected(where, code, "import.reject.no_code" if not code else "import.reject.no_text")
        return
    current = not row.get("Gyldig_til")
    version = options.version or ""
    if system is not None:
        parent = text(row, "Foreldrekode").strip() or None
        yield ConceptItem(system, version, code, current, parent, (), where)
        basis = options.basis or "finnkode"
        yield DesignationItem(system, version, code, LANGUAGE, words, False, None, basis, where)
        return
    if not current:
        yield Noted(where, code, "import.note.expired")
        return
    if (dotted := icd_10(code, options)) is None:
        return  # chapters and blocks are no concepts of the catalogue
    if dotted != code and "X" in dotted and "X" not in code:
        yield Noted(where, f"{code} > {dotted}", "import.note.placeholder")
    yield DesignationItem(
        systems.ICD_10, version, dotted, LANGUAGE, words, False, None, options.basis or "icd10-no", where
    )


def icd_10(code: str, options: ImportOptions) -> str | None:
    """The WHO's spelling of a Norwegian ICD-10 code: `E039` is `E03.9`; None: not a category or below.

    Where the catalogue has a placeholder and no other code can be meant, `M450` is `M45.X0`.
    """
    match = _ICD_10.fullmatch(code.replace(".", ""))
    if match is None:
        return None
    category, rest = match[1], match[2]
    if not rest:
        return category
    plain, with_place = f"{category}.{rest}", f"{category}.X{rest}"
    held = (options.held or {}).get(systems.ICD_10, frozenset())
    return with_place if plain not in held and with_place in held else plain

"""The seed: a catalogue from the project's own files, so that the service has terms before any import.

Nothing in it is an approved national translation. Terms from a published Norwegian source start in review,
all others as drafts; the release shows both because it is marked as test content.
Source: facts of the eHDSI Master Value Sets Catalogue 8.1.0; each row names the basis of its Norwegian words.
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from io import StringIO

from terminology.catalogue import Catalogue, Entry
from terminology.code_systems import CodeSystem
from terminology.designation import Designation, Status
from terminology.languages import ENGLISH
from terminology.release import Content, Release
from terminology.value_sets import PREFIX, ValueSet

ORIGIN = "seed"
RELEASE_NAME = "testinnhold 8.1.0"
RELEASE_DATE = date(2026, 11, 22)

# Where a Norwegian text comes from, and how far that carries it. A basis not listed here is refused.
BASES = {
    "cldr": Status.IN_REVIEW,  # Unicode CLDR
    "icd10-no": Status.IN_REVIEW,  # Norwegian ICD-10
    "atc-no": Status.IN_REVIEW,  # ATC names of drugs used in Norway
    "edqm-usage": Status.DRAFT,  # wording in use for Norwegian medicinal products
    "snomed-local": Status.DRAFT,  # own translation until the Norwegian extension is imported
    "hl7-local": Status.DRAFT,  # own translation of HL7 and FHIR codes
    "project": Status.DRAFT,  # own translation of everything else
}

_SYSTEMS = ("key", "oid", "name", "version", "other_names", "other_oids")
_SETS = ("number", "name", "version", "held")
_CONCEPTS = ("value_set", "system", "code", "en", "nb", "nb_basis")


@cache
def seed_catalogue() -> Catalogue:
    """The seed as a catalogue; built once per process.

    Raises: ValueError: a seed file is damaged; the message names file and line.
    """
    content = {name: _read(name) for name in ("code_systems.csv", "value_sets.csv", "concepts.csv")}
    digest = sha256(b"".join(content.values())).hexdigest()
    release = Release(RELEASE_NAME, RELEASE_DATE, Content.TEST, digest)
    systems = {
        row[0]: _code_system(row) for row in rows(content["code_systems.csv"], _SYSTEMS, "code_systems.csv")
    }
    sets = [_value_set(row) for row in rows(content["value_sets.csv"], _SETS, "value_sets.csv")]
    return Catalogue.of(
        release, sets, entries(rows(content["concepts.csv"], _CONCEPTS, "concepts.csv"), systems)
    )


def rows(data: bytes, columns: Sequence[str], name: str) -> Iterator[list[str]]:
    """The rows of a seed file, every cell as text: `NA` is Namibia and `1` is a code, not a number.

    Raises: ValueError: not UTF-8, another header, another number of cells, or a cell with outer blanks.
    """
    reader = csv.reader(StringIO(data.decode("utf-8"), newline=""), strict=True)
    if next(reader, None) != list(columns):
        raise ValueError(f"{name}: the header is not {','.join(columns)}")
    for row in reader:
        if len(row) != len(columns) or any(cell != cell.strip() for cell in row):
            raise ValueError(
                f"{name} line {reader.line_num}: {len(columns)} cells without outer blanks expected"
            )
        yield row


def entries(concept_rows: Iterator[list[str]], systems: dict[str, CodeSystem]) -> list[Entry]:
    """One entry per concept, from one row per concept and value set; the rows of a concept must agree.

    Raises: ValueError: unknown code system or basis, no code or English text, a row repeated or contradicted.
    """
    found: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    for row in concept_rows:
        number, system, code, english, norwegian, basis = row
        where = f"concepts.csv {number} {system} {code}"
        if system not in systems or not code or not english:
            raise ValueError(f"{where}: unknown code system, or no code or English text")
        if bool(norwegian) != bool(basis) or (basis and basis not in BASES):
            raise ValueError(f"{where}: Norwegian text and its basis do not fit")
        first, value_sets = found.setdefault((system, code), (row, []))
        if first[3:] != row[3:] or PREFIX + number in value_sets:
            raise ValueError(f"{where}: said twice, or differently in another value set")
        value_sets.append(PREFIX + number)
    return [_entry(row, value_sets, systems) for row, value_sets in found.values()]


def _entry(row: list[str], value_sets: list[str], systems: dict[str, CodeSystem]) -> Entry:
    _, key, code, english, norwegian, basis = row
    # The English text is the catalogue's own, published text.
    texts = [Designation(english, ENGLISH, Status.ACTIVE, "catalogue", ORIGIN)]
    if norwegian:
        texts.append(Designation(norwegian, "nb-NO", BASES[basis], basis, ORIGIN))
    system = systems[key]
    return Entry(system, system.versions[-1], code, tuple(texts), tuple(value_sets))


def _code_system(row: list[str]) -> CodeSystem:
    _, oid, name, version, other_names, other_oids = row
    return CodeSystem(oid or None, name, (version,), _several(other_names), _several(other_oids))


def _value_set(row: list[str]) -> ValueSet:
    number, name, version, held = row
    if held not in ("all", "part"):
        raise ValueError(f"value_sets.csv {number}: held is {held!r}, not all or part")
    return ValueSet(PREFIX + number, "eHDSI" + name, version, held == "all")


def _several(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _read(name: str) -> bytes:
    return files("terminology").joinpath("seed", name).read_bytes()

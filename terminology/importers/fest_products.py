"""Medicinal products and packages from FEST: what a pharmacist chooses a Norwegian item from.

Source: DMP, FEST 2.5: `KatLegemiddelpakning` refers to `KatLegemiddelMerkevare`, that one to `KatVirkestoff`.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from terminology.importers.fest import fest_stream
from terminology.importers.formats import ImportOptions
from terminology.importers.xml_stream import local_name, records


@dataclass(frozen=True, slots=True)
class Coded:
    """A code as FEST writes it: `V` code, `S` code list, `DN` text."""

    code: str
    system: str
    text: str


@dataclass(frozen=True, slots=True)
class Substance:
    """An active ingredient with its strength, as `20 mg` per `1 ml`; empty where FEST states none."""

    name: str
    english: str
    strength: str
    per: str


@dataclass(frozen=True, slots=True)
class Product:
    """One package of a medicinal product on the Norwegian market."""

    item_number: str  # Varenr, six digits
    name: str  # trade name
    full_name: str  # name, form and strength in one line
    atc: Coded | None
    form: Coded | None
    routes: tuple[Coded, ...]
    prescription_group: str  # A, B, C, CF, F
    substances: tuple[Substance, ...]
    package_size: str
    package_unit: Coded | None
    package_type: Coded | None
    active: bool
    where: str


_ENTRIES = ("{*}OppfVirkestoff", "{*}OppfLegemiddelMerkevare", "{*}OppfLegemiddelpakning")


def products(path: Path, options: ImportOptions) -> Iterator[Product]:
    """The packages of a FEST file, in its order.

    Two passes: what packages refer to stands before or behind them and is kept in a temporary file meanwhile.
    Raises: Unreadable: as `fest.read`.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as held:
        held.execute("CREATE TABLE held (id TEXT PRIMARY KEY, content TEXT) WITHOUT ROWID")
        held.execute("BEGIN")
        with fest_stream(path, options) as (stream, where):
            for entry in records(stream, _ENTRIES[:2], 3, where):
                for key, content in _kept(entry):
                    held.execute("INSERT OR REPLACE INTO held VALUES (?, ?)", (key, json.dumps(content)))
        with fest_stream(path, options) as (stream, where):
            for entry in records(stream, _ENTRIES[2:], 3, where):
                place = f"{where} line {entry.sourceline}".lstrip()
                if (product := _product(entry, held, place)) is not None:
                    yield product


def _kept(entry: etree._Element) -> Iterator[tuple[str, dict[str, object]]]:
    for body in entry:
        kind, identifier = local_name(body), body.findtext("{*}Id", "")
        if kind == "Virkestoff":
            names = body.findtext("{*}Navn", ""), body.findtext("{*}NavnEngelsk", "")
            yield identifier, {"name": names[0], "english": names[1]}
        elif kind == "VirkestoffMedStyrke":
            yield (
                identifier,
                {
                    "of": body.findtext("{*}RefVirkestoff", ""),
                    "strength": _quantity(body.find("{*}Styrke")),
                    "per": _quantity(body.find("{*}Styrkenevner")) or _quantity(body.find("{*}StyrkeNevner")),
                },
            )
        elif kind == "LegemiddelMerkevare":
            yield (
                identifier,
                {
                    "name": body.findtext("{*}Varenavn", ""),
                    "long_form": body.findtext("{*}LegemiddelformLang", ""),
                    "routes": [_attributes(each) for each in body.iterfind("{*}*/{*}Administrasjonsvei")],
                    "substances": _sorted(body),
                },
            )


def _product(entry: etree._Element, held: sqlite3.Connection, where: str) -> Product | None:
    body = entry.find("{*}Legemiddelpakning")
    if body is None or not (number := body.findtext("{*}Varenr", "").strip()):
        return None
    info = body.find("{*}Pakningsinfo")
    brand = _find(held, "" if info is None else info.findtext("{*}RefLegemiddelMerkevare", ""))
    status = entry.find("{*}Status")
    full_name = body.findtext("{*}NavnFormStyrke", "")
    group = body.find("{*}Reseptgruppe")
    return Product(
        item_number=number,
        name=str(brand.get("name") or full_name),
        full_name=full_name,
        atc=_coded(body.find("{*}Atc")),
        form=_coded(body.find("{*}LegemiddelformKort")),
        routes=tuple(Coded(*each) for each in brand.get("routes", ())),
        prescription_group="" if group is None else group.get("V", ""),
        substances=tuple(_substance(held, reference) for reference in brand.get("substances", ())),
        package_size="" if info is None else info.findtext("{*}Pakningsstr", ""),
        package_unit=None if info is None else _coded(info.find("{*}EnhetPakning")),
        package_type=None if info is None else _coded(info.find("{*}Pakningstype")),
        active=status is None or status.get("V", "A") == "A",
        where=where,
    )


def _substance(held: sqlite3.Connection, reference: str) -> Substance:
    with_strength = _find(held, reference)
    named = _find(held, with_strength["of"]) if "of" in with_strength else with_strength
    return Substance(
        named.get("name", ""), named.get("english", ""),
        with_strength.get("strength", ""), with_strength.get("per", ""),
    )  # fmt: skip


def _find(held: sqlite3.Connection, identifier: str) -> dict[str, Any]:
    row = held.execute("SELECT content FROM held WHERE id = ?", (identifier,)).fetchone()
    found: dict[str, Any] = json.loads(row[0]) if row else {}
    return found


def _sorted(brand: etree._Element) -> list[str]:
    """References to substances in the order that the brand gives them, with strength where there is one."""
    found = [
        (int(each.findtext("{*}Sortering", "0") or 0), each.findtext(reference, ""))
        for group, reference in (
            ("{*}SortertVirkestoffMedStyrke", "{*}RefVirkestoffMedStyrke"),
            ("{*}SortertVirkestoffUtenStyrke", "{*}RefVirkestoff"),
        )
        for each in brand.iterfind(group)
    ]
    return [reference for _, reference in sorted(found) if reference]


def _quantity(node: etree._Element | None) -> str:
    return "" if node is None else f"{node.get('V', '')} {node.get('U', '')}".strip()


def _attributes(node: etree._Element) -> tuple[str, str, str]:
    return node.get("V", ""), node.get("S", ""), node.get("DN", "")


def _coded(node: etree._Element | None) -> Coded | None:
    return None if node is None or not node.get("V") else Coded(*_attributes(node))

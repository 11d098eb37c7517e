"""The documents of the simulated countries, as tests read them."""

import tomllib
from pathlib import Path
from typing import Any

from lxml import etree

from mock_member_states import country as countries
from schemas.namespaces import HL7, PHARM
from schemas.xml import parse

FOLDER = Path(countries.__file__).parent / "countries"
CODES = ("pt", "fi", "cz")
#: The patient of each country whose summary holds most.
RICH = {"pt": "900000011", "fi": "090451-911K", "cz": "SYN900011"}
DOCUMENTS = sorted(FOLDER.glob("*/documents/*.xml"))
NAMESPACES = {"h": HL7, "p": PHARM, "xsi": "http://www.w3.org/2001/XMLSchema-instance"}


def country_of(path: Path) -> str:
    """Country code of a document file."""
    return path.parent.parent.name


def patients(code: str) -> list[dict[str, Any]]:
    """The patients listed for a country, as written."""
    listed = tomllib.loads((FOLDER / code / "patients.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = listed["patients"]
    return found


def root_of(path: Path) -> etree._Element:
    """The document in a file, read by the parser that reads everything."""
    return parse(path.read_bytes())


def rich(code: str) -> etree._Element:
    """The rich summary of a country."""
    return root_of(FOLDER / code / "documents" / f"{RICH[code]}-ps-l3.xml")


def find(el: etree._Element, path: str) -> Any:
    """XPath with the prefixes h (CDA), p (pharm) and xsi."""
    return el.xpath(path, namespaces=NAMESPACES)


def section_codes(root: etree._Element) -> set[str | None]:
    """LOINC codes of the sections."""
    return {el.get("code") for el in find(root, "//h:section/h:code")}

"""National documents of a member state: kept in its own codes, transcoded when asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lxml import etree

from cda.transcode import transcode
from mock_member_states.country import COUNTRIES, BadCountry
from schemas.xml import parse
from terminology.mapping import Mappings, read_mappings
from terminology.seed import seed_catalogue

FOLDER = "national"  # beside `documents`, which holds what is in the pivot already


def mappings(code: str, folder: Path = COUNTRIES) -> Mappings:
    """How the country's codes map onto the catalogue.  Raises: BadCountry: their file is wrong."""
    path = folder / code.lower() / "national.csv"
    try:
        return Mappings.of(seed_catalogue(), read_mappings(path.read_bytes(), path.name))
    except (OSError, ValueError) as error:
        raise BadCountry(f"{path.name} of {code.upper()}: {error}") from error


def pivot(document: bytes, held: Mappings) -> bytes:
    """A national document as it crosses the border.  Raises: schemas.xml.XmlRefused: not acceptable XML."""
    done = transcode(parse(document), held)
    return etree.tostring(done.tree.getroottree(), encoding="UTF-8", xml_declaration=True)


def transcoding(code: str, folder: Path = COUNTRIES) -> dict[Path, Callable[[bytes], bytes]]:
    """The folder of national documents with what makes pivot documents of them; empty when there is none.

    Raises: BadCountry: the country keeps national documents, and its mappings are wrong.
    """
    own = folder / code.lower() / FOLDER
    if not own.is_dir():
        return {}
    held = mappings(code, folder)
    return {own: lambda document: pivot(document, held)}

"""FEST, the Norwegian catalogue of medicinal products, as terms: ATC, code lists and names of substances.

FEST has code lists of its own for forms, routes and packages; they are read as those lists, never as EDQM,
because only a crosswalk can say which form is which. Products are read by `fest_products`.
Source: DMP, FEST 2.5, namespaces `.../eresept/m30/2014-12-01` and `.../eresept/forskrivning/2014-12-01`.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from terminology import code_system_uris as uris
from terminology import code_systems as systems
from terminology.importers.archives import zip_archive
from terminology.importers.formats import ImportOptions
from terminology.importers.items import CodeSystemItem, ConceptItem, DesignationItem, Item
from terminology.importers.ledger import Ledger
from terminology.importers.sources import Bytes, opened
from terminology.importers.unreadable import Unreadable
from terminology.importers.xml_stream import local_name, records, root
from terminology.languages import ENGLISH

#: Substances have no OID in the file; they go by their FEST id in a list of this name.
SUBSTANCES = "FEST Virkestoff"
M30 = "http://www.kith.no/xmlstds/eresept/m30/2014-12-01"
BASIS = "fest"
#: Codes stand as attributes of any element: `V` code, `S` list, `DN` text. These lists are terminology.
_LISTS = {
    uris.ATC_NO: "ATC (Norge)",
    uris.NORWEGIAN + "7448": "Legemiddelform",
    uris.NORWEGIAN + "7449": "Pakningstype",
    uris.NORWEGIAN + "7452": "Pakningsenhet",
    uris.NORWEGIAN + "7477": "Administrasjonsvei",
    uris.NORWEGIAN + "7480": "Doseringsenhet",
}
_ENTRIES = (
    "{*}OppfLegemiddelMerkevare",
    "{*}OppfLegemiddelVirkestoff",
    "{*}OppfLegemiddelpakning",
    "{*}OppfLegemiddeldose",
    "{*}OppfVirkestoff",
    "{*}OppfKodeverk",
)


def read(path: Path, options: ImportOptions) -> Iterator[Item]:
    """The terms of a FEST file, plain or in a ZIP. Raises Unreadable: not FEST; see also `records`."""
    with Ledger() as said, fest_stream(path, options) as (stream, where):
        reader = _Terms(options, said)
        for entry in records(stream, _ENTRIES, 3, where):
            yield from reader.of(entry, where)


@contextmanager
def fest_stream(path: Path, options: ImportOptions) -> Iterator[tuple[Bytes, str]]:
    """The FEST XML, and the member it stands in. Raises Unreadable: not FEST, or more than one file."""
    if not zipfile.is_zipfile(path):
        with opened(path, options) as stream:
            _refuse_others(root(stream), "")
            stream.seek(0)
            yield stream, ""
        return
    with zip_archive(path, options) as archive:
        names = [name for name in archive.names if name.casefold().endswith(".xml")]
        if len(names) != 1:
            raise Unreadable("fest")
        with archive.member(names[0]) as looked_at:
            _refuse_others(root(looked_at, names[0]), names[0])
        with archive.member(names[0]) as member:
            yield member, names[0]


def _refuse_others(top: etree._Element, where: str) -> None:
    if local_name(top) != "FEST":
        raise Unreadable("fest", where)


class _Terms:
    """Reads entries; every code of a list is said once."""

    def __init__(self, options: ImportOptions, said: Ledger) -> None:
        self._version, self._said = options.version or "", said

    def of(self, entry: etree._Element, where: str) -> Iterator[Item]:
        place = f"{where} line {entry.sourceline}".lstrip()
        kind = local_name(entry)
        if kind == "OppfVirkestoff":
            yield from self._substance(entry, place)
        elif kind == "OppfKodeverk":
            yield from self._code_list(entry, place)
        for node in entry.iter("*"):
            system, code, text = node.get("S"), node.get("V"), node.get("DN")
            if system in _LISTS and code and text:
                yield from self._coded(system, code, text, _is_active(entry), place)

    def _substance(self, entry: etree._Element, where: str) -> Iterator[Item]:
        body = entry.find("{*}Virkestoff")
        identifier = "" if body is None else body.findtext("{*}Id", "")
        if body is None or not identifier:
            return  # a strength of a substance
        yield from self._system(SUBSTANCES, SUBSTANCES, where)
        yield ConceptItem(SUBSTANCES, self._version, identifier, _is_active(entry), None, (), where)
        for tag, language in (("{*}Navn", "nb-NO"), ("{*}NavnEngelsk", ENGLISH)):
            if text := body.findtext(tag, ""):
                yield self._text(SUBSTANCES, identifier, language, text, where)

    def _code_list(self, entry: etree._Element, where: str) -> Iterator[Item]:
        info = entry.find("{*}Info")
        number = "" if info is None else info.findtext("{*}Id", "").strip()
        system = uris.NORWEGIAN + number if number.isdigit() else number
        if info is None or not uris.is_oid(system):
            return
        yield from self._system(system, info.findtext("{*}Betegnelse", system), where)
        for element in entry.iterfind("{*}Element"):
            code = element.findtext("{*}Kode", "")
            for term in element.iterfind("{*}Term"):
                text = term.findtext("{*}Term", "") or (term.text or "").strip()
                if code and text:
                    yield from self._coded(system, code, text, _is_active(entry), where)

    def _coded(self, system: str, code: str, text: str, current: bool, where: str) -> Iterator[Item]:
        if not self._said.add(f"{system} {code}"):
            return
        yield from self._system(system, _LISTS.get(system, system), where)
        yield ConceptItem(system, self._version, code, current, None, (), where)
        yield self._text(system, code, "nb-NO", text, where)
        if system == uris.ATC_NO:
            # Norway uses the ATC of the WHO: the Norwegian name is a text of the same code.
            yield DesignationItem(systems.ATC, "", code, "nb-NO", text, False, None, "atc-no", where)

    def _system(self, system: str, name: str, where: str) -> Iterator[Item]:
        if self._said.add(system):
            oid = system if uris.is_oid(system) else None
            yield CodeSystemItem(oid, None, name, self._version, where)

    def _text(self, system: str, code: str, language: str, text: str, where: str) -> DesignationItem:
        return DesignationItem(system, self._version, code, language, text, False, None, BASIS, where)


def _is_active(entry: etree._Element) -> bool:
    status = entry.find("{*}Status")
    return status is None or status.get("V", "A") == "A"

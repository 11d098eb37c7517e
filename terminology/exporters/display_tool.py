"""The export for the reference display tool: a ZIP with a file `{OID}.xml` per value set.

Source: OpenNCP 7.1.0, display tool. It knows no status and shows what it finds: retired texts are left out.
"""

import zipfile
from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from terminology import code_system_uris as uris
from terminology.designation import Status
from terminology.exporters.gathered import Gathered
from terminology.importers.items import ConceptItem

#: The moment that ZIP members are dated: the same content gives the same bytes.
MOMENT = (1980, 1, 1, 0, 0, 0)


def write_display_tool(content: Gathered, path: Path) -> None:
    """One file per value set."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for oid, each in content.sets.items():
            root = etree.Element("ValueSet", {"oid": oid, "name": each.name})
            for concept in newest(content, oid):
                root.append(_concept(concept, content))
            data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
            info = zipfile.ZipInfo(f"{oid}.xml", MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)


def newest(content: Gathered, oid: str) -> Iterable[ConceptItem]:
    """The members of a set, each code once: the tool knows no versions, so the last one stands for all."""
    return {(each.system, each.code): each for each in content.members(oid)}.values()


def _concept(concept: ConceptItem, content: Gathered) -> etree._Element:
    system = content.systems.get((concept.system, concept.version))
    name = system.name if system else concept.system
    oid = concept.system if uris.is_oid(concept.system) else ""
    node = etree.Element("concept", {"codeSystem": oid, "codeSystemName": name, "code": concept.code})
    for text in content.texts_of(concept):
        if text.status is not Status.RETIRED:
            etree.SubElement(node, "designation", {"lang": text.language}).text = text.text
    return node

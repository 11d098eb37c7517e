"""Who a FHIR resource says it is, and which code system a canonical means."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from terminology import code_system_uris as uris
from terminology.importers.json_stream import Json, Path, objects, text
from terminology.importers.ledger import Ledger

#: Arrays that may be long; everything else of a resource is its head.
BULK = ("concept", "element", "contains")
#: Extension on a designation or a mapping with what FHIR has no place for.
PROVENANCE = "https://ncp-norway.no/fhir/StructureDefinition/text-provenance"
#: Extension on a value set of which the file holds only a part.
PARTIAL = "https://ncp-norway.no/fhir/StructureDefinition/partial-value-set"
#: Code of `designation.use` for the text to show. Source: HL7 Terminology, TermMaintInfra.
PREFERRED_USE = {
    "system": "http://terminology.hl7.org/CodeSystem/hl7TermMaintInfra",
    "code": "preferredForLanguage",
}
_LABELLED = re.compile(r".*-([0-9]+(?:\.[0-9]+){1,2})")

Records = Iterator[tuple[Path, dict[str, Json], Json]]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a resource."""

    type: str
    url: str
    version: str
    name: str
    oid: str | None  # from `identifier`
    tree: Json  # the whole of it, without the long arrays
    where: str  # name of the file in its package, "" when it stands alone


@dataclass(slots=True)
class Known:
    """What the other resources of the same package say of code systems."""

    oids: dict[str, str] = field(default_factory=dict)  # canonical -> OID
    versions: dict[str, str] = field(default_factory=dict)  # canonical -> the only version in the package
    retired: Ledger | None = None  # concepts that their code system calls inactive

    def system(self, canonical: str) -> tuple[str, str]:
        """The OID (else the canonical itself) and the version of a reference `url|version`."""
        url, _, version = canonical.partition("|")
        return self.oids.get(url) or uris.oid_of(url) or url, version or self.versions.get(url, "")

    def retire(self, system: str, version: str, code: str) -> None:
        """Remember that the code system calls a concept inactive: a value set says nothing of it."""
        if self.retired is not None:
            self.retired.add(f"{system}|{version}|{code}")

    def is_retired(self, system: str, version: str, code: str) -> bool:
        """Whether the code system in the same package calls the concept inactive."""
        return self.retired is not None and self.retired.get(f"{system}|{version}|{code}") is not None


def identity(head: Head) -> str:
    """The OID of a code system; its name where it has none."""
    return head.oid or uris.oid_of(head.url) or head.name


def head_of(tree: Json, where: str) -> Head:
    """The head of a resource. The published catalogue states its release in the id, not as the version."""
    url, version = text(tree, "url"), text(tree, "version")
    labelled = _LABELLED.fullmatch(text(tree, "id"))
    if tree["resourceType"] == "ValueSet" and labelled and ".ehdsi." in url:
        version = labelled[1]
    name = text(tree, "title") or text(tree, "name") or text(tree, "id")
    return Head(tree["resourceType"], url, version, name, _identified(tree), tree, where)


def _identified(tree: Json) -> str | None:
    found = tree.get("identifier")
    for each in found if isinstance(found, list) else [found]:
        value = text(each, "value").removeprefix("urn:oid:")
        if uris.is_oid(value):
            return value
    return None


def provenance(node: Json) -> dict[str, str]:
    """What our extension says: status, basis, preferred."""
    for each in objects(node, "extension"):
        if each.get("url") == PROVENANCE:
            return {text(part, "url"): text(part, "valueString") for part in objects(each, "extension")}
    return {}

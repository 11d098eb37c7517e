"""What the server says of itself: CapabilityStatement and TerminologyCapabilities.

Source: FHIR R4, capabilities interaction; `mode=terminology` asks for the second.
"""

from importlib.metadata import version

from terminology.catalogue import Catalogue
from terminology.fhir.addresses import system_uri
from terminology.fhir.definitions import EXPAND, OPERATIONS
from terminology.fhir.outcome import Resource
from terminology.fhir.resources import SEARCHED
from terminology.release import Content

FHIR_VERSION = "4.0.1"
FORMATS = ("application/fhir+json", "application/fhir+xml")
_TITLE = "Terminology of the Norwegian contact point for MyHealth@EU"
_TYPES = {"_id": "token", "url": "uri", "identifier": "token", "name": "string", "version": "token"}


def capability_statement(terms: Catalogue, base: str) -> Resource:
    """The answer to `metadata`."""
    return _head("CapabilityStatement", terms, base) | {
        "fhirVersion": FHIR_VERSION,
        "format": list(FORMATS),
        "rest": [
            {
                "mode": "server",
                "resource": [_resource(each) for each in ("CodeSystem", "ValueSet", "ConceptMap")],
            }
        ],
    }


def _resource(kind: str) -> Resource:
    operations = [
        {"name": each.name, "definition": each.definition} for each in OPERATIONS if each.resource == kind
    ]
    data: Resource = {"type": kind}
    if kind != "ConceptMap":
        data["interaction"] = [{"code": "read"}, {"code": "search-type"}]
        data["searchParam"] = [{"name": name, "type": _TYPES[name]} for name in SEARCHED]
    return data | {"operation": operations}


def terminology_capabilities(terms: Catalogue, base: str) -> Resource:
    """The answer to `metadata?mode=terminology`."""
    systems = [system for oid, system in terms.code_systems.items() if oid == system.oid]
    held = [
        {"uri": system_uri(each)}
        | (
            {"version": [_version(v, v == each.versions[-1]) for v in each.versions]}
            if any(each.versions)
            else {}
        )
        for each in systems
    ]
    served = [each.name for each in EXPAND.parameters.values() if each.served]
    return _head("TerminologyCapabilities", terms, base) | {
        "lockedDate": False,
        "codeSystem": held,
        "expansion": {
            "hierarchical": False,
            "paging": True,
            "incomplete": True,
            "parameter": [{"name": name} for name in served],
            "textFilter": "Every word occurs in a text of the concept, or its code starts with the word.",
        },
        "codeSearch": "all",
        "validateCode": {"translations": True},
        "translation": {"needsMap": False},
        "closure": {"translation": False},
    }


def _version(code: str, default: bool) -> Resource:
    return ({"code": code} if code else {}) | {"isDefault": default}


def _head(kind: str, terms: Catalogue, base: str) -> Resource:
    release = terms.release
    return {
        "resourceType": kind,
        "url": f"{base}/metadata",
        "version": release.name,
        "name": "NcpNorwayTerminology",
        "title": _TITLE,
        "status": "active",
        "experimental": release.content is Content.TEST,
        "date": release.date.isoformat(),
        "description": f"Release {release.name}, content {release.content}, SHA-256 {release.hash}.",
        "kind": "instance",
        "software": {"name": "ncp-norway", "version": version("ncp-norway")},
        "implementation": {"description": f"{_TITLE}, release {release.name}", "url": base},
    }

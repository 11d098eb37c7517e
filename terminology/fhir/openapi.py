"""OpenAPI of the FHIR surface, from the table of operations."""

from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

from terminology.fhir.definitions import OPERATIONS, Kind, Operation, Parameter
from terminology.fhir.negotiation import JSON, XML
from terminology.fhir.resources import SEARCHED

_SIMPLE: dict[Kind, dict[str, Any]] = {
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.INTEGER: {"type": "integer", "minimum": 0},
}
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, "description": "OID"}
_RELEASE = {
    "name": "release",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "description": "name of a release; without /releases/{release} the active one answers",
}
_FORMAT = {
    "name": "_format",
    "in": "query",
    "schema": {"type": "string", "enum": ["json", "xml", JSON, XML]},
    "description": "form of the answer; goes before the Accept header",
}


def of_operation(operation: Operation, method: str, path: str) -> dict[str, Any]:
    """Parameters, body and answers of an operation for FastAPI to merge into its description."""
    found = _in_path(path) + [_FORMAT]
    described: dict[str, Any] = {
        "responses": _answers("Parameters" if operation.name != "expand" else "ValueSet")
    }
    if method == "GET":
        found += [
            _query(each)
            for each in operation.parameters.values()
            if each.served and each.kind not in (Kind.CODING, Kind.CONCEPT)
        ]
    else:
        described["requestBody"] = {"content": _content("Parameters")}
    return described | {"parameters": found}


def of_resource(path: str) -> dict[str, Any]:
    """The same for metadata, searches and reads."""
    if path.endswith("metadata"):
        mode = {"type": "string", "enum": ["full", "normative", "terminology"]}
        return {
            "parameters": [*_in_path(path), _FORMAT, {"name": "mode", "in": "query", "schema": mode}],
            "responses": _answers("CapabilityStatement"),
        }
    kind = "CodeSystem" if "CodeSystem" in path else "ValueSet"
    conditions = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in SEARCHED]
    if path.endswith("{id}"):
        return {"parameters": [*_in_path(path), _FORMAT], "responses": _answers(kind)}
    return {"parameters": [*_in_path(path), _FORMAT, *conditions], "responses": _answers("Bundle")}


def paths(operation: Operation) -> tuple[str, ...]:
    """The paths of an operation: on the type, and on an instance where R4 has it."""
    on_type = f"/{operation.resource}/${operation.name}"
    on_instance = f"/{operation.resource}/{{id}}/${operation.name}"
    return (on_type, on_instance) if operation.instance else (on_type,)


def document(prefix: str, named: str) -> dict[str, Any]:
    """The whole OpenAPI document.

    Args: named: what stands before a path to ask a named release.
    """
    described = APIRouter(prefix=prefix)
    for below in ("", named):
        _describe(described, below)
    made = get_openapi(
        title="FHIR R4 terminology operations",
        version="4.0.1",
        summary="Terminology of the Norwegian contact point for MyHealth@EU",
        routes=described.routes,
    )
    made.setdefault("components", {})["schemas"] = {
        kind: {
            "type": "object",
            "required": ["resourceType"],
            "properties": {"resourceType": {"type": "string", "const": kind}},
            "externalDocs": {"url": f"http://hl7.org/fhir/R4/{kind.lower()}.html"},
        }
        for kind in (
            "Bundle",
            "CapabilityStatement",
            "CodeSystem",
            "OperationOutcome",
            "Parameters",
            "ValueSet",
        )
    }
    return made


def _describe(router: APIRouter, below: str) -> None:
    """Routes that are only described: what serves them is not made of them."""

    def add(path: str, method: str, about: str, extra: dict[str, Any], *tags: str) -> None:
        name = f"{method.lower()} {path}"
        router.add_api_route(
            path, _served_elsewhere, methods=[method], operation_id=name, summary=about,
            tags=list(tags), openapi_extra=extra,
        )  # fmt: skip

    for operation in OPERATIONS:
        for path in paths(operation):
            for method in ("GET", "POST"):
                extra = of_operation(operation, method, below + path)
                add(below + path, method, operation.about, extra, operation.resource)
    add(f"{below}/metadata", "GET", "What the server can do", of_resource(f"{below}/metadata"))
    for kind in ("CodeSystem", "ValueSet"):
        searched, one = f"{below}/{kind}", f"{below}/{kind}/{{id}}"
        add(searched, "GET", f"{kind}s by address, name or identifier", of_resource(searched), kind)
        add(one, "GET", f"A {kind} by its OID", of_resource(one), kind)


def _served_elsewhere() -> None:
    """Stands for an operation in the description, which is made of routes; nothing is routed to it."""


def _in_path(path: str) -> list[dict[str, Any]]:
    return [each for each in (_RELEASE, _ID) if f"{{{each['name']}}}" in path]


def _query(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = dict(_SIMPLE.get(parameter.kind, {"type": "string"}))
    if parameter.repeats:
        schema = {"type": "array", "items": schema}
    return {"name": parameter.name, "in": "query", "description": parameter.about, "schema": schema}


def _content(kind: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{kind}"}
    return {JSON: {"schema": schema}, XML: {}}


def _answers(kind: str) -> dict[str, Any]:
    errors = {
        "400": "A parameter is missing, unknown or not as it should be",
        "404": "The release, code system, value set or code is not there",
        "406": "Neither JSON nor XML is accepted",
    }
    return {"200": {"description": kind, "content": _content(kind)}} | {
        status: {"description": text, "content": _content("OperationOutcome")}
        for status, text in errors.items()
    }

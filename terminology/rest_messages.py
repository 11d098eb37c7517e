"""Bodies of the REST surface, and what OpenAPI says of them."""

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import models_json_schema

_SCHEMAS = "#/components/schemas/"


class TranslateRequest(BaseModel):
    """Body of `/translate`."""

    model_config = ConfigDict(extra="forbid", strict=True)
    pivotCDA: str  # Base64
    targetLanguageCode: str


class TranscodeRequest(BaseModel):
    """Body of `/transcode`."""

    model_config = ConfigDict(extra="forbid", strict=True)
    friendlyCDA: str  # Base64


class Remark(BaseModel):
    """An error or warning; a code means something only with its source."""

    code: str
    description: str
    context: str
    source: str


class Reply(BaseModel):
    """Answer of `/translate` and `/transcode`, and of every request that is refused."""

    requestId: str
    responseCDA: str | None  # Base64; null when there is no document
    status: str  # SUCCESS, WARNING, ERROR
    errors: list[Remark]
    warnings: list[Remark]


def schemas() -> dict[str, Any]:
    """The bodies as OpenAPI components."""
    models = [(each, "validation") for each in (TranslateRequest, TranscodeRequest, Reply, Remark)]
    _, made = models_json_schema(models, ref_template=_SCHEMAS + "{model}")  # type: ignore[arg-type]
    found: dict[str, Any] = made["$defs"]
    return found


def described(kind: type[BaseModel]) -> dict[str, Any]:
    answers = {
        "200": {"description": "What came of the document, with its errors and warnings"},
        "400": {"description": "The body, the document or the language cannot be used"},
        "413": {"description": "The body is too large"},
        "501": {"description": "Not offered by this installation"},
    }
    content = {"application/json": {"schema": {"$ref": f"{_SCHEMAS}Reply"}}}
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": _SCHEMAS + kind.__name__}}},
        },
        "responses": {status: each | {"content": content} for status, each in answers.items()},
    }


def _in_query(name: str, about: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": True, "description": about, "schema": {"type": "string"}}


LANGUAGES = {
    "responses": {
        "200": {
            "description": "Language tags",
            "content": {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}},
        }
    }
}
VALUE_SET = {
    "parameters": [_in_query("oid", "OID of the value set"), _in_query("targetLanguage", "e.g. nb-NO")],
    "responses": {
        "200": {"description": "FHIR ValueSet", "content": {"application/fhir+json": {}}},
        "400": {"description": "A parameter is missing, or the language is unknown"},
        "404": {"description": "No such value set"},
    },
}

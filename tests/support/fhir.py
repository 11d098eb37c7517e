"""A FHIR server on a small catalogue of its own, and a reader of its answers that we did not write."""

import asyncio
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import httpx
from fastapi import FastAPI
from fhir.resources.R4B import get_fhir_model_class

from terminology.catalogue import Catalogue, Entry
from terminology.code_systems import ATC, ISO_3166_1, CodeSystem
from terminology.designation import Designation, Status
from terminology.fhir.router import fhir_router
from terminology.release import Content, Release
from terminology.value_sets import ACTIVE_INGREDIENT, COUNTRY, OBSERVATION_CATEGORY, ValueSet

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
COUNTRIES = CodeSystem(ISO_3166_1, "ISO 3166-1")
SUBSTANCES = CodeSystem(ATC, "Anatomical Therapeutic Chemical", ("2024-01", "2025-01"), ("ATC",))
UNNAMED = CodeSystem(None, "Observation Category")


def text(words: str, language: str, status: Status = Status.ACTIVE, basis: str = "test") -> Designation:
    return Designation(words, language, status, basis, "test")


def small_catalogue(name: str = "prøve 1", namibia: str = "Namibia") -> Catalogue:
    """Two complete sets and one held in part; texts approved, unconfirmed, missing and retired."""
    digest = sha256(f"{name} {namibia}".encode()).hexdigest()
    release = Release(name, date(2026, 11, 22), Content.TEST, digest)
    sets = [
        ValueSet(COUNTRY, "eHDSICountry", "8.1.0", True),
        ValueSet(ACTIVE_INGREDIENT, "eHDSIActiveIngredient", "8.1.0", False),
        ValueSet(OBSERVATION_CATEGORY, "eHDSIObservationCategory", "8.1.0", True),
    ]
    countries = [
        Entry(COUNTRIES, "", "NA", (text("NAMIBIA", "en"), text(namibia, "nb-NO")), (COUNTRY,)),
        Entry(
            COUNTRIES,
            "",
            "NO",
            (text("NORWAY", "en"), text("Norge", "nb-NO"), text("Noreg", "nn-NO")),
            (COUNTRY,),
        ),
        Entry(COUNTRIES, "", "AN", (text("NETHERLANDS ANTILLES", "en"),), (COUNTRY,), current=False),
        Entry(COUNTRIES, "", "XK", (), (COUNTRY,)),
    ]
    epinephrine = (
        text("epinephrine", "en"),
        text("adrenalin", "nb-NO", Status.DRAFT, "atc-no"),
        text("epinefrin", "nb-NO", Status.RETIRED),
    )
    substances = [
        Entry(SUBSTANCES, "2025-01", "C01CA24", epinephrine, (ACTIVE_INGREDIENT,)),
        Entry(SUBSTANCES, "2024-01", "C01CA99", (text("old one", "en"),), ()),
    ]
    laboratory = Entry(
        UNNAMED,
        "",
        "laboratory",
        (text("Laboratory", "en"), text("Laboratorium", "nb-NO")),
        (OBSERVATION_CATEGORY,),
    )
    return Catalogue.of(release, sets, [*countries, *substances, laboratory])


class Client:
    """Requests to an ASGI application without a socket."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.request(method, path, **options)

        return asyncio.run(once())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)


def fhir_client(*releases: Catalogue) -> Client:
    """A client of a server that has the first release active."""
    held = {each.release.name: each for each in releases or (small_catalogue(),)}
    active = next(iter(held.values()))
    app = FastAPI(openapi_url=None)
    app.include_router(fhir_router(lambda: active, held.get, lambda: NOON))
    return Client(app)


def judged(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource, after the models of another project have read it without an objection."""
    get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    return resource


def parts(resource: dict[str, Any], name: str) -> list[Any]:
    """The values of all parameters of that name; parameters with parts as dictionaries of their values."""
    return [_value(each) for each in resource.get("parameter", []) if each["name"] == name]


def only(resource: dict[str, Any], name: str) -> Any:
    """The value of the one parameter of that name."""
    (found,) = parts(resource, name)
    return found


def properties(resource: dict[str, Any], name: str) -> list[Any]:
    """The values of a property in an answer to $lookup."""
    return [each["value"] for each in parts(resource, "property") if each["code"] == name]


def _value(parameter: dict[str, Any]) -> Any:
    if "part" in parameter:
        return {each["name"]: _value(each) for each in parameter["part"]}
    return next(value for key, value in parameter.items() if key.startswith("value"))


def body(**values: Any) -> dict[str, Any]:
    """A Parameters resource; names as `code__valueCode`."""
    pairs = [(name.partition("__"), value) for name, value in values.items()]
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": n, kind: value} for (n, _, kind), value in pairs],
    }

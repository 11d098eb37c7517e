"""Doors for other systems beside the portal: FHIR terminology operations and the reference's REST surface."""

from fastapi import APIRouter

from ncp import transformation
from ncp.desk import Desk
from ncp.settings import Environment, Settings
from ncp.terminology import Terminology
from terminology.fhir.router import fhir_router
from terminology.rest import Rest, rest_router


def interfaces(terminology: Terminology, desk: Desk, settings: Settings) -> tuple[APIRouter, ...]:
    """The routers of an installation.

    Codes and their texts are open to everybody who reaches the service. Documents are patients': they are
    transformed in a test environment only, where there is no login either.
    """
    testing = settings.environment is Environment.TEST

    def translate(content: bytes, language: str, name: str) -> transformation.Transformed:
        return transformation.translated(desk, content, language, name)

    def transcode(content: bytes, name: str) -> transformation.Transformed:
        return transformation.transcoded(desk, content, name)

    rest = Rest(
        current=terminology.active.current,
        translate=translate if testing else None,
        transcode=transcode if testing else None,
        new_id=desk.new_id,
        clock=desk.clock,
        largest=2 * settings.max_body,  # Base64 of a document, and a little round it
    )
    fhir = fhir_router(terminology.active.current, terminology.active.named, desk.clock)
    return fhir, rest_router(rest)

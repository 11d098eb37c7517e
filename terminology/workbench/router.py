"""All pages of the workbench as one router, for the service that has the session."""

from fastapi import APIRouter, Depends, Request

from terminology.workbench import (
    comparing,
    concepts,
    gap_pages,
    importing,
    mapping_pages,
    missing,
    overview,
    queue,
    release_pages,
    trail_page,
    trial,
)
from terminology.workbench.house import House
from terminology.workspace.actor import NotFound

PARTS = (
    overview,
    missing,
    concepts,
    queue,
    importing,
    gap_pages,
    mapping_pages,
    comparing,
    release_pages,
    trial,
    trail_page,
)


def workbench_router(house: House) -> APIRouter:
    """The pages under `/term`. Every request is checked by `house.visitor` before anything is read."""

    def at_home(request: Request) -> None:
        request.state.house = house
        if any("\0" in value for value in request.query_params.values()):  # no database can hold it
            raise NotFound("wb.unreadable")

    made = APIRouter(dependencies=[Depends(at_home)])
    for part in PARTS:
        made.include_router(part.pages)
    return made

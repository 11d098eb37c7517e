"""The first pages: how far the Norwegian catalogue is, and search as you type."""

from fastapi import Request
from fastapi.responses import Response

from terminology import gaps
from terminology.releases.switching import active_row
from terminology.search import search
from terminology.workbench.answers import go, router, shown
from terminology.workbench.coverage import of_sources, of_value_sets
from terminology.workbench.house import TheHouse, TheVisitor
from terminology.workbench.known import known
from terminology.workspace.filters import Filter, by_status
from terminology.workspace.rows import find_concept

pages = router()
MOST_HITS = 50


@pages.get("/term")
def overview(request: Request, house: TheHouse, visitor: TheVisitor) -> Response:
    """Coverage per value set and per source, what waits, and the release in use."""
    sets = of_value_sets(house.engine)
    return shown(
        request, house, visitor, "overview.html", "wb.title",
        release=active_row(house.engine),
        value_sets=sets,
        sources=of_sources(house.engine),
        waiting=by_status(house.engine, Filter()),
        waiting_mappings=by_status(house.engine, Filter("mapping")),
        gaps=gaps.listed(house.engine, limit=5),
        systems=known(house.engine).systems,
    )  # fmt: skip


@pages.get("/term/sok")
def searching(
    request: Request,
    house: TheHouse,
    visitor: TheVisitor,
    q: str = "",
    sett: str = "",
    kodeverk: str = "",
) -> Response:
    """Concepts by code, English or Norwegian. The address says what was asked, with or without script."""
    words = q[:200]
    hits = search(house.engine, words, system=kodeverk or None, value_set=sett or None, limit=MOST_HITS)
    return shown(
        request, house, visitor, "search.html", "wb.search.heading",
        asked=words, chosen_set=sett, chosen_system=kodeverk, hits=hits, most=MOST_HITS,
        known=known(house.engine),
    )  # fmt: skip


@pages.get("/term/kode")
def by_code(
    request: Request, house: TheHouse, visitor: TheVisitor, kodeverk: str, kode: str, versjon: str = ""
) -> Response:
    """The concept page of a code; the search where there is no such concept in the workspace."""
    found = find_concept(house.engine, kodeverk, kode, versjon or None) or find_concept(
        house.engine, kodeverk, kode
    )
    if found is None:
        return go("/term/sok", "unknown_code", query={"q": kode})
    return go(f"/term/begrep/{found.id}")

"""What real traffic lacks: codes that were displayed without a Norwegian text, the most frequent first."""

from fastapi import Request
from fastapi.responses import Response

from terminology import gaps
from terminology.workbench.answers import go, number_of, router, shown, whole
from terminology.workbench.house import Form, TheHouse, TheVisitor
from terminology.workbench.known import known
from terminology.workspace.actor import NotFound
from terminology.workspace.assigning import assign, assigned
from terminology.workspace.rows import find_concepts

pages = router()
SIZE = 100
CLOSED = {"": False, "lukket": True, "alle": None}


@pages.get("/term/mangler")
def listing(request: Request, house: TheHouse, visitor: TheVisitor) -> Response:
    """Open gaps, or closed ones with the release that closed them."""
    query = dict(request.query_params)
    at = whole(query.get("side"), 1_000_000) or 0
    found = gaps.listed(
        house.engine, closed=CLOSED.get(query.get("vis", ""), False),
        country=query.get("land", "").strip().upper() or None, system=query.get("kodeverk") or None,
        limit=SIZE + 1, offset=at * SIZE,
    )  # fmt: skip
    rows = found[:SIZE]
    return shown(
        request, house, visitor, "gaps.html", "wb.gaps.heading",
        rows=rows, more=len(found) > SIZE, at=at, chosen=query, known=known(house.engine),
        concepts=find_concepts(house.engine, {(row.gap.system, row.gap.code) for row in rows}),
        assignees=assigned(house.engine, "gap", [row.id for row in rows]), people=house.people,
    )  # fmt: skip


@pages.post("/term/mangler/{number}/tildel")
def give(form: Form, house: TheHouse, visitor: TheVisitor, number: str) -> Response:
    """Somebody is to see to it."""
    person = form.get("person", "")
    if person and person not in house.people:
        raise NotFound("wb.unknown_person", person[:40])
    assign(house.engine, visitor.actor, "gap", [number_of(number)], person or None, now=house.clock())
    return go("/term/mangler", "assigned" if person else "unassigned", 1)

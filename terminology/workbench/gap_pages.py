"""What real traffic lacks: codes that were displayed without a Norwegian text, the most frequent first."""

from fastapi import Request
from fastapi.responses import Response

from terminology import gaps
from terminology.importers.items import ConceptItem
from terminology.imports import jobs
from terminology.imports.runs import State
from terminology.workbench.answers import go, number_of, router, shown, whole
from terminology.workbench.house import Form, TheHouse, TheVisitor
from terminology.workbench.known import known, newest_version
from terminology.workspace.actor import NotFound
from terminology.workspace.assigning import assign, assigned
from terminology.workspace.rows import find_concept, find_concepts

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


@pages.post("/term/mangler/{number}/begrep")
def add(form: Form, house: TheHouse, visitor: TheVisitor, number: str) -> Response:
    """Take a code that the catalogue lacks into the draft, and open the editor on it.

    It goes the way of every import: a run of its own, reported, in the trail.
    """
    gap = gaps.get(house.engine, number_of(number)).gap
    found = find_concept(house.engine, gap.system, gap.code)
    if found is None:
        version = newest_version(house.engine, gap.system)
        if version is None:
            raise NotFound("wb.gaps.system_unknown", gap.system)
        sets = (gap.value_set,) if gap.value_set in known(house.engine).value_sets else ()
        item = ConceptItem(gap.system, version, gap.code, True, None, sets, f"gap {number}")
        run = jobs.dry_run(
            house.engine, visitor.actor, f"gap {gap.code}", "", "gap", [item], clock=house.clock
        )
        if run.state is not State.READY or run.counts.get("rejected"):
            return go(f"/term/import/{run.id}")
        jobs.apply(house.engine, visitor.actor, run.id, clock=house.clock)
        found = find_concept(house.engine, gap.system, gap.code)
        assert found is not None
    return go(f"/term/begrep/{found.id}", "concept_added")

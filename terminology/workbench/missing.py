"""Concepts of a value set without any Norwegian text, and drafts for them from what is known elsewhere."""

from fastapi import Request
from fastapi.responses import Response

from terminology import suggestions
from terminology.workbench.answers import go, router, shown
from terminology.workbench.house import Form, TheHouse, TheVisitor
from terminology.workbench.known import known
from terminology.workspace.actor import NotFound, Role
from terminology.workspace.rows import designations_of, get_concept

pages = router()
SIZE = 100
MOST_DRAFTS = 1000  # in one go: each is looked for in the whole catalogue


@pages.get("/term/uten-tekst")
def missing(request: Request, house: TheHouse, visitor: TheVisitor, sett: str = "") -> Response:
    """The first of them, by code system and code; without `sett` those of the whole catalogue."""
    found = known(house.engine)
    if sett and sett not in found.value_sets:
        raise NotFound("terminology.refused.no_such_row", sett[:80])
    ids = suggestions.without_text(house.engine, value_set_oid=sett or None, limit=SIZE + 1)
    concepts = [get_concept(house.engine, each) for each in ids[:SIZE]]
    english = {
        each.id: next(
            (text.text for text in designations_of(house.engine, each.id) if text.language == "en"), ""
        )
        for each in concepts
    }
    return shown(
        request, house, visitor, "missing.html", "wb.missing.heading", concepts=concepts, english=english,
        more=len(ids) > SIZE, most=SIZE, chosen=sett, known=found,
    )  # fmt: skip


@pages.post("/term/uten-tekst")
def suggest(form: Form, house: TheHouse, visitor: TheVisitor) -> Response:
    """The best suggestion for each as a draft with its origin; a person still has to look at every one."""
    visitor.actor.must_be(Role.EDITOR)
    oid = form.get("sett") or None
    made = sum(
        row is not None
        for _, row in suggestions.suggest_missing(
            house.engine, visitor.actor, now=house.clock(), value_set_oid=oid, limit=MOST_DRAFTS
        )
    )
    query = {"status": "draft", "grunnlag": suggestions.BASIS, "sett": oid or ""}
    return go("/term/gjennomgang", "suggested", made, query)

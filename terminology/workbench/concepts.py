"""One concept: every text with its status, origin and history; writing, proposing and reviewing them."""

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response

from terminology import suggestions
from terminology.releases.making import find
from terminology.releases.switching import active
from terminology.workbench.answers import go, number_of, router, shown
from terminology.workbench.house import Form, House, TheHouse, TheVisitor
from terminology.workbench.known import known
from terminology.workspace import edit
from terminology.workspace.actor import NotFound
from terminology.workspace.assigning import assigned
from terminology.workspace.changes import DESIGNATION, past
from terminology.workspace.review import Action, review
from terminology.workspace.rows import DesignationRow, designations_of, get_concept, mappings_of

pages = router()
ACTIONS = {
    "send": Action.SUBMIT,
    "godkjenn": Action.APPROVE,
    "avvis": Action.REJECT,
    "trekk": Action.CLEAR,
    "avvikle": Action.RETIRE,
}


@pages.get("/term/begrep/{number}")
def concept(request: Request, house: TheHouse, visitor: TheVisitor, number: str) -> Response:
    """All texts, mappings and history of a concept, and what might be its Norwegian text."""
    row = get_concept(house.engine, number_of(number))
    texts = designations_of(house.engine, row.id)
    return shown(
        request, house, visitor, "concept.html", "wb.concept.heading",
        concept=row,
        texts=sorted(texts, key=_order),
        history={text.id: past(house.engine, DESIGNATION, text.id) for text in texts},
        assignees=assigned(house.engine, DESIGNATION, [text.id for text in texts]),
        mappings=mappings_of(house.engine, row.system, row.code),
        suggestions=suggestions.suggest(house.engine, row.id),
        names=known(house.engine),
        release=find(house.engine, active(house.engine).name or ""),
    )  # fmt: skip


@pages.post("/term/begrep/{number}/tekst")
def propose(form: Form, house: TheHouse, visitor: TheVisitor, number: str) -> Response:
    """A new text as a draft; at once to review if that was pressed."""
    concept_id = number_of(number)
    row = edit.propose(
        house.engine, visitor.actor, concept_id, form.get("spraak", ""), form.get("tekst", ""),
        now=house.clock(), preferred="foretrukket" in form, reason=_reason(form),
    )  # fmt: skip
    _submit(house, visitor, form, row)
    return go(f"/term/begrep/{concept_id}", "proposed")


@pages.post("/term/begrep/{number}/forslag")
def take_up(form: Form, house: TheHouse, visitor: TheVisitor, number: str) -> Response:
    """One of the suggestions as a draft, with its origin."""
    concept_id = number_of(number)
    wanted = form.get("tekst", "")
    found = next((s for s in suggestions.suggest(house.engine, concept_id) if s.text == wanted), None)
    if found is None:
        raise NotFound("wb.suggestion_gone")
    suggestions.take_up(house.engine, visitor.actor, concept_id, found, now=house.clock())
    return go(f"/term/begrep/{concept_id}", "proposed")


@pages.post("/term/tekst/{number}")
def change(form: Form, house: TheHouse, visitor: TheVisitor, number: str) -> Response:
    """Change a text as it was read: the row version tells whether it still is what the editor saw."""
    row = edit.change(
        house.engine, visitor.actor, number_of(number), number_of(form.get("versjon")),
        now=house.clock(), text=form.get("tekst", ""), preferred="foretrukket" in form, reason=_reason(form),
    )  # fmt: skip
    _submit(house, visitor, form, row)
    return go(f"/term/begrep/{row.concept_id}", "changed")


@pages.post("/term/tekst/{number}/{deed}")
def decide(form: Form, house: TheHouse, visitor: TheVisitor, number: str, deed: str) -> Response:
    """Submit, approve, reject, withdraw or retire one text; back to where the button was."""
    action = ACTIONS.get(deed)
    if action is None:
        raise NotFound("terminology.refused.no_such_row", deed[:20])
    row = review(
        house.engine, visitor.actor, action, DESIGNATION, number_of(number), number_of(form.get("versjon")),
        now=house.clock(), reason=_reason(form), override=form.get("unntak", "").strip() or None,
    )  # fmt: skip
    assert isinstance(row, DesignationRow)
    return go(f"/term/begrep/{row.concept_id}", str(action))


def _submit(house: House, visitor: TheVisitor, form: Mapping[str, str], row: DesignationRow) -> None:
    if "send" in form:
        review(house.engine, visitor.actor, Action.SUBMIT, DESIGNATION, row.id, row.review.row_version,
               now=house.clock())  # fmt: skip


def _reason(form: Mapping[str, str]) -> str | None:
    return form.get("grunn", "").strip()[:1000] or None


def _order(row: DesignationRow) -> tuple[bool, bool, str, int]:
    """What is in use first, Norwegian before other languages, retired texts last."""
    norwegian = row.language.startswith(("nb", "no", "nn"))
    return row.review.status == "retired", not norwegian, row.language, row.id

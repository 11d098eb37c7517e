"""The review queue: rows by a filter, deeds on the whole filter or on one row, and who is to look."""

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response

from terminology.designation import Status
from terminology.workbench.answers import go, number_of, pages_of, router, shown, whole
from terminology.workbench.concepts import ACTIONS
from terminology.workbench.house import Form, TheHouse, TheVisitor
from terminology.workbench.known import known
from terminology.workspace.actor import NotFound
from terminology.workspace.assigning import assign, assigned
from terminology.workspace.changes import DESIGNATION, MAPPING
from terminology.workspace.filters import Filter, by_status, number, rows
from terminology.workspace.review import Action, review, review_all

pages = router()
SIZE = 25
DEEDS = ("godkjenn", "send", "avvis", "trekk")
STATES = {
    Action.SUBMIT: (Status.DRAFT,),
    Action.APPROVE: (Status.IN_REVIEW,),
    Action.REJECT: (Status.IN_REVIEW,),
    Action.CLEAR: (Status.DRAFT, Status.IN_REVIEW),
}
MOST_ASSIGNED = 100_000
FIELDS = ("type", "status", "spraak", "kodeverk", "sett", "grunnlag", "forfatter", "tildelt", "import",
          "kode", "tekst")  # fmt: skip
SAID = {Action.SUBMIT: "submitted_all", Action.APPROVE: "approved_all", Action.REJECT: "rejected_all",
        Action.CLEAR: "cleared_all", Action.RETIRE: "retired_all"}  # fmt: skip


@pages.get("/term/gjennomgang")
def queue(request: Request, house: TheHouse, visitor: TheVisitor) -> Response:
    """Rows of the filter, a page at a time."""
    query = dict(request.query_params)
    if not any(name in query for name in FIELDS):
        query["status"] = Status.IN_REVIEW.value
    wanted = filter_of(query)
    listing = pages_of(request, number(house.engine, wanted), SIZE)
    found = rows(house.engine, wanted, limit=SIZE, offset=listing["offset"])
    counts = by_status(house.engine, wanted)
    return shown(
        request, house, visitor, "queue.html", "wb.queue.heading",
        rows=found, listing=listing, chosen=query, statuses=list(Status),
        counts=counts, can=_can(wanted, counts), known=known(house.engine), people=house.people,
        assignees=assigned(house.engine, wanted.kind, [row.id for row in found]), kind=wanted.kind,
        names=known(house.engine),
    )  # fmt: skip


@pages.post("/term/gjennomgang")
def all_of_filter(form: Form, house: TheHouse, visitor: TheVisitor) -> Response:
    """A deed on every row of the filter, not only on those of the page."""
    wanted = filter_of(form)
    action = _action(form)
    override = form.get("unntak", "").strip() or None
    done = review_all(
        house.engine, visitor.actor, action, wanted, now=house.clock(),
        reason=form.get("grunn", "").strip() or None, override=override,
    )  # fmt: skip
    said = f"{SAID[action]}{'_own' if done.own else ''}"
    return go("/term/gjennomgang", said, done.done, _kept(form))


@pages.post("/term/gjennomgang/tildel")
def give(form: Form, house: TheHouse, visitor: TheVisitor) -> Response:
    """Every row of the filter to a person, or back to nobody."""
    wanted, person = filter_of(form), form.get("person", "")
    if person and person not in house.people:
        raise NotFound("wb.unknown_person", person[:40])
    found = rows(house.engine, wanted, limit=MOST_ASSIGNED)
    assign(house.engine, visitor.actor, wanted.kind, [row.id for row in found], person or None,
           now=house.clock())  # fmt: skip
    return go("/term/gjennomgang", "assigned" if person else "unassigned", len(found), _kept(form))


@pages.post("/term/gjennomgang/{row_id}")
def one(form: Form, house: TheHouse, visitor: TheVisitor, row_id: str) -> Response:
    """One row from the list; the list stays where it was."""
    action = _action(form)
    review(
        house.engine, visitor.actor, action, filter_of(form).kind, number_of(row_id),
        number_of(form.get("versjon")), now=house.clock(),
        reason=form.get("grunn", "").strip() or None, override=form.get("unntak", "").strip() or None,
    )  # fmt: skip
    return go("/term/gjennomgang", str(action), query=_kept(form))


def _can(wanted: Filter, counts: Mapping[Status, int]) -> dict[str, int]:
    """How many rows of the filter each deed would concern; those without any are left out."""
    of = {name: sum(counts[each] for each in STATES[ACTIONS[name]] if wanted.status in (None, each))
          for name in DEEDS}  # fmt: skip
    return {name: number for name, number in of.items() if number}


def filter_of(given: Mapping[str, str]) -> Filter:
    """The filter that an address or a form states; what is no value of ours finds nothing."""
    status = given.get("status") or None
    return Filter(
        kind=MAPPING if given.get("type") == MAPPING else DESIGNATION,
        status=Status(status) if status in set(Status) else None,
        language=given.get("spraak") or None,
        system=given.get("kodeverk") or None,
        value_set=given.get("sett") or None,
        basis=given.get("grunnlag") or None,
        author=given.get("forfatter") or None,
        assignee=given.get("tildelt") or None,
        run_id=whole(given.get("import")),
        code=given.get("kode") or None,
        contains=given.get("tekst") or None,
    )


def _action(form: Mapping[str, str]) -> Action:
    action = ACTIONS.get(form.get("handling", ""))
    if action is None:
        raise NotFound("wb.unknown_deed", form.get("handling", "")[:20])
    return action


def _kept(form: Mapping[str, str]) -> dict[str, str]:
    """The filter again; a status is kept even when it is "all", so that the list does not jump."""
    return {name: form[name] for name in (*FIELDS, "side") if form.get(name)} or {"type": DESIGNATION}

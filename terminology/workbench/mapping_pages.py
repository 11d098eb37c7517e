"""The mapping editor: from a code to a code, its kind, and the same two-person review as for texts."""

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response

from terminology.concept import Concept
from terminology.search import search
from terminology.store.engine import snapshot
from terminology.workbench.answers import go, number_of, pages_of, router, shown
from terminology.workbench.concepts import ACTIONS
from terminology.workbench.house import Form, House, TheHouse, TheVisitor, Visitor
from terminology.workbench.known import known
from terminology.workbench.queue import filter_of
from terminology.workspace import edit
from terminology.workspace.actor import NotFound
from terminology.workspace.changes import MAPPING, past
from terminology.workspace.filters import Filter, number, rows
from terminology.workspace.review import Action, review
from terminology.workspace.rows import MappingRow, get_mapping

pages = router()
SIZE = 50


@pages.get("/term/mappinger")
def mappings(request: Request, house: TheHouse, visitor: TheVisitor) -> Response:
    """All mappings of a filter."""
    chosen = dict(request.query_params) | {"type": MAPPING}
    wanted: Filter = filter_of(chosen)
    listing = pages_of(request, number(house.engine, wanted), SIZE)
    return shown(
        request, house, visitor, "mappings.html", "wb.mappings.heading", chosen=chosen,
        rows=rows(house.engine, wanted, limit=SIZE, offset=listing["offset"]), listing=listing,
        known=known(house.engine),
    )  # fmt: skip


@pages.get("/term/mappinger/ny")
def new(request: Request, house: TheHouse, visitor: TheVisitor) -> Response:
    """An empty form; `sok` looks for the target, and a link of each hit fills it in."""
    return _editor(request, house, visitor, None)


@pages.post("/term/mappinger")
def propose(form: Form, house: TheHouse, visitor: TheVisitor) -> Response:
    row = edit.propose_mapping(
        house.engine, visitor.actor, _end(form, "fra"), _end(form, "til"), form.get("forhold", ""),
        now=house.clock(), preferred="foretrukket" in form, reason=form.get("grunn", "").strip() or None,
    )  # fmt: skip
    _submit(house, visitor, form, row)
    return go(f"/term/mappinger/{row.id}", "mapping_saved")


@pages.get("/term/mappinger/{row_id}")
def one(request: Request, house: TheHouse, visitor: TheVisitor, row_id: str) -> Response:
    with snapshot(house.engine).connect() as connection:
        row = get_mapping(connection, number_of(row_id))
    return _editor(request, house, visitor, row)


@pages.post("/term/mappinger/{row_id}")
def change(form: Form, house: TheHouse, visitor: TheVisitor, row_id: str) -> Response:
    row = edit.change_mapping(
        house.engine, visitor.actor, number_of(row_id), number_of(form.get("versjon")), now=house.clock(),
        target=_end(form, "til"), relationship=form.get("forhold", ""), preferred="foretrukket" in form,
        reason=form.get("grunn", "").strip() or None,
    )  # fmt: skip
    _submit(house, visitor, form, row)
    return go(f"/term/mappinger/{row.id}", "mapping_saved")


@pages.post("/term/mappinger/{row_id}/{deed}")
def decide(form: Form, house: TheHouse, visitor: TheVisitor, row_id: str, deed: str) -> Response:
    """Submit, approve, reject, withdraw or retire."""
    action = ACTIONS.get(deed)
    if action is None:
        raise NotFound("wb.unknown_deed", deed[:20])
    row = review(
        house.engine, visitor.actor, action, MAPPING, number_of(row_id), number_of(form.get("versjon")),
        now=house.clock(), reason=form.get("grunn", "").strip() or None,
        override=form.get("unntak", "").strip() or None,
    )  # fmt: skip
    return go(f"/term/mappinger/{row.id}", str(action))


def _editor(request: Request, house: House, visitor: Visitor, row: MappingRow | None) -> Response:
    query = request.query_params
    source = row.source if row else _of_query(query, "kodeverk", "kode", "versjon")
    target = _of_query(query, "tilkodeverk", "tilkode", "tilversjon")
    if row is not None and not target.code:
        target = row.target
    words = query.get("sok", "")[:200]
    return shown(
        request, house, visitor, "mapping.html", "wb.mappings.heading", row=row, source=source,
        target=target, known=known(house.engine), relationships=edit.RELATIONSHIPS, asked=words,
        hits=search(house.engine, words, system=query.get("sokkodeverk") or None, limit=20),
        history=past(house.engine, MAPPING, row.id) if row else [], chosen=dict(query),
    )  # fmt: skip


def _of_query(query: Mapping[str, str], system: str, code: str, version: str) -> Concept:
    return Concept(query.get(code, ""), query.get(system, ""), query.get(version) or None)


def _end(form: Mapping[str, str], name: str) -> Concept:
    """One end of the mapping that the form states. Blanks round a code are none of it."""
    code, system = form.get(f"{name}kode", "").strip(), form.get(f"{name}kodeverk", "")
    return Concept(code, system, form.get(f"{name}versjon", "").strip() or None)


def _submit(house: House, visitor: Visitor, form: Mapping[str, str], row: MappingRow) -> None:
    if "send" in form:
        review(house.engine, visitor.actor, Action.SUBMIT, MAPPING, row.id, row.review.row_version,
               now=house.clock())  # fmt: skip

"""How a page of the workbench answers: where it leads on, and what it says when it must refuse."""

from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute

from terminology.releases.making import NotPublishable
from terminology.releases.snapshot import Damaged
from terminology.workbench import wording
from terminology.workbench.house import House, Values, Visitor, house_of
from terminology.workspace.actor import NotAllowed, NotFound, NotPossible, Refusal
from terminology.workspace.changes import Conflict
from terminology.workspace.rows import DesignationRow

_STATUS = {NotAllowed: 403, NotFound: 404, NotPossible: 409}
SAID = "sagt"  # query field: the sentence that the next page says
NUMBER = "antall"
_NONE: Mapping[str, str] = MappingProxyType({})


class OwnRoute(APIRoute):
    """Refusals become pages: a sentence and a way back; a stale edit shows both texts."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except Refusal as error:
                return refused(request, error.key, error.detail, _STATUS.get(type(error), 409))
            except Conflict as error:
                return conflict(request, error)
            except NotPublishable as error:
                return refused(request, "wb.release.contradicts", str(len(error.findings)), 409)
            except Damaged:
                return refused(request, "wb.release.damaged", "", 500)

        return handled


def router() -> APIRouter:
    """A router whose routes refuse as `OwnRoute` says."""
    return APIRouter(route_class=OwnRoute)


def refused(request: Request, key: str, detail: str, status: int) -> Response:
    """A page that says why not."""
    house = house_of(request)
    words = house.visitor(request).words
    known = key if key in words else "wb.refused"
    return shown(
        request,
        house,
        house.visitor(request),
        "refused.html",
        "wb.title",
        status=status,
        sentence=words.text(known, detail=_in_words(detail, words.text)),
        back=_own_page(request),
    )


def _in_words(detail: str, text: Callable[[str], str]) -> str:
    """A status of a row is said as the pages say it."""
    try:
        return text(f"wb.status.{detail.replace(' ', '_')}")
    except KeyError:
        return detail


def _own_page(request: Request) -> str:
    """Where the form stood, if the browser tells; else the overview. Only addresses of ours."""
    path = request.url.path
    for part in ("gjennomgang", "import", "versjoner", "mappinger", "mangler", "prov"):
        if path.startswith(f"/term/{part}"):
            return f"/term/{part}"
    return "/term"


def conflict(request: Request, error: Conflict) -> Response:
    """Somebody was faster: both texts, and the choice what to do. Nothing is lost."""
    house = house_of(request)
    visitor, current = house.visitor(request), error.current
    text = isinstance(current, DesignationRow)
    return shown(
        request,
        house,
        visitor,
        "conflict.html",
        "wb.conflict.heading",
        status=409,
        current=current,
        yours=error.yours,
        is_text=text,
        who=wording.person(current.review.author, house.people, visitor.words),
        back=f"/term/begrep/{current.concept_id}" if text else f"/term/mappinger/{current.id}",  # type: ignore[union-attr]
    )


def shown(
    request: Request, house: House, visitor: Visitor, template: str, title: str, **values: object
) -> Response:
    """A page with the sentence that the deed before it left."""
    # Another language comes back to the same page; an address of the workbench names no patient.
    query = f"?{request.url.query}" if request.url.query else ""
    on_page = request.method == "GET"
    request.state.return_path = f"{request.url.path}{query}" if on_page else _own_page(request)
    status = values.pop("status", 200)
    assert isinstance(status, int)
    given: Values = {
        "said": _sentence(request, visitor),
        "actor": visitor.actor,
        "name_of": lambda person: wording.person(person, house.people, visitor.words),
        "moment": wording.moment,
        "status_of": lambda value: wording.status(value, visitor.words),
        "basis_of": lambda value: wording.basis(value, visitor.words),
        "path": request.url.path,
    }
    return house.page(request, f"workbench/{template}", title, status=status, **given, **values)


def _sentence(request: Request, visitor: Visitor) -> str | None:
    key, number = f"wb.said.{request.query_params.get(SAID, '')}", request.query_params.get(NUMBER, "")
    if key not in visitor.words:
        return None
    if not (number.isascii() and number.isdigit() and len(number) < 9):
        number = "0"
    return visitor.words.text(key, count=int(number))


def go(
    path: str, said: str | None = None, number: int | None = None, query: Mapping[str, str] = _NONE
) -> Response:
    """After a form: the next page, which says what was done."""
    given = {name: value for name, value in query.items() if value}
    if said is not None:
        given[SAID] = said
    if number is not None:
        given[NUMBER] = str(number)
    return RedirectResponse(f"{path}?{urlencode(given)}" if given else path, status_code=303)


def whole(text: str | None, most: int = 2_000_000_000) -> int | None:
    """A number of a form or address; None for anything else, also a million digits."""
    if not text or len(text) > 10 or not (text.isascii() and text.isdigit()):
        return None
    return int(text) if int(text) <= most else None


def number_of(text: str | None) -> int:
    """A number that must be one. Raises NotFound."""
    found = whole(text)
    if found is None:
        raise NotFound("terminology.refused.no_such_row", (text or "")[:20])
    return found


def pages_of(request: Request, total: int, size: int) -> Values:
    """Which part of a list is shown, and the addresses of its neighbours."""
    last = max(0, (total - 1) // size)
    at = min(whole(request.query_params.get("side")) or 0, last)
    kept = [(name, value) for name, value in request.query_params.multi_items()
            if name not in ("side", SAID, NUMBER)]  # fmt: skip

    def address(number: int) -> str:
        return f"{request.url.path}?{urlencode([*kept, ('side', str(number))])}"

    return {
        "offset": at * size,
        "first": at * size + 1 if total else 0,
        "last": min(total, (at + 1) * size),
        "total": total,
        "before": address(at - 1) if at else None,
        "after": address(at + 1) if at < last else None,
    }

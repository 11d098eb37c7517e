"""Releases: check the draft, make one, take it into use, and return in one step."""

from fastapi import Request
from fastapi.responses import Response

from terminology.release import Content
from terminology.releases import checking, switching
from terminology.releases.making import ReleaseRow, build, listed
from terminology.workbench.answers import go, number_of, router, shown
from terminology.workbench.house import Form, House, TheHouse, TheVisitor
from terminology.workbench.known import known
from terminology.workspace.actor import NotFound

pages = router()
MOST_FINDINGS = 200


@pages.get("/term/versjoner")
def releases(request: Request, house: TheHouse, visitor: TheVisitor) -> Response:
    """Every release, the one in use, and what stands in the way of the next."""
    now_active = switching.active_row(house.engine)
    content = now_active.release.content if now_active else Content.TEST
    findings = checking.validate(house.engine, content)
    return shown(
        request, house, visitor, "releases.html", "wb.releases.heading",
        releases=listed(house.engine), used=now_active, below=switching.below(house.engine),
        switches=switching.activations(house.engine)[:20],
        errors=[each for each in findings if each.error],
        remarks=[each for each in findings if not each.error], most=MOST_FINDINGS,
        contents=list(Content), content=content, names=known(house.engine),
    )  # fmt: skip


@pages.post("/term/versjoner")
def make(form: Form, house: TheHouse, visitor: TheVisitor) -> Response:
    """A release of the draft as it is now."""
    wanted = form.get("innhold", "")
    if wanted not in set(Content):
        raise NotFound("wb.unknown_deed", wanted[:20])
    build(house.engine, visitor.actor, form.get("navn", ""), Content(wanted), now=house.clock(),
          note=form.get("merknad", "")[:2000])  # fmt: skip
    return go("/term/versjoner", "built")


@pages.get("/term/versjoner/tilbake")
def confirm_return(request: Request, house: TheHouse, visitor: TheVisitor) -> Response:
    """Asks once more before the release in use changes."""
    below = switching.below(house.engine)
    if below is None:
        raise NotFound("terminology.refused.nothing_below")
    return _confirm(request, house, visitor, by_name(house, below), back=True)


@pages.post("/term/versjoner/tilbake")
def roll_back(form: Form, house: TheHouse, visitor: TheVisitor) -> Response:
    """One step back. The process that did it shows the other release at once."""
    switching.roll_back(house.engine, visitor.actor, now=house.clock(), reason=_reason(form))
    house.active.refresh()
    return go("/term/versjoner", "rolled_back")


@pages.get("/term/versjoner/{number}/aktiver")
def confirm_activation(request: Request, house: TheHouse, visitor: TheVisitor, number: str) -> Response:
    return _confirm(request, house, visitor, by_number(house, number), back=False)


@pages.post("/term/versjoner/{number}/aktiver")
def activate(form: Form, house: TheHouse, visitor: TheVisitor, number: str) -> Response:
    """Take a release into use."""
    name = by_number(house, number).release.name
    switching.activate(house.engine, visitor.actor, name, now=house.clock(), reason=_reason(form))
    house.active.refresh()
    return go("/term/versjoner", "activated")


def by_number(house: House, number: str) -> ReleaseRow:
    """Raises NotFound."""
    wanted = number_of(number)
    found = next((row for row in listed(house.engine) if row.number == wanted), None)
    if found is None:
        raise NotFound("terminology.refused.no_such_release", number)
    return found


def by_name(house: House, name: str) -> ReleaseRow:
    return next(row for row in listed(house.engine) if row.release.name == name)


def _confirm(request: Request, house: House, visitor: TheVisitor, row: ReleaseRow, *, back: bool) -> Response:
    return shown(
        request, house, visitor, "confirm.html", "wb.releases.heading",
        release=row, used=switching.active_row(house.engine), back=back,
        action="/term/versjoner/tilbake" if back else f"/term/versjoner/{row.number}/aktiver",
    )  # fmt: skip


def _reason(form: Form) -> str | None:
    return form.get("grunn", "").strip()[:1000] or None

"""What differs between two releases or the draft, row by row; and what that means for documents."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from terminology.release import Content
from terminology.releases import switching
from terminology.releases.comparing import Change, Kind, as_csv, diff, impact, narrowed
from terminology.releases.making import ReleaseRow, draft, listed, open_release
from terminology.releases.reading import Opened
from terminology.workbench.answers import pages_of, router, shown
from terminology.workbench.house import Documents, House, TheHouse, TheVisitor
from terminology.workbench.known import known
from terminology.workbench.release_pages import by_number
from terminology.workspace.actor import NotFound

pages = router()
SIZE = 100
WHAT = ("designation", "concept", "mapping", "value set", "version")
FILTERS = ("fra", "til", "type", "hva", "kodeverk", "sett", "spraak", "tekst")
DRAFT = "utkast"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two states to compare. The names are as people say them; None is the draft."""

    old: Opened
    new: Opened
    old_row: ReleaseRow
    new_row: ReleaseRow | None


@pages.get("/term/versjoner/sammenlign")
def compare(request: Request, house: TheHouse, visitor: TheVisitor) -> Response:
    """Row by row, narrowed by the filter, a page at a time, with the sums of everything."""
    pair = pair_of(request, house)
    everything = diff(pair.old, pair.new)
    chosen = dict(request.query_params)
    changes = _chosen(everything, request)
    listing = pages_of(request, len(changes), SIZE)
    kept = {name: value for name, value in chosen.items() if name in FILTERS and value}
    return shown(
        request, house, visitor, "diff.html", "wb.diff.heading",
        pair=pair, rows=changes[listing["offset"] : listing["offset"] + SIZE], listing=listing,
        sums={kind: sum(each.kind is kind for each in everything) for kind in Kind},
        kinds=list(Kind), what=WHAT, chosen=chosen, releases=listed(house.engine),
        known=known(house.engine), csv=f"/term/versjoner/sammenlign.csv?{urlencode(kept)}",
    )  # fmt: skip


@pages.get("/term/versjoner/sammenlign.csv")
def as_file(request: Request, house: TheHouse, visitor: TheVisitor) -> Response:
    """The rows of the filter, all of them."""
    pair = pair_of(request, house)
    changes = _chosen(diff(pair.old, pair.new), request)

    def lines() -> Iterator[bytes]:
        yield b"\xef\xbb\xbf"  # else a spreadsheet program takes it for Windows-1252
        for line in as_csv(changes):
            yield line.encode()

    headers = {"Content-Disposition": 'attachment; filename="sammenligning.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


@pages.get("/term/versjoner/virkning")
def impact_page(request: Request, house: TheHouse, visitor: TheVisitor) -> Response:
    """What the other release means for the codes of the sample documents and of those that are kept."""
    pair = pair_of(request, house)
    documents = [] if house.codes is None else list(house.codes(at_hand(house)))
    found = list(impact(pair.old, pair.new, documents))
    return shown(
        request, house, visitor, "impact.html", "wb.impact.heading",
        pair=pair, documents=documents, rows=found, releases=listed(house.engine),
        sums={kind: sum(each.kind == kind for each in found)
              for kind in ("gained", "changed", "lost", "mapping")},
        chosen=dict(request.query_params), known=known(house.engine),
    )  # fmt: skip


def at_hand(house: House) -> Documents:
    """The sample documents, then the kept ones."""
    for source in (house.samples, house.kept):
        if source is not None:
            yield from source()


def pair_of(request: Request, house: House) -> Pair:
    """`fra` and `til` of the address are numbers of releases; else the one in use, and the draft.

    Raises: NotFound: no such release, or none in use.
    """
    query = request.query_params
    used = switching.active_row(house.engine)
    old_row = by_number(house, query["fra"]) if query.get("fra") else used
    if old_row is None:
        raise NotFound("terminology.refused.no_such_release", "")
    wanted = query.get("til", DRAFT)
    new_row = by_number(house, wanted) if wanted not in ("", DRAFT) else None
    old = open_release(house.engine, old_row.release.name)
    return Pair(old, opened(house, new_row, old_row.release.content), old_row, new_row)


def opened(house: House, row: ReleaseRow | None, content: Content) -> Opened:
    """A release, or the draft as it would be one of this content."""
    if row is None:
        return draft(house.engine, content, now=house.clock())
    return open_release(house.engine, row.release.name)


def _chosen(changes: Iterable[Change], request: Request) -> list[Change]:
    query = request.query_params
    kind = query.get("type", "")
    return list(
        narrowed(
            changes,
            kind=Kind(kind) if kind in set(Kind) else None,
            what=query.get("hva") or None,
            system=query.get("kodeverk") or None,
            value_set=query.get("sett") or None,
            language=query.get("spraak") or None,
            contains=query.get("tekst") or None,
        )
    )

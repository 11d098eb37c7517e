"""The dry run: a draft or a release tried on documents, before and after side by side."""

from collections.abc import Iterator

from fastapi import Request
from fastapi.responses import Response

from terminology.releases.making import listed
from terminology.workbench.answers import router, shown
from terminology.workbench.comparing import DRAFT, opened
from terminology.workbench.house import Documents, House, Sent, TheHouse, TheVisitor, Upload
from terminology.workbench.release_pages import by_number
from terminology.workspace.actor import NotPossible

pages = router()
LARGEST = 32 * 1024 * 1024  # of one document; the parser has its own limit below it
KINDS = ("gained", "changed", "lost")


@pages.get("/term/prov")
def ask(request: Request, house: TheHouse, visitor: TheVisitor) -> Response:
    """Which documents, and which draft or release."""
    return shown(request, house, visitor, "trial.html", "wb.trial.heading", tried=None,
                 releases=listed(house.engine), samples=house.samples is not None,
                 kept=house.kept is not None)  # fmt: skip


@pages.post("/term/prov")
def attempt(request: Request, uploaded: Upload, house: TheHouse, visitor: TheVisitor) -> Response:
    """Nothing is written and nothing is kept: the documents are forgotten with the answer."""
    with uploaded as sent:
        if house.tried is None:
            raise NotPossible("wb.trial.not_here")
        wanted = sent.fields.get("utgave", DRAFT)
        row = by_number(house, wanted) if wanted not in ("", DRAFT) else None
        before = house.active.current()
        after = opened(house, row, before.release.content).catalogue
        documents = list(_documents(house, sent))
        if not documents:
            raise NotPossible("wb.trial.no_documents")
        results = list(house.tried(documents, before, after))
    return shown(
        request, house, visitor, "trial.html", "wb.trial.heading", tried=results, after=row,
        before=before.release, sums={kind: sum(each.count(kind) for each in results) for kind in KINDS},
        same=sum(each.same for each in results), without=sum(each.without for each in results),
        releases=listed(house.engine), samples=house.samples is not None, kept=house.kept is not None,
    )  # fmt: skip


def _documents(house: House, sent: Sent) -> Iterator[tuple[str, bytes]]:
    for name, path in sent.files:
        with path.open("rb") as file:
            yield name, file.read(LARGEST)
    for field, source in (("eksempler", house.samples), ("bevarte", house.kept)):
        if field in sent.fields and source is not None:
            found: Documents = source()
            yield from found

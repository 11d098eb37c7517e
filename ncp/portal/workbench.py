"""The terminology manager's pages inside the portal: its session, forms and frame handed to the workbench."""

import tempfile
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import MappingProxyType

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from ncp import trial_documents as documents
from ncp.clinician import Page, clinicians
from ncp.desk import Desk
from ncp.kept_documents import kept_documents
from ncp.portal.web import (
    COOKIE,
    LARGEST_FORM,
    Turned,
    form_of,
    is_ours,
    logged_out,
    own_site,
    page,
    portal_of,
    requires,
    session_of,
)
from ncp.settings import Settings
from ncp.terminology import Terminology
from terminology.workbench import importing
from terminology.workbench.house import House, Sent, Visitor
from terminology.workbench.router import workbench_router

LARGEST_UPLOAD = 2 * 1024**3  # a national product register is under one
MOST_FILES = 20
_manager = requires(Page.TERMINOLOGY)


class _TooLarge(MultiPartException):
    """More than we take; of this kind, so that the parser closes the files that it has begun."""


def workbench(terminology: Terminology, desk: Desk, settings: Settings) -> APIRouter:
    """The router of the workbench on this installation's terminology."""
    return workbench_router(house_for(terminology, desk, settings))


def house_for(terminology: Terminology, desk: Desk, settings: Settings) -> House:
    """What the workbench needs of the portal."""

    def visitor(request: Request) -> Visitor:
        session = _manager(session_of(request, portal_of(request)))
        assert session.user is not None
        user = session.user
        return Visitor(
            portal_of(request).settings.terminology_roles.actor(user.username, user.name), session.language
        )

    house = House(
        engine=terminology.engine,
        active=terminology.active,
        clock=desk.clock,
        visitor=visitor,
        form=form_of,
        upload=upload,
        page=_page,
        folder=settings.own_folder / "uploads",
        people=_people(),
        tried=documents.tried,
        codes=documents.codes,
        kept=(lambda: kept_documents(settings.kept_folder)) if settings.keeps_messages else None,
        samples=lambda: documents.samples(settings),
    )
    importing.tidy(house.folder)
    return house


def _people() -> Mapping[str, str]:
    """Whom a row may be assigned to."""
    managers = (each for each in clinicians().values() if Page.TERMINOLOGY in each.pages)
    return MappingProxyType({each.username: each.name for each in managers})


def _page(request: Request, template: str, title: str, *, status: int = 200, **values: object) -> Response:
    session = portal_of(request).sessions.find(request.cookies.get(COOKIE))
    return page(request, template, title, status=status, session=session, **values)


async def upload(request: Request) -> AbstractContextManager[Sent]:
    """The fields and files of a multipart form of ours; large files go to the disk as they arrive.

    Who is logged in and where the form comes from is known before the first byte is read; the token stands
    in the form and is checked before anything is done with it.
    Raises: Turned: no session, another site's form, a wrong token, too large, or no such form.
    """
    session = portal_of(request).sessions.find(request.cookies.get(COOKIE))
    if session is None:
        raise logged_out()
    if not own_site(request):
        raise Turned("portal.form_not_ours", status=403)
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise Turned("portal.form_unreadable", status=415)
    parser = MultiPartParser(
        request.headers, _limited(request), max_files=MOST_FILES, max_fields=20, max_part_size=LARGEST_FORM
    )
    try:
        form = await parser.parse()
    except _TooLarge as error:
        raise Turned("portal.form_too_large", status=413) from error
    except MultiPartException as error:
        raise Turned("portal.form_unreadable", status=400) from error
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    if not is_ours(session, fields.pop("token", "")):
        await form.close()
        raise Turned("portal.form_not_ours", status=403)
    return _on_disk(fields, files)


@contextmanager
def _on_disk(fields: dict[str, str], files: list[UploadFile]) -> Iterator[Sent]:
    """The files under names of ours in a folder that is gone afterwards; one without a name was not sent."""
    with tempfile.TemporaryDirectory(prefix="ncp-upload-") as folder:
        written = []
        for number, file in enumerate(each for each in files if each.filename):
            path = Path(folder) / str(number)
            with path.open("wb") as copy:
                while chunk := file.file.read(1024 * 1024):
                    copy.write(chunk)
            file.file.close()
            written.append((_bare(file.filename or ""), path))
        yield Sent(fields, tuple(written))


def _bare(name: str) -> str:
    """The name of a file as its owner calls it, without folders and invisible signs."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in bare if each.isprintable())[:200] or "?"


async def _limited(request: Request) -> AsyncGenerator[bytes, None]:
    total = 0
    async for chunk in request.stream():
        total += len(chunk)
        if total > LARGEST_UPLOAD:
            raise _TooLarge("too large")
        yield chunk

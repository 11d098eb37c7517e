"""What the pages need of the service that shows them: the session, its forms, the frame, the clock."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request
from fastapi.responses import Response
from sqlalchemy import Engine

from terminology.active import ActiveTerms
from terminology.catalogue import Catalogue
from terminology.concept import Concept
from terminology.pages.messages import Messages, messages
from terminology.workbench.background import Background
from terminology.workspace.actor import Actor

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, with their roles, and the language of their pages."""

    actor: Actor
    language: str

    @property
    def words(self) -> Messages:
        return messages(self.language)


@dataclass(frozen=True, slots=True)
class Sent:
    """A form with files: the fields, and of each file the name and where it lies until the answer is sent."""

    fields: Mapping[str, str]
    files: tuple[tuple[str, Path], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A coded element of a document that a draft changes. None: no words in the language."""

    kind: str  # gained, changed or lost
    element: str
    code: str
    system: str
    original: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Tried:
    """One document under two releases. `problem`: why it could not be tried."""

    document: str
    rows: tuple[Row, ...] = ()
    same: int = 0
    without: int = 0
    problem: str | None = None

    def count(self, kind: str) -> int:
        return sum(row.kind == kind for row in self.rows)


class Page(Protocol):
    """Renders a template in the frame; `title` is a key of the message catalogue."""

    def __call__(
        self, request: Request, template: str, title: str, *, status: int = 200, **values: object
    ) -> Response: ...


Documents = Iterable[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class House:
    """Handed to the router. What needs a session, a document or a setting is a callable of the service's.

    `visitor` and `form` refuse by exceptions of the service. `upload` streams files to a temporary folder
    that lives as long as the context; `keep` gives the path of a copy that outlives the request.
    """

    engine: Engine
    active: ActiveTerms
    clock: Callable[[], datetime]
    visitor: Callable[[Request], Visitor]
    form: Callable[[Request], Awaitable[Mapping[str, str]]]
    upload: Callable[[Request], Awaitable[AbstractContextManager[Sent]]]
    page: Page
    folder: Path  # for files that wait to be imported
    people: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # id -> name
    tried: Callable[[Documents, Catalogue, Catalogue], Iterable[Tried]] | None = None
    codes: Callable[[Documents], Iterable[tuple[str, list[Concept]]]] | None = None
    kept: Callable[[], Documents] | None = None  # documents that the service keeps
    samples: Callable[[], Documents] | None = None
    background: Background = field(default_factory=Background)


def house_of(request: Request) -> House:
    house: House = request.state.house
    return house


TheHouse = Annotated[House, Depends(house_of)]


def visitor_of(request: Request, house: TheHouse) -> Visitor:
    """Whoever is logged in. Raises what the service raises when nobody is, or somebody else."""
    return house.visitor(request)


TheVisitor = Annotated[Visitor, Depends(visitor_of)]


async def form_of(request: Request, visitor: TheVisitor, house: TheHouse) -> Mapping[str, str]:
    """The fields of a form of ours; the visitor is known before anything of it is read."""
    return {name: _clean(value) for name, value in (await house.form(request)).items()}


def _clean(value: str) -> str:
    """Without the one sign that a database cannot hold."""
    return value.replace("\0", " ")


Form = Annotated[Mapping[str, str], Depends(form_of)]
Values = dict[str, Any]


async def upload_of(request: Request, visitor: TheVisitor, house: TheHouse) -> AbstractContextManager[Sent]:
    """A form with files; the visitor is known before the first byte is read."""
    return await house.upload(request)


Upload = Annotated[AbstractContextManager[Sent], Depends(upload_of)]

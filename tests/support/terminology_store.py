"""Terminology databases for tests, on SQLite and on a real PostgreSQL: `store` runs every test on both."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from terminology.first_release import ensure
from terminology.store.engine import open_store
from terminology.workspace.actor import Actor, Role
from tests.support.postgres import running_server

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KARI = Actor("kari", "Kari Nordmann", frozenset(Role))
OLA = Actor("ola", "Ola Nordmann", frozenset(Role))
READER = Actor("leser", "Lese Nordmann", frozenset())


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server for the whole run."""
    with running_server() as server:
        yield server


class Stores:
    """Databases of one kind: empty ones, and ones that hold the first release. Copies of a template."""

    def __init__(self, folder, server=None):
        self.folder, self.server, self._made = folder, server, 0
        self._opened: list[Engine] = []
        self._urls: list[str] = []
        self._templates = {"empty": self._template(fill=False), "filled": self._template(fill=True)}

    def open(self, kind: str = "empty") -> Engine:
        engine = open_store(self.url(kind))
        self._opened.append(engine)
        return engine

    def url(self, kind: str = "empty") -> str:
        """The address of a new database."""
        template = self._templates[kind]
        if self.server is not None:
            self._urls.append(self.server.database(template))
            return self._urls[-1]
        self._made += 1
        path = self.folder / f"{self._made}.sqlite"
        shutil.copyfile(template, path)
        return f"sqlite:///{path}"

    def close(self) -> None:
        for engine in self._opened:
            engine.dispose()
        for url in self._urls:
            self.server.drop(url)
        self._opened.clear()
        self._urls.clear()

    def _template(self, *, fill: bool) -> str:
        path = self.folder / f"template-{fill}.sqlite"
        url = self.server.database() if self.server is not None else f"sqlite:///{path}"
        engine = open_store(url)
        if fill:
            ensure(engine, now=NOON)
        engine.dispose()
        return url.rpartition("/")[2] if self.server is not None else str(path)


@pytest.fixture(scope="session")
def _sqlite_stores(tmp_path_factory):
    return Stores(tmp_path_factory.mktemp("terminology"))


@pytest.fixture(scope="session")
def _postgres_stores(tmp_path_factory, postgres):
    return Stores(tmp_path_factory.mktemp("terminology"), postgres)


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request) -> Iterator[Stores]:
    """Maker of databases, on each of the two kinds."""
    made = request.getfixturevalue(f"_{'sqlite' if request.param == 'sqlite' else 'postgres'}_stores")
    yield made
    made.close()


@pytest.fixture
def store(stores) -> Engine:
    """A database with the first release, on each of the two kinds."""
    return stores.open("filled")


@pytest.fixture
def empty_store(stores) -> Engine:
    """A migrated database without content, on each of the two kinds."""
    return stores.open("empty")

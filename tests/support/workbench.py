"""The portal with the terminology manager's pages, on a store with the first release."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace

from ncp.directory import Directory
from ncp.portal.workbench import house_for
from ncp.settings import Settings
from ncp.terminology import opened_terminology
from terminology.workbench.router import workbench_router
from tests.support.desk import office
from tests.support.portal import Site, serving_portal


@contextmanager
def workbench_site(folder, store=None):
    """A served portal whose `terminology` is at hand; `store` is the address of its database."""
    settings = Settings(data=folder, terminology_store=store)
    with office(folder, "PT") as made, opened_terminology(settings, made.now) as terms:
        desk = replace(made.desk, active_terms=terms.active.current, gaps=terms.gaps)
        work = house_for(terms, desk, made.settings)
        with serving_portal(made.settings, desk, Directory(made.peers), [workbench_router(work)]) as (
            app,
            address,
        ):
            yield WorkbenchSite(app, address, made, terminology=terms, house=work)


@contextmanager
def on_each_store(request, folder):
    """The same on SQLite or PostgreSQL, as the parameter of the fixture says."""
    server = request.param == "postgresql"
    store = request.getfixturevalue("_postgres_stores").url("filled") if server else None
    with workbench_site(folder, store) as site:
        yield site


class WorkbenchSite(Site):
    """A portal and its terminology."""

    def __init__(self, app, address, office, *, terminology, house):
        super().__init__(app, address, office)
        self.terminology, self.background, self.uploads = terminology, house.background, house.folder

    @property
    def engine(self):
        return self.terminology.engine

    def concept(self, visitor, system, code):
        """The visitor on the page of a concept."""
        return visitor.get("/term/kode", params={"kodeverk": system, "kode": code})


def version_of(visitor, action):
    """The row version that stands in the form for `action` on the visitor's page."""
    form = re.search(
        rf'<form method="post"[^>]*action="{re.escape(action)}".*?</form>', visitor.page.text, re.DOTALL
    )
    return re.search(r'name="versjon" value="(\d+)"', form[0])[1]


def sent(visitor, path, files, **fields):
    """The visitor after sending files, (name, bytes) pairs, with a form of the last page."""
    parts = [("fil", (name, content)) for name, content in files]
    visitor.page = visitor.http.post(path, data={**visitor.hidden(), **fields}, files=parts)
    return visitor

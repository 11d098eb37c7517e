"""The portal on a real socket, and visitors of it: what a browser without script sends, page by page."""

from __future__ import annotations

import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import unescape

import httpx
import uvicorn

from ncp.app import create_app
from ncp.directory import Directory
from tests.support.chain import RICH

TOKEN = re.compile(r'name="token" value="([^"]+)"')
PATIENT = re.compile(r'name="patient" value="([^"]+)"')
LABELS = {"PT": "healthCardNumber", "FI": "nationalSocialSecurityNumber", "CZ": "nationalIdentityCardNumber"}


@contextmanager
def serving_portal(settings, desk, directory, doors=()):
    """Serve the portal in a thread on a free port; gives the application and its address."""
    app = create_app(settings, desk, directory, doors)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_config=None, access_log=False, server_header=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.005)  # for a thread to start, not for a result
    assert server.started, "the portal did not start"
    try:
        yield app, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive(), "the portal did not stop"


@contextmanager
def portal_of(office):
    """The portal over the desk of `tests.support.desk.office`."""
    with serving_portal(office.settings, office.desk, Directory(office.peers)) as (app, address):
        yield Site(app, address, office)


@dataclass
class Site:
    """A served portal."""

    app: object
    address: str
    office: object
    clients: list = field(default_factory=list)

    def visitor(self, user: str | None = None, **more) -> Visitor:
        """A browser of its own, logged in as `user`."""
        made = Visitor(self.address, clients=self.clients, **more)
        if user:
            made.log_in(user)
        return made

    @property
    def sessions(self):
        return self.app.state.portal.sessions

    def session(self, visitor):
        """What the server holds for a visitor, without counting as use."""
        return self.sessions._sessions.get(visitor.http.cookies.get("ncp"))


@dataclass
class Visitor:
    """Keeps cookies and the last page, and fills the hidden fields of its forms from that page."""

    address: str
    headers: dict = field(default_factory=dict)
    page: httpx.Response | None = None
    clients: list = field(default_factory=list)

    def __post_init__(self):
        self.http = httpx.Client(
            base_url=self.address, headers=self.headers, follow_redirects=True, timeout=30, trust_env=False
        )
        self.clients.append(self.http)

    def tab(self) -> Visitor:
        """Another tab of the same browser."""
        other = Visitor(self.address, self.headers, clients=self.clients)
        other.http._cookies = self.http._cookies  # one jar for both
        other.page = self.page
        return other

    @property
    def text(self) -> str:
        """What the last page says, without tags."""
        body = re.sub(r"<(script|style)\b.*?</\1>", " ", self.page.text, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))

    @property
    def status(self) -> int:
        return self.page.status_code

    @property
    def path(self) -> str:
        return self.page.url.path

    def get(self, path: str, **more) -> Visitor:
        self.page = self.http.get(path, **more)
        return self

    def hidden(self) -> dict[str, str]:
        """Token and patient of the forms of the last page."""
        token, patient = TOKEN.search(self.page.text), PATIENT.search(self.page.text)
        found = {"token": token[1]} if token else {}
        return found | ({"patient": patient[1]} if patient else {})

    def post(self, path: str, **fields) -> Visitor:
        """Send a form of the last page; a field that is None is left out."""
        data = {**self.hidden(), **{name.replace("__", "."): value for name, value in fields.items()}}
        data = {name: value for name, value in data.items() if value is not None}
        self.page = self.http.post(path, data=data)
        return self

    def log_in(self, user: str) -> Visitor:
        return self.get("/logg-inn").post("/logg-inn", bruker=user)

    def search(self, country: str = "PT", number: str | None = None, **more) -> Visitor:
        self.get(f"/?land={country}")
        fields = {f"felt.{LABELS[country]}": RICH[country].extension if number is None else number}
        return self.post(
            "/pasient/sok", land=country, formaal=more.pop("formaal", "TREATMENT"), **fields, **more
        )

    def confirm(self, **fields) -> Visitor:
        """Ends on the document list."""
        return self.post(
            "/pasient/bekreft", **{"kandidat": "0", "relasjon": "ja", "informert": "ja"} | fields
        )

    def open(self, number: int = 0) -> Visitor:
        """Ends on the summary."""
        return self.post("/ps", dokument=str(number))

    def summary(self, country: str = "PT", number: str | None = None) -> Visitor:
        """The whole way from the search to the summary."""
        return self.search(country, number).confirm().open()


@contextmanager
def fresh(site: Site):
    """The same portal for the next test: nothing damaged, the clock right, nobody logged in."""
    office = site.office
    office.damage, office.ahead = None, timedelta(0)
    office.exchanges.clear()
    site.sessions._sessions.clear()
    try:
        yield site
    finally:
        office.damage, office.ahead = None, timedelta(0)
        while site.clients:
            site.clients.pop().close()


@contextmanager
def otherwise(site: Site, desk=None, **settings):
    """The same portal with other settings, and another desk if given."""
    before = site.app.state.portal
    changed = before.settings.model_copy(update=settings)
    site.app.state.portal = replace(before, settings=changed, desk=desk or before.desk)
    try:
        yield site
    finally:
        site.app.state.portal = before

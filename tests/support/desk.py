"""A Norwegian desk in memory, in front of simulated member states that answer in process.

`office` makes the desk; `Office.damage` is a function that changes or withholds an answer, so that a test can
be about one thing that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from mock_member_states.answer import answer
from mock_member_states.call import Call, Service
from mock_member_states.testbed import directory_file
from ncp import directory, own, policy
from ncp.assertion_cache import AssertionCache
from ncp.audit import AuditStore
from ncp.clinician import Login, clinician
from ncp.connection import HttpAnswer
from ncp.desk import Desk
from ncp.directory import Peer
from ncp.exchange import Exchange, Operation, recording
from ncp.settings import Settings
from ncp.store import open_store
from ncp.traits import Traits, read_traits
from ncp.wire.roles import Purpose
from terminology.seed import seed_catalogue
from tests.support.chain import COUNTRIES, MemberStateForTests, hierarchy

SERVICES = {
    Operation.IDENTIFY: Service.XCPD,
    Operation.LIST: Service.XCA,
    Operation.RETRIEVE: Service.XCA,
}
Damage = Callable[[Operation, HttpAnswer], HttpAnswer]


@dataclass
class Office:
    """The desk with everything a test wants to look at."""

    desk: Desk
    peers: dict[str, Peer]
    members: dict[str, MemberStateForTests]
    exchanges: list[Exchange]
    damage: Damage | None = None
    ahead: timedelta = timedelta(0)  # how far the clock was moved on
    settings: Settings = field(default_factory=Settings)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def login(self, user: str = "lege", purpose: Purpose = Purpose.TREATMENT, reason=None) -> Login:
        return Login(str(uuid4()), clinician(user), self.now()).for_purpose(purpose, reason)

    def traits(self, country: str, *ids: str) -> Traits:
        peer = self.peers[country]
        return read_traits(peer, {each.label: one for each, one in zip(peer.identifiers, ids, strict=False)})

    @property
    def trail(self) -> list[dict]:
        return self.desk.audit.rows()

    def numbers(self) -> list[str]:
        """The transactions of the audit trail, in order."""
        return [row["number"] for row in self.trail]

    def send(self, operation: Operation, to, request: bytes) -> HttpAnswer:
        member = self.members[to.country]
        call = Call(
            SERVICES[operation],
            "application/soap+xml; charset=UTF-8",
            None,
            request,
            self.desk.own.tls,
        )
        given = answer(call, member.state, now=datetime.now(UTC), new_id=lambda: f"urn:uuid:{uuid4()}")
        member.state.audit.append(given.entry)
        headers = (("Content-Type", given.content_type),)
        back = HttpAnswer(given.status, headers, given.body, f"ncp.{to.country.lower()}.test")
        return self.damage(operation, back) if self.damage else back


@contextmanager
def office(folder: Path, *countries: str, ports=None, **changes):
    """A desk and its countries (all by default); `changes` go into every country."""
    codes = countries or COUNTRIES
    folder.mkdir(parents=True, exist_ok=True)
    members = {code: MemberStateForTests.load(code, folder, **changes) for code in codes}
    of = [member.state.country for member in members.values()]
    directory_file.write(folder, of, ports or dict.fromkeys(codes, 9))
    settings = Settings(data=folder)
    engine = open_store(settings.database_file)
    assert hierarchy().folder == (folder / "pki").resolve()
    exchanges: list[Exchange] = []
    made = Office(None, dict(directory.load(settings.directory_file).peers), members, exchanges)
    made.settings = settings
    made.desk = Desk(
        own=own.load(settings),
        send=recording(made.send, exchanges),
        audit=AuditStore(engine),
        policy=policy.load(),
        assertions=AssertionCache(),
        terms=seed_catalogue(),
        clock=made.now,
        new_id=lambda: str(uuid4()),
    )
    yield made
    engine.dispose()

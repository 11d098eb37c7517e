"""A simulated member state to talk to: in process as a function, or behind mutual TLS on a real socket.

`MemberStateForTests` holds the state of one country in a folder of its own; `Asker` builds what a Norwegian
contact point sends, with every part open to change; `serving` puts uvicorn round it in a thread.
"""

from __future__ import annotations

import asyncio
import atexit
import http.client
import shutil
import ssl
import tempfile
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from mock_member_states import pki, server, state
from mock_member_states.answer import answer
from mock_member_states.app import BASE_PATH, App
from mock_member_states.call import Answer, Call, Service
from mock_member_states.certificate_issuing import Pair, Role
from ncp.wire import iti38, iti39, iti55, media_type, mtom, soap
from ncp.wire.iti38 import ListRequest, ListResponse
from ncp.wire.iti39 import DocumentRequest, RetrieveRequest, RetrieveResponse
from ncp.wire.iti55 import Demographics, DiscoveryRequest, DiscoveryResponse
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from ncp.wire.saml import HcpAssertion, TrcAssertion
from tests.support.assertions import HCP, TRC, signed

NOW = datetime.now(UTC).replace(microsecond=0)
COUNTRIES = ("PT", "FI", "CZ")
HOME_NORWAY = "2.16.578.1.12.4.5.10.1"
PS = "60591-5"
RICH = {
    "PT": PatientId("2.16.620.1.101.10.1.1", "900000011"),
    "FI": PatientId("1.2.246.21", "090451-911K"),
    "CZ": PatientId("2.16.17.710.804.1000.990.1", "SYN900011"),
}


@cache
def hierarchy() -> pki.Pki:
    """The keys of NO, PT, FI and CZ, made once per test process."""
    folder = Path(tempfile.mkdtemp(prefix="ncp-test-pki-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return pki.ensure(folder, COUNTRIES, NOW)[0]


@cache
def identity(country: str, role: Role) -> Pair:
    return hierarchy().identity(country, role)


def new_id() -> str:
    return f"urn:uuid:{uuid.uuid4()}"


@dataclass
class MemberStateForTests:
    """One country; its state lies below `data`, its keys are the shared ones."""

    state: state.MemberState
    data: Path
    said: list[str]

    @classmethod
    def load(cls, country: str, data: Path, **changes) -> MemberStateForTests:
        """`changes` go into the country, e.g. `reference_exact=True`."""
        if not (data / "pki").exists():
            (data / "pki").symlink_to(hierarchy().folder, target_is_directory=True)
        said: list[str] = []
        found = state.load(country, data, said.append)
        found.country = found.country.model_copy(update=changes)
        return cls(found, data, said)

    @property
    def audit(self) -> list[dict]:
        return self.state.audit.lines()

    @property
    def dropped(self) -> Path:
        """The folder into which a user drops documents."""
        return self.data / self.state.country.code.lower() / "documents"


def first_time(moment: datetime) -> HcpAssertion:
    """The doctor of `tests.support.assertions`, logged in at `moment`."""
    return replace(
        HCP,
        id=f"_{uuid.uuid4()}",
        issued=moment,
        not_before=moment,
        not_on_or_after=moment + timedelta(hours=4),
        authn_instant=moment - timedelta(minutes=5),
    )


@dataclass
class Asker:
    """A contact point that asks one member state. Fields are the good case; tests change them."""

    member: MemberStateForTests
    now: datetime = NOW
    sender: str = "NO"  # whose TLS certificate
    hcp: HcpAssertion = field(default_factory=lambda: first_time(NOW))

    @property
    def country(self):
        return self.member.state.country

    def trc(self, patient: PatientId, **changes) -> TrcAssertion:
        base = replace(
            TRC,
            id=f"_{uuid.uuid4()}",
            issued=self.now,
            not_before=self.now,
            not_on_or_after=self.now + timedelta(hours=2),
            authn_instant=self.now,
            hcp_id=self.hcp.id,
            patient=patient,
        )
        return replace(base, **changes)

    def sign(self, assertion, pair: Pair | None = None, **changes) -> bytes:
        return signed(assertion, pair or identity("NO", Role.SEAL), **changes)

    def assertions(self, patient: PatientId | None = None) -> list[bytes]:
        """HCP, and TRC if there is a patient."""
        own = [self.sign(self.hcp)]
        return own if patient is None else [*own, self.sign(self.trc(patient))]

    # --- questions -------------------------------------------------------------------------------------

    def discovery(self, *ids: PatientId, traits=None, receiver: str | None = None) -> DiscoveryRequest:
        return DiscoveryRequest(
            receiver=receiver or self.country.home_community,
            sender=HOME_NORWAY,
            message_root=str(uuid.uuid4()),
            message_extension="0123456789",
            query_id=str(uuid.uuid4()),
            created=self.now,
            ids=ids,
            demographics=traits or Demographics(),
        )

    def envelope(self, body, action: str, assertions, message_id: str | None = None) -> bytes:
        return soap.request(
            action=action,
            to=f"https://localhost{BASE_PATH}",
            message_id=message_id or new_id(),
            assertions=assertions,
            body=body,
            profile=self.country.wire_profile,
        )

    def discovery_bytes(self, *ids, assertions=None, message_id=None, **more) -> bytes:
        body = self.discovery(*ids, **more).to_xml(self.country.wire_profile)
        found = self.assertions() if assertions is None else assertions
        return self.envelope(body, iti55.ACTION, found, message_id)

    def list_bytes(
        self, patient, codes=(PS,), *, assertions=None, profile=Profile.W9, message_id=None
    ) -> bytes:
        body = ListRequest(patient, tuple(codes)).to_xml(profile)
        found = self.assertions(patient) if assertions is None else assertions
        return self.envelope(body, iti38.ACTION, found, message_id)

    def retrieve_bytes(self, wanted: DocumentRequest, patient, *, assertions=None, message_id=None) -> bytes:
        body = RetrieveRequest((wanted,)).to_xml(self.country.wire_profile)
        found = self.assertions(patient) if assertions is None else assertions
        return self.envelope(body, iti39.ACTION, found, message_id)

    # --- asking ----------------------------------------------------------------------------------------

    def call(self, service: Service, body: bytes, *, content_type=None, soap_action=None) -> Answer:
        """Ask in process. The audit line is written as the application writes it."""
        certificate = identity(self.sender, Role.TLS).certificate
        kind = content_type or "application/soap+xml; charset=UTF-8"
        answered = answer(
            Call(service, kind, soap_action, body, certificate),
            self.member.state,
            now=self.now,
            new_id=new_id,
        )
        self.member.state.audit.append(answered.entry)
        return answered

    def discover(self, *ids, **more) -> DiscoveryResponse:
        answered = self.call(Service.XCPD, self.discovery_bytes(*ids, **more))
        return DiscoveryResponse.from_xml(body_of(answered))

    def list(self, patient, codes=(PS,), **more) -> ListResponse:
        answered = self.call(Service.XCA, self.list_bytes(patient, codes, **more))
        return ListResponse.from_xml(body_of(answered))

    def retrieve(self, wanted: DocumentRequest, patient, **more) -> RetrieveResponse:
        answered = self.call(Service.XCA, self.retrieve_bytes(wanted, patient, **more))
        return RetrieveResponse.from_xml(body_of(answered))

    def wanted(self, unique_id: str, **changes) -> DocumentRequest:
        home = f"urn:oid:{self.country.home_community}"
        return replace(DocumentRequest(home, self.country.repository, unique_id), **changes)

    def is_served(self) -> bool:
        """Whether a good request gets a good answer now: nothing that came before has done harm."""
        good = Asker(self.member)
        return bool(good.discover(RICH[self.country.code]).candidates)


def body_of(answered: Answer):
    """The payload of an answer.  Raises: soap.FaultReceived, NotValid."""
    return mtom.message(answered.content_type, answered.body).body


def fault_of(answered: Answer) -> soap.FaultReceived:
    """The fault in an answer; fails if it is something else."""
    try:
        body = body_of(answered)
    except soap.FaultReceived as fault:
        return fault
    raise AssertionError(f"no fault but {body.tag}")


# --- over real sockets ---------------------------------------------------------------------------------


@dataclass
class Running:
    """A member state that listens; `app` may be changed between requests."""

    port: int
    member: MemberStateForTests
    app: App

    def connection(self, client: Pair | str | None = "NO", **tls) -> http.client.HTTPSConnection:
        """A new connection with the TLS certificate of a country, of a pair of files, or with none."""
        return http.client.HTTPSConnection(
            "localhost", self.port, timeout=20, context=client_context(client, **tls)
        )

    def post(self, service: Service, body: bytes, *, connection=None, headers=None, content_type=None):
        """Status, headers and body of one POST."""
        own = connection or self.connection()
        kind = content_type or media_type.soap_content_type("").partition("; action")[0]
        try:
            own.request(
                "POST", BASE_PATH + service, body=body, headers={"Content-Type": kind, **(headers or {})}
            )
            response = own.getresponse()
            return response.status, response.headers, response.read()
        finally:
            if connection is None:
                own.close()


def client_context(client: str | None, *, trusts: str = "PT", minimum=None, maximum=None) -> ssl.SSLContext:
    """TLS as the contact point of `client` (None: without a certificate), trusting one country's servers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(hierarchy().party("no") / "trust" / "tls" / f"{trusts.lower()}.crt")
    if client is not None:
        party = hierarchy().party(client)
        context.load_cert_chain(party / "tls.chain", party / "tls.key")
    context.minimum_version = minimum or ssl.TLSVersion.TLSv1_2
    if maximum:
        context.maximum_version = maximum
    return context


@contextmanager
def serving(member: MemberStateForTests, *, http: str = "httptools", **changes):
    """Serve one member state in a thread on a free port; ends it in order."""
    with ThreadPoolExecutor(2) as executor:
        app = App(member.state, lambda: datetime.now(UTC), new_id, executor, **changes)
        tls = server.tls_context(hierarchy().party(member.state.country.code))
        running = server.Server(server.config(app, tls, host="127.0.0.1", port=0, http=http))
        ready = threading.Event()

        async def run() -> None:
            task = asyncio.ensure_future(running.serve())
            while not running.started and not task.done():
                await asyncio.sleep(0.005)
            ready.set()
            await task

        thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
        thread.start()
        assert ready.wait(20) and running.started, "the member state did not start"
        port = running.servers[0].sockets[0].getsockname()[1]
        try:
            yield Running(port, member, app)
        finally:
            running.should_exit = True
            thread.join(20)
            assert not thread.is_alive(), "the member state did not stop"

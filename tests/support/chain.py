"""A simulated member state to talk to as a function.

`MemberStateForTests` holds the state of one country in a folder of its own; `Asker` builds what a Norwegian
contact point sends, with every part open to change. `tests.support.serving` puts it behind mutual TLS.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from mock_member_states import pki, state
from mock_member_states.answer import answer
from mock_member_states.app import BASE_PATH
from mock_member_states.call import Answer, Call, Service
from mock_member_states.certificate_issuing import Pair, Role
from ncp.wire import iti38, iti39, iti41, iti55, mtom, soap
from ncp.wire.iti38 import ListRequest, ListResponse
from ncp.wire.iti39 import DocumentRequest, RetrieveRequest, RetrieveResponse
from ncp.wire.iti41 import ProvideResponse
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
# The number that two patients share, and their own.
TWINS = {
    "PT": (PatientId(RICH["PT"].root, "900000099"), ("900000033", "900000044")),
    "FI": (PatientId(RICH["FI"].root, "270204A9999"), ("270204A9357", "270204A9379")),
    "CZ": (PatientId(RICH["CZ"].root, "SYN900099"), ("SYN900033", "SYN900044")),
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
        found.country = found.prescriptions.country = found.country.model_copy(update=changes)
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

    def submit_bytes(self, request, *, assertions=None, message_id=None) -> bytes:
        body = request.to_xml(self.country.wire_profile)
        found = self.assertions(request.patient) if assertions is None else assertions
        return self.envelope(body, iti41.ACTION, found, message_id)

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

    def submit(self, request, **more) -> ProvideResponse:
        answered = self.call(Service.XDR, self.submit_bytes(request, **more))
        return ProvideResponse.from_xml(body_of(answered))

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

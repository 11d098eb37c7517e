"""The use case: a foreign patient's summary, in Norwegian, on a Norwegian clinician's screen.

The order is the safety of it: identify (XCPD) -> confirm (a human; TRC issued) -> list (XCA) -> retrieve (XCA)
-> guard (same patient, same document) -> parse, translate, display. Each step writes its audit row before it
returns; a step that fails raises after its row is written. The portal calls the steps one by one, the command
line calls `patient_summary`; both run the same code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cda.display import Display
from cda.document import Document
from cda.translate import Translation
from ncp.clinician import Login
from ncp.desk import Desk
from ncp.directory import Peer
from ncp.finding import Finding
from ncp.traits import Traits
from ncp.wire import iti38, iti55
from ncp.wire.patient_id import PatientId


@dataclass(frozen=True, slots=True)
class Relationship:
    """A confirmed patient and the clinician who treats her: what list and retrieve rest on."""

    candidate: iti55.Candidate
    patient: PatientId  # exactly as the country returned it, not as typed
    peer: Peer
    login: Login
    confirmed: datetime
    notice_offered: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """One Patient Summary of the list: the coded document, its original as PDF, or both."""

    coded: iti38.DocumentEntry | None  # L3
    original: iti38.DocumentEntry | None  # L1: a PDF inside a CDA


@dataclass(frozen=True, slots=True)
class Listing:
    """What the country has. `documents` holds every entry, `summaries` pairs them."""

    documents: tuple[iti38.DocumentEntry, ...]
    summaries: tuple[Summary, ...]
    findings: tuple[Finding, ...]  # warnings of the country and violations of the profile


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A trait of the document that contradicts the confirmed patient: shown on the stop page."""

    trait: str  # "birthDate" or "gender"
    confirmed: str
    received: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document that is the asked one and the asked patient's.

    While `contradictions` wait for a confirmation, `translation` and `display` are None: there is nothing to
    show but the stop page. `despite_contradiction` gives the displayable one.
    """

    entry: iti38.DocumentEntry
    content: bytes = field(repr=False)
    document: Document = field(repr=False)
    translation: Translation | None = field(repr=False)
    display: Display | None = field(repr=False)
    findings: tuple[Finding, ...]
    contradictions: tuple[Contradiction, ...]
    release: str  # of the terminology that translated it


@dataclass(frozen=True, slots=True)
class Result:
    """The whole job, as `patient_summary` did it."""

    relationship: Relationship
    listing: Listing
    fetched: Fetched


def identify(traits: Traits, peer: Peer, login: Login, desk: Desk) -> tuple[iti55.Candidate, ...]:
    """Ask the country who this is (ITI-55).

    Returns: one candidate or several; several are the clinician's to choose from, never ours.
    Raises:  Refused: the profession may not, or the country offers no summaries; nothing was sent.
             PeerFault: no match, or the country refuses, with its code.
             Unreachable, Malformed, Untrusted: no usable answer.
    """


def confirm(
    candidate: iti55.Candidate, peer: Peer, login: Login, desk: Desk, *, notice_offered: bool
) -> Relationship:
    """The clinician says: this is my patient. Issues the TRC for the id exactly as the country returned it.

    Args:    notice_offered: the patient was offered the information notice; needed unless it is an emergency.
    Raises:  Refused: notice not offered, or the profession may not.
    """


def list_summaries(relationship: Relationship, desk: Desk) -> Listing:
    """Ask which Patient Summaries there are (ITI-38).

    Raises:  PeerFault: none, no consent, insufficient rights ..., with the country's code.
             Untrusted: an entry of another patient (reason WRONG_PATIENT).
             Refused, Unreachable, Malformed.
    """


def fetch(entry: iti38.DocumentEntry, relationship: Relationship, desk: Desk) -> Fetched:
    """Retrieve one document (ITI-39), make sure that it is the right one, translate and display it.

    Raises:  Untrusted: another patient's (reason WRONG_PATIENT) or another document (WRONG_DOCUMENT).
             PeerFault: missing, not transcodable, no consent ..., with the country's code.
             Malformed: not a CDA.
             Refused, Unreachable.
    """


def despite_contradiction(fetched: Fetched, relationship: Relationship, desk: Desk) -> Fetched:
    """The clinician has seen the stop page and says that it is the same person; audited, then displayed."""


def patient_summary(
    traits: Traits,
    peer: Peer,
    login: Login,
    desk: Desk,
    *,
    notice_offered: bool = True,
    choose: int | None = None,
    accept: frozenset[str] = frozenset(),
) -> Result:
    """The whole job in one go, for the command line and for tests.

    Args:    choose: which candidate (from 0) when the country returns several.
             accept: traits whose contradiction the caller has looked at ("birthDate", "gender").
    Raises:  Refused: several candidates and no choice; or a contradiction that nobody accepted.
    """



"""The use case: a foreign patient's summary, in Norwegian, on a Norwegian clinician's screen.

The order is the safety of it: identify (XCPD) -> confirm (a human; TRC issued) -> list (XCA) -> retrieve
(XCA) -> guard (same patient, same document) -> parse, translate, display. Each step writes its audit row
before it returns; a step that fails raises after its row is written. The portal calls the steps one by one,
the command line calls `patient_summary`; both run the same code.
"""

from dataclasses import dataclass, field, replace

from cda.check import Verdict
from cda.display import Display
from cda.document import Document
from cda.translate import Translation
from ncp.answers import declined, delivered, not_as_asked, note_findings, of_country, of_wire, parsed
from ncp.assertions import allow, hcp_for, trc_for
from ncp.attempt import attempted
from ncp.audit_event import Transaction
from ncp.clinician import Login
from ncp.declined import Declined
from ncp.desk import Desk
from ncp.directory import Peer
from ncp.exchange import Operation
from ncp.finding import Finding, Source
from ncp.guard import Contradiction, as_findings, as_listed, same_patient, wrong_patient
from ncp.norwegian import in_norwegian
from ncp.policy import Service
from ncp.questions import discovery, request_for
from ncp.relationship import Relationship, ask_about, name_of
from ncp.traits import Traits
from ncp.transaction import ask, query_text
from ncp.wire import iti38, iti39, iti55
from ncp.wire.document_classes import DocumentClass, Level
from ncp.wire.ebrim import APPROVED
from ncp.wire.errors import ErrorCode, Refused
from ncp.wire.iti55_correlation import check_answers
from ncp.wire.roles import Purpose
from terminology.catalogue import Catalogue

__all__ = [
    "Contradiction",
    "Fetched",
    "Listing",
    "Relationship",
    "Result",
    "confirm",
    "despite_contradiction",
    "fetch",
    "identify",
    "list_summaries",
    "patient_summary",
]


@dataclass(frozen=True, slots=True)
class Listing:
    """What the country has: `documents` is every entry, `summaries` has coded document and PDF together."""

    documents: tuple[iti38.DocumentEntry, ...]
    summaries: tuple[iti38.DocumentPair, ...]
    findings: tuple[Finding, ...]  # warnings of the country and violations of the profile
    unreadable: int = 0  # entries that could not be read: the list holds that many documents more


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
    terms: Catalogue | None = field(default=None, repr=False)  # that release; None while nothing is displayed
    verdict: Verdict | None = field(default=None, repr=False)  # of the rules; None: not judged (`rule_check`)
    unjudged: bool = False  # the rules broke over it


@dataclass(frozen=True, slots=True)
class Result:
    """The whole job, as `patient_summary` did it."""

    relationship: Relationship
    listing: Listing
    fetched: Fetched


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
             Otherwise as the steps do.
    """
    candidates = identify(traits, peer, login, desk)
    candidate = chosen(candidates, choose)
    relationship = confirm(candidate, peer, login, desk, notice_offered=notice_offered)
    listing = list_summaries(relationship, desk)
    fetched = fetch(preferred(listing), relationship, desk)
    if fetched.display is None:
        disputed = {each.trait for each in fetched.contradictions}
        if not disputed <= accept:
            differing = ", ".join(sorted(disputed - accept))
            raise Refused(
                f"the document contradicts the confirmed patient: {differing}",
                ErrorCode.SEC_DATA_INTEGRITY_NOT_ENSURED,
            )
        fetched = despite_contradiction(fetched, relationship, desk)
    return Result(relationship, listing, fetched)


def identify(traits: Traits, peer: Peer, login: Login, desk: Desk) -> tuple[iti55.Candidate, ...]:
    """Ask the country who this is (ITI-55).

    Returns: one candidate or several; several are the clinician's to choose from, never ours.
    Raises:  Refused: the profession may not, or the country offers no summaries; nothing was sent.
             PeerFault: no match, or the country refuses, with its code (`Declined` has its reason).
             Unreachable, Malformed, Untrusted: no usable answer, or one to another question.
    """
    with attempted(Transaction.IDENTIFY, desk, login, peer) as attempt:
        allow(login, desk.policy, Service.PATIENT_SUMMARY)
        peer.offers("PS")
        hcp = hcp_for(login, peer, desk)
        question = discovery(traits, peer, desk)
        body = question.to_xml(peer.profile)
        asked = traits.ids[0].cx() if traits.ids else None
        attempt.note(hcp_id=hcp.assertion.id, query=query_text(body), patient_id=asked)
        reply = ask(Operation.IDENTIFY, body, [hcp.xml], peer=peer, to=peer.xcpd, desk=desk, attempt=attempt)
        answer = iti55.DiscoveryResponse.from_xml(reply.body)
        repeated = check_answers(question, answer)
        findings = of_wire(answer.findings, Source.SCHEMA) + of_wire(repeated, Source.WIRE)
        note_findings(attempt, reply.findings + findings)
        match answer.outcome():
            case iti55.Match(candidates):
                if len(candidates) == 1:
                    attempt.note(patient_id=candidates[0].ids[0].cx(), patient_name=name_of(candidates[0]))
                else:
                    attempt.note(detail=f"{len(candidates)} candidates")
                return candidates
            case iti55.NoMatch(text, code):
                attempt.note(detail=text)
                raise Declined(f"{peer.country} knows nobody with these traits", code, detail=text)
            case iti55.RefusedBy(code, text, reason):
                attempt.note(detail=text)
                why = reason.code if reason else None
                raise Declined(f"{peer.country} refuses to identify", code, reason=why, detail=text)


def chosen(candidates: tuple[iti55.Candidate, ...], choose: int | None) -> iti55.Candidate:
    """The candidate to go on with. Raises: Refused: several and no choice, or a choice that is not there."""
    if choose is None and len(candidates) == 1:
        return candidates[0]
    if choose is None:
        raise Refused(
            f"{len(candidates)} people match; somebody has to choose", ErrorCode.PI_MULTIPLE_MATCHES
        )
    if not 0 <= choose < len(candidates):
        raise Refused(f"there is no candidate {choose + 1}; {len(candidates)} were returned")
    return candidates[choose]


def confirm(
    candidate: iti55.Candidate, peer: Peer, login: Login, desk: Desk, *, notice_offered: bool
) -> Relationship:
    """The clinician says: this is my patient. Issues the TRC for the id exactly as the country returned it.

    Args:    notice_offered: the patient was offered the information notice; needed unless it is an emergency.
    Raises:  Refused: notice not offered, or the profession may not.
    """
    patient = candidate.ids[0]
    if not notice_offered and login.purpose is not Purpose.EMERGENCY:
        with attempted(Transaction.TRC_ASSERTION, desk, login, peer) as attempt:
            attempt.note(patient_id=patient.cx(), patient_name=name_of(candidate), notice_offered=False)
            raise Refused("the patient has to be offered the information notice first")
    relationship = Relationship(candidate, patient, peer, login, desk.clock(), notice_offered)
    trc_for(login, patient, peer, desk, notice_offered=notice_offered, patient_name=name_of(candidate))
    return relationship


def list_summaries(relationship: Relationship, desk: Desk) -> Listing:
    """Ask which Patient Summaries there are (ITI-38).

    Raises:  PeerFault: none, no consent, insufficient rights ..., with the country's code.
             Untrusted: an entry of another patient (reason WRONG_PATIENT).
             Refused, Unreachable, Malformed.
    """
    peer, patient = relationship.peer, relationship.patient
    with attempted(Transaction.SUMMARY_LIST, desk, relationship.login, peer) as attempt:
        wanted = iti38.ListRequest(patient, (DocumentClass.PATIENT_SUMMARY.value,))
        body = wanted.to_xml(peer.profile)
        attempt.note(class_code=DocumentClass.PATIENT_SUMMARY.value)
        reply = ask_about(
            relationship, Operation.LIST, body, service=Service.PATIENT_SUMMARY, desk=desk, attempt=attempt
        )
        answer = iti38.ListResponse.from_xml(reply.body)
        findings = reply.findings + of_wire(answer.findings, Source.SCHEMA)
        attempt.note(documents=tuple(entry.unique_id for entry in answer.entries))
        if iti38.foreign_entries(answer, patient):
            raise wrong_patient("an entry of the list")
        match answer.outcome():
            case iti38.ListRefused(error):
                raise declined(error, attempt, f"{peer.country} gives no list")
            case iti38.Listed(pairs, notices, unreadable):
                findings += of_country(notices) + not_as_asked(answer.entries, wanted, unreadable)
                note_findings(attempt, findings)
                entries = tuple(entry for pair in pairs for entry in pair.entries)
                return Listing(entries, pairs, findings, unreadable)


def preferred(listing: Listing) -> iti38.DocumentEntry:
    """The newest coded summary that is in force, or the newest there is.

    Raises: Refused: the list holds none.
    """
    kinds = (DocumentClass.PATIENT_SUMMARY.value, "")  # one without a class may be one
    summaries = [entry for entry in listing.documents if entry.class_code in kinds]
    if not summaries:
        raise Refused("the list holds no Patient Summary", ErrorCode.PS_NOT_FOUND)
    return max(
        summaries,
        key=lambda entry: (entry.status == APPROVED, entry.level is Level.L3, entry.created or ""),
    )


def fetch(entry: iti38.DocumentEntry, relationship: Relationship, desk: Desk) -> Fetched:
    """Retrieve one document (ITI-39), make sure that it is the right one, translate and display it.

    Raises:  Untrusted: another patient's (reason WRONG_PATIENT) or another document (WRONG_DOCUMENT).
             PeerFault: missing, not transcodable, no consent ..., with the country's code.
             Malformed: not a CDA.
             Refused, Unreachable.
    """
    peer = relationship.peer
    with attempted(Transaction.SUMMARY_RETRIEVE, desk, relationship.login, peer) as attempt:
        wanted = request_for(entry, peer)
        body = iti39.RetrieveRequest((wanted,)).to_xml(peer.profile)
        attempt.note(documents=(entry.unique_id,), class_code=entry.class_code)
        reply = ask_about(
            relationship,
            Operation.RETRIEVE,
            body,
            service=Service.PATIENT_SUMMARY,
            desk=desk,
            attempt=attempt,
        )
        answer = iti39.RetrieveResponse.from_xml(reply.body, reply.attached)
        given = delivered(answer, wanted, attempt, peer)
        document = parsed(given.document.content, peer)
        contradictions = same_patient(document, relationship.candidate)
        findings = (
            reply.findings
            + of_wire((*answer.findings, *given.findings), Source.SCHEMA)
            + of_country(given.notices)
            + as_listed(document, given.document, entry)
        )
        note_findings(attempt, findings + as_findings(contradictions))
    release, content = desk.terms.release.name, given.document.content
    fetched = Fetched(entry, content, document, None, None, findings, contradictions, release)
    return fetched if contradictions else _displayed(fetched, relationship, desk)


def despite_contradiction(fetched: Fetched, relationship: Relationship, desk: Desk) -> Fetched:
    """The clinician has seen the stop page and says that it is the same person; audited, then displayed."""
    with attempted(
        Transaction.CONTRADICTION_ACCEPTED, desk, relationship.login, relationship.peer
    ) as attempt:
        differing = ", ".join(each.trait for each in fetched.contradictions)
        attempt.note(
            patient_id=relationship.patient.cx(),
            patient_name=name_of(relationship.candidate),
            documents=(fetched.entry.unique_id,),
            detail=f"accepted: {differing}",
        )
    return _displayed(fetched, relationship, desk)


def _displayed(fetched: Fetched, relationship: Relationship, desk: Desk) -> Fetched:
    translation, display = in_norwegian(fetched.document, fetched.entry, relationship, desk)
    release = desk.terms.release.name  # another one may have been activated since the document came
    return replace(fetched, translation=translation, display=display, release=release, terms=desk.terms)

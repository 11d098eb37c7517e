"""One question to a country and its answer: envelope, carriage, the one permitted retry, envelope again."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from ncp.attempt import Attempt
from ncp.connection import HttpAnswer, Stale
from ncp.desk import Desk
from ncp.directory import Endpoint, Peer
from ncp.exchange import Operation
from ncp.finding import Finding, Source
from ncp.wire import mtom, soap
from ncp.wire.errors import ErrorCode, PeerFault

_HEADER = re.compile(rb"<([\w.-]+:)?Header[\s/>]")


@dataclass(frozen=True, slots=True)
class Reply:
    """The payload of an answer that belongs to our question; `attached` is what `mtom.detach` found in it."""

    body: etree._Element
    findings: tuple[Finding, ...]
    attached: Mapping[etree._Element, bytes]


def ask(
    operation: Operation,
    body: etree._Element,
    assertions: Sequence[bytes],
    *,
    peer: Peer,
    to: Endpoint,
    desk: Desk,
    attempt: Attempt,
) -> Reply:
    """Send `body` with the assertions (HCP before TRC) and read what comes back.

    A query whose kept connection turns out to be closed before the first byte of the answer is sent once
    more, with a MessageID of its own: peers refuse one that they have seen.

    Raises: Unreachable, Malformed, Untrusted; PeerFault: a SOAP fault; NotValid: bytes break the profile.
    """
    try:
        message_id, answer = _sent(operation, body, assertions, peer, to, desk, attempt)
    except Stale:
        message_id, answer = _sent(operation, body, assertions, peer, to, desk, attempt)
    root, attachments = mtom.unpack(answer.header("Content-Type") or "", answer.body)
    attempt.note(response_header=_header_hash(root), provider=answer.peer)
    if answer.warnings:
        attempt.note(error_reason=", ".join(answer.warnings))
    try:
        message = soap.read(root, answer_to=message_id)
    except soap.FaultReceived as fault:
        # The fault's text may say anything about anyone: it is in the evidence, not in what we show or log.
        parts = "/".join(part for part in (fault.code, fault.subcode) if part)
        raise PeerFault(
            f"{peer.country} answers with a SOAP fault ({parts})", _fault_code(operation)
        ) from fault
    attempt.note(response_id=message.message_id or None)
    attached = mtom.detach(message.body.getroottree().getroot(), attachments)
    findings = [Finding(Source.WIRE, "", each.what, each.where) for each in message.findings]
    if spare := len(attachments) - len(attached):  # whatever it is, it was sent and is not shown
        findings.append(
            Finding(Source.WIRE, "", f"{spare} attached parts that nothing refers to", "multipart")
        )
    return Reply(message.body, tuple(findings), attached)


def _sent(
    operation: Operation,
    body: etree._Element,
    assertions: Sequence[bytes],
    peer: Peer,
    to: Endpoint,
    desk: Desk,
    attempt: Attempt,
) -> tuple[str, HttpAnswer]:
    message_id = f"urn:uuid:{desk.new_id()}"
    envelope = soap.request(
        action=operation.action,
        to=to.url,
        message_id=message_id,
        assertions=assertions,
        body=body,
        profile=peer.profile,
    )
    attempt.note(request_id=message_id, request_header=_header_hash(envelope), provider_host=to.host)
    attempt.sent = True
    return message_id, desk.send(operation, to, envelope)


def _fault_code(operation: Operation) -> ErrorCode:
    """What a fault is called: in patient discovery "connection not possible". Source: wire.md 1.4."""
    return ErrorCode.NO_CONNECTION if operation is Operation.IDENTIFY else ErrorCode.GENERIC


def _header_hash(envelope: bytes) -> str | None:
    """SHA-256 of the SOAP header as it stands in the message; the header itself holds the assertions.

    Found before anything is parsed, so that an answer that turns out to be unreadable has its hash, too.
    Begin and end are looked for once each: one expression for both takes hours over rubbish that is full of
    beginnings.
    """
    begin = _HEADER.search(envelope)
    if begin is None:
        return None
    end = re.compile(rb"</" + re.escape(begin[1] or b"") + rb"Header\s*>").search(envelope, begin.end())
    return hashlib.sha256(envelope[begin.start() : end.end()]).hexdigest() if end else None


def query_text(body: etree._Element) -> str:
    """The part of a request that the ATNA message quotes: queryByParameter, AdhocQuery or DocumentRequest."""
    wanted = {"queryByParameter", "AdhocQuery", "DocumentRequest"}
    for element in body.iter(etree.Element):
        if etree.QName(element).localname in wanted:
            return etree.tostring(element, encoding="unicode", with_tail=False)
    return ""

"""SOAP 1.2 envelopes with WS-Addressing headers and the assertions in wsse:Security.

There is no message signature at this layer: integrity is TLS, authenticity is TLS and the signed
assertions, which is why those go in and out byte for byte. Source: SOAP 1.2 part 1; WS-Addressing 1.0;
wire specification 1.3 and 1.4.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element as Element

from ncp.wire.checked import lenient, strict
from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.findings import Finding
from ncp.wire.profile import Profile
from ncp.wire.soap_fault import FaultCode, FaultReceived, fault, fault_for, received_fault
from schemas.namespaces import ENV, SAML, WSA, WSSE, q
from schemas.validate import Schema
from schemas.xml import XmlRefused, parse, serialise

__all__ = [
    "ANONYMOUS",
    "FaultCode",
    "FaultReceived",
    "Message",
    "fault",
    "fault_for",
    "read",
    "request",
    "response",
]

ANONYMOUS = "http://www.w3.org/2005/08/addressing/anonymous"
_MUST_UNDERSTAND = q(ENV, "mustUnderstand")
_ROLES_OF_OURS = (
    None,
    "",
    "http://www.w3.org/2003/05/soap-envelope/role/next",
    "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
)
_SECURITY = q(WSSE, "Security")
_SINGLE = tuple(
    q(WSA, name) for name in ("To", "Action", "MessageID", "ReplyTo", "From", "FaultTo", "RelatesTo")
)
_IDS = etree.XPath("//@*[local-name()='ID' or local-name()='Id']")
# The profile knows three; a few more are read, so that a repeated kind can be named.
_MOST_ASSERTIONS = 8
_LONGEST_NAME = 64  # of a stranger's element, when an error quotes it
# Written where the assertions go; a text cannot hold it, because its "<" would be escaped.
_PLACE = "assertions"


@dataclass(frozen=True, slots=True)
class Message:
    """One message as read.

    Attributes:
        assertions: each assertion in wsse:Security as a document of its own, in the order received;
                    all namespace declarations in scope are kept, so that its signature still holds.
        body:       the payload element; `header` the env:Header (empty if the message had none).
        findings:   deviations of an answer that could be read all the same.
    """

    action: str
    message_id: str
    to: str | None
    relates_to: str | None
    reply_to: str | None
    assertions: tuple[bytes, ...] = field(repr=False)
    body: Element
    header: Element
    findings: tuple[Finding, ...] = ()

    @property
    def has_security(self) -> bool:
        """Whether a wsse:Security header was there, even an empty one."""
        return self.header.find(_SECURITY) is not None


def request(
    *,
    action: str,
    to: str,
    message_id: str,
    assertions: Sequence[bytes],
    body: Element,
    profile: Profile,
) -> bytes:
    """A request; `assertions` (NoK, HCP, TRC: profile 7 minds the order) leave exactly as signed.

    Raises:  ValueError: an assertion is not the bare bytes of one element.
    """
    envelope, header = _envelope(body)
    _text(header, "To", to, must_understand=True)
    _text(header, "Action", action, must_understand=True)
    _text(header, "MessageID", message_id)
    _text(etree.SubElement(header, q(WSA, "ReplyTo")), "Address", ANONYMOUS)
    security = etree.SubElement(header, _SECURITY, nsmap={"wsse": WSSE})
    if profile.security_must_understand is not None:
        security.set(_MUST_UNDERSTAND, profile.security_must_understand)
    etree.SubElement(security, _PLACE)
    before, place, after = serialise(envelope).partition(f"<{_PLACE}/>".encode())
    if not place or any(not _is_bare(assertion) for assertion in assertions):
        raise ValueError("an assertion must be the bare bytes of one element, without XML declaration")
    return b"".join((before, *assertions, after))


def response(*, action: str, message_id: str, relates_to: str, body: Element, profile: Profile) -> bytes:
    """A response to the request with the id `relates_to`. It carries no wsse:Security in any profile."""
    envelope, header = _envelope(body)
    # The addressing module of 7 marks what it adds, which is why clients of 7 tolerate the mark.
    _text(header, "Action", action, must_understand=profile is Profile.W7)
    _text(header, "MessageID", message_id)
    _text(header, "RelatesTo", relates_to)
    return serialise(envelope)


def read(data: bytes, *, answer_to: str | None = None) -> Message:
    """Read a request, or the answer to the request with the id `answer_to`.

    To, ReplyTo and wsse:Security are optional, a message id has any form. An answer may also lack its
    addressing headers and may demand headers that we do not know; both are kept as findings. An answer
    that names another request is refused.

    Raises:  NotValid: `kind` says which part is broken (`fault_for` knows the fault to answer with).
             FaultReceived: the body is a SOAP fault.
    """
    envelope = _parsed(data)
    header, body = _parts(envelope)
    payload = _payload(body)
    if payload.tag == q(ENV, "Fault"):
        raise received_fault(payload)
    _check_duplicates(header)
    findings = _check_headers(header, is_answer=answer_to is not None)
    if answer_to is None:
        strict(envelope, Schema.SOAP_ENVELOPE)
    else:
        findings += lenient(envelope, Schema.SOAP_ENVELOPE)
    relates_to = _header_text(header, "RelatesTo")
    if answer_to is not None and relates_to not in (None, answer_to):
        raise NotValid(
            "the answer belongs to another request", where="wsa:RelatesTo", kind=NotValidKind.HEADER_INVALID
        )
    return Message(
        action=_header_text(header, "Action") or "",
        message_id=_header_text(header, "MessageID") or "",
        to=_header_text(header, "To"),
        relates_to=relates_to,
        reply_to=_header_text(header, "ReplyTo", "Address"),
        assertions=_assertions(envelope, header),
        body=payload,
        header=header,
        findings=findings,
    )


def _envelope(body: Element) -> tuple[Element, Element]:
    """A new envelope round `body`, and its empty header. `body` moves into the envelope as it is."""
    envelope = etree.Element(q(ENV, "Envelope"), nsmap={"env": ENV})
    header = etree.SubElement(envelope, q(ENV, "Header"), nsmap={"wsa": WSA})
    etree.SubElement(envelope, q(ENV, "Body")).append(body)
    return envelope, header


def _text(parent: Element, name: str, text: str, *, must_understand: bool = False) -> None:
    el = etree.SubElement(parent, q(WSA, name))
    el.text = text
    if must_understand:
        el.set(_MUST_UNDERSTAND, "1")


def _is_bare(assertion: bytes) -> bool:
    return (
        assertion.startswith(b"<") and not assertion.startswith((b"<?", b"<!")) and assertion.endswith(b">")
    )


def _parsed(data: bytes) -> Element:
    try:
        envelope = parse(data)
    except XmlRefused as error:
        raise NotValid(f"XML refused: {error.reason}", kind=NotValidKind.XML) from error
    name = etree.QName(envelope)
    if name.localname == "Envelope" and name.namespace != ENV:
        raise NotValid("not SOAP 1.2", where="Envelope", kind=NotValidKind.SOAP_VERSION)
    if envelope.tag != q(ENV, "Envelope"):
        raise NotValid("no SOAP envelope", where=name.localname[:_LONGEST_NAME], kind=NotValidKind.ENVELOPE)
    return envelope


def _parts(envelope: Element) -> tuple[Element, Element]:
    """Header (an empty one if there is none) and Body; nothing else may be in the envelope."""
    children = list(envelope.iterchildren(etree.Element))
    names = [child.tag for child in children]
    if names == [q(ENV, "Body")]:
        return etree.Element(q(ENV, "Header")), children[0]
    if names != [q(ENV, "Header"), q(ENV, "Body")]:
        raise NotValid("must hold one Header and one Body", where="Envelope", kind=NotValidKind.ENVELOPE)
    return children[0], children[1]


def _payload(body: Element) -> Element:
    children = list(body.iterchildren(etree.Element))
    if len(children) != 1:
        raise NotValid("must hold exactly one element", where="Body", kind=NotValidKind.ENVELOPE)
    return children[0]


def _check_duplicates(header: Element) -> None:
    for tag in _SINGLE:
        if len(list(header.iterchildren(tag))) > 1:
            where = f"wsa:{etree.QName(tag).localname}"
            raise NotValid("occurs more than once", where=where, kind=NotValidKind.HEADER_DUPLICATE)
    if len(list(header.iterchildren(_SECURITY))) > 1:
        raise NotValid("occurs more than once", where="wsse:Security", kind=NotValidKind.ENVELOPE)


def _check_headers(header: Element, *, is_answer: bool) -> tuple[Finding, ...]:
    """Required headers are there and demanded ones are known; in an answer a lack is only a finding."""
    findings: list[Finding] = []
    for name in ("Action", "MessageID", *(("RelatesTo",) if is_answer else ())):
        if _header_text(header, name):
            continue
        if not is_answer:
            raise NotValid("is missing", where=f"wsa:{name}", kind=NotValidKind.HEADER_MISSING)
        findings.append(Finding(where=f"wsa:{name}", what="is missing"))
    for el in header.iterchildren(etree.Element):
        known = etree.QName(el).namespace == WSA or el.tag == _SECURITY
        if known or not _demands_understanding(el):
            continue
        where = f"Header/{etree.QName(el).localname[:_LONGEST_NAME]}"
        if not is_answer:
            raise NotValid(
                "demands to be understood and is not known", where=where, kind=NotValidKind.MUST_UNDERSTAND
            )
        findings.append(Finding(where=where, what="demanded header is not known"))
    return tuple(findings)


def _demands_understanding(el: Element) -> bool:
    """Whether a header must be understood by us: marked so, and meant for our role."""
    return el.get(_MUST_UNDERSTAND, "").strip() in ("1", "true") and el.get(q(ENV, "role")) in _ROLES_OF_OURS


def _header_text(header: Element, *path: str) -> str | None:
    """Trimmed text of an addressing header, None if absent or blank; a comment does not cut it short."""
    el = header.find("/".join(q(WSA, name) for name in path))
    return None if el is None else "".join(el.itertext(etree.Element)).strip() or None


def _assertions(envelope: Element, header: Element) -> tuple[bytes, ...]:
    """The assertions that are children of wsse:Security; none of their IDs may occur twice in the message.

    A copy elsewhere in the envelope is how a signature is wrapped: the reference resolves to one, the
    reader takes the other.
    """
    security = header.find(_SECURITY)
    found = [] if security is None else list(security.iterchildren(q(SAML, "Assertion")))
    if len(found) > _MOST_ASSERTIONS:
        raise NotValid("too many assertions", where="wsse:Security", kind=NotValidKind.ASSERTION)
    ids: Counter[str] = Counter(_IDS(envelope) if found else ())
    if any(ids[assertion.get("ID", "")] != 1 for assertion in found):
        raise NotValid(
            "its ID is missing or occurs more than once",
            where="wsse:Security/saml:Assertion",
            kind=NotValidKind.SIGNATURE,
        )
    return tuple(
        etree.tostring(assertion, encoding="UTF-8", xml_declaration=False, with_tail=False)
        for assertion in found
    )

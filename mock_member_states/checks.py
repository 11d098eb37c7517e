"""Who asks, and may they? Every check of a request's assertions, signatures before content.

Source: wire specification 4.1 to 4.4; the rules themselves are `ncp.wire.assertion_rules`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lxml.etree import _Element as Element

from mock_member_states.trust import Trust
from ncp.wire import certificates, xmldsig
from ncp.wire.assertion_rules import (
    Problem,
    ProblemKind,
    country_problems,
    hcp_problems,
    nok_problems,
    trc_problems,
)
from ncp.wire.errors import NotValid, Untrusted
from ncp.wire.permissions import Operation
from ncp.wire.profile import Profile
from ncp.wire.saml import AssertionKind, HcpAssertion, NokAssertion, TrcAssertion, kind_of
from schemas.validate import Schema, violations
from schemas.xml import XmlRefused, parse

_SCHEMAS = {
    AssertionKind.HCP: Schema.HCP_ASSERTION,
    AssertionKind.TRC: Schema.TRC_ASSERTION,
    AssertionKind.NOK: Schema.NOK_ASSERTION,
}
_READERS = {
    AssertionKind.HCP: HcpAssertion.from_xml,
    AssertionKind.TRC: TrcAssertion.from_xml,
    AssertionKind.NOK: NokAssertion.from_xml,
}


@dataclass(slots=True)
class Credentials:
    """The assertions of a request, each verified and read; nothing that was not signed is in here."""

    hcp: HcpAssertion | None = None
    trc: TrcAssertion | None = None
    nok: NokAssertion | None = None
    schema_problems: list[Problem] = field(default_factory=list)


class NotAccepted(Exception):
    """The request is refused. `problems` is never empty; the first one decides the answer.

    `credentials` holds what could be verified, for the audit line.
    """

    def __init__(self, problems: Sequence[Problem], credentials: Credentials | None = None) -> None:
        super().__init__("; ".join(problem.text for problem in problems))
        self.problems, self.credentials = tuple(problems), credentials or Credentials()


@dataclass(frozen=True, slots=True)
class Checker:
    """The circumstances under which a request's assertions are judged."""

    trust: Trust
    sender: str  # country of the TLS client certificate
    now: datetime
    profile: Profile

    def authenticate(self, assertions: Sequence[bytes]) -> Credentials:
        """Verify signatures, seals and countries, then read; what breaks the schema is kept for `authorise`.

        Raises: NotAccepted: with everything that is wrong, the gravest first.
        """
        found = _by_kind(assertions)
        credentials, seals, problems = Credentials(), [], []
        for kind, assertion in found.items():
            try:
                signed, seal_country = self._verified(assertion)
                seals.append(seal_country)
            except Untrusted as error:
                text = f"{kind.name}: {error.reason}: {error.context}"
                problems.append(Problem(ProblemKind.TRUST, kind, text))
                continue
            if violations(assertion, _SCHEMAS[kind], explain=False):
                text = f"{kind.name} breaks the SAML schema"
                credentials.schema_problems.append(Problem(ProblemKind.SCHEMA, kind, text))
            try:
                setattr(credentials, kind.name.lower(), _READERS[kind](signed))
            except NotValid as error:
                problems.append(Problem(ProblemKind.FIELD, kind, f"{kind.name}: {error}"))
        read = [one for one in (credentials.hcp, credentials.trc, credentials.nok) if one is not None]
        problems += country_problems(read, seal_countries=seals, tls_country=self.sender)
        if problems:
            raise NotAccepted(problems, credentials)
        return credentials

    def authorise(self, credentials: Credentials, operations: Sequence[Operation]) -> None:
        """Judge content and rights for every operation asked for.

        Raises: NotAccepted: as above.
        """
        hcp, trc, nok = credentials.hcp, credentials.trc, credentials.nok
        if hcp is None:
            raise NotAccepted(
                [Problem(ProblemKind.NO_HCP, AssertionKind.HCP, "no HCP assertion")], credentials
            )
        problems = [
            problem
            for operation in operations
            for problem in hcp_problems(hcp, now=self.now, operation=operation)
        ]
        if trc is not None:
            problems += trc_problems(trc, hcp=hcp, now=self.now)
        elif any(operation.needs_trc for operation in operations):
            problems.append(Problem(ProblemKind.NO_TRC, AssertionKind.TRC, "no TRC assertion"))
        if nok is not None:
            problems += nok_problems(nok, hcp=hcp, now=self.now, profile=self.profile)
        problems += credentials.schema_problems  # last: a rule has the more telling code
        if problems:
            raise NotAccepted(list(dict.fromkeys(problems)), credentials)

    def _verified(self, assertion: Element) -> tuple[Element, str]:
        """The signed content and the country of the seal.  Raises: Untrusted."""
        leaf = xmldsig.embedded_certificate(assertion)
        country = certificates.country_of(leaf)
        self.trust.check_seal(leaf, country, self.now)
        return xmldsig.verified(assertion, leaf), country


def _by_kind(assertions: Sequence[bytes]) -> dict[AssertionKind, Element]:
    """Raises: NotAccepted: an unknown kind, two of one kind, or no HCP assertion."""
    found: dict[AssertionKind, Element] = {}
    problems = []
    for data in assertions:
        try:
            assertion = parse(data)
        except XmlRefused as error:
            problems.append(Problem(ProblemKind.TRUST, None, f"assertion refused as XML: {error.reason}"))
            continue
        kind = kind_of(assertion)
        if kind is None:
            problems.append(Problem(ProblemKind.UNKNOWN_KIND, None, "unknown issuer qualifier"))
        elif kind in found:
            problems.append(Problem(ProblemKind.REPEATED_KIND, kind, f"two {kind.name} assertions"))
        else:
            found[kind] = assertion
    if problems:
        raise NotAccepted(problems)
    if AssertionKind.HCP not in found:
        raise NotAccepted([Problem(ProblemKind.NO_HCP, AssertionKind.HCP, "no HCP assertion")])
    return found

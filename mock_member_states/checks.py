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
from ncp.wire.assertion_selection import select
from ncp.wire.errors import NotValid, Untrusted
from ncp.wire.permissions import Operation
from ncp.wire.profile import Profile
from ncp.wire.saml import AssertionKind, HcpAssertion, NokAssertion, TrcAssertion
from schemas.validate import Schema, violations

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
    open_problems: list[Problem] = field(default_factory=list)  # for `authorise` to report


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
    reference_exact: bool = False

    def authenticate(self, assertions: Sequence[bytes], operation: Operation) -> Credentials:
        """Verify signatures, seals and countries, then read; a missing TRC and what breaks SAML's own schema
        are kept for `authorise`.

        Only SAML's schema is asked: what the profile demands beyond it is a rule with a code of its own, and
        what it leaves open (order of the statements, name formats) OpenNCP accepts, too.

        Raises: NotAccepted: with everything that is wrong, the gravest first.
        """
        as_openncp_7 = self.reference_exact and self.profile is Profile.W7
        found = select(assertions, operation=operation, as_openncp_7=as_openncp_7)
        absent = [problem for problem in found.problems if problem.kind is ProblemKind.NO_TRC]
        if len(found.problems) > len(absent):
            raise NotAccepted(found.problems)
        credentials, seals, problems = Credentials(open_problems=absent), [], []
        for kind, assertion in found.by_kind.items():
            try:
                signed, seal_country = self._verified(assertion)
                seals.append(seal_country)
            except Untrusted as error:
                text = f"{kind.name}: {error.reason}: {error.context}"
                problems.append(Problem(ProblemKind.TRUST, kind, text))
                continue
            if violations(assertion, Schema.SAML_ASSERTION, explain=False):
                text = f"{kind.name} breaks the SAML schema"
                credentials.open_problems.append(Problem(ProblemKind.SCHEMA, kind, text))
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
        if nok is not None:
            problems += nok_problems(nok, hcp=hcp, now=self.now, profile=self.profile)
        problems += credentials.open_problems  # last: a rule has the more telling code
        if problems:
            raise NotAccepted(list(dict.fromkeys(problems)), credentials)

    def _verified(self, assertion: Element) -> tuple[Element, str]:
        """The signed content and the country of the seal.  Raises: Untrusted."""
        leaf = xmldsig.embedded_certificate(assertion)
        country = certificates.country_of(leaf)
        self.trust.check_seal(leaf, country, self.now)
        return xmldsig.verified(assertion, leaf), country

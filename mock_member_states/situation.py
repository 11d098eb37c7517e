"""What a transaction may look at, what it must be able to do, and two answers that several of them give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lxml.etree import _Element as Element

from mock_member_states.audit_trail import Entry
from mock_member_states.checks import Credentials, NotAccepted
from mock_member_states.country import Country
from mock_member_states.prescription_register import PrescriptionRegister
from mock_member_states.refusals import Refusal, Transaction
from mock_member_states.register import Register
from ncp.wire.assertion_rules import Problem, ProblemKind
from ncp.wire.errors import NotValid
from ncp.wire.permissions import Operation
from ncp.wire.profile import Profile
from ncp.wire.registry import RegistryError
from ncp.wire.saml import AssertionKind, TrcAssertion


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a transaction may look at. `entry` is filled in as facts become known."""

    country: Country
    register: Register
    prescriptions: PrescriptionRegister
    now: datetime
    new_id: Callable[[], str]
    entry: Entry

    @property
    def profile(self) -> Profile:
        return self.country.wire_profile

    @property
    def exact(self) -> bool:
        return self.country.reference_exact


class NoConsent(Exception):
    """The patient has not agreed that anything is given out."""


class Handler(Protocol):
    """One question being answered. `invalid` is what keeps the question from being read, if anything does."""

    transaction: Transaction
    action: str
    answer_action: str
    invalid: NotValid | None

    def operations(self) -> list[Operation]: ...
    def perform(self, credentials: Credentials) -> Element: ...
    def refuse(self, refusal: Refusal, text: str) -> Element: ...
    def no_consent(self) -> Element: ...


def trc_of(credentials: Credentials) -> TrcAssertion:
    """The treatment relationship confirmed.  Raises: NotAccepted: there is none."""
    if credentials.trc is None:  # `authorise` has demanded it
        raise NotAccepted([Problem(ProblemKind.NO_TRC, AssertionKind.TRC, "no TRC assertion")], credentials)
    return credentials.trc


def consent_error(at: Situation) -> RegistryError:
    """What list and retrieve say when the patient has not agreed."""
    code = at.profile.consent_refusal_code
    at.entry.codes = [code]
    return RegistryError(code, "The patient has not consented")

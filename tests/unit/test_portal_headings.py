"""Over each sentence that says no stands what kind of answer it is."""

import re
from pathlib import Path

import pytest

import ncp.portal
from ncp.audit_event import AuditFailed
from ncp.connection import TimedOut
from ncp.declined import Declined
from ncp.policy import NotPermitted
from ncp.portal.failures import failure_of
from ncp.portal.headings import heading_over
from ncp.wire.errors import ErrorCode, Malformed, PeerFault, Refused, Untrusted
from terminology.pages.messages import LANGUAGES, messages

NB = messages("nb")


@pytest.mark.parametrize(
    ("error", "heading", "ordinary"),
    [
        (PeerFault("x", ErrorCode.NO_MATCH), "Ingen treff på pasienten", True),
        (PeerFault("x", ErrorCode.PS_NO_CONSENT), "Opplysningene deles ikke", True),
        (Declined("x", ErrorCode.PI_GENERIC, reason="InsufficientRights"), "Opplysningene deles ikke", True),
        (Declined("x", ErrorCode.PI_GENERIC, reason="EHICDataRequested"), "Landet trenger flere", True),
        (PeerFault("x", "1102"), "Ingen pasientoppsummering", True),
        (PeerFault("x", "4703"), "Du har ikke tilgang", False),
        (NotPermitted("x"), "Du har ikke tilgang", False),
        (TimedOut("x"), "Landet svarer ikke nå", False),
        (Malformed("x"), "Svaret kan ikke leses", False),
        (Untrusted("x", reason="WRONG_PATIENT"), "Svaret er stoppet", False),
        (PeerFault("x", "4101"), "Landet klarte det ikke", False),
        (Refused("x"), "Ingenting er sendt", False),
        (AuditFailed("x"), "Noe gikk galt", False),
    ],
)
def test_the_heading_names_the_kind_of_answer(error, heading, ordinary):
    failure = failure_of(error, NB, None)
    assert failure.heading.startswith(heading) and failure.ordinary is ordinary


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_that_turns_somebody_back_has_a_heading(language):
    source = "".join(path.read_text(encoding="utf-8") for path in Path(ncp.portal.__path__[0]).glob("*.py"))
    keys = set(re.findall(r'(?:Turned|_other_patient)\(\s*"([a-z_.]+)"', source))
    assert len(keys) > 15
    for key in keys | {"error.page_not_found", "portal.method_not_allowed"}:
        assert heading_over(key) in messages(language), key

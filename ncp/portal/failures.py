"""Failures as Norwegian sentences: what happened, what the clinician can do, the EU code in small print."""

from dataclasses import dataclass

from ncp.directory import Peer
from ncp.error_tables import http_status
from ncp.policy import NotPermitted
from ncp.wire.errors import Malformed, NcpError, Refused, Untrusted
from terminology.pages.messages import Messages

WRONG_ANSWERS = {
    "WRONG_PATIENT": "error.wrong_patient",
    "WRONG_DOCUMENT": "error.wrong_document",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What the error summary shows. `code` is the EU code, `reference` the audit row; no national detail."""

    sentence: str
    code: str
    status: int
    reference: str | None = None


def failure_of(error: NcpError, words: Messages, peer: Peer | None) -> Failure:
    """The sentence for an error. The text inside the error is for testers and logs, never for this page."""
    country = peer.name(words.language) if peer else words.text("portal.the_country")
    code = str(error.code)
    return Failure(_sentence(error, code, words, country), code, http_status(error), error.reference)


def _sentence(error: NcpError, code: str, words: Messages, country: str) -> str:
    if isinstance(error, NotPermitted) and f"portal.{error.key}" in words:
        return words.text(f"portal.{error.key}")
    if isinstance(error, Untrusted):
        return words.text(WRONG_ANSWERS.get(error.reason, "error.untrusted"), country=country)
    if isinstance(error, Malformed):
        return words.text("error.malformed", country=country)
    if isinstance(error, Refused) and code == "ERROR_GENERIC":
        return words.text("portal.error.refused")
    return words.error(code, country=country)

"""What the clinician should know of an answer beside its content; the details are the tester's."""

from collections.abc import Iterable
from dataclasses import dataclass

from ncp.directory import Peer
from ncp.finding import Finding, Source
from ncp.patient_summary import Fetched, Listing
from terminology.pages.messages import Messages


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence, with the EU code of the country's remark if it is one."""

    text: str
    code: str = ""


def of_list(listing: Listing, peer: Peer, words: Messages) -> list[Notice]:
    """The country's remarks about its list, and documents that the list holds but nobody can read."""
    country = peer.name(words.language)
    found = list(_remarks(listing.findings, country, words))
    if listing.unreadable:
        text = words.text("portal.documents.unreadable", country=country, count=listing.unreadable)
        found.insert(0, Notice(text))
    elif _breaks_form(listing.findings):
        found.append(Notice(words.text("portal.documents.form", country=country)))
    return found


def of_document(fetched: Fetched, peer: Peer, words: Messages) -> list[Notice]:
    """Remarks, where the document differs from the list, and whether its answer breaks the format."""
    country = peer.name(words.language)
    found = list(_remarks(fetched.findings, country, words))
    if any(each.source is Source.DOCUMENT for each in fetched.findings):
        found.append(Notice(words.text("portal.finding.differs")))
    if _breaks_form(fetched.findings):
        found.append(Notice(words.text("portal.finding.form", country=country)))
    return found


def _remarks(findings: Iterable[Finding], country: str, words: Messages) -> Iterable[Notice]:
    """The country's remarks by code, each once. Its own words may name anybody and stay with the tester."""
    codes = dict.fromkeys(each.code for each in findings if each.source is Source.COUNTRY)
    for code in codes:
        known = f"error.{code}" in words
        text = words.error(code, country=country) if known else words.text("portal.remark", country=country)
        yield Notice(text, code)


def _breaks_form(findings: Iterable[Finding]) -> bool:
    return any(each.source in (Source.SCHEMA, Source.WIRE) for each in findings)

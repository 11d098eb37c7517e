"""What the clinician should know of an answer beside its content; the details are the tester's."""

from collections.abc import Iterable
from dataclasses import dataclass

from cda.check import Verdict
from cda.checking.finding import Severity
from cda.checking.own import UNDECIDED
from ncp.directory import Peer
from ncp.finding import Finding, Source
from ncp.patient_summary import Fetched, Listing
from terminology.pages.messages import Messages

MOST_ITEMS = 100


@dataclass(frozen=True, slots=True)
class Item:
    """One line behind a notice: what it is, a sentence, and where in the document."""

    label: str
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence, with the EU code of the country's remark if it is one, and the list behind it."""

    text: str
    code: str = ""
    items: tuple[Item, ...] = ()
    more: str = ""  # a last line, where the items are not all


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
    if fetched.verdict is not None and _breaks_rules(fetched.verdict):
        found.append(_of_rules(fetched.verdict, words))
    if fetched.unjudged:
        found.append(Notice(words.text("portal.finding.unjudged")))
    return found


def _breaks_rules(verdict: Verdict) -> bool:
    """Whether anything was found but value sets of which we hold a part only."""
    return any(finding.rule != UNDECIDED.id for finding in verdict.findings)


def _of_rules(verdict: Verdict, words: Messages) -> Notice:
    """How much the rules find, and behind it what and where."""
    labels = {severity: words.text(f"portal.finding.{severity}") for severity in Severity}
    items = [
        Item(labels[each.severity], each.sentence(words.language), each.location)
        for each in verdict.findings[:MOST_ITEMS]
    ]
    warnings = len(verdict.findings) - verdict.errors
    text = words.text("portal.finding.rules", errors=verdict.errors, warnings=warnings)
    left = len(verdict.findings) - MOST_ITEMS
    more = words.text("portal.finding.more", number=left) if left > 0 else ""
    return Notice(text, items=tuple(items), more=more)


def _remarks(findings: Iterable[Finding], country: str, words: Messages) -> Iterable[Notice]:
    """The country's remarks by code, each once. Its own words may name anybody and stay with the tester."""
    codes = dict.fromkeys(each.code for each in findings if each.source is Source.COUNTRY)
    for code in codes:
        known = words.knows(code)
        text = words.error(code, country=country) if known else words.text("portal.remark", country=country)
        yield Notice(text, code)


def _breaks_form(findings: Iterable[Finding]) -> bool:
    return any(each.source in (Source.SCHEMA, Source.WIRE) for each in findings)

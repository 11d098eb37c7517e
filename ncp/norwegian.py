"""A checked document in Norwegian: translated, displayed and used, and each of it recorded."""

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from cda import display, translate
from cda.document import Document
from ncp.attempt import attempted
from ncp.audit_event import Transaction
from ncp.desk import Desk
from ncp.relationship import Relationship, name_of
from ncp.wire.iti38 import DocumentEntry

OSLO = ZoneInfo("Europe/Oslo")  # where the reader's calendar hangs


def in_norwegian(
    document: Document, entry: DocumentEntry, relationship: Relationship, desk: Desk
) -> tuple[translate.Translation, display.Display]:
    """Translate from the pivot (EHDSI-94) and display.

    Raises: AuditFailed: it could not be recorded, so it is not shown.
    """
    with attempted(Transaction.TRANSLATE, desk, relationship.login, relationship.peer) as attempt:
        attempt.note(
            patient_id=relationship.patient.cx(),
            patient_name=name_of(relationship.candidate),
            documents=(entry.unique_id,),
            release=desk.terms.release.name,
        )
        translation = translate.translate(document.tree, desk.terms, language="nb-NO")
        shown = displayed(document, relationship, desk, desk.clock())
        counts = shown.counts
        if shown.missing:  # the page's self-check: it says so on top, and the trail says so too
            attempt.partial()
        attempt.note(
            detail=f"sections {counts.sections}, entries {counts.entries_shown} of {counts.entries}, "
            f"facts {counts.facts_shown} of {counts.facts}, "
            f"translated {counts.translated}, untranslated {counts.untranslated}"
        )
    if desk.gaps is not None:
        desk.gaps(translation, relationship.peer.country)
    return translation, shown


class Use(StrEnum):
    """What a clinician did with a displayed document beyond reading it."""

    ORIGINAL_OPENED = "original opened"
    PRINTED = "printed"
    COPIED = "copied to the journal"


def record_use(use: Use, entry: DocumentEntry, relationship: Relationship, desk: Desk) -> None:
    """Write it down. Source: norway.md 5.3.

    Raises: AuditFailed: it could not be recorded, so it must not happen.
    """
    with attempted(Transaction.DOCUMENT_USED, desk, relationship.login, relationship.peer) as attempt:
        attempt.note(
            patient_id=relationship.patient.cx(),
            patient_name=name_of(relationship.candidate),
            documents=(entry.unique_id,),
            detail=str(use),
        )


def displayed(
    document: Document,
    relationship: Relationship,
    desk: Desk,
    retrieved: datetime,
    attachment_href: str | None = None,
) -> display.Display:
    """Display a document that came at `retrieved`, in the language of the desk.

    Args: attachment_href: where the file of a level 1 document is served, if it is.
    """
    context = display.DisplayContext(
        country=relationship.peer.name(desk.language),
        retrieved=retrieved,
        today=desk.clock().astimezone(OSLO).date(),
        test_environment=desk.test_environment,
        attachment_href=attachment_href,
    )
    return display.page(document, desk.terms, language=desk.language, context=context)

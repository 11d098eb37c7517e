"""A checked document in Norwegian: translated and displayed, and that is recorded too."""

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
        now = desk.clock()
        context = display.DisplayContext(
            country=relationship.peer.name(desk.language),
            retrieved=now,
            today=now.astimezone(OSLO).date(),
            test_environment=desk.test_environment,
        )
        shown = display.page(document, desk.terms, language=desk.language, context=context)
        counts = shown.counts
        attempt.note(
            detail=f"sections {counts.sections}, entries {counts.entries}, "
            f"translated {counts.translated}, untranslated {counts.untranslated}"
        )
    return translation, shown

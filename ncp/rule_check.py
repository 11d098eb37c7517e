"""Is a fetched document as the rules want it? Judged beside the display, never instead of it.

Real documents of real countries break rules, so a verdict refuses nothing: it is recorded and shown.
"""

from collections import Counter
from dataclasses import replace

import structlog

from cda.check import Verdict, check
from ncp.attempt import attempted
from ncp.audit_event import Transaction
from ncp.desk import Desk
from ncp.patient_summary import Fetched
from ncp.relationship import Relationship, name_of
from ncp.wire.errors import NcpError

log = structlog.get_logger(__name__)


def checked(fetched: Fetched, relationship: Relationship, desk: Desk) -> Fetched:
    """The document with its verdict; one that has it already comes back as it is.

    One over which the rules break is `unjudged`, and shown like any other: a bug here must hide no allergy.

    Raises: AuditFailed: it could not be recorded, so it is not shown.
    """
    if fetched.verdict is not None or fetched.unjudged:
        return fetched
    try:
        return replace(fetched, verdict=_verdict(fetched, relationship, desk))
    except NcpError:
        raise
    except Exception as error:  # recorded already; its text may quote the document
        log.error("rules broke", kind=type(error).__name__)
        return replace(fetched, unjudged=True)


def _verdict(fetched: Fetched, relationship: Relationship, desk: Desk) -> Verdict:
    with attempted(Transaction.DOCUMENT_CHECKED, desk, relationship.login, relationship.peer) as attempt:
        attempt.note(
            patient_id=relationship.patient.cx(),
            patient_name=name_of(relationship.candidate),
            documents=(fetched.entry.unique_id,),
        )
        verdict = check(fetched.document.tree, fetched.terms or desk.terms)
        if verdict.errors:
            attempt.partial()
        attempt.note(detail=_summary(verdict))
    return verdict


def _summary(verdict: Verdict) -> str:
    """Which rules were broken how often; nothing of what the document says."""
    broken = Counter(finding.rule for finding in verdict.findings)
    warnings = len(verdict.findings) - verdict.errors
    by = f"W{verdict.rules}" if verdict.rules else "none"
    said = f"{verdict.kind or 'unknown kind'}, rules {by}, errors {verdict.errors}, warnings {warnings}"
    listed = ", ".join(f"{rule} {count}" for rule, count in broken.most_common())
    return f"{said}: {listed}" if listed else said

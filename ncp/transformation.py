"""Documents translated for other systems: what lies behind `/translate` and `/transcode`.

Every transformation leaves an audit row with the ids of the document that came and of the one that went;
without the row nothing is given out.
"""

from lxml import etree

from cda.parse import NotCda, parse
from cda.translate import Finding, Gravity, translate
from ncp.audit_event import AuditEvent, Outcome, Transaction
from ncp.desk import Desk
from terminology import issues
from terminology.issues import Issue, Source
from terminology.rest import Transformed, Untransformable

__all__ = ["Transformed", "translated"]


def translated(desk: Desk, content: bytes, language: str, request_id: str) -> Transformed:
    """A pivot document in a language, with the release that is active now.

    Raises: Untransformable: no CDA document; audited like the others.
            AuditFailed: it could not be recorded.
    """
    desk = desk.at_work()
    try:
        document = parse(content)
    except NotCda as error:
        _record(desk, request_id, (), Outcome.PERMANENT_FAILURE, f"4513 {error.reason}")
        raise Untransformable(issues.error(Source.TM, "4513", str(error.reason))) from error
    done = translate(document.tree, desk.terms, language=language)
    out = etree.tostring(done.tree, xml_declaration=True, encoding="UTF-8")
    ids = (_id_of(document.tree.getroottree().getroot()), _id_of(done.tree))
    errors = tuple(_placed(each) for each in done.issues if each.gravity is Gravity.BLOCKING)
    warnings = tuple(_placed(each) for each in done.issues if each.gravity is not Gravity.BLOCKING)
    outcome = Outcome.PARTIAL if done.untranslated else Outcome.SUCCESS
    _record(desk, request_id, ids, outcome, f"translated {done.translated}, untranslated {done.untranslated}")
    return Transformed(out, str(done.status), errors, warnings)


def _placed(finding: Finding) -> tuple[Issue, str]:
    return finding.issue, finding.path


def _record(desk: Desk, request_id: str, ids: tuple[str, ...], outcome: Outcome, detail: str) -> None:
    desk.audit.write(
        AuditEvent(
            at=desk.clock(),
            transaction=Transaction.TRANSLATE,
            outcome=outcome,
            source=desk.audit_source,
            consumer=desk.own.consumer,
            documents=ids,
            request_id=f"urn:uuid:{request_id}",
            release=desk.terms.release.name,
            detail=detail,
        )
    )


def _id_of(root: etree._Element) -> str:
    """The document id as root and extension, as unique ids are written; empty: there is none."""
    el = root.find("{urn:hl7-org:v3}id")
    if el is None:
        return ""
    return "^".join(part for part in (el.get("root"), el.get("extension")) if part)

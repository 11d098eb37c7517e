"""Documents transformed for other systems: what lies behind `/translate` and `/transcode`.

Every transformation leaves an audit row with the ids of the document that came and of the one that went;
without the row nothing is given out. Both are EHDSI-94: transcoding has no number of its own.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lxml import etree

from cda.document import Document
from cda.parse import NotCda, parse
from cda.transcode import transcode
from cda.translate import Finding, Gravity, Status, translate
from ncp.audit_event import AuditEvent, Outcome, Transaction
from ncp.desk import Desk
from terminology import issues
from terminology.catalogue import Catalogue
from terminology.designation import Status as TextStatus
from terminology.issues import Issue, Source
from terminology.mapping import ConceptMapping, Mappings, MappingStatus, Relationship
from terminology.releases.reading import ReleasedMapping
from terminology.rest import Transformed, Untransformable

__all__ = ["Transformed", "transcoded", "translated"]
_KEPT = 3  # releases whose mappings are put together
# A release says what the target is to the source, a mapping what the source is to the target.
_RELATIONSHIPS = {
    "equivalent": Relationship.EQUIVALENT,
    "broader": Relationship.NARROWER,
    "narrower": Relationship.BROADER,
}
_mappings: OrderedDict[str, Mappings] = OrderedDict()  # by hash of the release


def translated(desk: Desk, content: bytes, language: str, request_id: str) -> Transformed:
    """A pivot document in a language, with the release that is active now.

    Raises: Untransformable: no CDA document; audited like the others.
            AuditFailed: it could not be recorded.
    """
    desk = desk.at_work()
    with _recorded(desk, request_id) as row:
        document = parse(content)
        done = translate(document.tree, desk.terms, language=language)
        row.ids = _ids(document, done.tree)
        row.outcome = _outcome(done.status, done.untranslated)
        row.detail = f"translated {done.translated}, untranslated {done.untranslated}"
        answer = _transformed(done.tree, str(done.status), done.issues)
    return answer


def transcoded(desk: Desk, content: bytes, request_id: str) -> Transformed:
    """A friendly document as pivot, by the mappings of the release that is active now.

    Raises: as `translated`.
    """
    desk = desk.at_work()
    with _recorded(desk, request_id) as row:
        document = parse(content)
        done = transcode(document.tree, mappings_of(desk.terms))
        row.ids = _ids(document, done.tree)
        row.outcome = _outcome(done.status, done.unmapped)
        row.detail = f"transcoded {done.transcoded}, unmapped {done.unmapped}"
        answer = _transformed(done.tree, str(done.status), done.findings)
    return answer


def mappings_of(terms: Catalogue) -> Mappings:
    """The mappings of a release onto itself, put together once per release.

    Raises: ValueError: several active mappings of a concept and no preferred one; no release is made of such.
    """
    key = terms.release.hash
    if (found := _mappings.get(key)) is None:
        found = _mappings[key] = Mappings.of(terms, map(_mapping, terms.mappings))
        while len(_mappings) > _KEPT:
            _mappings.popitem(last=False)
    return found


def _mapping(released: ReleasedMapping) -> ConceptMapping:
    status = MappingStatus.DRAFT
    if released.status in (TextStatus.ACTIVE, TextStatus.RETIRED):
        status = MappingStatus(released.status.value)
    relationship = _RELATIONSHIPS.get(released.relationship, Relationship.RELATED)
    return ConceptMapping(released.source, "", released.target, relationship, status, released.preferred)


@dataclass(slots=True)
class _Row:
    """What the row will say when the work ends as it should."""

    ids: tuple[str, ...] = ()
    outcome: Outcome = Outcome.SUCCESS
    detail: str = ""


@contextmanager
def _recorded(desk: Desk, request_id: str) -> Iterator[_Row]:
    """Write the row of one transformation, however it ends.

    Raises: Untransformable: no CDA document. AuditFailed: it could not be recorded.
    """
    row = _Row()
    try:
        yield row
    except NotCda as error:
        _record(desk, request_id, _failed(f"4513 {error.reason}"))
        raise Untransformable(issues.error(Source.TM, "4513", str(error.reason))) from error
    except BaseException as error:  # a bug: recorded by its type alone, then on its way
        _record(desk, request_id, _failed(f"unexpected {type(error).__name__}"))
        raise
    _record(desk, request_id, row)


def _failed(detail: str) -> _Row:
    return _Row(outcome=Outcome.PERMANENT_FAILURE, detail=detail)


def _outcome(status: Status, without: int) -> Outcome:
    """A document with a required element that could not be worked on is delivered, and marked."""
    return Outcome.PARTIAL if without or status is Status.ERROR else Outcome.SUCCESS


def _transformed(tree: etree._Element, status: str, found: tuple[Finding, ...]) -> Transformed:
    out = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
    errors = tuple(_placed(each) for each in found if each.gravity is Gravity.BLOCKING)
    warnings = tuple(_placed(each) for each in found if each.gravity is not Gravity.BLOCKING)
    return Transformed(out, status, errors, warnings)


def _placed(finding: Finding) -> tuple[Issue, str]:
    return finding.issue, finding.path


def _record(desk: Desk, request_id: str, row: _Row) -> None:
    desk.audit.write(
        AuditEvent(
            at=desk.clock(),
            transaction=Transaction.TRANSLATE,
            outcome=row.outcome,
            source=desk.audit_source,
            consumer=desk.own.consumer,
            documents=row.ids,
            request_id=f"urn:uuid:{request_id}",
            release=desk.terms.release.name,
            detail=row.detail,
        )
    )


def _ids(document: Document, out: etree._Element) -> tuple[str, str]:
    return _id_of(document.tree.getroottree().getroot()), _id_of(out)


def _id_of(root: etree._Element) -> str:
    """The document id as root and extension, as unique ids are written; empty: there is none."""
    el = root.find("{urn:hl7-org:v3}id")
    if el is None:
        return ""
    return "^".join(part for part in (el.get("root"), el.get("extension")) if part)

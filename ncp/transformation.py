"""Documents transformed for other systems: what lies behind `/translate` and `/transcode`.

Every transformation leaves an audit row with the ids of the document that came and of the one that went;
without the row nothing is given out. Both are EHDSI-94: transcoding has no number of its own.
"""

from collections import OrderedDict

from lxml import etree

from cda.document import Document
from cda.parse import NotCda, parse
from cda.transcode import transcode
from cda.translate import Finding, Gravity, translate
from ncp.audit_event import AuditEvent, Outcome, Transaction
from ncp.desk import Desk
from terminology import issues
from terminology.catalogue import Catalogue
from terminology.designation import Status
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
    document = _parsed(desk, content, request_id)
    done = translate(document.tree, desk.terms, language=language)
    outcome = Outcome.PARTIAL if done.untranslated else Outcome.SUCCESS
    detail = f"translated {done.translated}, untranslated {done.untranslated}"
    _record(desk, request_id, _ids(document, done.tree), outcome, detail)
    return _transformed(done.tree, str(done.status), done.issues)


def transcoded(desk: Desk, content: bytes, request_id: str) -> Transformed:
    """A friendly document as pivot, by the mappings of the release that is active now.

    Raises: as `translated`.
    """
    desk = desk.at_work()
    document = _parsed(desk, content, request_id)
    done = transcode(document.tree, mappings_of(desk.terms))
    outcome = Outcome.PARTIAL if done.unmapped else Outcome.SUCCESS
    detail = f"transcoded {done.transcoded}, unmapped {done.unmapped}"
    _record(desk, request_id, _ids(document, done.tree), outcome, detail)
    return _transformed(done.tree, str(done.status), done.findings)


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
    if released.status in (Status.ACTIVE, Status.RETIRED):
        status = MappingStatus(released.status.value)
    relationship = _RELATIONSHIPS.get(released.relationship, Relationship.RELATED)
    return ConceptMapping(released.source, "", released.target, relationship, status, released.preferred)


def _parsed(desk: Desk, content: bytes, request_id: str) -> Document:
    try:
        return parse(content)
    except NotCda as error:
        _record(desk, request_id, (), Outcome.PERMANENT_FAILURE, f"4513 {error.reason}")
        raise Untransformable(issues.error(Source.TM, "4513", str(error.reason))) from error


def _transformed(tree: etree._Element, status: str, found: tuple[Finding, ...]) -> Transformed:
    out = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
    errors = tuple(_placed(each) for each in found if each.gravity is Gravity.BLOCKING)
    warnings = tuple(_placed(each) for each in found if each.gravity is not Gravity.BLOCKING)
    return Transformed(out, status, errors, warnings)


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


def _ids(document: Document, out: etree._Element) -> tuple[str, str]:
    return _id_of(document.tree.getroottree().getroot()), _id_of(out)


def _id_of(root: etree._Element) -> str:
    """The document id as root and extension, as unique ids are written; empty: there is none."""
    el = root.find("{urn:hl7-org:v3}id")
    if el is None:
        return ""
    return "^".join(part for part in (el.get("root"), el.get("extension")) if part)

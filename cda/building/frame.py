"""From the typed frame to the header of the document model, and from header and body to one XML tree."""

from collections.abc import Iterable, Mapping, Sequence

from lxml import etree

from schemas.namespaces import HL7

from ..datatypes import Coded, Identifier, Text
from ..header import Header, Related
from ..people import Party
from . import values
from .content import Frame
from .fixed import KINDS
from .header import header
from .space import CDA, NAMES, Element, templates


def model(frame: Frame, kind: str, template: str, orders: Iterable[Identifier] = ()) -> Header:
    """The header of a document of a kind, as the document model has it."""
    keeper = Party("custodian", organisations=(frame.custodian,))
    return Header(
        patient=frame.patient,
        patients=1,
        code=KINDS[kind],
        title=Text(frame.title),
        ids=(frame.id,),
        created=frame.created,
        confidentiality=frame.confidentiality,
        language=Coded(frame.language),
        set_ids=(frame.set_id,) if frame.set_id else (),
        version=Text(str(frame.version)) if frame.version is not None else None,
        templates=(template,),
        parties=(*frame.authors, keeper, frame.authenticator, *frame.contacts),
        events=(frame.event,) if frame.event else (),
        related=(
            *(Related("inFulfillmentOf", "FLFS", (order,)) for order in orders),
            *(Related("relatedDocument", "XFRM", (parent,)) for parent in frame.parents),
        ),
    )


def document(head: Header, body: Element, names: Mapping[str | None, str] = NAMES) -> bytes:
    """The whole document: UTF-8 with a declaration, CDA unprefixed, every namespace declared once."""
    root = etree.Element(f"{{{HL7}}}ClinicalDocument", None, dict(names))
    root.extend([*header(head), CDA.el("component", body)])
    etree.cleanup_namespaces(root, top_nsmap=dict(names), keep_ns_prefixes=["xsi"])
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def section(
    code: Coded,
    title: str,
    narrative: Element,
    entries: Sequence[Element],
    roots: Sequence[str],
    own: Identifier | None = None,
) -> Element:
    """A section, its narrative before its entries."""
    return CDA.el(
        "component",
        CDA.el(
            "section",
            *templates(*roots),
            *(values.identifiers((own,)) if own else ()),
            values.coded("code", code),
            CDA.el("title", said=title),
            narrative,
            *(CDA.el("entry", entry, typeCode="COMP") for entry in entries),
        ),
    )


def structured(sections: Iterable[Element]) -> Element:
    """A level 3 body."""
    return CDA.el("structuredBody", *sections)

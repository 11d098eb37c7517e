"""A level 1 document as XML: the header and a PDF. Source: cda.md 8."""

import base64

from ..parse import MAX_ATTACHMENT
from . import fixed, frame
from .content import FileDocument
from .refusal import Unwritable, refuse_unwritable
from .space import CDA

_LINE = 76  # characters of base64 to a line, as in MIME


def file_document(one: FileDocument) -> bytes:
    """Write a level 1 ePrescription or Patient Summary.

    Raises: Unwritable: the header cannot stand in a document, the file is no PDF or too large, or there is no
            level 1 of the kind. Nothing has been built.
    """
    refuse_unwritable(one.frame, "file.frame")
    template = fixed.FILE_TEMPLATES.get(one.kind)
    if template is None:
        raise Unwritable("file.kind", f"there is no level 1 of {one.kind}")
    if not one.pdf.startswith(b"%PDF-"):
        raise Unwritable("file.pdf", "no PDF")
    if len(one.pdf) > MAX_ATTACHMENT:
        raise Unwritable("file.pdf", f"{len(one.pdf)} bytes, {MAX_ATTACHMENT} are the most")
    packed = base64.b64encode(one.pdf).decode("ascii")
    lines = "\n".join(packed[start : start + _LINE] for start in range(0, len(packed), _LINE))
    text = CDA.el("text", said=lines, mediaType="application/pdf", representation="B64")
    head = frame.model(one.frame, one.kind, template)
    return frame.document(head, CDA.el("nonXMLBody", text, classCode="DOCBODY", moodCode="EVN"))

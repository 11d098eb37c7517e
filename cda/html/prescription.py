"""What stands above the items of a prescription: its number, the prescriber and the date (P-1, P-2)."""

from ..document import Document, Section
from . import people
from .block import rows_html
from .values import period
from .writer import Writer


def prescription_html(w: Writer, document: Document, section: Section) -> str:
    """Prescription and item numbers and the prescriber, said again where the pharmacist looks.

    Args: w: a scratch writer; the marks stand where the facts belong.
    """
    words = w.words
    rows = [(words["display.prescription_id"], ", ".join([w.identifier(one) for one in section.ids]))]
    items = [identifier for entry in section.entries for s in entry.statements for identifier in s.ids]
    rows.append((words["display.item_id"], ", ".join([w.identifier(one) for one in items])))
    for author in document.header.of("author"):
        names = ", ".join([people.name(w, one) for one in author.names])
        where = ", ".join([people.name(w, one) for org in author.organisations for one in org.names])
        rows.append((words["prescription.prescriber"], people.joined((names, where), ", ")))
        if author.time is not None:
            rows.append((words["display.prescribed_on"], period(w, author.time)))
    return f'<dl class="lead">{rows_html(rows)}</dl>'

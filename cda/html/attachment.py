"""The file of a level 1 document: offered, labelled with its language, never interpreted."""

from base64 import b64encode

from ..document import Document
from ..escape import e
from .writer import Writer


def attachment_html(w: Writer, document: Document, href: str | None) -> str:
    """What the body of a level 1 document is and where to open it; an unreadable one is an error.

    Args: href: address of the file in the portal, which serves it sandboxed; None in a page of its own.
    """
    attachment = document.attachment
    if attachment is None:
        return ""
    words = w.words
    mark = w.mark(
        attachment.fact, e(attachment.media_type) if attachment.media_type else words["value.not_stated"]
    )
    html = f'<section class="sec" id="fil"><h2>{words["view.pdf"]}</h2><p>'
    html += f"{words.fill('display.attachment', language=w.spoken)} ({mark})</p>"
    if attachment.problem is not None:
        problem = words[f"attachment.{attachment.problem.replace('-', '_')}"]
        html += f'<p class="warn"><span class="abs">{words["absence.not_displayable"]}</span> {problem}</p>'
    elif attachment.content is not None:
        size = e(words("display.attachment_size", size=_size(len(attachment.content))))
        html += f"<p>{words['view.legal_original']}</p><p>{size}"
        if href is not None:
            html += f' <a href="{e(href)}">{words["display.open_file"]}</a>'
        html += f'</p><p class="paper"><strong>{words["display.not_on_paper"]}</strong></p>'
    return html + "</section>"


def download_html(w: Writer, document: Document) -> str:
    """The file inside a page of its own: to save, never to run or render in the page."""
    attachment = document.attachment
    if attachment is None or not attachment.content:
        return ""
    known = attachment.media_type == "application/pdf" and attachment.problem is None
    name = "original.pdf" if known else "original.bin"
    data = b64encode(attachment.content).decode("ascii")
    return (
        f'<p class="file"><a download="{name}" href="data:application/octet-stream;base64,{data}">'
        f"{w.words['display.save_file']}</a></p>"
    )


def _size(length: int) -> str:
    return (
        f"{length / 1_000_000:.1f} MB".replace(".", ",")
        if length >= 1_000_000
        else f"{max(1, length // 1000)} kB"
    )

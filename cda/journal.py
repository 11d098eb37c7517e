"""The plain-text copy for the patient's record: what the page says, with source line and original codes.

Source: norway.md 5.5.
"""

from collections.abc import Collection

from lxml import etree, html

from terminology.catalogue import Catalogue

from .display import Display, DisplayContext
from .html.words import words

_AFTER = {"li": "; ", "dd": "; ", "dt": ": ", "br": "; "}
_UNSAID = frozenset({"count", "heads"})
_BLOCKS = frozenset(
    {"p", "ul", "ol", "li", "table", "thead", "tbody", "tfoot", "tr", "caption", "div", "td", "th"}
)


def journal_text(
    display: Display,
    terms: Catalogue,
    context: DisplayContext,
    *,
    language: str = "nb",
    sections: Collection[str] | None = None,
) -> str:
    """The sections of a display as plain text.

    Args: sections: anchors of the sections wanted (`s0`, `s1`, `om`); None takes all of them.
    """
    w = words(language)
    received = context.retrieved
    head = w(
        "document.copy_head",
        country=context.country or w("absence.unknown"),
        date=received.strftime("%d.%m.%Y") if received else w("absence.unknown_date"),
        time=received.strftime("%H:%M") if received else w("absence.unknown"),
        version=terms.release.name,
    )
    root = html.fragment_fromstring(display.banner + display.fragment, create_parent="div")
    lines = [head]
    banner = root.find(".//div[@class='banner']")
    if banner is not None:
        lines.append(_words(banner))
    lines += [_words(el) for el in root.iterfind("./p") if el.get("class") in ("source", "warn", "strip")]
    for section in root.iter("section"):
        if section.get("class") == "sec" and (sections is None or section.get("id") in sections):
            lines += _section(section)
    return "\n".join(lines) + "\n"


def _section(section: etree._Element) -> list[str]:
    """Everything one section says; nested sections come as sections of their own."""
    lines: list[str] = []
    for el in section:
        kind = el.get("class", "")
        if el.tag in ("h2", "h3", "h4", "h5"):
            lines += ["", _words(el).upper()]
        elif el.tag == "p" and kind not in _UNSAID:
            lines.append(f"! {_words(el)}")
        elif el.tag == "ul" and kind == "entries":
            for item in el:
                lines += _entry(item) if item.get("data-entry") else [f"  {_words(item)}"]
        elif el.tag == "dl":
            lines += [f"- {_row(row)}" for row in el]
        elif el.tag == "div" and kind == "raw":
            lines.append(f"? {_words(el)}")
        elif el.tag == "details":
            lines += _narrative(el) if kind == "narr" else [f"[{line}]" for line in _details(el)]
    return lines


def _entry(item: etree._Element) -> list[str]:
    lines = []
    for el in item:
        if el.tag == "h3":
            lines.append(f"- {_words(el)}")
        elif el.tag == "dl":
            lines += [f"    {_row(row)}" for row in el]
        elif el.tag == "div":
            lines.append(f"    ? {_words(el)}")
        elif el.tag == "details":
            lines += [f"    [{line}]" for line in _details(el)]
    return lines


def _details(details: etree._Element) -> list[str]:
    """The original code of each word, with the country's own words: `Kiwi = 260176001 SNOMED CT; quivi`."""
    found = []
    for row in details.iterfind(".//tbody/tr"):
        shown, original, code, *_ = [_words(cell) for cell in row]
        found.append(f"{shown} = {'; '.join(filter(None, (code, original)))}")
    return found + [_row(row) for row in details.iterfind("./dl/div")]


def _narrative(details: etree._Element) -> list[str]:
    """The text of the document, a line per paragraph and row."""
    summary, text = details
    return [f"{_words(summary)}:", *[f"  > {line}" for line in _lines(text)]]


def _lines(el: etree._Element) -> list[str]:
    """The lines of a piece of narrative; the cells of a row stand on one line."""
    if el.tag == "tr":
        return [line] if (line := " | ".join([_words(cell) for cell in el]).strip(" |")) else []
    if not any(kid.tag in _BLOCKS for kid in el):
        return [line] if (line := _words(el)) else []
    lines = [" ".join((el.text or "").split())]
    for kid in el:
        lines += _lines(kid)
        lines.append(" ".join((kid.tail or "").split()))
    return [line for line in lines if line]


def _row(row: etree._Element) -> str:
    cells = [_words(cell) for cell in row]
    return f"{cells[0]}: {' '.join(cells[1:])}" if cells else ""


def _words(el: etree._Element) -> str:
    """The words of an element on one line; a list inside it is separated by semicolons."""
    return " ".join("".join(_pieces(el)).split())


def _pieces(el: etree._Element) -> list[str]:
    pieces = [el.text or ""]
    for kid in el:
        if isinstance(kid.tag, str) and kid.tag != "details":
            inner = "".join(_pieces(kid))
            pieces.append(inner + _AFTER.get(kid.tag, ""))
        pieces.append(kid.tail or "")
    return pieces

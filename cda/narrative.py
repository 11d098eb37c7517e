"""Narrative text: found by reference, and rebuilt from an allow-list; its markup never reaches a page."""

from collections.abc import Callable

from lxml import etree

from .escape import e
from .node import HL7

_V3 = f"{{{HL7}}}"
_WITH_ID = etree.XPath(".//*[@ID or @id]")
_PLAIN = {
    "paragraph": "p",
    "item": "li",
    "table": "table",
    "thead": "thead",
    "tbody": "tbody",
    "tfoot": "tfoot",
    "tr": "tr",
    "th": "th",
    "td": "td",
    "sub": "sub",
    "sup": "sup",
    "content": "span",
    "caption": "caption",
    "footnote": "small",
}
_SPANS = ("colspan", "rowspan")
_DROPPED = frozenset({"colgroup", "col"})  # widths only, no text
_MAX_DEPTH = 60


class Narrative:
    """All narrative targets of one document: `text("#id")` is the words an element refers to."""

    def __init__(self, root: etree._Element) -> None:
        self._targets: dict[str, etree._Element] = {}
        self._texts: dict[str, str] = {}
        found = _WITH_ID(root)
        for el in found if isinstance(found, list) else []:
            if isinstance(el, etree._Element):
                self._targets.setdefault(el.get("ID") or el.get("id") or "", el)

    def text(self, reference: str) -> str:
        """The text of the target of `#id` or `id`, white space collapsed; empty when it points nowhere."""
        key = reference.strip().lstrip("#")
        if (text := self._texts.get(key)) is None:
            el = self._targets.get(key) if key else None
            text = self._texts[key] = "" if el is None else words(el)
        return text

    def has(self, reference: str) -> bool:
        """Whether the target exists, even if it is empty."""
        return reference.strip().lstrip("#") in self._targets


def words(el: etree._Element) -> str:
    """All text of an element with white space collapsed; comments and processing instructions left out."""
    return " ".join(" ".join(_strings(el)).split())


def _strings(el: etree._Element) -> list[str]:
    return [str(part) for part in el.itertext(etree.Element)] if len(el) else [el.text or ""]


def rich(text: etree._Element | None) -> bool:
    """Whether a narrative says more than one sentence: a table with rows, a list, several paragraphs.

    Source: cda.md 9, narrative against code.
    """
    if text is None:
        return False
    counts = {"td": 0, "item": 0, "paragraph": 0}
    for el in text.iter():
        if isinstance(el.tag, str):
            local = el.tag.rpartition("}")[2]
            if local in counts and words(el):
                counts[local] += 1
    return counts["td"] > 1 or counts["item"] > 0 or counts["paragraph"] > 1


def rebuild(text: etree._Element, link: Callable[[str], str]) -> str:
    """Narrative as HTML of our own making: known elements by name, everything else reduced to its text.

    Args:    link: shows the address of a link or picture as plain text, never as something to follow.
    Returns: markup in which every character that came from the document is escaped.
    """
    out: list[str] = []
    _inside(text, out, link, 0)
    return "".join(out)


def _inside(el: etree._Element, out: list[str], link: Callable[[str], str], depth: int) -> None:
    if el.text:
        out.append(e(el.text))
    for child in el:
        if isinstance(child.tag, str):
            _element(child, out, link, depth + 1)
        if child.tail:
            out.append(e(child.tail))


def _element(el: etree._Element, out: list[str], link: Callable[[str], str], depth: int) -> None:
    local = str(el.tag).rpartition("}")[2]
    if depth > _MAX_DEPTH:
        out.append(e(words(el)))
    elif local == "br":
        out.append("<br>")
    elif local in _DROPPED and not words(el):
        return
    elif local == "list":
        kind = "ol" if el.get("listType") == "ordered" else "ul"
        _wrapped(el, kind, "", out, link, depth)
    elif local == "linkHtml" or local == "renderMultiMedia":
        _wrapped(el, "span", "", out, link, depth)
        out.append(link(el.get("href") or el.get("referencedObject") or ""))
    elif (tag := _PLAIN.get(local)) is not None:
        if tag == "caption" and not _first_of_table(el):
            tag = "strong"
        _wrapped(el, tag, _attributes(el, tag), out, link, depth)
    else:
        out.append(" ")
        _inside(el, out, link, depth)


def _first_of_table(el: etree._Element) -> bool:
    parent = el.getparent()
    return parent is not None and str(parent.tag).endswith("}table") and el.getprevious() is None


def _attributes(el: etree._Element, tag: str) -> str:
    if tag not in ("th", "td"):
        return ""
    spans = [(name, el.get(name, "")) for name in _SPANS]
    return "".join(
        f' {name}="{int(value)}"'
        for name, value in spans
        if value.isascii() and value.isdigit() and 1 < int(value[:4]) < 1000 and len(value) < 4
    )


def _wrapped(
    el: etree._Element, tag: str, attributes: str, out: list[str], link: Callable[[str], str], depth: int
) -> None:
    out.append(f"<{tag}{attributes}>")
    _inside(el, out, link, depth)
    out.append(f"</{tag}>")

"""The narrative of a section, written from its entries: a table with a row per entry, then paragraphs.

Each row and cell has an ID that its entry refers to, so that the words of an entry stand in one place only.
"""

from collections.abc import Sequence

from ..datatypes import Text
from .space import CDA, Element


class Story:
    """Collects the narrative of one section; `key` makes its IDs differ from those of other sections."""

    def __init__(self, key: str, headings: Sequence[str]) -> None:
        self._key, self._headings = key, headings
        self._rows: list[Element] = []
        self._paragraphs: list[Element] = []

    def row(self, cells: Sequence[str]) -> str:
        """Add a row; what it is referred to by, as `#id`."""
        name = f"{self._key}{len(self._rows) + 1}"
        tds = [CDA.el("td", said=cell or None, ID=f"{name}c{n}") for n, cell in enumerate(cells, 1)]
        self._rows.append(CDA.el("tr", *tds, ID=name))
        return f"#{name}"

    def paragraph(self, said: str, before: str = "", after: str = "") -> Text:
        """Add a paragraph; the text that refers to the words in it. `before`, `after`: words around it."""
        name = f"{self._key}p{len(self._paragraphs) + 1}"
        content = CDA.el("content", said=said, ID=name)
        content.tail = after or None
        self._paragraphs.append(CDA.el("paragraph", content, said=before or None))
        return Text(said, f"#{name}")

    def element(self) -> Element:
        """section/text."""
        table = None
        if self._rows:
            heads = CDA.el("thead", CDA.el("tr", *(CDA.el("th", said=each) for each in self._headings)))
            table = CDA.el("table", heads, CDA.el("tbody", *self._rows))
        return CDA.el("text", table, *self._paragraphs)

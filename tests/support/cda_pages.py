"""Reading a finished page with a parser that the project did not write."""

from datetime import date

from lxml import html

from cda.display import DisplayContext, page
from cda.parse import parse
from terminology.seed import seed_catalogue

TERMS = seed_catalogue()
CONTEXT = DisplayContext(country="Portugal", today=date(2026, 3, 15))


class Shown:
    """The visible words of a page: whole, per section and per entry (without its details panel)."""

    def __init__(self, data, language="nb", terms=TERMS, context=CONTEXT):
        self.document = parse(data)
        self.display = page(self.document, terms, language=language, context=context)
        self.root = html.document_fromstring(self.display.html)

    @staticmethod
    def words(el):
        return " ".join(el.text_content().replace("\u00a0", " ").split())

    @property
    def text(self):
        return self.words(self.root.body)

    def entries(self, details=False):
        found = []
        for el in self.root.cssselect("[data-entry]"):
            el = html.fromstring(html.tostring(el, encoding="unicode"))
            if not details:
                for panel in el.xpath(".//details"):
                    panel.drop_tree()
            found.append(self.words(el))
        return found

    def section(self, heading):
        for el in self.root.xpath("//section"):
            head = el.xpath("./h2")
            if head and self.words(head[0]).startswith(heading):
                return el
        raise AssertionError(f"no section {heading!r}")

    def section_text(self, heading):
        return self.words(self.section(heading))


def entry(data, **options):
    """The visible words of the only entry of a document."""
    (text,) = Shown(data, **options).entries()
    return text

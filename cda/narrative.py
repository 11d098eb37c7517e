"""Narrative text: found by reference, and rebuilt from an allow-list; its markup never reaches a page."""

from typing import SupportsBytes, cast

from lxml import etree

from .node import HL7

_V3 = f"{{{HL7}}}"
# The second one is the standard's and wins. Elements are found through the attribute, without a test of each.
_WITH_ID = (("id", etree.XPath("//*/@id/..")), ("ID", etree.XPath("//*/@ID/..")))
# Numbers from 2 to 999 without any other character: the only attribute values that are carried over.
_SPAN = "translate(., '0123456789', '') = '' and . &gt; 1 and string-length(.) &lt; 4"
_SHEET = f"""<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:h="{HL7}"
  exclude-result-prefixes="h">
<xsl:output method="html" encoding="UTF-8" indent="no"/>
<xsl:template match="comment()|processing-instruction()|h:col|h:colgroup"/>
<xsl:template match="*"><xsl:text> </xsl:text><xsl:apply-templates/></xsl:template>
<xsl:template match="h:text"><xsl:apply-templates/></xsl:template>
<xsl:template match="h:br"><br/></xsl:template>
<xsl:template match="h:paragraph"><p><xsl:apply-templates/></p></xsl:template>
<xsl:template match="h:content"><span><xsl:apply-templates/></span></xsl:template>
<xsl:template match="h:sub"><sub><xsl:apply-templates/></sub></xsl:template>
<xsl:template match="h:sup"><sup><xsl:apply-templates/></sup></xsl:template>
<xsl:template match="h:footnote"><small><xsl:apply-templates/></small></xsl:template>
<xsl:template match="h:list"><ul><xsl:apply-templates/></ul></xsl:template>
<xsl:template match="h:list[@listType='ordered']"><ol><xsl:apply-templates/></ol></xsl:template>
<xsl:template match="h:item"><li><xsl:apply-templates/></li></xsl:template>
<xsl:template match="h:table"><table><xsl:apply-templates/></table></xsl:template>
<xsl:template match="h:thead"><thead><xsl:apply-templates/></thead></xsl:template>
<xsl:template match="h:tbody"><tbody><xsl:apply-templates/></tbody></xsl:template>
<xsl:template match="h:tfoot"><tfoot><xsl:apply-templates/></tfoot></xsl:template>
<xsl:template match="h:tr"><tr><xsl:apply-templates/></tr></xsl:template>
<xsl:template match="h:th"><th><xsl:call-template name="cell"/></th></xsl:template>
<xsl:template match="h:td"><td><xsl:call-template name="cell"/></td></xsl:template>
<xsl:template name="cell">
<xsl:copy-of select="@colspan[{_SPAN}]|@rowspan[{_SPAN}]"/>
<xsl:apply-templates/></xsl:template>
<xsl:template match="h:caption"><strong><xsl:apply-templates/></strong></xsl:template>
<xsl:template match="h:table/h:caption[not(preceding-sibling::*)]">
<caption><xsl:apply-templates/></caption></xsl:template>
<xsl:template match="h:linkHtml|h:renderMultiMedia"><span><xsl:apply-templates/></span>
<xsl:if test="@href|@referencedObject"><small>
<xsl:value-of select="concat('[', @href, @referencedObject, ']')"/></small></xsl:if></xsl:template>
</xsl:stylesheet>"""
_REBUILD = etree.XSLT(etree.XML(_SHEET), access_control=etree.XSLTAccessControl.DENY_ALL)


class Narrative:
    """All narrative targets of one document: `text("#id")` is the words an element refers to.

    Some countries number the targets of every section anew, so an id of its own section goes first: `within`
    is the narrative of the section that is being read.
    """

    def __init__(self, root: etree._Element) -> None:
        self._texts: dict[str, str] = {}
        self._targets: dict[str, etree._Element] = {}
        self._alike: dict[str, list[etree._Element]] = {}  # elements that share an id, in document order
        self.within: etree._Element | None = None
        for name, elements in _WITH_ID:
            found = elements(root)
            targets = {el.get(name, ""): el for el in found}
            self._targets.update(targets)
            if len(targets) < len(found):
                for el in found:
                    self._alike.setdefault(el.get(name, ""), []).append(el)

    def texts(self, reference: str) -> list[str]:
        """The different texts of all targets that a reference may mean: one, unless an id was given twice."""
        key = reference.strip().lstrip("#")
        alike = self._alike.get(key, ())
        if len(alike) < 2:
            return [text] if (text := self.text(reference)) else []
        own = [el for el in alike if self.within is not None and self.within in el.iterancestors()]
        return list(dict.fromkeys(filter(None, [words(el) for el in own or alike])))

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
    text = " ".join(el.itertext(etree.Element)) if len(el) else el.text or ""
    return " ".join(text.split())


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


def table_rows(text: etree._Element) -> int | None:
    """The body rows with data of the only table, without one the items of the only list; None otherwise."""
    tables = list(text.iter(f"{_V3}table"))
    if not tables and len(lists := list(text.iter(f"{_V3}list"))) == 1:
        return sum(1 for item in lists[0].iter(f"{_V3}item") if words(item))
    if len(tables) != 1:
        return None
    rows = [row for row in tables[0].iter(f"{_V3}tr") if not _in_head(row)]
    return sum(1 for row in rows if any(kid.tag == f"{_V3}td" and words(kid) for kid in row))


def _in_head(row: etree._Element) -> bool:
    parent = row.getparent()
    return parent is not None and parent.tag in (f"{_V3}thead", f"{_V3}tfoot")


def rebuild(text: etree._Element) -> str:
    """Narrative as HTML of our own making: known elements by name, everything else reduced to its text.

    libxslt does the work, because a summary holds hundreds of narrative elements. The sheet names every
    element and attribute that it writes, and the serialiser escapes what came from the document. The address
    of a link or picture becomes plain text, never something to follow.
    """
    html = cast(SupportsBytes, _REBUILD(text))  # as text it would be searched for an XML declaration
    return bytes(html).decode().strip()

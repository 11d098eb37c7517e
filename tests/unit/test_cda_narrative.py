"""Narrative is rebuilt from an allow-list: its words stay, its markup does not."""

import pytest
from lxml import etree, html

from cda.narrative import Narrative, rebuild, rich
from tests.support.cda_documents import allergy, section, summary
from tests.support.cda_pages import Shown


def text(inside):
    return etree.fromstring(f'<text xmlns="urn:hl7-org:v3">{inside}</text>')


def built(inside):
    return rebuild(text(inside))


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<paragraph>en</paragraph>", "<p>en</p>"),
        ("<list><item>en</item></list>", "<ul><li>en</li></ul>"),
        ('<list listType="ordered"><item>en</item></list>', "<ol><li>en</li></ol>"),
        (
            "<table><tr><td colspan='2'>en</td></tr></table>",
            '<table><tr><td colspan="2">en</td></tr></table>',
        ),
        ("<table><caption>en</caption></table>", "<table><caption>en</caption></table>"),
        ("<list><caption>en</caption></list>", "<ul><strong>en</strong></ul>"),
        ("a<br/>b", "a<br>b"),
        ("<content styleCode='Bold' ID='x'>en</content>", "<span>en</span>"),
        ("1 &lt; 2 &amp; 3", "1 &lt; 2 &amp; 3"),
        ("<td colspan='99999999'>en</td>", "<td>en</td>"),
        ("<td colspan='2\" onclick=\"x'>en</td>", "<td>en</td>"),
    ],
)
def test_known_elements_are_rebuilt(inside, expected):
    assert built(inside) == expected


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<style>body{display:none}</style>",
        '<img src="http://x/y.png" onerror="alert(1)"/>',
        '<iframe src="http://x"/>',
        '<paragraph onclick="alert(1)" style="position:fixed">x</paragraph>',
        '<linkHtml href="javascript:alert(1)">x</linkHtml>',
        '<renderMultiMedia referencedObject="MM1"/>',
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        '<!-- comment --><?target data?><a href="http://x">x</a>',
    ],
)
def test_nothing_of_the_document_acts_on_the_page(inside):
    shown = Shown(summary(section("48765-2", allergy(), text=inside)))
    (body,) = shown.root.xpath("//div[@class='ntext']") or [html.fragment_fromstring("<div></div>")]
    markup = html.tostring(body, encoding="unicode")
    assert not body.xpath(".//script|.//style|.//img|.//iframe|.//a|.//svg|.//@style|.//@href|.//@src")
    assert not [name for el in body.iter() for name in el.attrib if name.startswith("on")]
    assert "<!--" not in markup


def test_the_words_of_a_link_and_its_address_are_shown_as_text():
    assert (
        built('<linkHtml href="https://x.example/a">lenke</linkHtml>')
        == "<span>lenke</span><small>[https://x.example/a]</small>"
    )


def test_words_of_unknown_elements_stay():
    assert "viktig" in built("<unknown>viktig</unknown>") and "mer" in built("<a><b>x</b>mer</a>")


def test_very_deep_narrative_keeps_its_words():
    inside = "<content>" * 120 + "dypt" + "</content>" * 120
    assert "dypt" in built(inside)


@pytest.mark.parametrize("reference", ["#a", "a", " #a "])
@pytest.mark.parametrize("name", ["ID", "id"])
def test_references_are_resolved_with_and_without_hash(reference, name):
    found = Narrative(text(f'<content {name}="a">to <br/> ord</content>'))
    assert found.text(reference) == "to ord" and not found.text("#b") and not found.text("#")


def test_comments_are_no_words():
    assert Narrative(text('<content ID="a">ja<!-- nei -->!</content>')).text("#a") == "ja !"


@pytest.mark.parametrize(
    ("inside", "more"),
    [
        ("Ingen kjente", False),
        ("<paragraph>Ingen</paragraph>", False),
        ("<paragraph>a</paragraph><paragraph>b</paragraph>", True),
        ("<list><item>a</item></list>", True),
        (
            "<table><thead><tr><th>Navn</th></tr></thead><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
            True,
        ),
        ("<table><tbody><tr><td/></tr></tbody></table>", False),
    ],
)
def test_narrative_that_lists_something_is_recognised(inside, more):
    assert rich(text(inside)) is more


def test_no_narrative_lists_nothing():
    assert rich(None) is False

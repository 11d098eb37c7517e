"""Whatever the bytes: a tree or a refusal with a reason, no other exception; what is written is read."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from schemas.validate import Schema, violations
from schemas.xml import Reason, XmlRefused, parse, serialise, standalone
from tests.support.envelopes import request_envelope
from tests.support.wire_messages import XCPD_REQUEST

MESSAGE = request_envelope(XCPD_REQUEST).encode()
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
)
NAME = st.from_regex(r"[a-z][a-z0-9_.\-]{0,8}", fullmatch=True)
SPLICE = st.sampled_from(
    [
        b"<",
        b">",
        b"&",
        b"]]>",
        b"<!--",
        b"<?x",
        b"<!DOCTYPE a>",
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b'"',
        b"&#0;",
    ]
)


def outcome(data: bytes) -> etree._Element | str:
    try:
        return parse(data)
    except XmlRefused as refused:
        assert refused.reason in set(Reason) and refused.detail
        return refused.reason


@given(st.binary(max_size=200))
def test_any_bytes(data):
    outcome(data)


@given(st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp037"]), TEXT)
def test_any_text_in_any_encoding(encoding, text):
    outcome(f"<a>{text}</a>".encode(encoding, errors="replace"))


@given(st.integers(0, len(MESSAGE)), st.integers(0, 40), st.one_of(st.binary(max_size=12), SPLICE))
def test_a_damaged_message(at, cut, splice):
    found = outcome(MESSAGE[:at] + splice + MESSAGE[at + cut :])
    if not isinstance(found, str):
        for each in violations(found, Schema.REQUEST_ENVELOPE, explain=False):
            assert each.path.startswith("/") and each.message


@given(
    st.recursive(
        TEXT, lambda inside: st.tuples(NAME, st.dictionaries(NAME, TEXT, max_size=3), st.lists(inside))
    )
)
def test_what_is_written_is_read(content):
    root = etree.Element("{urn:x}root", nsmap={"p": "urn:p"})
    fill(root, content)
    again = parse(serialise(root))
    assert etree.tostring(again, method="c14n") == etree.tostring(root, method="c14n")
    for child in root:
        alone = etree.tostring(standalone(child), method="c14n", exclusive=True)
        assert alone == etree.tostring(child, method="c14n", exclusive=True, with_tail=False)


def fill(parent: etree._Element, content) -> None:
    if isinstance(content, str):
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + content
        else:
            parent.text = (parent.text or "") + content
        return
    name, attributes, inside = content
    el = etree.SubElement(parent, f"{{urn:x}}{name}", attributes)
    for each in inside:
        fill(el, each)

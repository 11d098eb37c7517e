"""The parser: what it accepts, what it refuses and why, and what it keeps."""

import threading

import pytest
from lxml import etree

from schemas.namespaces import HL7, q
from schemas.xml import (
    MAX_DEPTH,
    Reason,
    XmlRefused,
    elements_only,
    parse,
    serialise,
    standalone,
)


def refused(data: bytes, **limits) -> str:
    with pytest.raises(XmlRefused) as caught:
        parse(data, **limits)
    return caught.value.reason


def test_names_are_written_as_lxml_writes_them():
    assert parse(b'<Role xmlns="urn:hl7-org:v3"/>').tag == q(HL7, "Role")


def test_white_space_comments_and_instructions_are_kept():
    root = parse(b"<a> <!-- c --><?p i?>\n<b/> </a>")
    assert etree.tostring(root) == b"<a> <!-- c --><?p i?>\n<b/> </a>"


def test_an_instruction_before_the_root_is_allowed():
    assert parse(b"<?xml version='1.0'?><?xml-stylesheet href='cda.xsl'?><!-- x --><a/>").tag == "a"


def test_cdata_is_text_even_if_it_looks_like_a_doctype():
    assert parse(b"<a><![CDATA[<!DOCTYPE html>]]></a>").text == "<!DOCTYPE html>"


@pytest.mark.parametrize(
    "data",
    [
        "<a>æ</a>".encode(),
        b"\xef\xbb\xbf" + "<a>æ</a>".encode(),
        "<?xml version='1.0' encoding='UTF-8'?><a>æ</a>".encode(),
        "<?xml version='1.0' encoding='utf-16'?><a>æ</a>".encode("utf-16"),
        "<a>æ</a>".encode("utf-16"),
        b"<?xml version='1.0' encoding='US-ASCII'?><a>&#230;</a>",
    ],
)
def test_utf8_and_utf16_are_read(data):
    assert parse(data).text == "æ"


@pytest.mark.parametrize(
    "data",
    [
        "<?xml version='1.0' encoding='ISO-8859-1'?><a>æ</a>".encode("latin-1"),
        b"<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE a><a/>",
        b"<?xml version='1.0'\n encoding = \"UTF-7\"?><a/>",
        "<?xml version='1.0' encoding='utf-8'?><a/>".encode("utf-16"),
        b"<?xml version='1.0' encoding='utf-16'?><a/>",
        "<a/>".encode("utf-32"),
        b"\xff\xfe\x00",
        b"\xef\xbb\xbf\xef\xbb\xbf<!DOCTYPE a><a/>",
    ],
)
def test_other_encodings_are_refused(data):
    assert refused(data) == Reason.ENCODING


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"text",
        b"<a>",
        b"<a></b>",
        b"<a/><b/>",
        b"<a>\x00</a>",
        b"<a>\xff</a>",
        b"<a b='1' b='2'/>",
        b"<p:a/>",
        b"<a>&undeclared;</a>",
        b"<a b='&undeclared;'/>",
        b"<!-- never ends <a/>",
        b"<?never ends <a/>",
        b"<a><!DOCTYPE a></a>",
        "<a/>".encode("utf-16-le"),
        "<?xml version='1.0'?><a/>".encode("cp037"),
    ],
)
def test_what_is_not_well_formed_is_refused(data):
    assert refused(data) == Reason.NOT_WELL_FORMED


def test_the_message_says_where():
    with pytest.raises(XmlRefused, match="line 2"):
        parse(b"<a>\n<b></a>")


def test_the_limit_is_on_bytes_and_inclusive():
    assert parse(b"<a/>", max_bytes=4).tag == "a"
    assert refused(b"<a/> ", max_bytes=4) == Reason.TOO_LARGE


def test_depth_at_the_limit():
    def nested(levels: int, text: bytes = b"") -> bytes:
        return b"<a>" * levels + text + b"</a>" * levels

    assert parse(nested(MAX_DEPTH)).tag == "a"
    assert refused(nested(MAX_DEPTH + 1)) == Reason.TOO_DEEP


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<a><b>x<!-- y --></b></a>", Reason.COMMENT),
        (b"<a><b>x<?y z?></b></a>", Reason.PROCESSING_INSTRUCTION),
    ],
)
def test_elements_only(data, reason):
    root = parse(data)
    with pytest.raises(XmlRefused) as caught:
        elements_only(root)
    assert caught.value.reason == reason
    plain = parse(b"<!-- before --><a><b>x</b></a><?after it?>")
    assert elements_only(plain) is plain


def test_serialised_bytes_are_utf8_with_declaration_and_nothing_else():
    root = parse("<a xmlns='urn:x'>\n <b>æ</b> tail</a>".encode())
    assert serialise(root[0]) == ("<?xml version='1.0' encoding='UTF-8'?>\n<b xmlns=\"urn:x\">æ</b>".encode())


OUTER = (
    b'<e xmlns="urn:outer" xmlns:xsd="urn:xsd" xmlns:p="urn:old">'
    b'<w xmlns:p="urn:new"><a t="xsd:string"><b xmlns=""><c/></b></a> tail</w></e>'
)


def test_standalone_keeps_every_namespace_in_scope():
    inner = parse(OUTER)[0][0]
    alone = standalone(inner)
    assert alone.getparent() is None
    assert alone.nsmap == inner.nsmap == {None: "urn:outer", "xsd": "urn:xsd", "p": "urn:new"}


def test_standalone_invents_no_empty_namespace():
    inner = parse(OUTER)[0][0]
    canonical = etree.tostring(standalone(inner), method="c14n", exclusive=True)
    assert canonical == b'<a xmlns="urn:outer" t="xsd:string"><b xmlns=""><c></c></b></a>'
    unqualified = etree.tostring(standalone(inner[0]), method="c14n", exclusive=True)
    assert unqualified == b"<b><c></c></b>"


def test_standalone_keeps_carriage_returns_and_cuts_the_tail():
    inner = parse(b"<a><b>x&#13;\n</b> tail</a>")[0]
    alone = standalone(inner)
    assert (alone.text, alone.tail) == ("x\r\n", None)


def test_standalone_leaves_the_original_alone():
    root = parse(OUTER)
    before = etree.tostring(root)
    standalone(root[0][0]).set("changed", "yes")
    assert etree.tostring(root) == before


def test_threads_parse_at_the_same_time():
    found: list[str] = []

    def work(number: int) -> None:
        for _ in range(50):
            found.append(parse(f"<a>{number}</a>".encode()).text or "")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(str(number) for number in range(4) for _ in range(50))

"""MTOM: what is packed is unpacked; includes are resolved or refused."""

import base64
import copy
import time
import tracemalloc

import pytest
from lxml import etree

from ncp.wire import media_type, mtom, soap
from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.profile import Profile
from schemas.namespaces import XDSB, XOP, q
from schemas.xml import parse
from tests.support.assertions import HCP, signed
from tests.support.mime_bodies import ACTION, DOCUMENT, attachment, body, envelope, related, root

# --- round trip


@pytest.mark.parametrize("contents", [(), (DOCUMENT,), (DOCUMENT, b"second"), (DOCUMENT, DOCUMENT)])
def test_what_is_packed_is_unpacked(contents):
    content_type, data = mtom.pack(envelope(*contents), boundary="b1", action=ACTION)
    _, attachments = mtom.unpack(content_type, data)
    assert list(attachments.values()) == list(contents)
    message = mtom.message(content_type, data, answer_to="r")
    assert etree.tostring(message.body, method="c14n", exclusive=True) == etree.tostring(
        body(*contents), method="c14n", exclusive=True
    )


def test_the_content_type_is_that_of_mtom():
    content_type, data = mtom.pack(envelope(DOCUMENT), boundary="b1", action=ACTION)
    parameters = media_type.parse(content_type).parameters
    assert parameters == {
        "type": "application/xop+xml",
        "start": "<root@b1>",
        "start-info": "application/soap+xml",
        "action": ACTION,
        "boundary": "b1",
    }
    assert DOCUMENT in data
    assert base64.b64encode(DOCUMENT) not in data


def test_packing_keeps_signed_assertions_byte_for_byte():
    data = soap.request(
        action="a", to="t", message_id="m", assertions=[signed(HCP)], body=body(DOCUMENT), profile=Profile.W7
    )
    assert signed(HCP) in mtom.pack(data, boundary="b1", action="a")[1]


def test_an_empty_document_stays_inline():
    assert mtom.unpack(*mtom.pack(envelope(b""), boundary="b1", action="a"))[1] == {}


def test_a_boundary_that_occurs_in_the_content_is_refused():
    with pytest.raises(ValueError, match="boundary"):
        mtom.pack(envelope(b"--b1"), boundary="b1", action="a")


@pytest.mark.parametrize("text", ["no base64!", "QUJD&#13;", "<![CDATA[QUJD]]>"])
def test_a_document_that_is_not_bare_base64_is_not_packed(text):
    data = envelope(b"ABC").replace(b"QUJD", text.encode())
    with pytest.raises(ValueError, match="base64"):
        mtom.pack(data, boundary="b1", action="a")


def test_an_envelope_that_is_no_xml_is_not_packed():
    with pytest.raises(ValueError, match="refused"):
        mtom.pack(b"<a", boundary="b1", action="a")


def test_sixteen_megabytes_are_packed_and_read_without_blow_up():
    """The largest envelope that is accepted; memory is bounded by a small multiple of it."""
    content = bytes(range(256)) * (11 * 4096)
    data = envelope(content)
    assert 14_000_000 < len(data) < 16 * 1024 * 1024
    tracemalloc.start()
    try:
        content_type, packed = mtom.pack(data, boundary="b1", action=ACTION)
        message = mtom.message(content_type, packed, answer_to="r")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert base64.b64decode(message.body[0][0].text) == content
    assert peak < 8 * len(data)


def test_many_lines_that_look_like_a_boundary_cost_linear_time():
    """A quadratic reader would take minutes for these 16 MB."""
    content = b"\r\n--b1x" * 2_000_000
    started = time.process_time()
    assert mtom.unpack("multipart/related; boundary=b1", related(root(), attachment(content)))[1]
    assert time.process_time() - started < 20


# --- includes


def included(href: str, *, where="xdsb:Document", before="", after="") -> etree._Element:
    return parse(
        f'<r xmlns:xdsb="{XDSB}" xmlns:xop="{XOP}"><{where}>{before}<xop:Include href="{href}"/>{after}'
        f"</{where}></r>".encode()
    )


@pytest.mark.parametrize("href", ["cid:d%40x", "cid:d@x", "CID:d%40x", " cid:d@x "])
def test_an_include_becomes_base64(href):
    tree = included(href, before="\n ", after="\n ")
    assert mtom.resolve(tree, {"d@x": b"ABC"}) is tree
    assert etree.tostring(tree[0]).endswith(b">QUJD</xdsb:Document>")


def test_a_detached_document_stays_beside_the_tree_and_zeros_stand_in_for_it():
    tree = included("cid:d@x", before="\n ", after="\n ")
    assert mtom.detach(tree, {"d@x": b"ABC"}) == {tree[0]: b"ABC"}
    assert etree.tostring(tree[0]).endswith(b">AAAA</xdsb:Document>") and not len(tree[0])


def test_nothing_stands_in_for_an_empty_document():
    tree = included("cid:d@x")
    assert mtom.detach(tree, {"d@x": b""}) == {tree[0]: b""}
    assert not tree[0].text and not len(tree[0])


@pytest.mark.parametrize(
    "tree",
    [
        included("cid:other"),
        included("cid:"),
        included(""),
        included("d@x"),
        included("http://example.org/d@x"),
        included("cid:d@x", where="xdsb:mimeType"),
        included("cid:d@x", before="QUJD"),
        included("cid:d@x", after="QUJD"),
        included("cid:d@x", after="<xdsb:Extra/>"),
        included("cid:d@x", after='</xdsb:Document><xdsb:Document><xop:Include href="cid:d@x"/>'),
    ],
    ids=[
        "unknown",
        "empty cid",
        "empty",
        "no scheme",
        "http",
        "elsewhere",
        "text",
        "tail",
        "element",
        "twice",
    ],
)
@pytest.mark.parametrize("take", [mtom.resolve, mtom.detach])
def test_an_include_that_cannot_be_resolved(tree, take):
    with pytest.raises(NotValid) as caught:
        take(copy.deepcopy(tree), {"d@x": b"ABC"})
    assert (caught.value.kind, caught.value.where) == (NotValidKind.MIME, "xop:Include")


def test_an_include_that_is_the_whole_message():
    with pytest.raises(NotValid):
        mtom.resolve(etree.Element(q(XOP, "Include")), {})


def test_an_include_in_a_plain_message_is_unresolved():
    data = envelope(b"ABC").replace(b"QUJD", f'<x:Include xmlns:x="{XOP}" href="cid:d"/>'.encode())
    with pytest.raises(NotValid):
        mtom.message("application/soap+xml", data, answer_to="r")

"""Multipart bodies: every malformed one is named, every well-formed one gives back what was packed."""

import base64
import time
import tracemalloc

import pytest
from lxml import etree

from ncp.wire import media_type, mtom, multipart, soap
from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.profile import Profile
from schemas.namespaces import XDSB, XOP, q
from schemas.xml import parse
from tests.support.assertions import HCP, signed

ACTION = "urn:ihe:iti:2007:CrossGatewayRetrieveResponse"
DOCUMENT = "<ClinicalDocument>æøå\r\n--b\r\n</ClinicalDocument>".encode()
ROOT_TYPE = 'application/xop+xml; charset=UTF-8; type="application/soap+xml"'


def body(*contents: bytes):
    el = etree.Element(q(XDSB, "RetrieveDocumentSetResponse"), nsmap={"xdsb": XDSB})
    for content in contents:
        inner = etree.SubElement(etree.SubElement(el, q(XDSB, "DocumentResponse")), q(XDSB, "Document"))
        inner.text = base64.b64encode(content).decode()
    return el


def envelope(*contents: bytes) -> bytes:
    return soap.response(
        action=ACTION, message_id="m", relates_to="r", body=body(*contents), profile=Profile.W7
    )


def related(*parts, boundary="b1", close=True, line=b"\r\n") -> bytes:
    """A multipart body from (headers, content) pairs."""
    chunks = []
    for headers, content in parts:
        head = line.join(header.encode() for header in headers)
        chunks += [b"--", boundary.encode(), line, head, line, line, content, line]
    return b"".join(chunks) + (b"--" + boundary.encode() + b"--" + line if close else b"")


def root(content: bytes = b"<e/>", content_id="<r>", kind=ROOT_TYPE):
    return [f"Content-Type: {kind}", f"Content-ID: {content_id}"], content


def attachment(content: bytes = b"x", content_id="<d>", encoding="binary"):
    return [f"Content-ID: {content_id}", f"Content-Transfer-Encoding: {encoding}"], content


def refused(data: bytes, content_type='multipart/related; start="<r>"; boundary=b1') -> NotValid:
    with pytest.raises(NotValid) as caught:
        mtom.unpack(content_type, data)
    return caught.value


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


# --- tolerated


def test_plain_soap_passes_through():
    assert mtom.unpack('application/soap+xml; charset=UTF-8; action="urn:a"', b"<e/>") == (b"<e/>", {})


def test_a_multipart_with_only_a_root_part_is_accepted():
    assert mtom.unpack("multipart/related; boundary=b1", related(root())) == (b"<e/>", {})


@pytest.mark.parametrize(
    "content_type",
    [
        'multipart/related; start="<r>"; boundary="b1"',
        "Multipart/Related; Boundary=b1; Start=<r>",
        "multipart/related;boundary=b1;start=r;",
        'multipart/related; boundary="b\\1"; start="<r>"',
    ],
)
def test_the_boundary_may_be_quoted_or_not(content_type):
    assert mtom.unpack(content_type, related(attachment(), root())) == (b"<e/>", {"d": b"x"})


def test_preamble_epilogue_and_padding_are_dropped():
    data = b"preamble\r\n" + related(root()).replace(b"--b1\r\n", b"--b1 \t\r\n") + b"epilogue --b1"
    assert mtom.unpack("multipart/related; boundary=b1", data)[0] == b"<e/>"


def test_a_longer_line_that_begins_like_the_boundary_is_content():
    content = b"\r\n--b12\r\n\r\n--b1x"
    assert mtom.unpack("multipart/related; boundary=b1", related(root(), attachment(content)))[1] == {
        "d": content
    }


def test_base64_and_folded_headers_are_decoded():
    part = ["Content-ID:\r\n <d>", "Content-Transfer-Encoding: BASE64"], b"QU\r\nJD"
    assert mtom.unpack("multipart/related; boundary=b1", related(root(), part))[1] == {"d": b"ABC"}


def test_a_part_without_headers_has_no_content_id():
    assert [part.content for part in multipart.parts(b"--b1\r\n\r\nx\r\n--b1--", "b1")] == [b"x"]
    assert refused(related(root()).replace(b"--b1--", b"--b1\r\n\r\nx\r\n--b1--")).kind is NotValidKind.MIME


@pytest.mark.parametrize(
    "kind", ["application/xop+xml", "application/soap+xml", 'application/soap+xml; action="urn:a"']
)
def test_the_root_part_may_be_xop_or_plain_soap(kind):
    assert mtom.unpack("multipart/related; boundary=b1", related(root(kind=kind)))[0] == b"<e/>"


# --- refused: MIME


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "cut off"),
        (b"no boundary at all", "cut off"),
        (related(root(), close=False), "cut off"),
        (related(root(), attachment())[:-8], "cut off"),
        (related(root(), attachment(), line=b"\n"), "line end"),
        (related(root(), boundary="b2"), "cut off"),
        (b"--b1x", "line end"),
        (b"--b1\r\n--b1--", "end of headers"),
        (b"--b1\r\nContent-ID: <r>\r\n--b1--", "end of headers"),
        (b"--b1\r\n" + b"A: " + b"x" * 20_000 + b"\r\n\r\n\r\n--b1--", "end of headers"),
        (related((["no header"], b"x")), "malformed header"),
        (related((["Content-ID: <r>", "content-id: <r>"], b"x")), "twice"),
        (related(attachment()), "root part is missing"),
        (related(root(), root()), "claim to be the root"),
        (related(root(), attachment(), attachment()), "occurs twice"),
        (related(root(), ([], b"x")), "without Content-ID"),
        (related(root(), (["Content-Type: text/plain"], b"x")), "without Content-ID"),
        (related(root(), attachment(content_id="<>")), "without Content-ID"),
        (related(root(), attachment(encoding="quoted-printable")), "transfer encoding"),
        (related(root(), attachment(b"!", encoding="base64")), "base64"),
        (related(root(), (["Content-Type: multipart/mixed; boundary=c"], b"x")), "itself multipart"),
        (related(root(), (["Content-Type: nonsense"], b"x")), "not a media type"),
        (related(root(kind="text/html")), "no SOAP envelope"),
        (related((["Content-ID: <r>"], b"<e/>")), "not a media type"),
        (related(*[root()], *[attachment(content_id=f"<{n}>") for n in range(200)]), "more than 100"),
    ],
)
def test_a_malformed_multipart_is_refused(data, text):
    error = refused(data)
    assert error.kind is NotValidKind.MIME
    assert text in str(error)


@pytest.mark.parametrize("boundary", ["", "x" * 71, "ends with space ", "æ", "<b>"])
def test_a_boundary_that_mime_does_not_allow(boundary):
    error = refused(b"", f'multipart/related; boundary="{boundary}"')
    assert error.kind is NotValidKind.MIME


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "nonsense",
        "text/html",
        "multipart/related",
        "multipart/mixed; boundary=b1",
        "multipart/related; boundary=b1; boundary=b2",
        'multipart/related; boundary="b1',
        "application/soap+xml; charset=iso-8859-1",
        "application/soap+xml" + "; a=" + "x" * 5000,
    ],
)
def test_a_content_type_that_is_not_ours(content_type):
    assert refused(related(root()), content_type).kind is NotValidKind.MIME


@pytest.mark.parametrize("content_type", ["text/xml; charset=utf-8", "application/xml"])
def test_the_media_type_of_soap_1_1(content_type):
    assert refused(b"<e/>", content_type).kind is NotValidKind.SOAP_VERSION


@pytest.mark.parametrize("kind", ['application/xop+xml; type="text/xml"', "text/xml"])
def test_a_root_part_of_soap_1_1(kind):
    assert refused(related(root(kind=kind))).kind is NotValidKind.SOAP_VERSION


def test_a_charset_of_the_root_part_that_is_not_accepted():
    assert refused(related(root(kind="application/xop+xml; charset=latin1"))).kind is NotValidKind.MIME


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
def test_an_include_that_cannot_be_resolved(tree):
    with pytest.raises(NotValid) as caught:
        mtom.resolve(tree, {"d@x": b"ABC"})
    assert (caught.value.kind, caught.value.where) == (NotValidKind.MIME, "xop:Include")


def test_an_include_that_is_the_whole_message():
    with pytest.raises(NotValid):
        mtom.resolve(etree.Element(q(XOP, "Include")), {})


def test_an_include_in_a_plain_message_is_unresolved():
    data = envelope(b"ABC").replace(b"QUJD", f'<x:Include xmlns:x="{XOP}" href="cid:d"/>'.encode())
    with pytest.raises(NotValid):
        mtom.message("application/soap+xml", data, answer_to="r")


# --- media types


def test_the_action_comes_from_the_content_type_or_the_old_header():
    assert media_type.action_of('application/soap+xml; action="urn:a"') == "urn:a"
    assert media_type.action_of("application/soap+xml", '"urn:b"') == "urn:b"
    assert media_type.action_of('application/soap+xml; action="urn:a"', "urn:b") == "urn:a"
    assert media_type.action_of("application/soap+xml") is None
    assert media_type.action_of("application/soap+xml", '""') is None


def test_our_content_type_is_read_back():
    found = media_type.parse(media_type.soap_content_type("urn:a"))
    assert (found.name, found.parameters["action"]) == ("application/soap+xml", "urn:a")

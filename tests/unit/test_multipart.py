"""Multipart bodies: tolerated variations and every malformed one by name."""

import pytest

from ncp.wire import mtom, multipart
from ncp.wire.errors import NotValidKind
from tests.support.mime_bodies import attachment, refused, related, root

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

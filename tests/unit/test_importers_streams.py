"""JSON and XML as streams: complete, in little memory, and refused by name when they are a trap."""

import gc
import io
import json
import tempfile
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminology.importers import json_stream, read, xml_stream
from terminology.importers.formats import ImportOptions
from terminology.importers.ledger import Ledger
from terminology.importers.unreadable import Unreadable
from terminology.pages.messages import messages
from tests.support.terminology_files import COUNTRY, book, mvc, tarred, written


def reason(function, *arguments):
    with pytest.raises(Unreadable) as caught:
        result = function(*arguments)
        if result is not None and not isinstance(result, dict):
            list(result)
    assert messages("nb").text(caught.value.reason, **caught.value.params)
    return caught.value.reason.rpartition(".")[2]


def json_records(data, bulk=("concept",)):
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return json_stream.records(io.BytesIO(data), bulk)


def xml_records(data, depth=2):
    return xml_stream.records(io.BytesIO(data), ["{*}a"], depth)


def test_records_of_nested_arrays_know_what_they_lie_in():
    tree = {
        "url": "u",
        "concept": [{"code": "1", "concept": [{"code": "2", "x": [{"y": [1, "b"]}]}]}, {"code": "3"}],
    }
    got = [(path, record["code"], outer and outer["code"]) for path, record, outer in json_records(tree)]
    assert got == [
        (("concept", 0, "concept", 0), "2", "1"),
        (("concept", 0), "1", None),
        (("concept", 1), "3", None),
    ]


def test_records_deep_in_the_file_know_their_path():
    tree = {
        "compose": {"include": [{"system": "s"}, {"filter": [{"a": 1}], "concept": [{"code": "1"}]}]},
        "z": [[{"b": 1}], 2],
    }
    assert [path for path, _, _ in json_records(tree)] == [("compose", "include", 1, "concept", 0)]


def test_a_file_that_is_an_array_is_an_array_of_records():
    assert [(path, record) for path, record, _ in json_records([{"a": [1, {"b": None}]}, {"c": True}])] == [
        ((0,), {"a": [1, {"b": None}]}),
        ((1,), {"c": True}),
    ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(max_size=5), VALUES, max_size=4),
    st.lists(st.dictionaries(st.text(max_size=3), VALUES, max_size=3), max_size=4),
)
def test_skeleton_and_records_are_the_whole_file(head, members):
    head.pop("bulk!", None)
    data = json.dumps({**head, "bulk!": members}).encode()
    assert json_stream.skeleton(io.BytesIO(data), ("bulk!",)) == {**head, "bulk!": []}
    assert [record for _, record, _ in json_stream.records(io.BytesIO(data), ("bulk!",))] == members


@given(st.binary(max_size=60))
def test_no_bytes_make_the_json_reader_fail_otherwise(data):
    try:
        json_stream.skeleton(io.BytesIO(data), ())
        list(json_stream.records(io.BytesIO(data), ()))
    except Unreadable as error:
        assert error.reason.startswith("import.unreadable.")


@given(st.binary(max_size=60), st.booleans())
def test_no_bytes_make_the_xml_reader_fail_otherwise(data, inside):
    try:
        list(xml_records(b"<r>" + data + b"</r>" if inside else data))
    except Unreadable as error:
        assert error.reason.startswith("import.unreadable.")


@pytest.mark.parametrize("keep", range(1, 40, 3))
def test_json_cut_off_in_the_middle(keep):
    data = b'{"concept": [{"code": "1"}, {"code": "2"}]}'[:keep]
    assert reason(lambda: json_stream.skeleton(io.BytesIO(data), ())) == "cut_off"
    assert reason(json_records, data) == "cut_off"


@pytest.mark.parametrize("keep", range(4, 50, 5))
def test_xml_cut_off_in_the_middle(keep):
    data = b"<?xml version='1.0'?><r><a>text</a><a>more</a></r>"[:keep]
    assert reason(xml_records, data) in ("cut_off", "xml")
    if keep > 24:
        assert reason(xml_records, data) == "cut_off"


def test_json_that_is_none():
    assert reason(json_records, b'{"a": 1,}') == "json"
    assert reason(json_records, b"{} {}") == "json"
    assert reason(json_records, b"hello") == "json"


def test_json_in_another_encoding():
    text = '{"concept": [{"code": "blåbær"}]}'
    assert reason(json_records, text.encode("utf-16")) == "encoding"
    assert reason(json_records, text.encode("windows-1252")) == "encoding"
    assert list(json_records("\ufeff".encode() + text.encode()))[0][1] == {"code": "blåbær"}


def test_json_nested_too_deep():
    assert reason(json_records, b"[" * 10_000) == "json_deep"
    assert reason(lambda: json_stream.skeleton(io.BytesIO(b'{"a":' * 10_000), ())) == "json_deep"


def test_a_record_that_never_ends(monkeypatch):
    monkeypatch.setattr(json_stream, "MAX_RECORD", 100)
    assert reason(json_records, {"concept": [{"a": [1] * 200}]}) == "json_size"
    monkeypatch.setattr(json_stream, "MAX_SKELETON", 100)
    assert (
        reason(lambda: json_stream.skeleton(io.BytesIO(json.dumps({"a": [1] * 200}).encode()), ()))
        == "json_size"
    )


def test_a_text_that_never_ends(monkeypatch):
    monkeypatch.setattr(json_stream, "MAX_TEXT", 200_000)
    assert reason(json_records, {"a": "x" * 500_000}) == "json_size"


ENTITY_BOMB = (
    b"""<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><r><a>&b;</a></r>"""
)


@pytest.mark.parametrize(
    "data",
    [
        ENTITY_BOMB,
        b"<?xml version='1.0'?>\n<!-- <r> -->" + ENTITY_BOMB,
        b"\xef\xbb\xbf" + ENTITY_BOMB,
        b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>',
        b'<?xml version="1.0"?><?pi?> <!DOCTYPE r><r/>',
    ],
)
def test_a_document_type_is_refused_before_it_is_read(data):
    assert reason(xml_records, data) == "xml_doctype"


def test_an_entity_without_a_declaration_is_no_text():
    assert reason(xml_records, b"<r><a>&nbsp;</a></r>") == "xml"


def test_xml_in_another_encoding():
    text = "<r><a>blåbær</a></r>"
    assert reason(xml_records, text.encode("utf-16")) == "encoding"
    assert reason(xml_records, text.encode("windows-1252")) == "encoding"
    declared = b"<?xml version='1.0' encoding='windows-1252'?>" + text.encode("windows-1252")
    assert reason(xml_records, declared) == "encoding"
    assert [each.text for each in xml_records(b"\xef\xbb\xbf" + text.encode())] == ["blåbær"]


def test_xml_that_is_none():
    assert reason(xml_records, b"<r><a></r>") == "xml"
    assert reason(xml_records, b"no xml") == "xml"
    assert reason(xml_records, b"<!-- only a comment -->") == "xml"
    assert reason(xml_records, b"<r/><r/>") == "xml"


def test_a_record_of_xml_that_never_ends(monkeypatch):
    monkeypatch.setattr(xml_stream, "MAX_RECORD", 1_000_000)
    assert reason(xml_records, b"<r><a>" + b"<b/>" * 1_000_000 + b"</a></r>") == "xml_size"
    assert reason(xml_records, b"<r><z>" + b"<b/>" * 1_000_000 + b"</z></r>") == "xml_size"


def test_every_record_is_there_and_whole():
    data = b"<r>" + b"".join(b"<x>%d</x><a>%d<b>%d</b></a>" % (n, n, n) for n in range(50_000)) + b"</r>"
    assert [(each.text, each[0].text) for each in xml_records(data)] == [
        (str(n), str(n)) for n in range(50_000)
    ]


class Long(io.RawIOBase):
    """A file that is made while it is read: a head, a piece many times, a tail."""

    def __init__(self, head, piece, times, tail):
        self.parts = iter([head, *[piece] * times, tail])

    def readable(self):
        return True

    def read(self, size=-1):
        return next(self.parts, b"")


def peak(records):
    """The most memory that reading takes, in bytes, and the number of records."""
    tracemalloc.start()
    try:
        count = sum(1 for _ in records)
        return tracemalloc.get_traced_memory()[1], count
    finally:
        tracemalloc.stop()


def test_a_file_ten_times_as_long_takes_no_more_memory():
    concept = b'{"code": "12345", "display": "A text of some length"},' * 200

    def of(times):
        return peak(json_stream.records(Long(b'{"concept": [', concept, times, b"{}]}"), ("concept",)))

    small, large = of(5), of(50)
    assert large[1] == 10_001 and large[0] < 1.5 * small[0] + 100_000


def test_a_long_xml_file_is_thrown_away_while_it_is_read():
    """libxml2's memory is not Python's: what is left in the tree is counted instead."""
    entry = b"<k><a>some text</a></k>" * 500
    left = []
    for count, each in enumerate(xml_stream.records(Long(b"<r>", entry, 100, b"</r>"), ["{*}a"], 3)):
        if count % 10_000 == 0:
            left.append(len(each.getroottree().getroot()))
    assert len(left) == 5 and max(left[1:]) <= 2 * 500 and left[0] <= 64 * 1024 // 20


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3))), st.integers(0, 5))
def test_a_ledger_on_disk_is_the_same_as_in_memory(entries, limit):
    plain = {}
    with Ledger(limit) as ledger:
        for key, value in entries:
            key = key * 100 if len(key) == 2 else key
            assert ledger.add(key, value) == (key not in plain)
            plain.setdefault(key, value)
        assert all(ledger.get(key) == value for key, value in plain.items())
        assert ledger.get("not there") is None
        assert sorted(ledger.values()) == sorted(plain.values())


def test_a_reader_that_is_left_in_the_middle_closes_what_it_opened(tmp_path, monkeypatch):
    """A cancelled import: warnings of files left open are errors here."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    concepts = {
        "resourceType": "CodeSystem",
        "url": "urn:oid:1.2.3",
        "concept": [{"code": str(n)} for n in range(9)],
    }
    files = [
        written(tmp_path / "a.json", concepts),
        tarred(tmp_path / "a.tgz", [("package/a.json", concepts)]),
        book(
            tmp_path / "a.xlsx", [("A", mvc(COUNTRY, *[("1.0.3166.1", "", str(n), "x") for n in range(9)]))]
        ),
    ]
    for file in files:
        items = read(file, None, ImportOptions())
        next(items)
        items.close()
        del items
        gc.collect()
    assert list((tmp_path / "temp").iterdir()) == []

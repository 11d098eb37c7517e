"""A release as a file: the same release elsewhere, or refused."""

import gzip
import json

import pytest

from terminology.concept import Concept
from terminology.release import Content
from terminology.releases import making, switching
from terminology.releases.snapshot import RECORD, UNIT, Damaged
from terminology.releases.transfer import read_file, write_file
from terminology.seed import RELEASE_NAME
from terminology.workspace.actor import NotAllowed, NotFound, NotPossible
from tests.support.terminology_store import KARI, NOON, READER

NAMIBIA = Concept("NA", "1.0.3166.1")


def test_a_release_is_the_same_in_another_installation(store, _sqlite_stores, tmp_path):
    path = tmp_path / "release.gz"
    write_file(store, RELEASE_NAME, path)
    other = _sqlite_stores.open("empty")
    row = read_file(other, KARI, path, now=NOON)
    ours = making.get(store, RELEASE_NAME)
    assert row.release == ours.release
    assert (row.concepts, row.designations, row.mappings) == (ours.concepts, ours.designations, ours.mappings)
    assert switching.active(other).name is None
    switching.activate(other, KARI, RELEASE_NAME, now=NOON)
    assert making.load(other, RELEASE_NAME).lookup(NAMIBIA).text == "Namibia"
    with pytest.raises(NotPossible, match="release_exists"):
        read_file(store, KARI, path, now=NOON)
    with pytest.raises(NotAllowed):
        read_file(store, READER, path, now=NOON)
    with pytest.raises(FileExistsError):
        write_file(store, RELEASE_NAME, path)
    with pytest.raises(NotFound):
        write_file(store, "no such", tmp_path / "x")


def test_a_file_that_is_no_whole_release_is_refused(_sqlite_stores, tmp_path):
    store = _sqlite_stores.open("filled")
    path, bad = tmp_path / "release.gz", tmp_path / "bad.gz"
    making.build(store, KARI, "ny", Content.TEST, now=NOON)
    write_file(store, "ny", path)
    head, *lines = (f"{line}\n" for line in gzip.decompress(path.read_bytes()).decode().split("\n")[:-1])
    head = head.replace('"ny"', '"nyere"')

    def refused(why, *content):
        bad.write_bytes(gzip.compress("".join(content).encode()))
        with pytest.raises(Damaged, match=why):
            read_file(store, KARI, bad, now=NOON)

    refused("hash", head, *lines[:-1])
    refused("hash", head, *(line.replace("Namibia", "Namibie") for line in lines))
    refused("no release file", "hello\n", *lines)
    refused("no release file", json.dumps({"format": "ncp release 1"}) + "\n", *lines)
    refused("no release file", json.dumps(json.loads(head) | {"content": "x"}) + "\n", *lines)
    refused("header", head, "[]\n", *lines[1:])
    refused("none of a release", head, lines[0], lines[2], *lines[1:])
    refused("none of a release", head, *lines[:3], lines[3].replace(UNIT, "", 1), *lines[4:])
    for part in (f"norsk{UNIT}x{UNIT}active{UNIT * 5}\n", f"nb{UNIT}x{UNIT}ok{UNIT * 5}\n", "nb\n"):
        refused("none of a release", head, *lines[:3], lines[3].rstrip("\n") + RECORD + part, *lines[4:])
    refused("none of a release", head, *lines, "no mapping\n")
    bad.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(Damaged, match="cut off"):
        read_file(store, KARI, bad, now=NOON)
    bad.write_bytes(b"no gzip")
    with pytest.raises(Damaged, match="cut off"):
        read_file(store, KARI, bad, now=NOON)
    assert [row.release.name for row in making.listed(store)] == ["ny", RELEASE_NAME]

"""Archives that are traps: bombs, tricks with names, damage. None is unpacked by its own names."""

import gzip
import io
import struct
import tarfile
import zipfile

import pytest

from terminology.importers import archives, read
from terminology.importers.archives import tar_members, zip_archive
from terminology.importers.formats import ImportOptions
from terminology.importers.unreadable import Unreadable
from terminology.pages.messages import messages
from tests.support.terminology_files import tarred, written, zipped

OPTIONS = ImportOptions()


def read_zip(path):
    with zip_archive(path, OPTIONS) as archive:
        for name in archive.names:
            with archive.member(name) as stream:
                while stream.read(1 << 16):
                    pass
    return archive.names


def read_tar(path):
    found = []
    for name, stream in tar_members(path, OPTIONS):
        while stream.read(1 << 16):
            pass
        found.append(name)
    return found


def refusal(reader, path):
    with pytest.raises(Unreadable) as caught:
        reader(path)
    assert messages("nb").text(caught.value.reason, **caught.value.params)
    return caught.value.reason.rpartition(".")[2]


@pytest.fixture
def small_limit(monkeypatch):
    """Bombs of kilobytes instead of gigabytes."""
    monkeypatch.setattr(archives, "HARMLESS", 100_000)


NAMES = ["../a.xml", "/etc/passwd", "a/../../b.xml", "..\\a.xml", "C:/a.xml", "a\\b.xml"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_out_of_a_zip(tmp_path, name):
    assert refusal(read_zip, zipped(tmp_path / "a.zip", [("a.xml", "x"), (name, "x")])) == "archive_path"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_out_of_a_tar(tmp_path, name):
    file = tarred(tmp_path / "a.tgz", [("package/a.json", b"{}"), (name, b"{}")])
    assert refusal(read_tar, file) == "archive_path"


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar(tmp_path, kind):
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as archive:
        info = tarfile.TarInfo("package/a.json")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
    assert refusal(read_tar, tmp_path / "a.tgz") == "archive_path"


def test_a_link_in_a_zip(tmp_path):
    info = zipfile.ZipInfo("a.xml")
    info.external_attr = 0o120777 << 16
    assert refusal(read_zip, zipped(tmp_path / "a.zip", [(info, "/etc/passwd")])) == "archive_path"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_twice(tmp_path):
    assert refusal(read_zip, zipped(tmp_path / "a.zip", [("a.xml", "1"), ("a.xml", "2")])) == "archive_twice"
    assert (
        refusal(read_tar, tarred(tmp_path / "a.tgz", [("package/a", b"1"), ("package/./a", b"2")]))
        == "archive_twice"
    )


def test_a_zip_that_grows_beyond_reason(tmp_path, small_limit):
    assert refusal(read_zip, zipped(tmp_path / "a.zip", [("a.xml", b" " * 10_000_000)])) == "bomb"


def test_a_tar_that_grows_beyond_reason(tmp_path, small_limit):
    assert refusal(read_tar, tarred(tmp_path / "a.tgz", [("package/a.json", b" " * 10_000_000)])) == "bomb"


def test_text_that_packs_well_is_no_bomb(tmp_path, small_limit):
    rows = "\n".join(f"{number}|Konsept nummer {number}" for number in range(40_000)).encode()
    assert read_zip(zipped(tmp_path / "a.zip", [("a.txt", rows)])) == ("a.txt",)


def test_members_that_share_their_bytes_count_each(tmp_path, small_limit):
    """The trick of overlapping members: a small archive whose directory names the same bytes many times."""
    zipped(tmp_path / "a.zip", [("a.xml", b" " * 90_000)])
    data = (tmp_path / "a.zip").read_bytes()
    at = data.index(b"PK\1\2")
    entry, tail = data[at : data.index(b"PK\5\6")], data[data.index(b"PK\5\6") :]
    entries = b"".join(entry.replace(b"a.xml", b"%c.xml" % (97 + n)) for n in range(20))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 20, 20, len(entries), at, 0)
    written(tmp_path / "b.zip", data[:at] + entries + end)
    assert len(tail) == len(end)
    assert refusal(read_zip, tmp_path / "b.zip") in ("bomb", "archive_damaged")


def test_too_many_members(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBERS", 5)
    members = [(f"package/{number}", b"x") for number in range(7)]
    assert refusal(read_zip, zipped(tmp_path / "a.zip", members)) == "archive_members"
    assert refusal(read_tar, tarred(tmp_path / "a.tgz", members)) == "archive_members"


def test_a_directory_that_would_fill_the_memory_is_not_read(tmp_path):
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, 900_000_000, 0, 0)
    assert refusal(read_zip, written(tmp_path / "a.zip", b"PK\3\4" + b"x" * 100 + end)) == "archive_members"


def test_a_tar_header_that_would_fill_the_memory_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_DIRECTORY", 10_000)
    name = "package/" + "n" * 200_000
    with tarfile.open(tmp_path / "a.tgz", "w:gz", format=tarfile.GNU_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo(name), io.BytesIO(b""))
    assert refusal(read_tar, tmp_path / "a.tgz") == "bomb"


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
def test_an_archive_cut_off_in_the_middle(tmp_path, keep):
    rows = "".join(f"{number * 7919 % 100_003}|x\n" for number in range(20_000)).encode()
    for path, reader in (
        (zipped(tmp_path / "a.zip", [("a.txt", rows)]), read_zip),
        (tarred(tmp_path / "a.tgz", [("package/a.json", rows)]), read_tar),
    ):
        data = path.read_bytes()
        written(path, data[: int(len(data) * keep)])
        assert refusal(reader, path) == "archive_damaged"


def test_a_damaged_byte_is_found(tmp_path):
    rows = "".join(f"{number * 7919 % 100_003}|x\n" for number in range(20_000)).encode()
    path = zipped(tmp_path / "a.zip", [("a.txt", rows)])
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    assert refusal(read_zip, written(path, bytes(data))) == "archive_damaged"


def test_a_password_is_asked_of_nobody(tmp_path):
    path = zipped(tmp_path / "a.zip", [("a.txt", "x")])
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    assert refusal(read_zip, written(path, bytes(data))) == "encrypted"


def test_names_that_cannot_be_shown_are_spelled_out(tmp_path):
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("../\udcff\n"))
    with pytest.raises(Unreadable) as caught:
        read_tar(tmp_path / "a.tgz")
    assert caught.value.params["name"] == "../\\udcff\\n"


def test_what_is_no_archive(tmp_path):
    assert refusal(read_zip, written(tmp_path / "a.zip", b"PK\3\4 and then nothing")) == "archive_damaged"
    assert refusal(read_tar, written(tmp_path / "a.tgz", gzip.compress(b"no tar"))) == "archive_damaged"
    assert refusal(read_tar, written(tmp_path / "b.tgz", b"\x1f\x8b\x08 broken")) == "archive_damaged"


def test_an_archive_in_an_archive_is_not_opened(tmp_path):
    inner = zipped(tmp_path / "inner.zip", [("FEST.xml", "<FEST/>")]).read_bytes()
    with pytest.raises(Unreadable, match="format_unknown"):
        list(read(zipped(tmp_path / "a.zip", [("inner.zip", inner)]), None, OPTIONS))

"""`ncp terminology import`, `export` and `diff`: files come in by a dry run and go out without loss."""

import csv
import json

import pytest

from terminology.imports import runs
from terminology.imports.runs import Wishes
from terminology.store.engine import open_store
from tests.support.command_line import ncp  # noqa: F401 -- a fixture
from tests.support.fhir import NOON
from tests.support.terminology_store import KARI


@pytest.fixture
def url(_sqlite_stores, tmp_path, monkeypatch):
    """A database with the first release, which the commands use."""
    made = _sqlite_stores.url("filled")
    monkeypatch.setenv("NCP_TERMINOLOGY_STORE", made)
    monkeypatch.setenv("NCP_DATA", str(tmp_path / "data"))
    for name in ("EDITORS", "REVIEWERS", "PUBLISHERS"):
        monkeypatch.delenv(f"NCP_TERMINOLOGY_{name}", raising=False)
    monkeypatch.setenv("NCP_USER", "kari")
    return made


@pytest.fixture
def term(ncp, url):  # noqa: F811
    """Run one terminology command."""
    return lambda *arguments: ncp("terminology", *arguments)


LIST = "X01|Første\nX02|Andre\n"


def a_list(tmp_path, text=LIST):
    file = tmp_path / "liste.txt"
    file.write_text(text, encoding="utf-8")
    return file


def importing(term, file, *more):
    return term("import", file, "--format", "national-list", "--system", "2.16.578.1.12.4.1.1.7170", *more)


def test_dry_run_says_what_would_be_new_and_changes_nothing(term, tmp_path):
    ran = importing(term, a_list(tmp_path))
    assert ran.code == 0 and "import 1: liste.txt, ready" in ran.out
    assert "2  designations new" in ran.out and "line 1" in ran.out and "Første" in ran.out
    assert term("diff", "--json").out == "[]\n"


def test_import_is_applied_at_once_or_by_its_number(term, tmp_path):
    assert importing(term, a_list(tmp_path)).code == 0
    ran = term("import", "--run", "1", "--apply")
    assert ran.code == 0 and "import 1: liste.txt, applied" in ran.out
    changes = json.loads(term("diff", "--json").out)
    assert {(each["what"], each["code"], each["after"]) for each in changes} >= {
        ("designation", "X01", "Første"),
        ("designation", "X02", "Andre"),
    }
    again = importing(term, a_list(tmp_path), "--apply")
    assert again.code == 0 and "2  designations unchanged" in again.out


def test_report_for_a_machine_has_file_hash_counts_and_rows(term, tmp_path):
    found = json.loads(importing(term, a_list(tmp_path), "--json", "--rows", "1").out)
    assert (found["run"], found["state"], len(found["sha256"])) == (1, "ready", 64)
    assert found["counts"]["designations.new"] == 2 and len(found["rows"]["new"]) == 1


def test_rejected_rows_end_with_1_and_their_line(term, tmp_path):
    ran = importing(term, a_list(tmp_path, "X01|Første\nX01|En gang til\nX 3|Blank\n"))
    assert ran.code == 1
    assert "rejected:" in ran.out and "line 3" in ran.out


def test_import_that_waits_is_cancelled(term, tmp_path):
    importing(term, a_list(tmp_path))
    assert term("import", "--run", "1", "--cancel").code == 0
    assert [each["state"] for each in json.loads(term("import", "--list", "--json").out)] == ["cancelled"]
    assert term("import", "--run", "1", "--apply").code == 3
    assert "cancelled" in term("import", "--list").out


def test_file_that_cannot_be_read_ends_with_5_and_one_sentence(term, tmp_path):
    broken = tmp_path / "x.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    for file in (broken, tmp_path / "none.csv", tmp_path):
        ran = term("import", file)
        assert (ran.code, ran.out, len(ran.err.strip().splitlines())) == (5, "", 1)
        assert ran.err.startswith(file.name)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("--cancel",), 2),
        (("--run", "1", "--list"), 2),
        (("--run", "99"), 3),
        (("--run", "99", "--apply"), 3),
        (("--run", "99", "--cancel"), 3),
        (("--format", "cldr", "--run", "1"), 2),
    ],
)
def test_wrong_arguments_and_numbers_are_told(term, arguments, code):
    ran = term("import", *arguments)
    assert (ran.code, ran.out) == (code, "") and ran.err


def test_only_editors_import_and_only_reviewers_trust(term, tmp_path, monkeypatch):
    monkeypatch.setenv("NCP_TERMINOLOGY_REVIEWERS", "ola")
    assert importing(term, a_list(tmp_path), "--trusted").code == 3
    monkeypatch.setenv("NCP_TERMINOLOGY_EDITORS", "ola")
    assert importing(term, a_list(tmp_path)).code == 3


def test_import_that_a_crash_left_behind_is_put_in_order(term, url):
    engine = open_store(url)
    number = runs.start(engine, KARI, "halv.csv", "", "csv", Wishes(), now=NOON.replace(year=2020))
    with engine.begin() as connection:  # the process of another time, which is no more
        connection.exec_driver_sql(f"UPDATE import_run SET process = 'borte 1' WHERE id = {number}")
    engine.dispose()
    found = json.loads(term("import", "--list", "--json").out)
    assert [(each["state"], bool(each["error"])) for each in found] == [("failed", True)]


@pytest.mark.parametrize("name", ["a.csv", "a.tgz", "a.xlsx", "a.zip"])
def test_export_is_read_again_without_a_difference(term, tmp_path, name):
    ran = term("export", tmp_path / name)
    assert ran.code == 0 and "testinnhold 8.1.0" in ran.out
    found = json.loads(term("import", tmp_path / name, "--json", "--rows", "0").out)
    assert found["state"] == "ready"
    assert found["counts"]["designations.new"] == found["counts"]["designations.changed"] == 0
    assert found["counts"]["rejected"] == 0 and found["counts"]["designations.unchanged"] > 4000


def test_bad_export_is_one_sentence(term, tmp_path):
    (tmp_path / "there.csv").write_text("mine", encoding="utf-8")
    assert term("export", tmp_path / "there.csv").code == 2
    assert (tmp_path / "there.csv").read_text(encoding="utf-8") == "mine"
    assert term("export", tmp_path / "x.pdf").code == 2
    assert term("export", tmp_path / "x.csv", "--release", "ukjent").code == 3
    assert term("export", tmp_path / "none" / "x.csv").code == 9
    assert term("export", tmp_path / "there.csv", "--force").code == 0


def test_diff_is_filtered_and_written(term, tmp_path):
    importing(term, a_list(tmp_path), "--apply")
    assert (
        term("diff", "--what", "designation", "--contains", "andre")
        .out.splitlines()[-1]
        .startswith("1 added")
    )
    assert term("diff", "--kind", "removed", "--json").out == "[]\n"
    ran = term("diff", "--csv", tmp_path / "d.csv", "--rows", "0")
    assert ran.code == 0 and len(ran.out.splitlines()) == 1
    with (tmp_path / "d.csv").open(encoding="utf-8", newline="") as file:
        assert {row["code"] for row in csv.DictReader(file)} >= {"X01", "X02"}
    assert term("diff", "ukjent").code == 3
    assert term("diff", "--csv", tmp_path / "none" / "d.csv").code == 9


def test_diff_of_two_releases(term, tmp_path):
    importing(term, a_list(tmp_path), "--apply")
    term("release", "make", "ny")
    found = json.loads(term("diff", "ny", "testinnhold 8.1.0", "--what", "designation", "--json").out)
    assert {(each["kind"], each["code"]) for each in found} == {("removed", "X01"), ("removed", "X02")}

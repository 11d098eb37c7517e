"""`ncp country dispensations`: what a tester reads of a country's store."""

import pytest
import typer
from typer.testing import CliRunner

from mock_member_states import commands
from tests.support.chain import Asker, MemberStateForTests
from tests.support.dispensed import submitted


def run(*arguments):
    app = typer.Typer()
    commands.register(app)
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["country", "dispensations", *map(str, arguments)])


def test_home_and_foreign_dispensations_are_shown_and_written(tmp_path):
    ask = Asker(MemberStateForTests.load("FI", tmp_path))
    request = submitted("FI", "FI-2026-0005", packages=3)
    assert ask.submit(request).status.endswith(":Success")
    result = run("--country", "FI", "--data", tmp_path, "--out", tmp_path / "out")
    assert result.exit_code == 0 and "2 documents" in result.output
    lines = {line.split()[2]: line.split() for line in result.output.splitlines() if "2.999." in line}
    assert lines["NO"][3:6] == ["2.999.246.30^FI-2026-0005", "3", "2.999.578.1^ED-1"]
    assert lines["FI"][3] == "2.999.246.30^FI-2026-0002"
    assert (tmp_path / "out" / "2.999.578.1_ED-1.xml").read_bytes() == request.content


@pytest.mark.parametrize("country", ["XX", "../etc"])
def test_an_unknown_country_is_one_sentence_and_exit_code_1(tmp_path, country):
    result = run("--country", country, "--data", tmp_path)
    assert result.exit_code == 1 and "no simulated country" in result.output


def test_a_damaged_store_is_one_sentence_and_exit_code_1(tmp_path):
    (tmp_path / "cz").mkdir()
    (tmp_path / "cz" / "dispensations.sqlite").write_bytes(b"no database" * 500)
    result = run("--country", "CZ", "--data", tmp_path)
    assert result.exit_code == 1 and "dispensations.sqlite" in result.output
    assert "Traceback" not in result.output


def test_a_folder_that_is_a_file_is_one_sentence_and_exit_code_1(tmp_path):
    (tmp_path / "file").write_text("x")
    result = run("--country", "CZ", "--data", tmp_path, "--out", tmp_path / "file")
    assert result.exit_code == 1 and "Traceback" not in result.output

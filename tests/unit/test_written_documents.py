"""`ncp country documents`: the prescriptions of a country as files that other commands can read."""

import typer
from typer.testing import CliRunner

from mock_member_states import commands


def run(*arguments):
    app = typer.Typer()
    commands.register(app)
    return CliRunner().invoke(app, ["country", "documents", *map(str, arguments)])


def test_every_kind_of_document_is_written(tmp_path):
    result = run("--country", "PT", "--out", tmp_path / "new")
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert result.exit_code == 0 and f"{len(names)} documents" in result.output
    assert {"2011000260001-national.xml", "2011000260001-l3.xml", "2011000260001-l1.xml"} <= names
    assert "D-2022000260004-1-S.xml" in names


def test_an_unknown_country_is_one_sentence_and_exit_code_1(tmp_path):
    result = run("--country", "XX", "--out", tmp_path)
    assert result.exit_code == 1 and "national.csv of XX" in result.output
    assert "Traceback" not in result.output


def test_a_folder_that_is_a_file_is_one_sentence_and_exit_code_1(tmp_path):
    (tmp_path / "file").write_text("x")
    result = run("--country", "PT", "--out", tmp_path / "file")
    assert result.exit_code == 1 and "Traceback" not in result.output

"""The README says what there is: every setting with its default, every terminology command."""

from pathlib import Path

import pytest

from ncp.settings import Settings
from terminology.commands import app

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
ROWS = dict(
    [cell.strip() for cell in line.split("|")[1:3]]
    for line in README.splitlines()
    if line.startswith("| `NCP_")
)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_readme_names_every_setting_with_its_default(name):
    default = Settings.model_fields[name].default
    assert ROWS[f"`NCP_{name.upper()}`"] == ("-" if default is None else f"`{default}`")


def test_readme_names_no_setting_that_is_gone():
    known = {f"`NCP_{name.upper()}`" for name in Settings.model_fields} | {"`NCP_USER`"}
    assert set(ROWS) == known


def test_readme_names_every_terminology_command():
    commands = {each.name for each in app.registered_commands} | {each.name for each in app.registered_groups}
    section = README.partition("## Terminology")[2].partition("\n## ")[0]
    assert {name for name in commands if f"`{name}`" not in section} == set()

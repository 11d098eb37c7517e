"""The manager's whole path from the command line, on SQLite and on PostgreSQL."""

import json

from tests.support.command_line import ncp  # noqa: F401 -- a fixture

LIST = "X01|Første\nX02|Andre\n"
SYSTEM = "2.16.578.1.12.4.1.1.7170"


def test_import_release_rollback_export_and_restore(ncp, store, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setenv("NCP_TERMINOLOGY_STORE", store.url.render_as_string(hide_password=False))
    monkeypatch.setenv("NCP_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NCP_USER", "kari")
    for role in ("EDITORS", "REVIEWERS", "PUBLISHERS"):
        monkeypatch.delenv(f"NCP_TERMINOLOGY_{role}", raising=False)

    def term(*arguments, code=0):
        ran = ncp("terminology", *arguments)
        assert ran.code == code, ran.err
        return ran.out

    assert term("lookup", "--system", "1.0.3166.1", "--code", "NA", "--lang", "nb") == "Namibia\n"
    assert ncp("data", "backup", tmp_path / "before.gz").code == 0
    (tmp_path / "liste.txt").write_text(LIST, encoding="utf-8")
    term("import", tmp_path / "liste.txt", "--format", "national-list", "--system", SYSTEM)
    assert "2  designations new" in term("import", "--run", "1", "--apply")
    assert term("diff", "--what", "designation").splitlines()[-1].startswith("2 added, 0 changed")
    assert "1 drafts made" in term("suggest", "--apply")
    term("release", "make", "ny", "--activate")
    assert term("lookup", "--system", SYSTEM, "--code", "X01") == "Første\n"
    term("export", tmp_path / "ny.tgz", "--release", "ny")
    assert term("rollback") == "testinnhold 8.1.0 is in use\n"
    term("lookup", "--system", SYSTEM, "--code", "X01", code=1)
    assert [each["name"] for each in json.loads(term("release", "list", "--json"))] == [
        "ny",
        "testinnhold 8.1.0",
    ]
    actions = [json.loads(line)["action"] for line in term("trail").splitlines()]
    assert actions[-3:] == ["build", "activate", "roll back"] and "apply import" in actions
    assert "unbroken" in term("trail", "--verify")
    assert ncp("data", "restore", tmp_path / "before.gz", "--yes").code == 0
    assert [each["name"] for each in json.loads(term("release", "list", "--json"))] == ["testinnhold 8.1.0"]
    found = json.loads(term("import", tmp_path / "ny.tgz", "--json", "--rows", "0"))
    assert found["counts"]["designations.new"] == 3 and found["counts"]["rejected"] == 0

"""`ncp terminology`: each command from the outside, what it prints and how it ends."""

import json

import pytest

from terminology.gaps import Gap, record
from terminology.store.engine import open_store
from tests.support.command_line import ncp  # noqa: F401 -- a fixture
from tests.support.fhir import NOON

ICD_10 = "1.3.6.1.4.1.12559.11.10.1.3.1.44.2"


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


def test_namibia_is_looked_up_in_a_fresh_installation(ncp, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setenv("NCP_DATA", str(tmp_path))
    monkeypatch.delenv("NCP_TERMINOLOGY_STORE", raising=False)
    ran = ncp("terminology", "lookup", "--system", "1.0.3166.1", "--code", "NA", "--lang", "nb")
    assert (ran.code, ran.out, ran.err) == (0, "Namibia\n", "")


@pytest.mark.parametrize("system", ["1.0.3166.1", "urn:oid:1.0.3166.1", "urn:iso:std:iso:3166", "iso 3166-1"])
def test_system_may_be_named_in_every_way(term, system):
    assert term("lookup", "--system", system, "--code", "NA").out == "Namibia\n"


def test_unconfirmed_text_says_so_beside_it(term):
    ran = term("lookup", "--system", "ISCO-08", "--code", "221")
    assert (ran.code, ran.out) == (0, "Leger\n")
    assert "draft" in ran.err and "nobody has approved" in ran.err


def test_lookup_for_a_machine_says_everything(term):
    found = json.loads(term("lookup", "--system", "ATC", "--code", "N02BE01", "--json").out)
    assert (found["text"], found["language"], found["translated"]) == ("paracetamol", "nb-NO", True)
    assert (found["status"], found["basis"], found["release"]["name"]) == (
        "active",
        "atc-no",
        "testinnhold 8.1.0",
    )
    assert found["issues"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--system", ICD_10, "--code", "I84"), 1, "TSAM 4503"),
        (("--system", "9.9.9", "--code", "I84"), 1, "TSAM 4501"),
        (("--system", "1.0.3166.1", "--code", "NA", "--lang", "fi"), 1, "fi: no text; en: "),
        (
            ("--system", "1.0.3166.1", "--code", "NA", "--lang", "norsk bokmål"),
            2,
            "--lang: not a language tag",
        ),
        (("--system", "1.0.3166.1", "--code", "  "), 2, "--code"),
        (("--system", "1.0.3166.1", "--code", "NA", "--release", "none"), 3, "none"),
    ],
)
def test_what_cannot_be_looked_up_is_one_sentence(term, arguments, code, said):
    ran = term("lookup", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_releases_are_made_taken_into_use_and_rolled_back(term):
    assert term("release", "make", "høst", "--note", "ny bølge", "--activate").code == 0
    listed = json.loads(term("release", "list", "--json").out)
    assert [(each["name"], each["active"], each["madeBy"]) for each in listed] == [
        ("høst", True, "kari"),
        ("testinnhold 8.1.0", False, "installation"),
    ]
    assert listed[0]["hash"] == listed[1]["hash"] and listed[0]["note"] == "ny bølge"
    assert term("rollback", "--reason", "feil").out == "testinnhold 8.1.0 is in use\n"
    assert term("release", "activate", "høst").out == "høst is in use\n"
    lines = term("release", "list").out.splitlines()
    assert lines[1].startswith("*  2") and "høst" in lines[1] and len(lines) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ("rollback",),
        ("release", "activate", "ukjent"),
        ("release", "activate", "testinnhold 8.1.0"),
        ("release", "make", "testinnhold 8.1.0"),
        ("release", "make", " "),
        ("release", "make", "x" * 81),
    ],
)
def test_what_is_refused_ends_with_3_and_changes_nothing(term, arguments):
    ran = term(*arguments)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (3, "", 1)
    assert len(json.loads(term("release", "list", "--json").out)) == 1


def test_only_publishers_release(term, monkeypatch):
    monkeypatch.setenv("NCP_TERMINOLOGY_PUBLISHERS", "ola, per")
    assert term("release", "make", "ny").code == 3
    assert term("release", "make", "ny", "--user", "Ola").code == 0


def test_draft_is_checked_before_it_is_released(term):
    ran = term("release", "check")
    assert ran.code == 0 and ran.out.splitlines()[-1].startswith("0 errors, ")
    assert all(not each["error"] for each in json.loads(term("release", "check", "--json").out))


def test_draft_that_contradicts_itself_is_not_released(term, url):
    engine = open_store(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO designation (concept_id, language, text, status, preferred, basis, origin, author,"
            " at, row_version) SELECT concept_id, language, text || ' to', 'active', preferred, basis,"
            " origin, author, at, 1 FROM designation WHERE status = 'active' AND language = 'nb-NO' LIMIT 1"
        )
    engine.dispose()
    assert term("release", "check").code == 1
    ran = term("release", "make", "ny")
    assert ran.code == 1 and "nothing was made" in ran.err and "error: " in ran.out
    assert len(json.loads(term("release", "list", "--json").out)) == 1


def test_gaps_come_by_how_often_they_were_met(term, url):
    engine = open_store(url)
    for code, times, country in (("I84", 3, "PT"), ("E11", 1, "FI")):
        for _ in range(times):
            record(engine, [Gap(code, ICD_10, "2019", "", "observation/value", country)], NOON)
    engine.dispose()
    found = json.loads(term("gaps", "--json").out)
    assert [(each["code"], each["number"], each["country"]) for each in found] == [
        ("I84", 3, "PT"),
        ("E11", 1, "FI"),
    ]
    assert [each["code"] for each in json.loads(term("gaps", "--country", "fi", "--json").out)] == ["E11"]
    assert term("gaps", "--limit", "1").out.splitlines()[1].split()[:2] == ["3", "I84"]


def test_trail_is_printed_and_verified(term, url):
    term("release", "make", "ny", "--activate")
    rows = [json.loads(line) for line in term("trail").out.splitlines()]
    assert [(row["action"], row["subject"]) for row in rows][-2:] == [("build", "ny"), ("activate", "ny")]
    assert term("trail", "--verify").out.startswith(f"{len(rows)} rows, unbroken")
    engine = open_store(url)
    with engine.begin() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()
        for (name,) in names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE trail SET actor = 'ola' WHERE id = 2")
    engine.dispose()
    ran = term("trail", "--verify")
    assert ran.code == 9 and "row 2" in ran.err


def test_database_that_cannot_be_opened_is_one_sentence_without_its_password(term, monkeypatch):
    for url in ("mysql://a:geheim@h/x", "geheim", "postgresql+psycopg://a:geheim@127.0.0.1:1/x"):
        monkeypatch.setenv("NCP_TERMINOLOGY_STORE", url)
        ran = term("release", "list")
        assert (ran.code, ran.out) == (9, "") and "geheim" not in ran.err


@pytest.mark.parametrize(
    "command",
    ["lookup", "gaps", "rollback", "trail", "release", "import", "export", "diff", "suggest", "serve", "try"],
)
def test_every_command_explains_itself(term, command):
    ran = term(command, "--help")
    assert ran.code == 0 and len(ran.out) > 100


def test_exit_codes_are_documented(term):
    assert "Exit codes: 0 done" in " ".join(term("--help").out.split())


def test_texts_that_are_missing_are_suggested_with_their_origin(term):
    rows = json.loads(term("suggest", "--json").out)
    assert len(rows) == 5 and all(row["english"] for row in rows)
    (one,) = [row for row in rows if row["suggestions"]]
    assert one["draft"] is None
    assert set(one["suggestions"][0]) == {"text", "way", "source"}
    ran = term("suggest")
    assert ran.code == 0 and "5 concepts, 1 with a suggestion, 0 drafts made" in ran.out


def test_suggestions_are_taken_up_as_drafts_once(term):
    assert "1 drafts made" in term("suggest", "--apply").out
    ran = term("suggest")
    assert ran.code == 1 and "4 concepts, 0 with a suggestion" in ran.out
    assert json.loads(term("diff", "--json").out)[0]["status_after"] == "draft"


def test_suggestions_for_one_code_or_value_set(term):
    rows = json.loads(term("suggest", "--system", "EDQM", "--code", "15040000", "--json").out)
    assert [row["code"] for row in rows] == ["15040000"]
    assert term("suggest", "--value-set", "1.3.6.1.4.1.12559.11.10.1.3.1.42.4").code == 1
    assert term("suggest", "--way", "parent").code == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--code", "15040000"), 2),
        (("--system", "EDQM", "--code", "nothing"), 3),
        (("--way", "guess"), 2),
        (("--limit", "0"), 2),
    ],
)
def test_what_cannot_be_suggested_is_told(term, arguments, code):
    ran = term("suggest", *arguments)
    assert (ran.code, ran.out) == (code, "") and ran.err


def test_only_editors_take_suggestions_up(term, monkeypatch):
    monkeypatch.setenv("NCP_TERMINOLOGY_EDITORS", "ola")
    assert term("suggest", "--apply").code == 3

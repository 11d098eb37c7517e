"""`python -m mock_member_states serve`: wrong arguments are one sentence, never a stack trace."""

import pytest

from mock_member_states.__main__ import main


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--port", "0", "no port number"),
        ("--port", "70000", "no port number"),
        ("--port", "-1", "no port number"),
        ("--port", "eighty", "no port number"),
        ("--port", "9" * 5000, "no port number"),
        ("--host", "\udcff", "no host name"),
        ("--host", "x" * 70 + ".no", "no host name"),
    ],
)
def test_an_address_that_cannot_be(capsys, option, value, words):
    given = {"--country": "PT", "--port": "9441", option: value}
    with pytest.raises(SystemExit) as ended:
        main(["serve", *(f"{name}={one}" for name, one in given.items())])
    said = capsys.readouterr().err
    assert ended.value.code == 2 and words in said and "Traceback" not in said


@pytest.mark.parametrize("country", ["XX", "../pt", "", "\udcff"])
def test_a_country_that_is_not_there(capsys, tmp_path, country):
    code = main(["serve", f"--country={country}", "--port=9441", f"--data={tmp_path}"])
    assert code == 1 and "no simulated country" in capsys.readouterr().err


def test_a_folder_without_keys(capsys, tmp_path):
    assert main(["serve", "--country=PT", "--port=9441", f"--data={tmp_path}"]) == 1
    assert "ncp pki init" in capsys.readouterr().err

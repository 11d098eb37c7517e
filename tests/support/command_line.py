"""Running `ncp` in process, as a shell would see it."""

from dataclasses import dataclass

import pytest

from ncp import __main__


@dataclass(frozen=True)
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str


@pytest.fixture
def ncp(capsys):
    """Run one command; a stack trace is a failure whatever the exit code."""

    def ran(*arguments) -> Ran:
        code = __main__.main([str(each) for each in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        return Ran(code, said.out, said.err)

    return ran

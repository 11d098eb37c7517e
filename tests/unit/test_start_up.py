"""What a process loads before it does anything: no library that only a rare path needs."""

import subprocess
import sys

import pytest

HEAVY = {"alembic", "fastapi", "httpx", "requests", "signxml", "sqlalchemy", "structlog", "xmlschema", "zeep"}


def loaded(program: str) -> set[str]:
    """The libraries of HEAVY that a new interpreter holds after `program`."""
    code = f"import sys\n{program}\nprint('loaded:', *sys.modules.keys() & {HEAVY!r})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    marker, *found = done.stdout.splitlines()[-1].split()
    assert marker == "loaded:"
    return set(found)


HELP = """
from {module} import main
try:
    main(["--help"])
except SystemExit:
    pass
"""


@pytest.mark.parametrize("module", ["ncp.__main__", "mock_member_states.__main__"])
def test_help_loads_nothing_heavy(module):
    assert loaded(HELP.format(module=module)) == set()


def test_the_portal_loads_no_migrations_and_no_explanations():
    assert loaded("import ncp.app, ncp.opening").isdisjoint({"alembic", "xmlschema"})


def test_a_member_state_loads_no_store_and_no_client():
    assert loaded("from mock_member_states import app, server, state") <= {"signxml", "structlog"}


def test_the_first_explanation_loads_its_library():
    program = """
from lxml import etree
from schemas.validate import Schema, violations
assert violations(etree.Element(Schema.SAML_ASSERTION.root), Schema.SAML_ASSERTION)
"""
    assert loaded(program) == {"xmlschema"}

"""What every test may ask for: golden files, and terminology databases on SQLite and PostgreSQL."""

from pathlib import Path

import pytest
from lxml import etree

from tests.support.terminology_store import (  # noqa: F401 -- fixtures
    _postgres_stores,
    _sqlite_stores,
    empty_store,
    postgres,
    store,
    stores,
)

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser):
    parser.addoption(
        "--rewrite-golden", action="store_true", help="write the golden files anew instead of comparing"
    )


def readable(el) -> bytes:
    """Exclusive canonical form, one element per line so that a diff can be reviewed."""
    copy = etree.fromstring(etree.tostring(el, method="c14n", exclusive=True))
    etree.indent(copy)
    return etree.tostring(copy, method="c14n", exclusive=True) + b"\n"


class Golden:
    """Compares a message with the one kept under `tests/golden/`."""

    folder = GOLDEN

    def __init__(self, rewrite):
        self.rewrite = rewrite

    def check(self, name, el):
        """Fail if the canonical form differs, the file is missing or there is stray white space."""
        blank = [each.tag for each in el.iter() if len(each) and (each.text or "").isspace()]
        assert not blank, f"white space between elements: {blank}"
        path, written = GOLDEN / name, readable(el)
        if self.rewrite:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written)
        assert path.is_file(), f"no golden file {name}: make golden"
        assert written.decode() == path.read_text(encoding="utf-8")


@pytest.fixture
def golden(request):
    """Golden files; `--rewrite-golden` writes them anew, and the diff is reviewed like code."""
    return Golden(request.config.getoption("--rewrite-golden"))

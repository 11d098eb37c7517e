"""Every reason that the terminology gives has an English sentence for the command line."""

import re
from pathlib import Path

import pytest

from terminology.commands.start import said
from terminology.pages.messages import messages

TERMINOLOGY = Path(__file__).parents[2] / "terminology"
KEYS = sorted(
    {
        key
        for path in TERMINOLOGY.rglob("*.py")
        if "node_modules" not in path.parts
        for key in re.findall(
            r'"(terminology\.(?:refused|finding|import)\.[a-z_]+)"', path.read_text("utf-8")
        )
    }
)


def test_there_are_reasons():
    assert len(KEYS) > 10


@pytest.mark.parametrize("key", KEYS)
def test_reason_is_a_sentence_with_what_the_commands_know(key):
    assert key in messages("en")
    words = said(key, detail="X", system="1.2.3", code="A00")
    assert words != key and "{" not in words

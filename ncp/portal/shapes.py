"""The form of a number in words, where the country's pattern is simple enough to be said exactly."""

import re

from terminology.pages.messages import Messages

_SIMPLE = re.compile(r"(?P<kind>\[[^\[\]]+\]|\\d)(?:\{(?P<low>\d+)(?:,(?P<high>\d+))?\})?", re.ASCII)
_KINDS = {
    "\\d": "digits",
    "[0-9]": "digits",
    "[\\d]": "digits",
    "[a-zA-Z]": "letters",
    "[A-Za-z]": "letters",
    "[a-zA-Z0-9]": "both",
    "[A-Za-z0-9]": "both",
    "[a-zA-Z\\d]": "both",
    "[A-Z0-9]": "capitals",
    "[A-Z\\d]": "capitals",
}


def shape(pattern: str | None, words: Messages) -> str | None:
    """`[0-9]{9}` as "9 sifre"; None for a pattern of several parts, or one that only a program reads."""
    match = _SIMPLE.fullmatch((pattern or "").removeprefix("^").removesuffix("$"))
    kind = _KINDS.get(match["kind"]) if match else None
    if match is None or kind is None or match["low"] in (None, "1"):
        return None
    amount = match["low"]
    if match["high"] not in (None, match["low"]):
        amount = words.text("search.shape.range", low=match["low"], high=match["high"])
    return words.text(f"search.shape.{kind}", amount=amount)

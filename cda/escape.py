"""The one way from a document's characters into a page."""

import re

from markupsafe import escape

_UNSAFE = re.compile("[&<>\"']").search


def e(text: object) -> str:
    """Escape for HTML text and quoted attributes."""
    if type(text) is str and not _UNSAFE(text):
        return text
    return str(escape(text))

"""The one way from a document's characters into a page."""

import re

from markupsafe import escape

_UNSAFE = re.compile("[&<>\"']").search


def e(text: str) -> str:
    """Escape for HTML text and quoted attributes."""
    # Nearly every text has nothing to escape; asking first costs a third of making the safe string.
    return text if _UNSAFE(text) is None else str(escape(text))

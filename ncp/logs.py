"""Application log: JSON lines on stderr. Never a name, an identifier of a patient or a document.

Every module passes codes, countries, message ids and times as key-value pairs, and never the text of another
library's exception: that may quote what it choked on.
"""

import logging
import sys
from contextlib import suppress

import structlog


class _Stderr:
    """Standard error as it is at that moment. A log that cannot be written must not undo what was done."""

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


def configure(level: str = "INFO") -> None:
    """Set up structlog for the process. Idempotent."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(file=_Stderr()),  # type: ignore[arg-type]
        cache_logger_on_first_use=False,
    )

"""Application log: JSON lines on stderr. Never a name, an identifier of a patient or a document.

Every module passes codes, countries, message ids and times as key-value pairs, and never the text of another
library's exception: that may quote what it choked on.
"""

import logging
import sys

import structlog


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
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )

"""`python -m mock_member_states serve --country PT --port 9441`: one member state as a process."""

from __future__ import annotations

import argparse
import logging
import sys
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

_THREADS = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT. Exit code 1 with one sentence if it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m mock_member_states", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve one simulated member state")
    serve.add_argument("--country", required=True, help="ISO code, e.g. PT")
    serve.add_argument("--port", required=True, type=_port)
    serve.add_argument("--host", default="127.0.0.1", type=_host)
    serve.add_argument("--data", type=Path, default=Path(".data"), help="folder with pki/ (default: .data)")
    serve.add_argument("--reference-exact", action="store_true", help="refuse exactly as OpenNCP does")
    given = parser.parse_args(arguments)
    return _serve(given)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no port number")
    return int(text)


def _host(text: str) -> str:
    try:
        text.encode("idna")
    except UnicodeError:
        raise argparse.ArgumentTypeError(f"{text[:80]!r} is no host name") from None
    return text


def _serve(given: argparse.Namespace) -> int:
    """Everything heavy is imported here: `--help` and a wrong argument must not pay for it."""
    import structlog

    from mock_member_states import server, state
    from mock_member_states.app import App
    from mock_member_states.country import BadCountry
    from mock_member_states.patients import BadPatients

    country, data = given.country, given.data
    _configure_logging()
    log = structlog.get_logger("mock_member_states")
    try:
        found = state.load(
            country,
            data,
            lambda line: log.warning(line, country=country.upper()),
            reference_exact=given.reference_exact,
        )
        tls = server.tls_context(data / "pki" / country.lower())
    except (BadCountry, BadPatients) as error:
        return _fail(str(error))
    except (OSError, ValueError) as error:
        return _fail(f"no usable keys below {data}: run `ncp pki init` first ({error})")
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="answer") as executor:
        app = App(found, lambda: datetime.now(UTC), lambda: f"urn:uuid:{uuid.uuid4()}", executor)
        log.info("serving", country=found.country.code, port=given.port)
        return server.serve(app, tls, host=given.host, port=given.port)


def _fail(text: str) -> int:
    print(text, file=sys.stderr)
    return 1


def _configure_logging() -> None:
    import structlog

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stdout)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )


if __name__ == "__main__":
    sys.exit(main())

"""Does it answer? A member state by mutual TLS, the contact point by HTTP."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

_SECONDS = 3.0


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now. A port left in TIME_WAIT counts as free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_ports(count: int, host: str = "127.0.0.1") -> list[int]:
    """Different ports that were free a moment ago."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind((host, 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


def http_probe(port: int, path: str = "/") -> Callable[[], str | None]:
    """Any answer below 500 counts."""

    def probe() -> str | None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
        return _ask(connection, path)

    return probe


def member_state_probe(port: int, party: Path, country: str, path: str) -> Callable[[], str | None]:
    """Handshake as the contact point whose keys lie in `party`, and GET `path`.

    The context is built at the first call: the keys may not be there before.
    """
    kept: list[ssl.SSLContext] = []

    def probe() -> str | None:
        if not kept:
            context = ssl.create_default_context(
                cafile=str(party / "trust" / "tls" / f"{country.lower()}.crt")
            )
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
            context.load_cert_chain(party / "tls.chain", party / "tls.key")
            kept.append(context)
        connection = http.client.HTTPSConnection("localhost", port, timeout=_SECONDS, context=kept[0])
        return _ask(connection, path)

    return probe


def _ask(connection: http.client.HTTPConnection, path: str) -> str | None:
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    return None if status < 500 else f"HTTP status {status}"

"""uvicorn with mutual TLS and the client's certificate in the scope, which no released server offers."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

CIPHERS_1_2 = "ECDHE+AESGCM"
KEEP_ALIVE_SECONDS = 75
MAX_HEAD = 1024 * 1024  # of a request's headers
END_SECONDS = 3


_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


def _leaf(transport: asyncio.BaseTransport) -> bytes | None:
    """DER of the certificate that the client proved to hold, None without TLS or without a certificate."""
    tls = transport.get_extra_info("ssl_object")
    return tls.getpeercert(binary_form=True) if tls is not None else None


def _with_certificate(app: Any, leaf: bytes | None) -> Any:
    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        extensions = {**(scope.get("extensions") or {}), "tls": {"client_certificate": leaf}}
        await app({**scope, "extensions": extensions}, receive, send)

    return wrapped


class H11WithCertificate(H11Protocol):
    """Puts the leaf into `scope["extensions"]["tls"]["client_certificate"]`, read once per connection."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app = _with_certificate(self.app, _leaf(transport))


class HttpToolsWithCertificate(HttpToolsProtocol):
    """The same for the faster parser, which keeps headers and trailers of any size: here is their limit."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app = _with_certificate(self.app, _leaf(transport))
        self._kept = 0  # bytes since the parser last handed over a head, a piece of a body or an end

    def data_received(self, data: bytes) -> None:
        if self._kept > MAX_HEAD:
            if not self.transport.is_closing():
                self.transport.write(_TOO_LARGE)
                self.transport.close()
            return
        self._kept += len(data)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        self._kept = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._kept = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._kept = 0
        super().on_message_complete()


PROTOCOLS: dict[str, type[asyncio.Protocol]] = {
    "h11": H11WithCertificate,
    "httptools": HttpToolsWithCertificate,
}


def tls_context(party: Path) -> ssl.SSLContext:
    """TLS 1.2 or 1.3, a client certificate from one of the party's own anchors demanded.

    Raises: OSError, ssl.SSLError: a file is missing or does not fit.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS_1_2)
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # the anchors are the countries' own authorities
    for anchor in sorted((party / "trust" / "tls").glob("*.crt")):
        context.load_verify_locations(anchor)
    context.load_cert_chain(party / "tls.chain", party / "tls.key")
    return context


def config(app: Any, tls: ssl.SSLContext, *, host: str, port: int, http: str = "httptools") -> uvicorn.Config:
    """Settings of one member state's server: quiet, bounded, with an orderly and short end."""
    return uvicorn.Config(
        app,
        ssl_context_factory=lambda _config, _default: tls,  # ours is stricter than one made of file names
        host=host,
        port=port,
        http=PROTOCOLS[http],
        ws="none",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=END_SECONDS,
        limit_concurrency=200,
        h11_max_incomplete_event_size=MAX_HEAD,
    )


class Server(uvicorn.Server):
    """Ends at once what a client keeps open without a request under way, instead of awaiting its goodbye."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        left: list[Any] = list(self.server_state.connections)
        for connection in left:
            if connection.cycle is None or connection.cycle.response_complete:
                connection.transport.close()  # says goodbye ...
                connection.transport.abort()  # ... and does not wait for the answer
        await super().shutdown(sockets)
        for connection in left:
            connection.transport.abort()
        await asyncio.sleep(0)  # the loop runs what `abort` has scheduled


def serve(app: Any, tls: ssl.SSLContext, *, host: str, port: int) -> int:
    """Serve until a signal ends it.  Returns: 0, or 1 if the port could not be taken."""
    running = Server(config(app, tls, host=host, port=port))
    try:
        running.run()
    except SystemExit as error:  # uvicorn's own way to say that it could not bind
        return int(error.code or 0)
    except KeyboardInterrupt:  # raised again by uvicorn once everything has ended in order
        return 0
    return 0 if running.started else 1

"""A simulated member state behind mutual TLS on a real socket: uvicorn in a thread of the test."""

from __future__ import annotations

import asyncio
import http.client
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from mock_member_states import server
from mock_member_states.app import BASE_PATH, App
from mock_member_states.call import Service
from mock_member_states.certificate_issuing import Pair
from ncp.wire import media_type
from tests.support.chain import MemberStateForTests, hierarchy, new_id


@dataclass
class Running:
    """A member state that listens; `app` may be changed between requests."""

    port: int
    member: MemberStateForTests
    app: App

    def connection(self, client: Pair | str | None = "NO", **tls) -> http.client.HTTPSConnection:
        """A new connection with the TLS certificate of a country, of a pair of files, or with none."""
        return http.client.HTTPSConnection(
            "localhost", self.port, timeout=20, context=client_context(client, **tls)
        )

    def post(self, service: Service, body: bytes, *, connection=None, headers=None, content_type=None):
        """Status, headers and body of one POST."""
        own = connection or self.connection()
        kind = content_type or media_type.soap_content_type("").partition("; action")[0]
        try:
            own.request(
                "POST", BASE_PATH + service, body=body, headers={"Content-Type": kind, **(headers or {})}
            )
            response = own.getresponse()
            return response.status, response.headers, response.read()
        finally:
            if connection is None:
                own.close()


def client_context(client: str | None, *, trusts: str = "PT", minimum=None, maximum=None) -> ssl.SSLContext:
    """TLS as the contact point of `client` (None: without a certificate), trusting one country's servers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(hierarchy().party("no") / "trust" / "tls" / f"{trusts.lower()}.crt")
    if client is not None:
        party = hierarchy().party(client)
        context.load_cert_chain(party / "tls.chain", party / "tls.key")
    context.minimum_version = minimum or ssl.TLSVersion.TLSv1_2
    if maximum:
        context.maximum_version = maximum
    return context


@contextmanager
def serving(member: MemberStateForTests, *, http: str = "httptools", **changes):
    """Serve one member state in a thread on a free port; ends it in order."""
    with ThreadPoolExecutor(2) as executor:
        app = App(member.state, lambda: datetime.now(UTC), new_id, executor, **changes)
        tls = server.tls_context(hierarchy().party(member.state.country.code))
        running = server.Server(server.config(app, tls, host="127.0.0.1", port=0, http=http))
        ready = threading.Event()

        async def run() -> None:
            task = asyncio.ensure_future(running.serve())
            while not running.started and not task.done():
                await asyncio.sleep(0.005)
            ready.set()
            await task

        thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
        thread.start()
        assert ready.wait(20) and running.started, "the member state did not start"
        port = running.servers[0].sockets[0].getsockname()[1]
        try:
            yield Running(port, member, app)
        finally:
            running.should_exit = True
            thread.join(20)
            assert not thread.is_alive(), "the member state did not stop"

"""`ncp terminology serve`: FHIR and the reference's surface alone, by as many processes as wanted."""

import os
import socket
from typing import Annotated

import typer

from terminology.commands.start import SETUP, address, stop, store


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8081,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = 1,
) -> None:
    """Serve the terminology without the portal, until stopped (Ctrl-C or SIGTERM).

    Exit codes: 0 stopped; 2 wrong arguments; 9 the database cannot be used, or the port cannot.
    """
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from terminology import serving

    with (
        store()
    ):  # a database that cannot be used is told here, once, and an empty one gets its first release
        pass
    os.environ[serving.STORE] = address()
    config = uvicorn.Config(
        "terminology.serving:app", factory=True, workers=workers, log_config=None, access_log=False,
        server_header=False, timeout_graceful_shutdown=5,
    )  # fmt: skip
    listening = _listen(host, port)
    typer.echo(f"http://{host}:{port}/fhir/metadata")
    with listening:
        if workers == 1:
            uvicorn.Server(config).run(sockets=[listening])
        else:
            Multiprocess(config, sockets=[listening]).run()


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; a port in use ends the command with one sentence."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listening = socket.socket(found[0], found[1], found[2])
    except (OSError, UnicodeError) as error:
        stop(f"{host[:80]} cannot be listened on: {getattr(error, 'strerror', None) or error}", SETUP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(found[4])
        listening.listen(2048)  # who comes before the processes are up waits
    except OSError as error:
        listening.close()
        stop(f"port {port} on {host} cannot be used: {error.strerror or error}", SETUP)
    return listening

"""`ncp serve`: the portal as a process."""

import socket
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ncp import collector
from ncp.commands.start import contact_point, settings, stop
from ncp.error_tables import SETUP

if TYPE_CHECKING:
    import uvicorn


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8080,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve the clinicians' portal until stopped (Ctrl-C or SIGTERM).

    One process: sessions and fetched documents live in its memory and end with it.
    """
    listening = _listen(host, port)
    from ncp.app import create_app
    from ncp.interfaces import interfaces
    from ncp.portal.workbench import workbench

    with contact_point() as point, listening:
        found = settings()
        doors = [*interfaces(point.terminology, point.desk, found)]
        doors.append(workbench(point.terminology, point.desk, found))
        app = create_app(found, point.desk, point.directory, doors)
        typer.echo(f"http://{host}:{port}/")
        collector.settle()
        server(app).run(sockets=[listening])


def server(app: Any) -> "uvicorn.Server":
    """What serves the portal."""
    import uvicorn

    return uvicorn.Server(
        uvicorn.Config(
            app,
            http="h11",  # the faster parser keeps headers of any size
            log_config=None,  # our own log; the access log would name addresses
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    )


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; a port in use ends the command with one sentence."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        stop(f"{host} cannot be listened on: {error.strerror or error}", SETUP)
    except UnicodeError:
        stop(f"--host {host[:80]!r} is no host name", SETUP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        listening.close()
        stop(f"port {port} on {host} cannot be used: {error.strerror or error}", SETUP)
    return listening

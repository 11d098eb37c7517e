"""A real PostgreSQL server for tests: started on a free port, thrown away at the end.

PostgreSQL refuses to run as root: when the tests are root, it runs as Debian's `postgres` or as `nobody`.
Not installed: the tests that want it are skipped with the reason, or fail where CI is set.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest


def programs() -> Path | None:
    """The folder of initdb and postgres."""
    if config := shutil.which("pg_config"):
        found = subprocess.run(
            [config, "--bindir"], capture_output=True, text=True, check=True
        ).stdout.strip()
        if (Path(found) / "initdb").is_file():
            return Path(found)
    return max(
        (each.parent for each in Path("/usr/lib/postgresql").glob("*/bin/initdb")),
        key=lambda folder: int(folder.parent.name),
        default=None,
    )


class Server:
    """A running server; `database` makes an empty database and returns its URL."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._numbers = count(1)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def database(self, template: str = "template0") -> str:
        """The URL of a new database, a copy of `template`."""
        name = f"t{next(self._numbers)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        self._run(f'DROP DATABASE "{url.rpartition("/")[2]}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        address = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_server():
    """A server in a folder of its own. Skips or fails when PostgreSQL is not installed."""
    folder = programs()
    if folder is None:
        reason = "PostgreSQL is not installed (Debian: postgresql)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    home = Path(tempfile.mkdtemp(prefix="ncp-postgres-", dir=_memory()))
    as_user = _unprivileged(home)
    data, port = home / "data", _free_port()
    try:
        options = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        _run([folder / "initdb", *options], home, as_user)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": home,
            "fsync": "off",  # nothing here outlives the machine
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "autovacuum": "off",
            "shared_buffers": "64MB",
        }
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        control = [folder / "pg_ctl", "-D", data, "-l", home / "log", "-w", "-t", "120"]
        _run([*control, "-o", " ".join(map(str, flags)), "start"], home, as_user)
        try:
            yield Server(port)
        finally:
            _run([*control, "-m", "immediate", "stop"], home, as_user)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(command: list[object], home: Path, as_user: dict[str, object]) -> None:
    with (home / "output").open("ab") as output:
        subprocess.run(
            [str(part) for part in command],
            check=True, cwd=home, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
            timeout=300, env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, **as_user,
        )  # fmt: skip


def _unprivileged(home: Path) -> dict[str, object]:
    """How to become somebody else when the tests are root; the folder becomes theirs."""
    if os.geteuid() != 0:
        return {}
    names = {each.pw_name: each for each in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(home, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _memory() -> str | None:
    """A folder in memory, where a database is copied in a twentieth of a second; None: there is none."""
    folder = "/dev/shm"
    roomy = os.path.isdir(folder) and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 2 << 30
    return folder if roomy else None


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])

"""`ncp up`: the whole environment, until it is told to stop."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from mock_member_states import country as countries
from mock_member_states import patients, pki
from mock_member_states.country import Country
from mock_member_states.testbed import europe, probes
from mock_member_states.testbed.supervisor import CannotStart, Log, Supervisor, signals

_LISTS_EVERY = 24 * 3600.0  # revocation lists live seven days


def up(
    data: Path,
    port: int,
    countries_port: int,
    say: Callable[[str], None],
    reference_exact: Sequence[str] = (),
) -> None:
    """Start everything, say where the portal is and whom to try, and return after an orderly end.

    Args:   reference_exact: codes of the countries that refuse exactly as OpenNCP does.
    Raises: CannotStart: a port or the data folder is in use, or a process does not come up.
    """
    started = time.monotonic()
    of = europe.all_countries()
    ports = europe.ports(of, countries_port)
    exact = {code.upper() for code in reference_exact}
    if unknown := exact - set(ports):
        raise CannotStart(
            f"No simulated country {', '.join(sorted(unknown))}; there are: {', '.join(ports)}."
        )
    with _only_one(data):
        check_ports(port, of, ports)
        made = europe.prepare(data, of, ports)
        say(f"Keys and certificates: {f'{len(made)} made' if made else 'there already'}")
        log = Log(data / "log" / "testbed.log")
        services = [
            europe.member_state_service(data, one, ports[one.code], reference_exact=one.code in exact)
            for one in of
        ]
        services.append(europe.contact_point_service(data, port))
        supervisor = Supervisor(services, log, say)
        with signals(supervisor):
            try:
                supervisor.start()
                if not supervisor.stopping:
                    say(f"Everything is ready after {time.monotonic() - started:.1f} s.")
                    for line in invitation(port, of, data):
                        say(line)
                _watch(supervisor, data, of)
                say("Stopping ...")
            finally:
                supervisor.end()
                log.close()
        say("Everything has stopped.")


def check_ports(port: int, of: Sequence[Country], ports: dict[str, int]) -> None:
    """Raises: CannotStart: a port is not a port or is taken; one sentence that names it and what to do."""
    wanted = [(port, "the portal", "--port")]
    wanted += [(ports[one.code], one.names.en, "--countries-port") for one in of]
    for number, what, option in wanted:
        if not 1 <= number <= 65535:
            raise CannotStart(f"{number} is not a port number: choose another with {option}.")
        if not probes.port_is_free(number):
            raise CannotStart(
                f"Port {number} ({what}) is in use: stop the program that uses it or choose another "
                f"with {option}."
            )
    if len({number for number, _, _ in wanted}) < len(wanted):
        raise CannotStart(f"Port {port} is one of the countries' ports too: choose another with --port.")


def invitation(port: int, of: Sequence[Country], data: Path) -> list[str]:
    """Where to go and whom to try."""
    lines = ["", f"Portal:  http://localhost:{port}/", "", "Synthetic patients to try:"]
    for country in of:
        listed = patients.load(countries.COUNTRIES / country.code.lower() / "patients.toml")
        label = next((one.label for one in country.identifiers if one.kind == "id"), "id")
        lines += [
            f"  {country.names.en:<10} {label} {patient.ids[0].extension}  ({patient.note})"
            for patient in listed[:1]
        ]
    return [*lines, "", f"Log: {data / 'log' / 'testbed.log'}    Stop with Ctrl-C."]


def _watch(supervisor: Supervisor, data: Path, of: Sequence[Country]) -> None:
    parties = [pki.TREATING, *(one.code.lower() for one in of)]
    renewed = time.monotonic()
    while not supervisor.wait_a_little():
        supervisor.look()
        if time.monotonic() - renewed > _LISTS_EVERY:
            pki.renew_revocation_lists(pki.Pki(data / "pki"), parties, datetime.now(UTC))
            renewed = time.monotonic()


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Two environments in one folder would overwrite each other's endpoint table."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / ".up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"Another `ncp up` uses the data folder {data}: stop it first.") from None
        yield

"""What the simulated Europe consists of: keys, endpoint table, and the processes with their probes."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from mock_member_states import country as countries
from mock_member_states import pki
from mock_member_states.country import Country
from mock_member_states.testbed import directory_file, probes
from mock_member_states.testbed.child import Service

PROBE_PATH = f"{directory_file.BASE_PATH}/XCPD_Service?wsdl"


def all_countries() -> list[Country]:
    """Raises: country.BadCountry: a file of one of them is wrong."""
    return [countries.load(code) for code in countries.codes()]


def ports(of: Sequence[Country], first: int) -> dict[str, int]:
    return {country.code: first + country.port_offset for country in of}


def prepare(data: Path, of: Sequence[Country], port: Mapping[str, int]) -> list[str]:
    """Keys, revocation lists and endpoint table.

    Returns: the names of the key pairs made now.  Raises: OSError: the folder cannot be written.
    """
    _, made = pki.ensure(data / "pki", [country.code for country in of], datetime.now(UTC))
    directory_file.write(data, of, port)
    for country in of:
        (data / country.code.lower() / "documents").mkdir(parents=True, exist_ok=True)
    return made


def member_state_service(
    data: Path, country: Country, port: int, *, reference_exact: bool = False
) -> Service:
    command = [sys.executable, "-m", "mock_member_states", "serve"]
    command += ["--country", country.code, "--port", str(port), "--data", str(data)]
    command += ["--reference-exact"] if reference_exact else []
    probe = probes.member_state_probe(port, data / "pki" / pki.TREATING, country.code, PROBE_PATH)
    return Service(country.code.lower(), country.names.en, command, probe)


def contact_point_service(data: Path, port: int) -> Service:
    command = [sys.executable, "-m", "ncp", "serve", "--port", str(port)]
    return Service(
        "no",
        "Contact point Norway",
        command,
        probes.http_probe(port),
        environment={"NCP_DATA": str(data)},
    )

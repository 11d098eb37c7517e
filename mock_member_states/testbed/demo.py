"""The main job without a browser: one patient of each country through NCP-B, as processes, with evidence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mock_member_states import country as countries
from mock_member_states import patients
from mock_member_states.country import Country
from mock_member_states.patients import Patient
from mock_member_states.testbed import europe, probes
from mock_member_states.testbed.supervisor import Log, Supervisor, signals

EVIDENCE = (
    "identify-request.xml",
    "identify-response.xml",
    "list-request.xml",
    "list-response.xml",
    "retrieve-request.xml",
    "retrieve-response.bin",
    "hcp.xml",
    "trc.xml",
    "seal.pem",
    "document.xml",
    "translated.xml",
    "display.html",
)
JOB_SECONDS = 120.0


class DemoFailed(Exception):
    """The demonstration did not succeed; the text says at which country and why."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the table shows of one country."""

    country: str
    patient: str
    sections: int
    entries: int
    translated: int
    untranslated: int
    hops: dict[str, float]  # ms
    folder: Path


def run(data: Path, out: Path, say: Callable[[str], None]) -> list[Row]:
    """Start what is needed, do the job once per country, end everything.

    Args:   data: its keys are used again (and made if missing); nothing else below it is touched.
            out:  receives one folder per country; an older one of the same name is replaced.
    Raises: DemoFailed: the reason. CannotStart: a member state did not come up.
    """
    of = europe.all_countries()
    port = dict(zip([one.code for one in of], probes.free_ports(len(of)), strict=True))
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ncp-demo-") as name:
        own = Path(name)
        keys = (data / "pki").resolve()
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        (own / "pki").symlink_to(keys, target_is_directory=True)
        made = europe.prepare(own, of, port)
        say(f"Keys and certificates: {f'{len(made)} made' if made else 'there already'}")
        log = Log(data / "log" / "demo.log")
        services = [europe.member_state_service(own, one, port[one.code]) for one in of]
        supervisor = Supervisor(services, log, say)
        with signals(supervisor):
            try:
                supervisor.start()
                return [_one(own, country, out, supervisor) for country in of]
            finally:
                supervisor.end()
                log.close()


def first_patient(country: Country) -> Patient:
    """The first one listed: the rich summary.  Raises: DemoFailed: nobody is listed."""
    listed = patients.load(countries.COUNTRIES / country.code.lower() / "patients.toml")
    if not listed:
        raise DemoFailed(f"{country.names.en}: no synthetic patient is listed")
    return listed[0]


def _one(data: Path, country: Country, out: Path, supervisor: Supervisor) -> Row:
    if supervisor.stopping:
        raise DemoFailed("stopped")
    patient = first_patient(country)
    folder = out / country.code.lower()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "ncp", "summary", "--country", country.code]
    command += ["--patient", patient.ids[0].extension, "--out", str(folder)]
    environment = {**os.environ, "NCP_DATA": str(data)}
    try:
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=JOB_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DemoFailed(f"{country.names.en}: no result within {JOB_SECONDS:g} s") from None
    if supervisor.stopping:
        raise DemoFailed("stopped")
    if done.returncode != 0:
        words = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
        raise DemoFailed(f"{country.names.en}: ncp summary ended with code {done.returncode}: {words}")
    _check_evidence(country, folder)
    return _row(country, patient, folder)


def _check_evidence(country: Country, folder: Path) -> None:
    missing = [
        name for name in EVIDENCE if not (folder / name).is_file() or not (folder / name).stat().st_size
    ]
    if missing:
        raise DemoFailed(f"{country.names.en}: evidence is missing: {', '.join(missing)}")
    if b"PRIVATE KEY" in (folder / "seal.pem").read_bytes():
        raise DemoFailed(f"{country.names.en}: seal.pem holds a private key")


def _row(country: Country, patient: Patient, folder: Path) -> Row:
    try:
        report: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        return Row(
            country=country.names.en,
            patient=patient.ids[0].extension,
            sections=int(report["sections"]),
            entries=int(report["entries"]),
            translated=int(report["translated"]),
            untranslated=int(report["untranslated"]),
            hops={str(name): float(ms) for name, ms in report["hops"].items()},
            folder=folder,
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DemoFailed(f"{country.names.en}: report.json cannot be used ({error!r})") from error


def hop_names(rows: Sequence[Row]) -> list[str]:
    """Every hop that any country reports, in the order of first appearance."""
    return list(dict.fromkeys(name for row in rows for name in row.hops))

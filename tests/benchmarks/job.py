"""P3, P4 and P8: the whole job of NCP-B against canned answers, beside the floor of the same run."""

import gc
import http.client
import tempfile
from dataclasses import replace
from pathlib import Path

import psutil
from lxml import etree

from ncp import patient_summary
from ncp.connection import Limits, Pool
from ncp.exchange import SoapSender
from ncp.trust import Trust
from schemas.validate import Schema
from terminology.seed import seed_catalogue
from tests.benchmarks import canned, floor
from tests.benchmarks.goals import Goal
from tests.benchmarks.timing import medians
from tests.support.chain import hierarchy
from tests.support.desk import office
from tests.support.serving import client_context

MIXED = 2000


def texts() -> dict[tuple[str, str], str]:
    """The seed as one flat dictionary: the cheapest look-up there is."""
    terms = seed_catalogue()
    return {
        (entry.system.oid or "", entry.code): entry.designations[0].text
        for oid in terms.value_sets
        for entry in terms.members(oid)
        if entry.designations
    }


def measure(parse_ms: float, jobs: int = MIXED) -> list[Goal]:
    """Floor and job interleaved; then many jobs for handshakes and memory."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "job").mkdir()
        recording = canned.record(Path(name) / "recording")
        with canned.serving(recording) as port, office(Path(name) / "job", "PT", ports={"PT": port}) as made:
            pool = Pool(Trust(made.desk.own, made.now), Limits())
            desk = replace(made.desk, send=SoapSender(pool))
            accept = frozenset({"birthDate", "gender"})

            def job() -> None:
                patient_summary.patient_summary(
                    recording.traits, made.peers["PT"], made.login(), desk, accept=accept
                )

            party = hierarchy().party("NO")
            connection = http.client.HTTPSConnection("localhost", port, context=client_context("NO"))
            given = floor.Canned(
                assertions=recording.assertions,
                calls=tuple(("/", each.request) for each in recording.replies),
                document=recording.document,
                key=made.desk.own.seal_key,
                certificate_pem=(party / "seal.crt").read_text(),
            )
            bare = floor.prepared(given, connection, etree.XMLSchema(etree.parse(Schema.CDA.file)), texts())
            taken = medians({"floor": bare, "job": job})
            parses = taken["floor"] / parse_ms
            print(f"floor {taken['floor']:.2f} ms = {parses:.1f} parses; job {taken['job']:.2f} ms")
            goals = [
                Goal(
                    "P3-now",
                    "whole job against its floor, first issue",
                    taken["job"] / taken["floor"],
                    2.5,
                    "x floor",
                ),
                Goal("P3", "whole job against its floor", taken["job"] / taken["floor"], 1.8, "x floor"),
            ]
            goals += _many(desk, made, recording, accept, pool, jobs)
            connection.close()
            pool.close()
    return goals


def _many(desk, made, recording, accept, pool, jobs) -> list[Goal]:
    """One login, many jobs: how often hands are shaken and signatures made, and whether memory grows."""
    login = made.login()
    process = psutil.Process()
    resident: dict[int, float] = {}
    for number in range(1, jobs + 1):
        patient_summary.patient_summary(recording.traits, made.peers["PT"], login, desk, accept=accept)
        if number in (jobs // 4, jobs):
            gc.collect()
            resident[number] = process.memory_info().rss / 2**20
    rows = desk.audit.rows(limit=10**6)
    hcp = sum(row["number"] == "EHDSI-91" and row["login_id"] == login.id for row in rows)
    trc = sum(row["number"] == "EHDSI-92" and row["login_id"] == login.id for row in rows)
    growth = (resident[jobs] / resident[jobs // 4] - 1) * 100
    return [
        Goal(
            "P4-tls",
            "handshakes per call in steady state",
            100 * pool.handshakes / pool.calls,
            1.0,
            "% of calls",
        ),
        Goal("P4-hcp", "HCP assertions signed in one login", hcp, 1, "signatures"),
        Goal("P4-trc", "TRC assertions signed for one patient and purpose", trc, 1, "signatures"),
        Goal("P8-rss", f"memory after {jobs} jobs", resident[jobs], 250, "MB"),
        Goal("P8-grow", "growth over the last three quarters of them", growth, 5, "%"),
    ]

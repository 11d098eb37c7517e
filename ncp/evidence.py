"""The evidence of one job: every message exactly as sent and received, the document, what was made of it.

The files hold a patient's data. They are written where the caller says, readable by the caller only, for
tests with synthetic patients.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from cda.check import Verdict
from ncp.exchange import Exchange, Operation
from ncp.finding import Finding
from ncp.own import Own
from ncp.patient_summary import Result
from ncp.wire import saml
from ncp.wire.errors import NcpError
from schemas.xml import parse, serialise

RESPONSE_FILES: Mapping[Operation, str] = {
    Operation.IDENTIFY: "identify-response.xml",
    Operation.LIST: "list-response.xml",
    Operation.RETRIEVE: "retrieve-response.bin",  # multipart from countries that send MTOM
}
REPORT = "report.json"
# Ours declare every namespace they use and hold no assertion inside.
_ASSERTION = re.compile(rb"<([\w.-]+):Assertion[\s>].*?</\1:Assertion>", re.DOTALL)


class EvidenceRefused(OSError):
    """The folder cannot be written; the text says why."""


@dataclass(slots=True)
class Job:
    """What is known of a job, finished or failed half-way."""

    country: str
    exchanges: list[Exchange] = field(default_factory=list)
    result: Result | None = None
    error: NcpError | None = None
    milliseconds: int = 0


def report(job: Job) -> dict[str, Any]:
    """The outcome in figures, as `report.json` has it. Holds no patient data but what a finding may quote."""
    shown = job.result.fetched.display if job.result else None
    counts = shown.counts if shown else None
    return {
        "country": job.country,
        "ok": job.error is None,
        "sections": counts.sections if counts else 0,
        "entries": counts.entries_shown if counts else 0,
        "entries_received": counts.entries if counts else 0,
        "facts": counts.facts if counts else 0,
        "facts_shown": counts.facts_shown if counts else 0,
        "translated": counts.translated if counts else 0,
        "untranslated": counts.untranslated if counts else 0,
        "hops": _hops(job),
        "release": job.result.fetched.release if job.result else None,
        "findings": [_finding(each) for each in findings_of(job)],
        "validation": _validation(job.result.fetched.verdict) if job.result else None,
        "error": {"code": str(job.error.code), "text": job.error.context} if job.error else None,
    }


def findings_of(job: Job) -> tuple[Finding, ...]:
    """What list and document gave rise to."""
    return (*job.result.listing.findings, *job.result.fetched.findings) if job.result else ()


def _hops(job: Job) -> dict[str, int]:
    """Milliseconds per hop; `total` is the whole job with signing, translation and display."""
    hops: dict[str, int] = {}
    for exchange in job.exchanges:
        label = exchange.operation.label
        hops[label] = hops.get(label, 0) + round(exchange.seconds * 1000)
    return hops | {"total": job.milliseconds}


def _validation(verdict: Verdict | None) -> dict[str, Any] | None:
    """What schema and rules find, as `ncp cda validate` tells it."""
    if verdict is None:
        return None
    return {
        "type": verdict.kind,
        "wave": f"W{verdict.wave}" if verdict.wave else None,
        "rules": f"W{verdict.rules}" if verdict.rules else None,
        "errors": verdict.errors,
        "warnings": len(verdict.findings) - verdict.errors,
        "findings": [
            {
                "severity": each.severity,
                "rule": each.rule,
                "template": each.template,
                "location": each.location,
                "found": each.found,
                "expected": each.expected,
                "message": each.sentence("en"),
            }
            for each in verdict.findings
        ],
    }


def _finding(each: Finding) -> dict[str, str]:
    return {"source": each.source, "code": each.code, "text": each.text, "where": each.where}


def files_of(job: Job, own: Own) -> dict[str, bytes]:
    """File name to content; of a job that failed, what there is."""
    files = {"seal.pem": own.seal_pem()}
    for exchange in job.exchanges:  # of a question sent twice the last one counts
        files[f"{exchange.operation.label}-request.xml"] = exchange.request
        if exchange.response is not None:
            files[RESPONSE_FILES[exchange.operation]] = exchange.response
        files |= _assertions(exchange.request)
    if job.result is not None:
        fetched = job.result.fetched
        files["document.xml"] = fetched.content
        if fetched.translation is not None and fetched.display is not None:
            files["translated.xml"] = serialise(fetched.translation.tree)
            files["display.html"] = fetched.display.html.encode()
    files[REPORT] = (json.dumps(report(job), indent=2, ensure_ascii=False) + "\n").encode()
    return files


def _assertions(request: bytes) -> dict[str, bytes]:
    """The assertions cut out of the request byte for byte, so that they can be verified on their own."""
    names = {saml.AssertionKind.HCP: "hcp.xml", saml.AssertionKind.TRC: "trc.xml"}
    kinds = {found[0]: saml.kind_of(parse(found[0])) for found in _ASSERTION.finditer(request)}
    return {names[kind]: assertion for assertion, kind in kinds.items() if kind in names}


def prepare(folder: Path) -> None:
    """Make the folder and try to write there, before anybody is asked for anything.

    Raises: EvidenceRefused: no folder, or no right to write there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with TemporaryFile(dir=folder):
            pass
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise EvidenceRefused(f"{folder}: {getattr(error, 'strerror', None) or error}") from error


def write(folder: Path, files: Mapping[str, bytes]) -> Sequence[Path]:
    """Write every file, replacing older ones of the same name; others of an older job are removed.

    Raises: EvidenceRefused: no folder, or no right to write there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for stale in _known_files() - files.keys():
            (folder / stale).unlink(missing_ok=True)
        paths = []
        for name, content in files.items():
            path = folder / name
            path.unlink(missing_ok=True)  # an older file, or a link, may be anybody's to read
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
            paths.append(path)
        return paths
    except OSError as error:
        raise EvidenceRefused(f"{folder}: {error.strerror or error}") from error


def _known_files() -> set[str]:
    requests = {f"{operation.label}-request.xml" for operation in Operation}
    return {
        *requests,
        *RESPONSE_FILES.values(),
        "hcp.xml",
        "trc.xml",
        "document.xml",
        "translated.xml",
        "display.html",
        REPORT,
    }

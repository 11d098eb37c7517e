"""Programs that we did not write, as second opinion. Missing: skipped by name; where CI is set, a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"


def tool(name: str) -> str:
    """Path of an installed program."""
    path = shutil.which(name)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed")
    return path


def xmlsec1_accepts(document: Path, certificate: Path, *, node_id: str | None = None) -> bool:
    """Whether xmlsec1 verifies the signature in `document` with the key of `certificate`."""
    command = [tool("xmlsec1"), "--verify", "--id-attr:ID", ASSERTION]
    if node_id is not None:
        command += ["--node-xpath", f"//*[@ID='{node_id}']/*[local-name()='Signature']"]
    command += ["--pubkey-cert-pem", str(certificate), str(document)]
    return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 0


def samlsign_accepts(document: Path, certificate: Path) -> bool:
    """Whether OpenSAML's samlsign verifies the signature; it wants absolute paths."""
    command = [tool("samlsign"), "-c", str(certificate.resolve()), "-f", str(document.resolve())]
    return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 0


def samples() -> Path:
    """The folder of outside samples that NCP_SAMPLES names."""
    folder = os.environ.get("NCP_SAMPLES")
    if not folder:
        pytest.skip("NCP_SAMPLES is not set")
    return Path(folder)

"""FHIR and the reference's surface over real sockets: beside the portal, and alone by several processes."""

import base64
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from ncp.directory import Directory
from ncp.interfaces import interfaces
from ncp.settings import Environment, Settings
from ncp.terminology import address, opened_terminology
from terminology.concept import Concept
from terminology.release import Content
from terminology.releases.making import build
from terminology.releases.switching import activate, roll_back
from terminology.workspace.edit import propose
from terminology.workspace.rows import find_concept
from tests.support.cda_documents import problem, section, summary
from tests.support.desk import office
from tests.support.fhir import NOON, Client, judged, only
from tests.support.portal import serving_portal
from tests.support.terminology_store import KARI

ICD_10 = "1.3.6.1.4.1.12559.11.10.1.3.1.44.2"
NAMIBIA = {"system": "1.0.3166.1", "code": "NA", "displayLanguage": "nb"}
DOCUMENT = summary(section("11450-4", problem(f'<value xsi:type="CD" code="J45" codeSystem="{ICD_10}"/>')))
BODY = {"pivotCDA": base64.b64encode(DOCUMENT).decode(), "targetLanguageCode": "nb-NO"}


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    """The portal with its doors, on a store of its own."""
    folder = tmp_path_factory.mktemp("doors")
    settings = Settings(data=folder / "terms")
    with office(folder, "PT") as made, opened_terminology(settings, lambda: NOON) as terminology:
        desk = replace(made.desk, active_terms=terminology.active.current)
        found = interfaces(terminology, desk, settings)
        with serving_portal(made.settings, desk, Directory(made.peers), found) as (_, at):
            yield at, terminology, made


def test_fhir_is_served_beside_the_portal(doors):
    response = httpx.get(f"{doors[0]}/fhir/CodeSystem/$lookup", params=NAMIBIA)
    assert only(judged(response.json()), "display") == "Namibia"
    assert response.headers["Cache-Control"] == "no-store"
    assert httpx.get(f"{doors[0]}/fhir/metadata").json()["implementation"]["url"] == f"{doors[0]}/fhir"


def test_errors_of_the_doors_are_in_their_own_form_and_of_the_portal_in_its(doors):
    assert judged(httpx.get(f"{doors[0]}/fhir/nothing").json())["resourceType"] == "OperationOutcome"
    assert httpx.post(f"{doors[0]}/terminologi/api/translate", content=b"{").json()["status"] == "ERROR"
    assert "<!doctype html>" in httpx.get(f"{doors[0]}/nothing").text.lower()


def test_document_is_translated_over_http_and_audited(doors):
    at, _, made = doors
    reply = httpx.post(f"{at}/terminologi/api/translate", json=BODY).json()
    assert b'displayName="Astma"' in base64.b64decode(reply["responseCDA"])
    assert made.trail[-1]["request_id"] == f"urn:uuid:{reply['requestId']}"


def test_no_documents_are_taken_in_production(doors):
    _, terminology, made = doors
    app = FastAPI()
    settings = Settings(data=made.settings.data, environment=Environment.PRODUCTION)
    for door in interfaces(terminology, made.desk, settings):
        app.include_router(door)
    client = Client(app)
    assert client.post("/terminologi/api/translate", json=BODY).status_code == 501
    assert client.get("/fhir/CodeSystem/$lookup", params=NAMIBIA).status_code == 200


def test_no_request_fails_or_mixes_while_releases_switch(doors):
    """Each answer names its release, and its words are those of that release."""
    at, terminology, _ = doors
    for code in ("J45.0", "J45.9"):
        concept = find_concept(terminology.engine, ICD_10, code)
        row = propose(terminology.engine, KARI, concept.id, "nb-NO", f"ny {code}", now=NOON, preferred=True)
        assert row.text == f"ny {code}"
    build(terminology.engine, KARI, "ny", Content.TEST, now=NOON)
    old, new = (terminology.active.named(name) for name in ("testinnhold 8.1.0", "ny"))
    codes = [{"system": ICD_10, "code": code} for code in ("J45.0", "J45.9")]
    allowed = {each.release.name for each in (old, new)}
    stopped = []

    def asking() -> set[str]:
        names = set()
        with httpx.Client() as client:
            while not stopped:
                for each in codes:
                    response = client.get(f"{at}/fhir/CodeSystem/$lookup", params=each)
                    assert response.status_code == 200
                    name = response.headers["Terminology-Release"].replace("%20", " ")
                    terms = {"ny": new}.get(name, old)
                    expected = terms.lookup(Concept(each["code"], ICD_10), "en").text
                    assert only(response.json(), "display") == expected
                    assert any(name in str(part) for part in response.json()["parameter"])
                    names.add(name)
        return names

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(asking) for _ in range(4)]
        try:
            for _ in range(3):
                activate(terminology.engine, KARI, "ny", now=NOON)
                terminology.active.refresh()
                roll_back(terminology.engine, KARI, now=NOON)
                terminology.active.refresh()
        finally:
            stopped.append(True)
        assert set().union(*(each.result(30) for each in asked)) <= allowed


@pytest.fixture
def served_alone(tmp_path):
    """`ncp terminology serve` with two processes."""
    with opened_terminology(Settings(data=tmp_path), lambda: NOON):
        pass
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"NCP_TERMINOLOGY_STORE": address(Settings(data=tmp_path))}
    command = [sys.executable, "-m", "ncp", "terminology", "serve", "--workers", "2", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == f"http://127.0.0.1:{port}/fhir/metadata"
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        assert process.wait(60) == 0
        process.stdout.close()


def test_terminology_is_served_alone_by_several_processes(served_alone):
    at, _ = served_alone
    with httpx.Client(timeout=60) as client:  # the port listens before the processes are up
        assert (
            only(client.get(f"{at}/fhir/CodeSystem/$lookup", params=NAMIBIA).json(), "display") == "Namibia"
        )
        assert "nb-NO" in client.get(f"{at}/terminologi/api/languages").json()
        assert client.post(f"{at}/terminologi/api/translate", json=BODY).status_code == 501


def run(environment, *arguments):
    command = [sys.executable, "-m", "ncp", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def follows(at, release):
    """Whether both processes come to answer from a release."""
    deadline, same = time.monotonic() + 60, 0
    while same < 10 and time.monotonic() < deadline:
        with httpx.Client(timeout=60, verify=False) as fresh:  # a new connection may reach another process
            answer = fresh.get(f"{at}/fhir/CodeSystem/$lookup", params=NAMIBIA)
        assert answer.status_code == 200
        same = same + 1 if answer.headers["Terminology-Release"] == release else 0
    return same == 10


def test_running_service_follows_a_release_and_a_restore_by_other_processes(served_alone, tmp_path):
    at, _ = served_alone
    environment = os.environ | {"NCP_TERMINOLOGY_STORE": address(Settings(data=tmp_path))}
    assert follows(at, "testinnhold%208.1.0")
    run(environment, "data", "backup", str(tmp_path / "kopi.gz"))
    run(environment, "terminology", "release", "make", "ny", "--activate")
    assert follows(at, "ny")
    run(environment, "data", "restore", str(tmp_path / "kopi.gz"), "--yes")
    assert follows(at, "testinnhold%208.1.0")


def test_port_in_use_is_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "ncp", "terminology", "serve", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(
            command, env=os.environ | {"NCP_DATA": str(tmp_path)}, capture_output=True, text=True, timeout=120
        )
    assert (done.returncode, len(done.stderr.splitlines())) == (9, 1)

"""The whole chain over real sockets: NCP-B as a library and as a process, against served member states."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from shutil import copyfile

import pytest

from cda.parse import parse as parse_cda
from mock_member_states.testbed import directory_file
from ncp import patient_summary
from ncp.clinician import Login, clinician
from ncp.evidence import Job, files_of
from ncp.exchange import recording
from ncp.opening import now, opened
from ncp.settings import Settings
from ncp.traits import Traits, read_traits
from ncp.wire.errors import PeerFault, Unreachable, Untrusted
from ncp.wire.patient_id import PatientId
from tests.support.chain import COUNTRIES, RICH, MemberStateForTests
from tests.support.outside import samlsign_accepts, samples, xmlsec1_accepts
from tests.support.serving import serving


@contextmanager
def europe(folder, *codes):
    """Member states that listen, and the endpoint table that points at them."""
    with ExitStack() as stack:
        members = [MemberStateForTests.load(code, folder) for code in codes or COUNTRIES]
        running = {each.state.country.code: stack.enter_context(serving(each)) for each in members}
        ports = {code: each.port for code, each in running.items()}
        directory_file.write(folder, [each.state.country for each in members], ports)
        yield running


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("europe")
    with europe(folder) as running:
        yield folder, running


@pytest.fixture
def point(served):
    with opened(Settings(data=served[0])) as ready:
        yield ready


def login(user="lege"):
    return Login(f"login of {user}", clinician(user), now())


def job(point, country, who=None, **more):
    peer = point.directory.peer(country)
    traits = read_traits(peer, {peer.identifiers[0].label: RICH[country].extension})
    return patient_summary.patient_summary(traits, peer, who or login(), point.desk, **more)


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_summary_travels_and_is_shown_whole(point, country):
    result = job(point, country)
    counts = result.fetched.display.counts
    assert counts.facts == counts.facts_shown > 500 and counts.entries == counts.entries_shown > 10
    assert result.relationship.patient == RICH[country]
    assert "Overfølsomhet" in result.fetched.display.html


def test_one_handshake_and_one_signature_each_serve_many_jobs(point):
    before = len(point.desk.audit.rows(limit=10_000))
    who = replace(login(), id="one login, many jobs")
    for _ in range(4):
        job(point, "PT", who)
    assert (point.pool.calls, point.pool.handshakes) == (12, 1)
    numbers = [row["number"] for row in point.desk.audit.rows(after=before, limit=10_000)]
    assert numbers.count("EHDSI-91") == numbers.count("EHDSI-92") == 1
    assert numbers.count("EHDSI-22") == 4


def test_both_sides_record_the_same_message(point, served):
    job(point, "FI")
    ours = {row["request_id"] for row in point.desk.audit.rows(limit=10_000) if row["request_id"]}
    theirs = {line["message_id"] for line in served[1]["FI"].member.audit}
    assert len(ours & theirs) >= 3


def test_clinicians_at_work_at_the_same_time_each_get_their_own_patient(point):
    def one(number):
        country = COUNTRIES[number % 3]
        result = job(point, country, replace(login(), id=f"login {number}"))
        return result.relationship.patient == RICH[country] == PatientId(*_document_id(result))

    with ThreadPoolExecutor(6) as threads:
        assert all(threads.map(one, range(12)))
    assert point.desk.audit.verify().broken is None


def _document_id(result):
    wanted = result.relationship.patient
    held = {(each.root, each.extension) for each in result.fetched.document.header.patient.ids}
    return (wanted.root, wanted.extension) if (wanted.root, wanted.extension) in held else ("", "")


@pytest.mark.parametrize("accepts", [xmlsec1_accepts, samlsign_accepts])
def test_assertions_cut_from_captured_bytes_verify_and_one_changed_byte_does_not(point, tmp_path, accepts):
    captured = Job("CZ")
    desk = replace(point.desk, send=recording(point.desk.send, captured.exchanges))
    captured.result = job(replace(point, desk=desk), "CZ")
    files = files_of(captured, point.desk.own)
    (tmp_path / "seal.pem").write_bytes(files["seal.pem"])
    for name in ("hcp.xml", "trc.xml"):
        path = tmp_path / name
        path.write_bytes(files[name])
        assert accepts(path, tmp_path / "seal.pem")
        middle = files[name].index(b"NotOnOrAfter=") + 20
        changed = bytearray(files[name])
        changed[middle] = changed[middle] ^ 1
        path.write_bytes(bytes(changed))
        assert not accepts(path, tmp_path / "seal.pem")


def test_a_country_that_is_gone_is_unreachable_and_the_others_are_served(tmp_path):
    with europe(tmp_path, "PT", "FI") as running:
        pass
    with europe(tmp_path, "FI"), opened(Settings(data=tmp_path)) as point:
        gone = point.directory.peer("FI")
        port = running["PT"].port
        elsewhere = replace(gone, xcpd=replace(gone.xcpd, url=f"https://localhost:{port}/x"))
        traits = Traits((RICH["FI"],))
        with pytest.raises(Unreachable):
            patient_summary.identify(traits, elsewhere, login(), point.desk)
        assert point.desk.audit.rows()[-1]["number"] == "EHDSI-CF"
        assert job(point, "FI").fetched.display


def test_a_country_that_answers_in_anothers_place_is_not_trusted(served, point):
    finland, portugal = point.directory.peer("FI"), point.directory.peer("PT")
    posing = replace(finland, xcpd=replace(finland.xcpd, url=portugal.xcpd.url))
    with pytest.raises(Untrusted) as caught:
        patient_summary.identify(Traits((RICH["FI"],)), posing, login(), point.desk)
    assert caught.value.reason == "CERT_UNTRUSTED"
    row = point.desk.audit.newest(1)[0]
    assert (row["number"], row["error_reason"]) == ("EHDSI-11", "CERT_UNTRUSTED")


def test_a_country_that_knows_nobody_says_so(point):
    peer = point.directory.peer("PT")
    with pytest.raises(PeerFault) as caught:
        patient_summary.identify(
            Traits((PatientId(RICH["PT"].root, "999999999"),)), peer, login(), point.desk
        )
    assert caught.value.code == "ERROR_PI_NO_MATCH"


# --- as a process -----------------------------------------------------------------------------------------


def command(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "ncp", *map(str, arguments)],
        env={**os.environ, "NCP_DATA": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_command_does_the_job_as_a_process(served, tmp_path, country):
    patient = RICH[country].extension
    done = command(
        served[0], "summary", "--country", country, "--patient", patient, "--out", tmp_path / "out"
    )
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["ok"] and report["entries"] > 10
    for text in (done.stdout, done.stderr):
        assert patient not in text
    for line in done.stderr.splitlines():
        json.loads(line)  # the log, and nothing but the log


def test_a_country_that_is_down_ends_the_process_with_its_code(tmp_path):
    with europe(tmp_path, "PT"):
        pass
    out = tmp_path / "out"
    done = command(tmp_path, "summary", "--country", "PT", "--patient", "900000011", "--out", out)
    assert done.returncode == 4
    assert done.stderr.splitlines()[-1].startswith("ERROR_GENERIC_CONNECTION_NOT_POSSIBLE: PT")
    assert (out / "identify-request.xml").exists() and not (out / "identify-response.xml").exists()


def test_a_process_that_is_refused_ends_with_one_line_and_its_code(served, tmp_path):
    done = command(
        served[0], "summary", "--country", "PT", "--patient", "999999999", "--out", tmp_path / "out"
    )
    assert done.returncode == 7
    assert done.stderr.splitlines()[-1].startswith("ERROR_PI_NO_MATCH: ")
    assert "Traceback" not in done.stderr


def test_a_real_document_dropped_into_a_countrys_folder_travels_the_whole_way(tmp_path):
    """Its patient is the one in its recordTarget: a search by that id finds it, nothing else is written."""
    source = samples() / "cda" / "ps" / "2-1234-W7.xml"
    patient = parse_cda(source.read_bytes()).header.patient.ids[0]
    with europe(tmp_path, "FI") as running, opened(Settings(data=tmp_path)) as point:
        copyfile(source, running["FI"].member.dropped / source.name)
        traits = Traits((PatientId(patient.root, patient.extension),))
        result = patient_summary.patient_summary(
            traits, point.directory.peer("FI"), login(), point.desk, accept=frozenset({"gender", "birthDate"})
        )
        counts = result.fetched.display.counts
        assert result.fetched.content == source.read_bytes()
        assert counts.facts == counts.facts_shown > 100

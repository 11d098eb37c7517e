"""The evidence of a job: exactly what went over the wire, also when the job failed."""

import json

import pytest

from ncp.evidence import EvidenceRefused, Job, files_of, report, write
from ncp.patient_summary import patient_summary
from ncp.wire import xmldsig
from ncp.wire.errors import NcpError, Unreachable
from schemas.xml import parse
from tests.support.desk import office
from tests.support.outside import samlsign_accepts, xmlsec1_accepts

COMPLETE = {
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
    "report.json",
}


@pytest.fixture
def pt(tmp_path):
    with office(tmp_path, "PT") as made:
        yield made


def done(made, patient="900000011", damage=None):
    made.damage = damage
    job = Job("PT", made.exchanges, milliseconds=12)
    try:
        job.result = patient_summary(made.traits("PT", patient), made.peers["PT"], made.login(), made.desk)
    except NcpError as error:
        job.error = error
    return job


def test_a_finished_job_leaves_every_file(pt, tmp_path):
    job = done(pt)
    paths = write(tmp_path / "a" / "out", files_of(job, pt.desk.own))
    assert {path.name for path in paths} == COMPLETE
    assert {path.name for path in (tmp_path / "a" / "out").iterdir()} == COMPLETE
    assert (tmp_path / "a" / "out" / "document.xml").read_bytes() == job.result.fetched.content


def test_messages_are_those_of_the_wire(pt):
    files = files_of(done(pt), pt.desk.own)
    for number, label in enumerate(("identify", "list", "retrieve")):
        assert files[f"{label}-request.xml"] == pt.exchanges[number].request
    assert files["identify-response.xml"] == pt.exchanges[0].response
    assert files["retrieve-response.bin"] == pt.exchanges[2].response
    assert files["retrieve-response.bin"].startswith(b"--")


def test_assertions_are_cut_out_byte_for_byte(pt):
    files = files_of(done(pt), pt.desk.own)
    for name in ("hcp.xml", "trc.xml"):
        assert files[name] in files["retrieve-request.xml"]
        xmldsig.verified(files[name], pt.desk.own.seal)
    assert b"urn:ehdsi:assertions:hcp" in files["hcp.xml"] and b"urn:ehdsi:assertions:trc" in files["trc.xml"]


def test_the_seal_is_a_certificate_alone(pt):
    pem = files_of(done(pt), pt.desk.own)["seal.pem"]
    assert pem.count(b"BEGIN CERTIFICATE") == 1 and b"PRIVATE" not in pem


@pytest.mark.parametrize("accepts", [xmlsec1_accepts, samlsign_accepts])
def test_programs_that_we_did_not_write_accept_what_was_sent_and_nothing_else(pt, accepts, tmp_path):
    write(tmp_path / "out", files_of(done(pt), pt.desk.own))
    seal = tmp_path / "out" / "seal.pem"
    for name in ("hcp.xml", "trc.xml"):
        file = tmp_path / "out" / name
        sent = file.read_bytes()
        assert accepts(file, seal)
        for old, new in ((b"TREATMENT", b"TREATMENt"), (b"900000111", b"900000112")):
            file.write_bytes(sent.replace(old, new))
            assert not accepts(file, seal)


def test_the_report_has_the_figures(pt):
    found = report(done(pt))
    assert found["country"] == "PT" and found["ok"] is True and found["error"] is None
    assert found["entries"] == found["entries_received"] > 10 and found["facts"] == found["facts_shown"]
    assert found["translated"] > found["untranslated"]
    assert set(found["hops"]) == {"identify", "list", "retrieve", "total"} and found["hops"]["total"] == 12


def test_the_report_holds_nothing_of_the_patient(pt):
    text = json.dumps(report(done(pt)), ensure_ascii=False)
    for word in ("Sousa", "Tavares", "Maria", "900000011", "1985"):
        assert word not in text


def test_a_job_that_failed_leaves_what_there_is(pt):
    job = done(pt, patient="900000066")
    files = files_of(job, pt.desk.own)
    assert set(files) == {
        *("identify-request.xml", "identify-response.xml", "list-request.xml", "list-response.xml"),
        *("hcp.xml", "trc.xml", "seal.pem", "report.json"),
    }
    found = json.loads(files["report.json"])
    assert found["ok"] is False and found["entries"] == 0
    assert found["error"]["code"] == str(job.error.code)


def test_a_question_without_answer_is_kept(pt):
    def lost(operation, answer):
        raise Unreachable("PT did not answer")

    files = files_of(done(pt, damage=lost), pt.desk.own)
    assert "identify-request.xml" in files and "identify-response.xml" not in files


def test_files_of_an_earlier_job_do_not_survive(pt, tmp_path):
    write(tmp_path / "out", files_of(done(pt), pt.desk.own))
    (tmp_path / "out" / "notes.txt").write_text("mine")
    pt.exchanges.clear()
    write(tmp_path / "out", files_of(done(pt, patient="999999999"), pt.desk.own))
    left = {path.name for path in (tmp_path / "out").iterdir()}
    assert left == {
        *("identify-request.xml", "identify-response.xml", "hcp.xml", "seal.pem", "report.json", "notes.txt")
    }


def test_files_are_nobody_elses_to_read(pt, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "hcp.xml").touch(0o644)
    (tmp_path / "elsewhere").write_bytes(b"mine")
    (tmp_path / "out" / "trc.xml").symlink_to(tmp_path / "elsewhere")
    for path in write(tmp_path / "out", files_of(done(pt), pt.desk.own)):
        assert path.stat().st_mode & 0o077 == 0 and not path.is_symlink()
    assert (tmp_path / "elsewhere").read_bytes() == b"mine"


def test_a_folder_that_cannot_be_written_is_refused(pt, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceRefused, match="file"):
        write(tmp_path / "file", {"a": b""})
    with pytest.raises(EvidenceRefused):
        write(tmp_path / "file" / "below", {"a": b""})


def test_the_translated_document_is_the_document_with_norwegian_words(pt):
    files = files_of(done(pt), pt.desk.own)
    before, after = parse(files["document.xml"]), parse(files["translated.xml"])
    assert before.tag == after.tag
    assert files["translated.xml"] != files["document.xml"]

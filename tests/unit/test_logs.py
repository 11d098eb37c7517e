"""The log: JSON lines that name transactions and never a patient, and that can never undo what was done."""

import json

import pytest
import structlog

from ncp import logs
from ncp.patient_summary import patient_summary
from ncp.wire.errors import NcpError
from tests.support.desk import office


@pytest.fixture(autouse=True)
def configured():
    before = structlog.get_config()
    logs.configure("INFO")
    yield
    structlog.configure(**before)


@pytest.mark.parametrize("patient", ["900000011", "900000066", "999999999"])
def test_a_job_leaves_lines_without_anything_of_the_patient(tmp_path, capsys, patient):
    with office(tmp_path, "PT") as made:
        try:
            patient_summary(made.traits("PT", patient), made.peers["PT"], made.login(), made.desk)
        except NcpError as error:
            assert patient not in str(error)
        rows = made.trail
    err = capsys.readouterr().err
    lines = [json.loads(line) for line in err.splitlines()]
    assert [line["transaction"] for line in lines] == [row["number"] for row in rows]
    assert all(line["message_id"] for line in lines if line["transaction"] == "EHDSI-11")
    for word in (patient, "Sousa", "Tavares", "Maria", "Pimentel", "1985", "Testdal", "900000111"):
        assert word not in err


def test_lines_below_the_level_are_left_out(capsys):
    logs.configure("ERROR")
    structlog.get_logger().info("nothing")
    assert capsys.readouterr().err == ""


def test_a_log_that_cannot_be_written_breaks_nothing(monkeypatch):
    class Closed:
        def write(self, *text):
            raise ValueError("I/O operation on closed file")

        flush = write

    monkeypatch.setattr("sys.stderr", Closed())
    structlog.get_logger().info("nothing")

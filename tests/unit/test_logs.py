"""The log: JSON lines that name transactions and never a patient, and that can never undo what was done."""

import json
import re
from dataclasses import replace

import pytest
import structlog

from ncp import logs
from ncp.attempt import UNLISTED
from ncp.declined import Declined
from ncp.exchange import Operation
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


ERROR_LIST = (
    b'<rs:RegistryErrorList><rs:RegistryError errorCode="Maria Sousa 900000011" codeContext="Maria Sousa" '
    b'severity="urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error"/></rs:RegistryErrorList>'
)
REASON = (
    b'<reasonOf typeCode="RSON"><detectedIssueEvent classCode="ALRT" moodCode="EVN">'
    b'<code code="ActAdministrativeDetectedIssueCode" codeSystem="2.16.840.1.113883.5.4"/>'
    b'<mitigatedBy typeCode="MITGT"><detectedIssueManagement classCode="ACT" moodCode="EVN">'
    b'<code code="Maria Sousa" codeSystem="1.2.3"/></detectedIssueManagement></mitigatedBy>'
    b"</detectedIssueEvent></reasonOf>"
)


@pytest.mark.parametrize(
    ("operation", "pattern", "instead", "logged"),
    [
        (Operation.LIST, rb"<rim:RegistryObjectList>.*</rim:RegistryObjectList>", ERROR_LIST, "code"),
        (Operation.IDENTIFY, rb"<subject typeCode.*</subject>(?=<queryAck)", REASON, "reason"),
    ],
)
def test_a_word_that_a_country_made_up_is_recorded_and_not_logged(
    tmp_path, capsys, operation, pattern, instead, logged
):
    def damage(asked, answer):
        body = re.sub(pattern, instead, answer.body, flags=re.DOTALL)
        return replace(answer, body=body) if asked is operation else answer

    with office(tmp_path, "PT") as made:
        made.damage = damage
        with pytest.raises(Declined):
            patient_summary(made.traits("PT", "900000011"), made.peers["PT"], made.login(), made.desk)
        row = made.trail[-1]
    assert row[f"error_{logged}"].startswith("Maria Sousa")
    err = capsys.readouterr().err
    assert json.loads(err.splitlines()[-1])[logged] == UNLISTED
    assert "Maria" not in err and "900000011" not in err


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

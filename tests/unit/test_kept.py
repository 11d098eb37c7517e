"""Kept messages: only where the setting says so, readable by us alone, gone after their days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import structlog

from ncp.exchange import Operation
from ncp.kept import keeping, purge
from ncp.opening import opened
from ncp.patient_summary import identify
from ncp.settings import Settings
from ncp.wire.errors import Unreachable
from tests.support.desk import office

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path):
    return Settings(data=tmp_path, keep_messages=True, keep_days=7)


@pytest.fixture
def pt(tmp_path):
    with office(tmp_path / "europe", "PT") as made:
        yield made


def files(settings):
    return sorted(path for path in settings.kept_folder.rglob("*") if path.is_file())


def test_question_and_answer_are_kept_as_sent(settings, pt):
    desk = replace(pt.desk, send=keeping(pt.desk.send, settings, lambda: NOON))
    identify(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), desk)
    request, response = files(settings)
    assert request.parent.name == "2026-11-22" and "PT-identify" in request.name
    assert request.read_bytes() == pt.exchanges[0].request
    assert response.read_bytes() == pt.exchanges[0].response
    assert all(path.stat().st_mode & 0o077 == 0 for path in (request, response, request.parent))


def test_a_question_without_answer_is_kept_alone(settings, pt):
    def lost(operation, to, request):
        raise Unreachable("PT did not answer")

    with pytest.raises(Unreachable):
        keeping(lost, settings, lambda: NOON)(Operation.LIST, pt.peers["PT"].xca, b"<q/>")
    assert [path.name.rsplit("-", 1)[1] for path in files(settings)] == ["request.xml"]


def test_days_end_when_a_new_one_begins(settings, pt):
    send = keeping(pt.desk.send, settings, lambda: NOON)
    for age in (6, 7, 8, 30):
        day = settings.kept_folder / (NOON.date() - timedelta(days=age)).isoformat()
        day.mkdir(parents=True)
        (day / "x").write_text("x")
    (settings.kept_folder / "notes").mkdir()
    send(Operation.IDENTIFY, pt.peers["PT"].xcpd, b"rubbish")
    assert sorted(path.name for path in settings.kept_folder.iterdir()) == [
        "2026-11-15",
        "2026-11-16",
        "2026-11-22",
        "notes",
    ]


def test_what_cannot_be_kept_stops_no_look_up(settings, pt):
    settings.kept_folder.parent.mkdir(parents=True)
    settings.kept_folder.write_text("a file where the folder should be")
    desk = replace(pt.desk, send=keeping(pt.desk.send, settings, lambda: NOON))
    with structlog.testing.capture_logs() as lines:
        assert identify(pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), desk)
    assert [line["event"] for line in lines if line["log_level"] == "warning"] == ["message not kept"] * 2


def test_nothing_kept_is_nothing_removed(tmp_path):
    assert purge(tmp_path / "nowhere", date(2026, 1, 1)) == 0


def test_a_folder_of_no_day_of_the_calendar_stops_nobody(tmp_path):
    for name in ("2020-13-45", "2999-13-45"):
        (tmp_path / name).mkdir()
    purge(tmp_path, date(2026, 1, 1))
    assert [path.name for path in tmp_path.iterdir()] == ["2999-13-45"]


@pytest.mark.parametrize("keep", [True, False])
def test_days_end_also_where_keeping_was_switched_off(tmp_path, keep):
    with office(tmp_path, "PT") as made:
        settings = made.settings.model_copy(update={"keep_messages": keep})
    old, today = (
        settings.kept_folder / "2020-01-01",
        settings.kept_folder / datetime.now(UTC).date().isoformat(),
    )
    for folder in (old, today):
        folder.mkdir(parents=True)
        (folder / "x").write_text("x")
    with opened(settings):
        assert today.exists() and not old.exists()

"""What a member state remembers of the messages it has seen."""

import datetime as dt

from mock_member_states.replay import WINDOW, Replay

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def test_a_message_is_new_once():
    replay = Replay()
    assert replay.is_new("NO", "a", b"1", NOON)
    assert not replay.is_new("NO", "a", b"1", NOON)
    assert not replay.is_new("NO", "a", b"2", NOON)
    assert replay.is_new("NO", "b", b"1", NOON)
    assert replay.is_new("SE", "a", b"1", NOON)


def test_it_is_remembered_for_24_hours():
    replay = Replay()
    replay.is_new("NO", "a", b"1", NOON)
    assert not replay.is_new("NO", "a", b"1", NOON + WINDOW)
    assert replay.is_new("NO", "a", b"1", NOON + WINDOW + dt.timedelta(seconds=1))


def test_one_identical_repeat_of_what_was_not_delivered():
    replay = Replay()
    replay.is_new("NO", "a", b"1", NOON)
    replay.not_delivered("NO", "a")
    assert not replay.is_new("NO", "a", b"2", NOON), "other bytes under the same id"
    assert replay.is_new("NO", "a", b"1", NOON)
    assert not replay.is_new("NO", "a", b"1", NOON), "a second repeat"
    replay.not_delivered("NO", "a")
    assert not replay.is_new("NO", "a", b"1", NOON)


def test_memory_is_bounded_per_sender():
    replay = Replay(limit=100)
    for number in range(1000):
        assert replay.is_new("NO", str(number), b"", NOON)
    assert replay.is_new("FI", "0", b"", NOON)
    assert len(replay) == 101
    assert not replay.is_new("NO", "999", b"", NOON)


def test_an_unknown_message_cannot_be_undelivered():
    replay = Replay()
    replay.not_delivered("NO", "a")
    replay.is_new("NO", "b", b"", NOON)
    replay.not_delivered("NO", "a")
    assert not replay.is_new("NO", "b", b"", NOON)

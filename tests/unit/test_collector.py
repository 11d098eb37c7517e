"""The collector after the start: it leaves what lasts alone and still finds circles."""

import gc
import weakref
from unittest.mock import MagicMock

import pytest

from ncp import collector
from ncp.commands import serve as command


@pytest.fixture
def collecting():
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


class Circle:
    def __init__(self) -> None:
        self.self = self


def test_what_lasts_is_set_aside_and_circles_made_later_are_found(collecting):
    lasting = Circle()
    collector.settle()
    assert gc.isenabled() and gc.get_freeze_count() > 0
    assert not any(each is lasting for each in gc.get_objects())
    later = weakref.ref(Circle())
    assert later() is not None
    gc.collect()
    assert later() is None


def test_circles_are_found_without_being_asked_for(collecting):
    collector.settle()
    later = weakref.ref(Circle())
    held = [[] for _ in range(2 * collector.ALLOCATIONS)]
    assert later() is None and held


def test_serving_starts_settled(collecting, monkeypatch):
    """Whatever was put together before: nothing of it is built here, only the order counts."""
    seen = []

    class Server:
        def run(self, sockets):
            seen.append((gc.get_freeze_count(), gc.get_threshold()[0]))

    monkeypatch.setattr(command, "server", lambda app: Server())
    monkeypatch.setattr(command, "contact_point", MagicMock())
    monkeypatch.setattr(command, "settings", MagicMock())
    monkeypatch.setattr("ncp.app.create_app", MagicMock())
    monkeypatch.setattr("ncp.interfaces.interfaces", MagicMock())
    with command._listen("127.0.0.1", 0) as listening:
        monkeypatch.setattr(command, "_listen", lambda host, port: listening)
        command.serve(port=1)
    ((frozen, threshold),) = seen
    assert frozen > 0 and threshold == collector.ALLOCATIONS

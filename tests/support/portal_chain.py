"""The portal over real sockets to three simulated member states, for a browser."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager

from mock_member_states.testbed import directory_file
from ncp.opening import opened
from ncp.portal.workbench import workbench
from ncp.settings import Settings
from tests.support.chain import COUNTRIES, MemberStateForTests
from tests.support.portal import serving_portal
from tests.support.serving import serving


@contextmanager
def real_portal(folder):
    """Desk and address of a portal in front of member states that listen; it keeps messages."""
    members = [MemberStateForTests.load(code, folder) for code in COUNTRIES]
    with ExitStack() as stack:
        ports = {each.state.country.code: stack.enter_context(serving(each)).port for each in members}
        directory_file.write(folder, [each.state.country for each in members], ports)
        settings = Settings(data=folder, keep_messages=True)
        point = stack.enter_context(opened(settings))
        doors = [workbench(point.terminology, point.desk, settings)]
        _, address = stack.enter_context(serving_portal(settings, point.desk, point.directory, doors))
        yield point.desk, address

"""What several unit tests start from."""

import pytest

from tests.support.chain import Asker, MemberStateForTests


@pytest.fixture
def asker(tmp_path):
    """A contact point that asks the country named (PT by default); changes go into the country."""

    def of(country="PT", **changes):
        return Asker(MemberStateForTests.load(country, tmp_path, **changes))

    return of

"""Portugal as a member state for the tests of one file: asked well, and asked with wrong assertions."""

import pytest

from tests.support.chain import Asker, MemberStateForTests
from tests.support.refusing import Refusing


@pytest.fixture(scope="module")
def member(tmp_path_factory):
    return MemberStateForTests.load("PT", tmp_path_factory.mktemp("pt"))


@pytest.fixture(scope="module")
def refused(member):
    """Refuses assertions with every operation and gives the code."""
    return Refusing(member)


@pytest.fixture
def ask(member):
    return Asker(member)

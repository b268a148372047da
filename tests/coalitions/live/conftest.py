"""The people of the live tests, and their moment: the eighth day, 09:50 at the venue."""

import pytest
import time_machine

from tests.coalitions.live.worlds import at
from tests.factories import coalition, lead, member


@pytest.fixture
def ours():
    return coalition()


@pytest.fixture
def claire(ours):
    return lead(ours, name="Claire Rousset")


@pytest.fixture
def ama(ours):
    return member(ours, name="Ama Owusu")


@pytest.fixture(autouse=True)
def morning(settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    with time_machine.travel(at("09:50"), tick=False):
        yield

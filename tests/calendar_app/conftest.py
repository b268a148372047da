import pytest
import time_machine

from tests.calendar_app.reminding import moment
from tests.factories import coalition


@pytest.fixture
def clock():
    """Friday 1 September 2028, nine o'clock UTC, standing still until a test moves it."""
    with time_machine.travel(moment(1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def network():
    return coalition("Open Standards Network", mail_ceiling="detailed")

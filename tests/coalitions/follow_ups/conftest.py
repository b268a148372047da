import pytest

from tests import factories


@pytest.fixture
def circle(network, samuel, ama):
    """A circle in which the lead does not stand."""
    return factories.circle_of(network, samuel, ama, owner=samuel)

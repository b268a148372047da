import pytest

from tests import factories


@pytest.fixture
def network():
    return factories.coalition()


@pytest.fixture
def wanjiru(network):
    return factories.lead(network, name="Wanjiru Kamau")


@pytest.fixture
def samuel(network):
    return factories.member(network, name="Samuel Otieno")


@pytest.fixture
def ama(network):
    return factories.member(network, name="Ama Owusu")

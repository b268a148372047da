from datetime import timedelta

import pytest
from django.utils.timezone import now

from resolutions.models import RegionalGroup
from tests import factories


@pytest.fixture
def wanjiru(network):
    return factories.lead(network, name="Wanjiru Kamau", seen_at=now(), seen_before_at=now() - timedelta(days=3))


@pytest.fixture
def samuel(network):
    return factories.member(network, name="Samuel Otieno", seen_at=now(), seen_before_at=now() - timedelta(days=3))


@pytest.fixture
def circle(network, samuel):
    """A circle in which the lead does not stand."""
    return factories.circle_of(network, samuel, owner=samuel)


@pytest.fixture
def groups():
    """Three of the six, and one that the ITU does not count."""
    for code, acronym, recognised in (("ATU", "ATU", True), ("CEPT", "CEPT", True), ("RCC", "RCC", True), ("CTU", "CTU", False)):
        RegionalGroup.objects.create(code=code, acronym_en=acronym, name_en=f"Union {code}", is_recognised=recognised)
    return {group.code: group for group in RegionalGroup.objects.all()}


@pytest.fixture
def fifty():
    return factories.ResolutionFactory(number=50, slug="50", title_en="Cybersecurity")

from datetime import UTC, date, datetime

import pytest

from coalitions.models import Position
from resolutions.models import StudyGroup, StudyGroupLink
from tests import factories


@pytest.fixture
def past():
    """The assembly that is over, and the one people work for now."""
    factories.AssemblyFactory()
    return factories.AssemblyFactory(
        code="WTSA-24",
        short_name_en="WTSA-24",
        short_name_fr="AMNT-24",
        starts_on=date(2024, 10, 15),
        ends_on=date(2024, 10, 24),
        study_period="2022-2024",
    )


@pytest.fixture
def fifty(past):
    """A resolution that was changed there, with the study group that takes it on."""
    resolution = factories.ResolutionFactory(number=50, slug="50", title_en="Cybersecurity")
    resolution.outcomes.create(assembly=past, action="MOD", summary_en="only trivial changes")
    group = StudyGroup.objects.create(period="2025-2028", number=17, title_en="Security")
    StudyGroupLink.objects.create(resolution=resolution, study_group=group)
    return resolution


@pytest.fixture
def position(network, fifty, wanjiru):
    """Of the coalition, before the end; and a later version, which did not count there."""
    asked = Position.objects.create(
        circle=network.everyone,
        resolution=fifty,
        version=1,
        stance="oppose-unless",
        words="Study it.\nDo not standardise it.",
        by=wanjiru,
        at=datetime(2024, 10, 1, tzinfo=UTC),
    )
    Position.objects.create(
        circle=network.everyone,
        resolution=fifty,
        version=2,
        stance="support",
        words="zz-later",
        by=wanjiru,
        at=datetime(2025, 2, 1, tzinfo=UTC),
    )
    return asked

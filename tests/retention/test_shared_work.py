"""Decisions, impacts on rights, embargoes, handover notes and debriefs of circles go when their time is over; those of everyone stay."""

from datetime import UTC, date, datetime, timedelta

import pytest

from amnt.retention import services
from calendar_app.models import Debrief
from coalitions.models import Circle, Decision, Delegation, EmbargoNote, HandoverNote, RightsImpact
from tests.factories import AssemblyFactory, MeetingFactory, ResolutionFactory, circle_of, coalition, member

pytestmark = pytest.mark.django_db
END = date(2024, 10, 24)
BEFORE = datetime(2024, 9, 1, tzinfo=UTC)
MODELS = (Decision, RightsImpact, EmbargoNote, HandoverNote, Debrief)


@pytest.mark.parametrize(("kind", "kept"), [("delegation", 30), ("restricted", 90)])
def test_what_circles_share_goes_and_what_everyone_reads_stays(kind, kept):
    here = coalition()
    person = member(here)
    circle = circle_of(here, person)
    Circle.objects.filter(pk=circle.pk).update(kind=kind)
    AssemblyFactory(code="WTSA-28", starts_on=date(2028, 10, 17), ends_on=date(2028, 10, 26))
    past = AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=END)
    card, resolution = Delegation.objects.create(assembly=past, country="KE"), ResolutionFactory()
    meeting = MeetingFactory(assembly=past)
    for where in (circle, here.everyone):
        by = {"circle": where, "by": person, "at": BEFORE}
        Decision.objects.create(text="zz", decided_on=BEFORE.date(), **by)
        RightsImpact.objects.create(resolution=resolution, right="privacy", mechanism="zz", **by)
        EmbargoNote.objects.create(text="zz", until=BEFORE, **by)
        HandoverNote.objects.create(delegation=card, text="zz", **by)
        Debrief.objects.create(meeting=meeting, result="zz", **by)
    over = datetime(END.year, END.month, END.day, 12, tzinfo=UTC)
    services.apply_rules(over + timedelta(days=kept))
    assert [model.objects.count() for model in MODELS] == [2, 2, 2, 2, 2]
    services.apply_rules(over + timedelta(days=kept + 1))
    assert [model.objects.get().circle for model in MODELS] == [here.everyone] * 5

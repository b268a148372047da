"""Pages of dates: whom they let change what, and what they cost."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from calendar_app.models import Attendance, DateChange, Meeting
from calendar_app.services.date_states import state_of
from tests.calendar_app.dating import EARLY, change_form, door, page
from tests.factories import DeadlineFactory, MeetingFactory, ResolutionFactory, coalition, lead, member

pytestmark = pytest.mark.django_db


@time_machine.travel(EARLY, tick=False)
def test_who_leads_no_coalition_changes_no_date(client):
    here = coalition()
    meeting, deadline = MeetingFactory(), DeadlineFactory()
    client.force_login(member(here))
    assert client.get(meeting.get_absolute_url()).content.decode().count("Change the date") == 0
    for url in (
        page("meeting-change", meeting),
        page("meeting-edit", meeting),
        page("related-deadline-new", meeting),
        page("deadline-change", deadline),
        page("deadline-edit", deadline),
        reverse("calendar_app:assembly-change", args=[meeting.assembly.code]),
        reverse("calendar_app:date-new"),
        reverse("calendar_app:deadline-new"),
        reverse("calendar_app:meeting-new", args=["regional"]),
    ):
        assert client.get(url).status_code == 403
        assert client.post(url, change_form(meeting, save="1")).status_code in {403, 405}
    assert client.post(page("meeting-checked", meeting)).status_code == 403
    assert (DateChange.objects.count(), Meeting.objects.get().version) == (0, 1)


@pytest.mark.parametrize("size", [1, 3])
@time_machine.travel(EARLY, tick=False)
def test_pages_of_dates_cost_the_same_however_much_hangs_on_them(client, django_assert_num_queries, size):
    here = coalition()
    by = lead(here, seen_at=EARLY)
    meeting = MeetingFactory(circle=here.everyone, verified_by=by, verified_at=EARLY)
    old = state_of(meeting)
    for n in range(size):
        deadline = door(meeting)
        meeting.resolutions.add(ResolutionFactory())
        Attendance.objects.create(user=member(here), meeting=meeting, status="going", circle=here.everyone)
        for target in ({"meeting": meeting}, {"deadline": deadline}, {"assembly": meeting.assembly}):
            DateChange.objects.create(**target, old=old, new=old, proposed_by=by, applied_at=EARLY - timedelta(hours=n))
    client.force_login(by)
    with django_assert_num_queries(9):
        client.get(meeting.get_absolute_url())
    with django_assert_num_queries(6):
        client.get(deadline.get_absolute_url())
    with django_assert_num_queries(6):
        client.get(reverse("calendar_app:assembly", args=[meeting.assembly.code]))
    with django_assert_num_queries(4):
        client.get(page("meeting-change", meeting))
    with django_assert_num_queries(7):
        client.post(page("meeting-change", meeting), change_form(meeting))

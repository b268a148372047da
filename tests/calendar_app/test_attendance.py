"""Who goes is said by each person, to whom she chooses, and to nobody else."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from calendar_app.models import Attendance
from calendar_app.services.attendance import mark_registered, say_attendance, take_attendance_back
from coalitions.models import Circle, CircleMembership, Membership
from coalitions.services import circles
from coalitions.services.membership import change_role
from tests.factories import MeetingFactory, UserFactory, coalition, lead, member

pytestmark = pytest.mark.django_db


def seat(user, of) -> Membership:
    return Membership.objects.get(user=user, coalition=of, left_at=None)


@pytest.fixture(autouse=True)
def before_the_meeting():
    with time_machine.travel("2028-07-01T09:00:00Z", tick=False):
        yield


def test_where_i_go_is_seen_by_the_circle_i_chose_while_we_both_stand_in_it():
    here = coalition()
    me, colleague, other = member(here), member(here), lead(coalition("Elsewhere"))
    meeting = MeetingFactory()
    say_attendance(meeting, by=me, status="going", circle=None)
    assert [Attendance.objects.visible_to(person).count() for person in (me, colleague, other)] == [1, 0, 0]
    say_attendance(meeting, by=me, status="registered", circle=here.everyone)
    assert [Attendance.objects.visible_to(person).count() for person in (me, colleague, other)] == [1, 1, 0]
    Membership.objects.filter(user=me).update(left_at=now())
    assert [Attendance.objects.visible_to(person).count() for person in (me, colleague, other)] == [1, 0, 0]


def test_what_i_told_a_circle_is_seen_no_more_once_i_am_out_of_it():
    here = coalition()
    boss, owner, gone, observer, closed = lead(here), *(member(here) for _n in range(4))
    circle = circles.open_circle(here, name="Res. 50", by=owner, people=[seat(person, here) for person in (gone, observer, closed)])
    meeting = MeetingFactory()
    for person in (owner, gone, observer, closed):
        say_attendance(meeting, by=person, status="going", circle=circle)

    def seen_by_the_owner():
        return set(User.objects.filter(attendances__in=Attendance.objects.visible_to(owner)))

    assert seen_by_the_owner() == {owner, gone, observer, closed}
    circles.remove_from_circle(circle, membership=seat(gone, here), by=gone)
    assert seen_by_the_owner() == {owner, observer, closed}
    change_role(seat(observer, here), role="observer", by=boss)
    assert seen_by_the_owner() == {owner, closed}
    User.objects.filter(pk=closed.pk).update(is_active=False)
    assert seen_by_the_owner() == {owner}
    assert Attendance.objects.visible_to(gone).count() == 1


def test_one_can_only_tell_a_circle_one_stands_in():
    here = coalition()
    me = member(here)
    closed = Circle.objects.create(coalition=here, kind="restricted", name="Res. 50")
    with pytest.raises(RuleBroken, match="a circle that you are in"):
        say_attendance(MeetingFactory(), by=me, status="going", circle=closed)
    assert not Attendance.objects.exists()


def test_nothing_is_said_of_a_meeting_that_is_over():
    over = MeetingFactory(starts_on=date(2028, 6, 1), ends_on=date(2028, 6, 2))
    with pytest.raises(RuleBroken, match="is over"):
        say_attendance(over, by=UserFactory(), status="going", circle=None)


def test_it_is_done_tells_the_same_people_as_before_and_taking_back_tells_nobody():
    here = coalition()
    me, meeting = member(here), MeetingFactory()
    say_attendance(meeting, by=me, status="going", circle=here.everyone)
    assert mark_registered(meeting, by=me).circle == here.everyone
    take_attendance_back(meeting, by=me)
    take_attendance_back(meeting, by=me)
    assert not Attendance.objects.exists()
    assert mark_registered(meeting, by=me).circle is None


def test_what_one_says_of_one_meeting_touches_nobody_else_and_no_other_meeting():
    here, there = coalition("Here"), coalition("There")
    me, other = member(here), member(there)
    meeting, another = MeetingFactory(), MeetingFactory()
    say_attendance(meeting, by=other, status="going", circle=there.everyone)
    say_attendance(another, by=me, status="going", circle=here.everyone)
    assert mark_registered(meeting, by=me).circle is None
    say_attendance(another, by=other, status="remote", circle=None)
    take_attendance_back(meeting, by=me)
    left = Attendance.objects.order_by("pk").values_list("user", "meeting", "status", "circle")
    assert list(left) == [
        (other.pk, meeting.pk, "going", there.everyone.pk),
        (me.pk, another.pk, "going", here.everyone.pk),
        (other.pk, another.pk, "remote", None),
    ]


def test_the_page_of_a_meeting_names_only_those_who_told_me(client):
    here, there = coalition("Here"), coalition("There")
    me = member(here)
    meeting = MeetingFactory()
    for name, of, circle in (("Told Us", here, here.everyone), ("Told Nobody", here, None), ("Told Others", there, there.everyone)):
        Attendance.objects.create(user=member(of, name=name), meeting=meeting, status="going", circle=circle)
    client.force_login(me)
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert ("Told U." in page, "Told N." in page, "Told O." in page) == (True, False, False)


def test_saying_it_on_the_page(client):
    here = coalition()
    me, meeting = member(here), MeetingFactory()
    url = reverse("calendar_app:meeting-attendance", args=[meeting.public_id])
    client.force_login(me)
    client.post(url, {"status": "remote", "circle": here.everyone.public_id})
    attendance = Attendance.objects.get()
    assert (attendance.user, attendance.status, attendance.circle) == (me, "remote", here.everyone)
    assert client.post(url, {"status": "flying"}, follow=True).content.decode().count("Choose whether you are going") == 1
    stranger = coalition("There").everyone
    client.post(url, {"status": "going", "circle": stranger.public_id})
    attendance.refresh_from_db()
    assert attendance.status == "remote"
    client.post(url, {"take_back": "1"})
    assert not Attendance.objects.exists()


def test_of_a_private_meeting_only_its_own_coalition_can_be_told(client):
    here, there = coalition("Here"), coalition("There")
    me = member(here)
    Membership.objects.create(coalition=there, user=me, role="member")
    CircleMembership.objects.create(circle=there.everyone, membership=Membership.objects.get(coalition=there, user=me))
    call = MeetingFactory(kind="call", circle=here.everyone, group=None)
    client.force_login(me)
    url = reverse("calendar_app:meeting-attendance", args=[call.public_id])
    client.post(url, {"status": "going", "circle": there.everyone.public_id})
    assert not Attendance.objects.exists()
    client.post(url, {"status": "going", "circle": here.everyone.public_id})
    assert Attendance.objects.get().circle == here.everyone

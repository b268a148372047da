"""The forms in which follow-ups are made, assigned and changed."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.models import Session
from coalitions.models import Circle, CircleMembership, FollowUp, Membership
from coalitions.services import follow_ups as services
from tests import factories
from tests.coalitions.follow_ups.helpers import BOARD, make, new, page

pytestmark = pytest.mark.django_db


# --- Making one -----------------------------------------------------------------------------------------------------


def test_a_member_makes_one_for_herself(client, network, samuel):
    resolution = factories.ResolutionFactory(number=50)
    assert 'value="50" selected' in page(client, samuel, "/follow-ups/new/", resolution="50")
    answer = client.post(
        "/follow-ups/new/",
        new(owner=str(samuel.public_id), circle=str(network.everyone.public_id), resolution="50", due_hour="09:30"),
    )
    made = FollowUp.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert (made.owner, made.resolution, made.circle, made.state) == (samuel, resolution, network.everyone, "in-hand")
    assert (made.due_at.hour, made.due_at.minute) == (6, 30)  # half past nine in Nairobi


def test_without_an_hour_it_is_due_at_six_in_the_evening(client, network, samuel):
    client.force_login(samuel)
    client.post("/follow-ups/new/", new(circle=str(network.everyone.public_id)))
    assert FollowUp.objects.get().due_at.hour == 15


def test_two_taps_make_one_and_lead_to_it(client, network, samuel):
    client.force_login(samuel)
    typed = new(circle=str(network.everyone.public_id))
    first, second = (client.post("/follow-ups/new/", typed) for _tap in range(2))
    assert first["Location"] == second["Location"] == FollowUp.objects.get().get_absolute_url()


def test_a_member_assigns_to_nobody_else(client, network, samuel, ama):
    client.force_login(samuel)
    answer = client.post("/follow-ups/new/", new(circle=str(network.everyone.public_id), owner=str(ama.public_id)))
    assert answer.status_code == 200
    assert FollowUp.objects.count() == 0


def test_a_lead_of_one_coalition_assigns_to_nobody_in_the_other(client, network, wanjiru):
    other = factories.coalition("Another")
    factories.admit(other, user=wanjiru, role=Membership.Role.MEMBER)
    there = factories.lead(other, name="There Lead")
    client.force_login(wanjiru)
    answer = client.post("/follow-ups/new/", new(circle=str(other.everyone.public_id), owner=str(there.public_id)))
    assert "Only a lead of this coalition may assign to others." in answer.content.decode()
    assert FollowUp.objects.count() == 0


def test_a_circle_one_does_not_stand_in_cannot_be_chosen(client, network, wanjiru, circle):
    assert "Core group" not in page(client, wanjiru, "/follow-ups/new/")
    assert client.post("/follow-ups/new/", new(circle=str(circle.public_id))).status_code == 200
    assert FollowUp.objects.count() == 0


def test_everyones_circle_is_chosen_unless_one_chooses_another(client, network, samuel, circle):
    Circle.objects.filter(pk=circle.pk).update(kind=Circle.Kind.DELEGATION)
    choices = re.search(r'<select name="circle".*?</select>', page(client, samuel, "/follow-ups/new/"), re.DOTALL)[0]
    assert re.findall(r">([^<]+)</option>", choices) == ["Everyone in the coalition", "Core group"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"due_on": "2026-11-20"}, "This due date has passed."),
        ({"due_on": "2026-11-25", "due_hour": "11:00"}, "This due date has passed."),
        ({"due_on": "2027-03-28", "due_hour": "02:30"}, "the clocks change and this time does not exist"),
        ({"due_on": "9999-12-31"}, "more than ten years away"),
        ({"due_on": "2026-02-30"}, "Give a date, such as"),
        ({"due_on": "2026-12-01", "due_hour": "25:00"}, "Give a time, such as"),
        ({"title": "x" * 10_000}, "at most 200 characters"),
        ({"title": "\u202e\x07"}, "This cannot be left empty."),
        ({"backup": str(uuid.uuid4())}, "This person cannot take it"),
        ({"delegation": "nonsense"}, "is not one of the choices."),
        ({"resolution": "nonsense"}, "is not one of the choices."),
    ],
)
@time_machine.travel(datetime(2026, 11, 25, 12, 0, tzinfo=UTC), tick=False)
def test_bad_input_gets_a_clear_sentence_and_nothing_typed_is_lost(client, network, fields, sentence):
    claire = factories.member(network, name="Claire Aubert", time_zone="Europe/Zurich")
    client.force_login(claire)
    typed = new(title="Ask it", done_means="Their answer in writing", circle=str(network.everyone.public_id)) | fields
    answer = unescape(client.post("/follow-ups/new/", typed).content.decode())
    assert sentence in answer
    assert 'value="Their answer in writing"' in answer
    assert f'value="{typed["submission"]}"' in answer
    assert FollowUp.objects.count() == 0


def test_text_sent_after_the_session_ended_comes_back_filled_in(client, network, samuel):
    client.force_login(samuel)
    client.get("/follow-ups/new/")
    Session.objects.all().delete()
    client.post("/follow-ups/new/", new(title="Ask what they decided", circle=str(network.everyone.public_id)))
    client.force_login(samuel)
    kept = client.get("/follow-ups/new/").content.decode()
    assert 'value="Ask what they decided"' in kept
    assert FollowUp.objects.count() == 0


def test_emoji_and_arabic_come_through_forms_and_pages(client, network, samuel):
    client.force_login(samuel)
    client.post("/follow-ups/new/", new(title="ترجمة النص 🇰🇪", circle=str(network.everyone.public_id)))
    assert '<bdi dir="auto">ترجمة النص 🇰🇪</bdi>' in page(client, samuel, BOARD, tab="team")


def test_a_country_without_a_card_is_proposed_as_a_follow_up(client, network, samuel):
    assert "Answer the four questions about the delegation of Jordan" in page(client, samuel, "/follow-ups/new/", country="JO")


def test_the_form_asks_few_questions(client, network, wanjiru, samuel, circle, settings, django_assert_num_queries):
    settings.LEADS_NEED_SECOND_FACTOR = True
    client.force_login(samuel)
    client.get(BOARD)
    for _size in range(2):
        with django_assert_num_queries(8):
            client.get("/follow-ups/new/")
        factories.member(network)
        factories.ResolutionFactory()


# --- Assigning ------------------------------------------------------------------------------------------------------


def assign_form(client, lead, follow_up):
    client.force_login(lead)
    return reverse("coalitions:follow-up-assign", args=[follow_up.public_id])


def test_a_lead_assigns_in_one_post(client, network, wanjiru, samuel, ama):
    follow_up = make(network, samuel)
    address = assign_form(client, wanjiru, follow_up)
    form = client.get(address, {"next": BOARD}).content.decode()
    assert f'<input type="hidden" name="next" value="{BOARD}">' in form
    typed = {"to": str(samuel.public_id), "due": "3", "backup": str(ama.public_id), "version": "1", "next": BOARD}
    answer = client.post(address, typed)
    follow_up.refresh_from_db()
    assert answer["Location"] == BOARD
    assert (follow_up.owner, follow_up.backup, follow_up.state) == (samuel, ama, "to-accept")
    nairobi = follow_up.due_at + timedelta(hours=3)
    assert (nairobi.date(), nairobi.hour) == ((now() + timedelta(hours=3)).date() + timedelta(days=3), 18)


def test_the_due_date_stays_unless_it_is_changed(client, network, wanjiru, samuel):
    follow_up = make(network, samuel)
    client.post(assign_form(client, wanjiru, follow_up), {"to": str(samuel.public_id), "due": "keep", "version": "1"})
    assert FollowUp.objects.get().due_at == follow_up.due_at


def test_another_date_may_be_typed(client, network, wanjiru, samuel):
    address = assign_form(client, wanjiru, make(network, samuel))
    typed = {"to": str(samuel.public_id), "due": "other", "version": "1"}
    assert "Give the date." in client.post(address, typed).content.decode()
    client.post(address, typed | {"due_on": "2031-05-05", "due_hour": "10:00"})
    assert FollowUp.objects.get().due_at.date() == date(2031, 5, 5)


def test_the_least_busy_come_first(client, network, wanjiru, samuel, ama):
    make(network, wanjiru, owner=ama)
    make(network, wanjiru, owner=wanjiru)
    form = unescape(client.get(assign_form(client, wanjiru, make(network, wanjiru))).content.decode())
    assert re.findall(r"<bdi>([^<]+)</bdi> <span class=\"help\">", form) == ["Samuel Otieno", "Ama Owusu", "Me"]


def test_a_member_may_not_assign(client, network, samuel, ama):
    address = assign_form(client, samuel, make(network, samuel))
    assert client.get(address).status_code == 403
    assert client.post(address, {"to": str(ama.public_id), "due": "keep", "version": "1"}).status_code == 403
    assert FollowUp.objects.get().owner is None


def test_assigning_to_someone_who_has_just_left_gets_a_sentence(client, network, wanjiru, samuel):
    address = assign_form(client, wanjiru, make(network, wanjiru))
    Membership.objects.filter(user=samuel).update(left_at=now())
    answer = client.post(address, {"to": str(samuel.public_id), "due": "keep", "version": "1"})
    assert "they have left, or are not in its circle" in answer.content.decode()
    assert FollowUp.objects.get().owner is None


def test_of_two_leads_the_second_learns_it_keeps_her_form_and_may_insist(client, network, wanjiru, samuel, ama):
    claire = factories.lead(network, name="Claire Aubert")
    follow_up = make(network, wanjiru)
    services.assign(follow_up, to=samuel, by=wanjiru)
    address = assign_form(client, claire, follow_up)
    typed = {"to": str(ama.public_id), "due": "7", "version": "1"}
    refused = unescape(client.post(address, typed).content.decode())
    assert "Wanjiru K. assigned it to Samuel O. in the meantime: nothing was changed." in refused
    assert 'name="version" value="2"' in refused
    assert re.search(rf'value="{ama.public_id}"[^>]*checked', refused)
    client.post(address, typed | {"version": "2"})
    assert FollowUp.objects.get().owner == ama


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"backup": "samuel"}, "backup", "The backup must be someone other than the owner."),
        ({"due": "other", "due_on": "2026-11-20"}, "due_on", "This due date has passed."),
    ],
)
@time_machine.travel(datetime(2026, 11, 25, 12, 0, tzinfo=UTC), tick=False)
def test_what_a_service_refuses_stands_at_its_field(client, network, wanjiru, samuel, fields, field, sentence):
    people = {"samuel": str(samuel.public_id)}
    typed = {"to": people["samuel"], "due": "3", "version": "1"} | {name: people.get(value, value) for name, value in fields.items()}
    answer = client.post(assign_form(client, wanjiru, make(network, wanjiru)), typed)
    assert sentence in str(answer.context["form"].errors[field])
    assert sentence in unescape(answer.content.decode())
    assert FollowUp.objects.get().owner is None


def test_the_assign_form_asks_few_questions(client, network, wanjiru, samuel, django_assert_num_queries):
    follow_up = make(network, samuel)
    address = assign_form(client, wanjiru, follow_up)
    client.get(BOARD)
    for _size in range(2):
        with django_assert_num_queries(6):
            client.get(address)
        make(network, wanjiru, owner=factories.member(network))


# --- Changing -------------------------------------------------------------------------------------------------------


def typed_again(follow_up, **fields):
    local = follow_up.due_at + timedelta(hours=3)
    same = {
        "title": follow_up.title,
        "due_on": local.date().isoformat(),
        "due_hour": f"{local:%H:%M}",
        "circle": str(follow_up.circle.public_id),
        "version": follow_up.version,
    }
    return same | fields


def test_only_what_was_changed_is_changed(client, network, samuel):
    follow_up = make(network, samuel, owner=samuel)
    client.force_login(samuel)
    address = reverse("coalitions:follow-up-change", args=[follow_up.public_id])
    assert client.get(address).status_code == 200
    client.post(address, typed_again(follow_up, title="Ask the ministry"))
    changed = FollowUp.objects.get()
    assert (changed.title, changed.due_at, changed.version) == ("Ask the ministry", follow_up.due_at, 1)
    assert changed.events.first().fields == ["title"]


def test_a_bystander_may_not_change_it(client, network, wanjiru, samuel, ama):
    follow_up = make(network, wanjiru, owner=samuel)
    client.force_login(ama)
    address = reverse("coalitions:follow-up-change", args=[follow_up.public_id])
    assert client.post(address, typed_again(follow_up, title="Mine now")).status_code == 403


def test_a_change_refused_keeps_what_was_typed(client, network, circle, wanjiru, samuel):
    follow_up = make(network, wanjiru, owner=wanjiru)
    CircleMembership.objects.filter(circle=circle, membership__user=samuel).delete()
    client.force_login(wanjiru)
    address = reverse("coalitions:follow-up-change", args=[follow_up.public_id])
    services.assign(follow_up, to=samuel, by=wanjiru)
    answer = unescape(client.post(address, typed_again(follow_up, title="Ask the ministry")).content.decode())
    assert "nothing was changed." in answer
    assert 'value="Ask the ministry"' in answer
    assert FollowUp.objects.get().title == "Ask the authority"


def test_an_overdue_follow_up_can_have_its_title_changed(client, network, samuel):
    with time_machine.travel(now() - timedelta(days=20)):
        follow_up = make(network, samuel, owner=samuel)
    client.force_login(samuel)
    client.post(reverse("coalitions:follow-up-change", args=[follow_up.public_id]), typed_again(follow_up, title="Late but better"))
    assert FollowUp.objects.get().title == "Late but better"


def test_the_change_form_asks_few_questions(client, network, samuel, django_assert_num_queries):
    follow_up = make(network, samuel, owner=samuel)
    client.force_login(samuel)
    client.get(BOARD)
    with django_assert_num_queries(8):
        client.get(reverse("coalitions:follow-up-change", args=[follow_up.public_id]))

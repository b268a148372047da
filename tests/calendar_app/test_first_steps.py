"""S10: each step is kept at once, may be skipped, and leaving loses nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import escape
from django.utils.timezone import now

from amnt.accounts.models import User
from calendar_app.models import DateWatch
from calendar_app.reminders.preview import preview_for
from calendar_app.services import first_steps
from coalitions.permissions import membership_context_of
from coalitions.services import membership
from resolutions.models import RegionWatch, Watch
from tests.factories import (
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    OrganisationFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    TopicFactory,
    UserFactory,
    coalition,
    lead,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer():
    return UserFactory(first_steps_done_at=None, time_zone="UTC")


@pytest.fixture(autouse=True)
def _her_browser(client, newcomer):
    client.force_login(newcomer)


def url(step) -> str:
    return reverse("calendar_app:first-step", args=[step])


START = "calendar_app:first-steps"


def test_the_steps_follow_each_other_and_one_comes_back_to_where_one_was(client):
    assert client.get(reverse(START)).headers["location"] == url("clock")
    for step in ("clock", "words", "follow", "mail", "seat", "first"):
        assert client.get(url(step)).status_code == 200
        assert client.get(reverse(START)).headers["location"] == url(step)
    assert client.get(url("passport")).status_code == 404


def test_language_zone_and_quiet_hours_are_kept_at_once(client, newcomer):
    sent = {"language": "es", "time_zone": "America/Montevideo", "quiet_from": "21:30", "quiet_to": "07:00"}
    assert client.post(url("clock"), sent).headers["location"] == url("words")
    newcomer.refresh_from_db()
    assert (newcomer.language, newcomer.time_zone, str(newcomer.quiet_from), str(newcomer.quiet_to)) == (
        "es",
        "America/Montevideo",
        "21:30:00",
        "07:00:00",
    )
    assert newcomer.first_steps_done_at is None


def test_quiet_hours_that_leave_nothing_of_the_day_are_refused_here_too(client, newcomer):
    sent = {"language": "es", "time_zone": "Africa/Tunis", "quiet_from": "08:00", "quiet_to": "06:00"}
    assert "at least four hours must remain" in client.post(url("clock"), sent).content.decode()
    newcomer.refresh_from_db()
    assert (str(newcomer.quiet_from), str(newcomer.quiet_to)) == ("20:00:00", "08:00:00")


@pytest.mark.parametrize(("field", "value"), [("language", "xx"), ("time_zone", "Mars/Olympus"), ("quiet_from", "25:99")])
def test_what_does_not_exist_is_a_sentence_and_changes_nothing(client, newcomer, field, value):
    sent = {"language": "es", "time_zone": "Africa/Tunis", "quiet_from": "21:00", "quiet_to": "07:00"} | {field: value}
    assert f'id="id_{field}_error"' in client.post(url("clock"), sent).content.decode()
    newcomer.refresh_from_db()
    assert (newcomer.language, newcomer.time_zone) == ("en", "UTC")


def test_only_what_the_guide_names_or_weighs_most_is_suggested(client):
    topic = TopicFactory()
    named = ResolutionFactory(is_named_in_guide=True, title_en="Named one")
    named.topics.add(topic)
    ResolutionFactory(rights_relevance="high", title_en="Weighty one")
    ResolutionFactory(rights_relevance="low", title_en="Another one")
    ResolutionFactory(is_named_in_guide=True, status="suppressed", title_en="Gone one")
    shown = client.get(url("follow")).content.decode()
    assert "Named one" in shown
    assert "Weighty one" in shown
    assert "Another one" not in shown
    assert "Gone one" not in shown
    assert f"<legend>{topic.name_en}</legend>" in shown


def test_following_keeps_what_was_followed_otherwise(client, newcomer):
    first, second, third = (ResolutionFactory(is_named_in_guide=True) for _n in range(3))
    beside = ResolutionFactory()
    Watch.objects.create(user=newcomer, resolution=second, scope="operative")
    Watch.objects.create(user=newcomer, resolution=third)
    Watch.objects.create(user=newcomer, resolution=beside)
    other = Watch.objects.create(user=UserFactory(), resolution=third)
    africa, europe = RegionalGroupFactory(), RegionalGroupFactory(code="CEPT")
    RegionWatch.objects.create(user=newcomer, group=europe)
    sent = {"resolutions": [first.slug, second.slug], "groups": [africa.code]}
    for _time in range(2):
        assert client.post(url("follow"), sent).headers["location"] == url("mail")
    mine = Watch.objects.filter(user=newcomer).values_list("resolution", "scope")
    assert set(mine) == {(first.pk, "all"), (second.pk, "operative"), (beside.pk, "all")}
    assert list(RegionWatch.objects.values_list("user", "group")) == [(newcomer.pk, africa.pk)]
    assert Watch.objects.filter(pk=other.pk).exists()
    shown = client.get(url("follow")).content.decode()
    assert f'value="{first.slug}" checked' in shown
    assert f'value="{third.slug}" checked' not in shown


def test_an_unknown_resolution_follows_nothing(client, newcomer):
    known = ResolutionFactory(is_named_in_guide=True)
    response = client.post(url("follow"), {"resolutions": [known.slug, "no-such-one"]})
    assert response.status_code == 200
    assert f'value="{known.slug}" checked' in response.content.decode()
    assert not Watch.objects.exists()


def test_the_level_of_mail_is_kept(client, newcomer):
    assert client.post(url("mail"), {"mail_level": "discreet"}).headers["location"] == url("seat")
    newcomer.refresh_from_db()
    assert newcomer.mail_level == "discreet"


def test_each_level_shows_the_mail_that_would_really_be_sent(client, newcomer):
    network = coalition("Secret name", mail_ceiling="standard")
    boss = lead(network, name="Boss Person")
    membership.admit(network, user=newcomer, role="member")
    FollowUpFactory(
        circle=network.everyone, created_by=boss, owner=newcomer, title="Ask the secret authority", due_at=now() + timedelta(days=2)
    )
    shown = client.get(url("mail")).content.decode()
    for level in ("discreet", "standard", "detailed"):
        letter = preview_for(newcomer, level)
        assert escape(letter.subject) in shown
        assert escape(letter.text.splitlines()[0]) in shown
    assert "Your coalition allows this at most: Standard" in shown
    for word in ("Ask the secret authority", "Secret name", "Boss Person"):
        assert word not in shown
    network.mail_ceiling = "detailed"
    network.save()
    assert "Ask the secret authority" in client.get(url("mail")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_previews_cost_the_same_for_one_and_three(client, newcomer, rows, django_assert_num_queries):
    network = coalition()
    boss = lead(network)
    membership.admit(network, user=newcomer, role="member")
    for _row in range(rows):
        FollowUpFactory(circle=network.everyone, created_by=boss, owner=newcomer, due_at=now() + timedelta(days=2))
    client.get(url("mail"))
    with django_assert_num_queries(8):
        client.get(url("mail"))


def test_an_unknown_level_changes_nothing(client, newcomer):
    assert client.post(url("mail"), {"mail_level": "everything"}).status_code == 200
    newcomer.refresh_from_db()
    assert newcomer.mail_level == "standard"


def test_the_last_step_shows_what_waits_and_ends_the_invitation(client, newcomer):
    group = RegionalGroupFactory()
    RegionWatch.objects.create(user=newcomer, group=group)
    coming = now() + timedelta(days=9)
    MeetingFactory(group=group, at=coming, starts_on=coming.date(), ends_on=coming.date(), title_en="Preparatory meeting")
    assert "Preparatory meeting" in client.get(url("first")).content.decode()
    assert client.post(reverse("calendar_app:first-steps-done")).headers["location"] == reverse("now")
    newcomer.refresh_from_db()
    assert newcomer.first_steps_done_at is not None
    assert client.get(reverse(START)).headers["location"] == url("clock")


def test_a_follow_up_comes_before_any_date():
    network = coalition()
    person = member(network)
    boss = lead(network)
    soon = DeadlineFactory(at=now() + timedelta(days=1))
    DateWatch.objects.create(user=person, deadline=soon)
    assert first_steps.first_item(person, circles=membership_context_of(person).every_circle) == soon
    FollowUpFactory(circle=network.everyone, created_by=boss, title="Not hers", owner=boss)
    task = FollowUpFactory(circle=network.everyone, created_by=boss, owner=person)
    assert first_steps.first_item(person, circles=membership_context_of(person).every_circle) == task


def test_done_twice_keeps_the_first_day(newcomer):
    first_steps.finish(newcomer)
    day = newcomer.first_steps_done_at
    first_steps.finish(newcomer)
    assert User.objects.get(pk=newcomer.pk).first_steps_done_at == day


def test_nobody_is_asked_for_a_phone_a_photo_a_nationality_or_a_passport(client):
    for step in ("clock", "words", "follow", "mail", "seat", "first"):
        shown = client.get(url(step)).content.decode()
        for word in ('type="tel"', 'type="file"', 'name="phone', 'name="photo', 'name="nationality', 'name="passport'):
            assert word not in shown


@pytest.mark.parametrize("rows", [1, 3])
def test_following_costs_the_same_for_one_and_three(client, rows, django_assert_num_queries):
    topic = TopicFactory()
    for number in range(rows):
        ResolutionFactory(is_named_in_guide=True).topics.add(topic)
        RegionalGroupFactory(code=f"G{number}")
    client.get(url("follow"))
    with django_assert_num_queries(5):
        client.get(url("follow"))


@pytest.mark.parametrize(
    ("country", "chosen", "first"), [("SN", "Africa/Dakar", "Africa/Dakar"), ("DE", "UTC", "Europe/Berlin"), ("", "UTC", "UTC")]
)
def test_without_script_the_zone_of_her_organisation_is_suggested(client, newcomer, country, chosen, first):
    here = coalition()
    membership.admit(here, user=newcomer, role="member")
    here.memberships.filter(user=newcomer).update(organisation=OrganisationFactory(country=country))

    field = client.get(reverse("calendar_app:first-step", args=["clock"])).context["form"]["time_zone"]

    assert field.value() == chosen
    assert str(field).index(first) < str(field).index("All, by country")

"""One follow-up and where else it shows, as people meet it; what a circle keeps."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from coalitions.models import Decision, FollowUp, Membership, Position
from coalitions.services import follow_ups as services
from coalitions.services.leaving import hand_back_all
from tests import factories
from tests.coalitions.follow_ups.helpers import BOARD, act, log_in, make, page, said

pytestmark = pytest.mark.django_db


# --- One follow-up --------------------------------------------------------------------------------------------------


def test_its_page_says_who_has_it_who_may_read_it_and_what_happened(client, network, wanjiru, samuel, ama):
    follow_up = services.accept(make(network, wanjiru, owner=samuel, backup=ama, done_means="A letter"), by=samuel)
    shown = page(client, ama, follow_up.get_absolute_url())
    for fact in ("Samuel O.", "Wanjiru K.", "Ama O.", "A letter", 'data-level="coalition"', "Accepted", "Assigned", "Created"):
        assert fact in shown


@pytest.mark.parametrize(("days", "said"), [(-3, "3 days ago"), (0, "today"), (2, "in 2 days")])
def test_its_head_says_when_it_is_due_who_asked_and_what_counts_as_done(client, network, wanjiru, samuel, days, said):
    follow_up = make(network, wanjiru, owner=samuel, done_means="A letter")
    FollowUp.objects.update(due_at=now() + timedelta(days=days))
    head = page(client, samuel, follow_up.get_absolute_url()).split("</h1>")[1].split('<div class="columns">')[0]
    for words in ("Due", said, "asked by", "Wanjiru K.", "A letter"):
        assert words in head


def test_its_page_asks_few_questions(client, network, wanjiru, samuel, ama, settings, django_assert_num_queries):
    settings.LEADS_NEED_SECOND_FACTOR = True
    follow_up = make(network, wanjiru, owner=samuel, backup=ama)
    client.force_login(samuel)
    client.get(BOARD)
    for _size in range(2):
        with django_assert_num_queries(6):
            client.get(follow_up.get_absolute_url())
        for _more in range(3):
            services.reopen(services.done(follow_up, by=samuel), by=samuel)


def test_what_people_write_stays_text(client, network, samuel):
    follow_up = make(network, samuel, title="<script>alert(1)</script>", done_means="<b>x</b>", owner=samuel)
    client.force_login(samuel)
    for address in (BOARD, BOARD + "?tab=team", follow_up.get_absolute_url(), "/follow-ups/week/"):
        assert "<script>alert" not in client.get(address).content.decode()


def test_the_owner_accepts_in_one_tap_and_stays_where_she_was(client, network, wanjiru, samuel):
    follow_up = make(network, wanjiru, owner=samuel)
    answer = act(client, samuel, follow_up, "accept", next="/follow-ups/?tab=team")
    assert (answer.status_code, answer["Location"]) == (302, "/follow-ups/?tab=team")
    assert FollowUp.objects.get().state == "in-hand"


def test_nobody_is_led_to_another_site(client, network, wanjiru, samuel):
    follow_up = make(network, wanjiru, owner=samuel)
    assert act(client, samuel, follow_up, "accept", next="https://example.org/")["Location"] == follow_up.get_absolute_url()


def test_declining_what_was_assigned_away_is_answered_with_a_sentence(client, network, wanjiru, samuel, ama):
    follow_up = make(network, wanjiru, owner=samuel)
    services.assign(follow_up, to=ama, by=wanjiru)
    answer = act(client, samuel, follow_up, "decline")
    assert said(answer) == ["It is no longer assigned to you."]
    assert FollowUp.objects.get().owner == ama


@pytest.mark.parametrize(("name", "state"), [("block", "blocked"), ("done", "done"), ("hand-back", "to-accept"), ("drop", "dropped")])
def test_every_button_does_what_it_says(client, network, samuel, name, state):
    follow_up = make(network, samuel, owner=samuel)
    act(client, samuel, follow_up, name)
    assert FollowUp.objects.get().state == state


@pytest.mark.parametrize("name", ["block", "resume", "done", "reopen", "drop"])
def test_a_bystander_may_not_move_it(client, network, wanjiru, samuel, ama, name):
    follow_up = make(network, wanjiru, owner=samuel)
    assert act(client, ama, follow_up, name).status_code == 403
    assert FollowUp.objects.get().state == "to-accept"


def test_no_act_happens_by_looking_nor_by_an_unknown_name(client, network, samuel):
    follow_up = make(network, samuel, owner=samuel)
    address = reverse("coalitions:follow-up-answer", args=[follow_up.public_id])
    client.force_login(samuel)
    assert client.get(address, {"act": "done"}).status_code == 405
    assert act(client, samuel, follow_up, "delete").status_code == 404


def test_the_owner_puts_the_reminder_off(client, network, samuel):
    follow_up = make(network, samuel, owner=samuel)
    assert "For one day" in page(client, samuel, follow_up.get_absolute_url())
    act(client, samuel, follow_up, "", snooze="day")
    assert FollowUp.objects.get().snoozed_until > now() + timedelta(hours=23)


def test_done_with_a_link(client, network, samuel):
    follow_up = make(network, samuel, owner=samuel)
    client.force_login(samuel)
    address = reverse("coalitions:follow-up-done", args=[follow_up.public_id])
    refused = client.post(address, {"evidence": "javascript:alert(1)"})
    assert 'value="javascript:alert(1)"' in refused.content.decode()
    assert FollowUp.objects.get().state == "in-hand"
    client.post(address, {"evidence": "example.org/letter"})
    assert (FollowUp.objects.get().state, FollowUp.objects.get().evidence) == ("done", "https://example.org/letter")


def test_a_bystander_has_no_done_page(client, network, wanjiru, samuel, ama):
    follow_up = make(network, wanjiru, owner=samuel)
    client.force_login(ama)
    assert client.post(reverse("coalitions:follow-up-done", args=[follow_up.public_id]), {}).status_code == 403


# --- What a circle keeps --------------------------------------------------------------------------------------------


def test_what_a_circle_has_is_not_seen_counted_or_found_outside_it(client, network, wanjiru, samuel, circle):
    resolution = factories.ResolutionFactory(number=50)
    with time_machine.travel(now() - timedelta(days=3)):
        secret = make(circle, samuel, title="Whisper the red line", resolution=resolution)
        make(circle, samuel, title="Whisper it again", owner=samuel, due_at=now() + timedelta(days=1))
    addresses = [(BOARD, {"tab": tab}) for tab in ("mine", "team", "nobody")]
    addresses += [(BOARD, {"tab": "team", "resolution": "50"}), (BOARD, {"tab": "team", "person": str(samuel.public_id)})]
    addresses += [("/follow-ups/week/", {}), ("/resolutions/50/follow-ups/", {})]
    for address, query in addresses:
        shown = page(client, wanjiru, address, **query)
        assert "Whisper" not in shown
        assert "Core group" not in shown
        assert 'class="count"' not in shown
        assert 'class="total"' not in shown
        assert 'data-status="gap"' not in shown
        assert "for over 48 h" not in shown
    # …and it is there for those who stand in it
    assert "Whisper the red line" in page(client, samuel, BOARD, tab="nobody")
    for name in ("follow-up", "follow-up-assign", "follow-up-change", "follow-up-done"):
        log_in(client, wanjiru)
        assert client.get(reverse(f"coalitions:{name}", args=[secret.public_id])).status_code == 404
    assert act(client, wanjiru, secret, "take").status_code == 404


def test_how_busy_someone_is_tells_a_lead_nothing_of_circles(client, network, wanjiru, samuel, circle):
    make(circle, samuel, owner=samuel)
    make(network, wanjiru, owner=samuel)
    follow_up = make(network, wanjiru)
    form = page(client, wanjiru, reverse("coalitions:follow-up-assign", args=[follow_up.public_id]))
    assert re.search(r"Samuel Otieno</bdi> <span class=\"help\">(\d+) open", form)[1] == "1"


def test_the_sheet_of_the_week_and_the_messaging_text_keep_circles_out(client, network, samuel, circle):
    make(circle, samuel, title="Whisper the red line", owner=samuel, due_at=now() + timedelta(days=2))
    make(network, samuel, title="Say it aloud", owner=samuel, due_at=now() + timedelta(days=2))
    sheet = page(client, samuel, "/follow-ups/week/")
    assert ["Say it aloud" in sheet, "Whisper" in sheet] == [True, False]
    copied = re.search(r'<pre id="for-messaging" hidden>(.*?)</pre>', page(client, samuel, BOARD), re.DOTALL)[1]
    assert ["Say it aloud" in copied, "Whisper" in copied, "Samuel" in copied] == [True, False, False]


def test_an_observer_reads_titles_and_nothing_else(client, network, wanjiru, samuel, circle):
    resolution = factories.ResolutionFactory(number=50)
    seen = make(network, wanjiru, title="Ask the authority", owner=samuel, resolution=resolution, done_means="A letter")
    make(circle, samuel, title="Whisper the red line", resolution=resolution)
    services.done(make(network, samuel, title="Closed already"), by=samuel)
    observer = factories.observer(network)
    for address in (BOARD, "/resolutions/50/follow-ups/"):
        shown = page(client, observer, address)
        assert "Ask the authority" in shown
        for kept in ("Samuel", "Wanjiru", "A letter", "Whisper", "Closed already", str(seen.public_id)):
            assert kept not in shown
    assert client.get(seen.get_absolute_url()).status_code == 404
    for address in ("/follow-ups/new/", "/follow-ups/week/"):
        assert client.get(address).status_code == 403


def test_an_observer_of_one_coalition_reads_no_titles_of_another(client, network, samuel):
    make(network, samuel, title="Ask the authority")
    assert "Ask the authority" not in page(client, factories.observer(factories.coalition("Another")), BOARD)


def test_who_is_in_no_coalition_is_told_so_and_not_called_an_observer(client):
    shown = page(client, factories.UserFactory(), BOARD)
    assert ("You are not in a coalition" in shown, "As an observer" in shown) == (True, False)


def test_who_has_left_is_named_no_more(client, network, wanjiru, samuel):
    done = services.done(make(network, wanjiru, owner=samuel), by=samuel)
    membership = samuel.memberships.get()
    hand_back_all(membership, by=wanjiru)
    Membership.objects.filter(pk=membership.pk).update(left_at=now())
    for address in (BOARD + "?tab=team", done.get_absolute_url()):
        shown = page(client, wanjiru, address)
        assert ["Samuel" in shown, "a former member" in shown] == [False, True]


def test_who_assigned_it_and_then_left_is_named_no_more(client, network, wanjiru, samuel):
    claire = factories.lead(network, name="Claire Aubert")
    follow_up = services.assign(make(network, wanjiru), to=samuel, by=claire)
    assert "assigned by Claire A." in page(client, wanjiru, BOARD + "?tab=team")
    Membership.objects.filter(user=claire).update(left_at=now())
    for address in (BOARD + "?tab=team", follow_up.get_absolute_url()):
        assert "Claire" not in page(client, wanjiru, address)
    with pytest.raises(RuleBroken, match="It has changed in the meantime"):
        services.assign(follow_up, to=wanjiru, by=wanjiru, seen_version=1)


# --- Elsewhere ------------------------------------------------------------------------------------------------------


def test_a_resolution_shows_what_we_do_about_it(client, network, wanjiru, samuel):
    fifty, other = factories.ResolutionFactory(number=50), factories.ResolutionFactory(number=64)
    make(network, wanjiru, title="About fifty", owner=samuel, resolution=fifty)
    make(network, wanjiru, title="About another", resolution=other)
    tab = page(client, samuel, "/resolutions/50/follow-ups/")
    assert ["About fifty" in tab, "About another" in tab] == [True, False]
    assert 'href="/follow-ups/new/?resolution=50"' in tab
    assert "No follow-up on this resolution yet" in page(
        client, factories.member(factories.coalition("Another")), "/resolutions/50/follow-ups/"
    )


def test_the_tab_of_a_resolution_asks_few_questions(client, network, wanjiru, samuel, settings, django_assert_num_queries):
    settings.LEADS_NEED_SECOND_FACTOR = True
    resolution = factories.ResolutionFactory(number=50)
    client.force_login(samuel)
    client.get(BOARD)
    for _size in range(2):
        make(network, wanjiru, owner=samuel, resolution=resolution)
        with django_assert_num_queries(7):
            client.get("/resolutions/50/follow-ups/")
        make(network, wanjiru, owner=samuel, backup=wanjiru, resolution=resolution)


def test_the_sheet_holds_what_is_overdue_or_due_within_a_week(client, network, wanjiru, samuel, django_assert_num_queries):
    with time_machine.travel(now() - timedelta(days=20)):
        make(network, samuel, title="Overdue one", owner=samuel)
    make(network, samuel, title="This week", due_at=now() + timedelta(days=6))
    make(network, samuel, title="Next month", due_at=now() + timedelta(days=30))
    sheet = page(client, samuel, "/follow-ups/week/")
    assert ["Overdue one" in sheet, "This week" in sheet, "Next month" in sheet] == [True, True, False]
    with django_assert_num_queries(11):
        client.get("/follow-ups/week/")


def test_the_sheet_holds_dates_meetings_and_what_moved_but_nothing_of_circles(client, network, wanjiru, samuel, circle):
    soon = now() + timedelta(days=3)
    day = {"starts_on": soon.date(), "ends_on": soon.date(), "at": soon}
    factories.MeetingFactory(title_en="A public round", group=None, **day)
    factories.MeetingFactory(kind="call", title_en="Call of everyone", circle=network.everyone, group=None, **day)
    call = factories.MeetingFactory(kind="call", title_en="Call of the circle", circle=circle, group=None, **day)
    factories.DeadlineFactory(title_en="A public deadline", kind="document", at=soon)
    factories.DeadlineFactory(title_en="Deadline of the circle", kind="document", meeting=call, at=soon)
    resolution = factories.ResolutionFactory(number=50, slug="50")
    proposal = factories.ProposalFactory(resolution=resolution, identifier="A/1", moved_at=now())
    proposal.events.create(kind="new", status="submitted")
    for where, stance, text in ((network.everyone, "watch", "We watch it"), (circle, "oppose", "Whispered")):
        Position.objects.create(circle=where, resolution=resolution, version=1, stance=stance, by=samuel)
        Decision.objects.create(circle=where, text=text, decided_on=now().date(), by=samuel)
    services.done(make(network, samuel, title="Done aloud", owner=samuel), by=samuel)
    services.done(make(circle, samuel, title="Done in silence", owner=samuel), by=samuel)
    sheet = page(client, samuel, "/follow-ups/week/")
    for word in ("A public round", "Call of everyone", "A public deadline", "A/1", "Watch only", "We watch it", "Done aloud"):
        assert word in sheet, word
    for word in ("Call of the circle", "Deadline of the circle", "Oppose", "Whispered", "Done in silence"):
        assert word not in sheet, word


def test_the_sheet_is_of_one_coalition_at_a_time(client, network, samuel):
    other = factories.coalition("Another network")
    factories.admit(other, user=samuel, role=Membership.Role.MEMBER)
    make(network, samuel, title="Here", due_at=now() + timedelta(days=2))
    make(other, samuel, title="There", due_at=now() + timedelta(days=2))
    assert "Here</bdi>" not in page(client, samuel, "/follow-ups/week/", coalition=str(other.public_id))
    foreign = factories.coalition("Not hers")
    assert "There</bdi>" in page(client, samuel, "/follow-ups/week/", coalition=str(foreign.public_id))


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_page_stands_in_every_language(client, network, wanjiru, samuel, language):
    factories.ResolutionFactory(number=50)
    wanjiru.language = language
    wanjiru.save()
    follow_up = make(network, samuel, owner=samuel)
    one = follow_up.get_absolute_url()
    for address in (
        BOARD,
        BOARD + "?tab=team",
        "/follow-ups/new/",
        "/follow-ups/week/",
        one,
        one + "assign/",
        one + "change/",
        one + "done/",
    ):
        assert "!! undefined" not in page(client, wanjiru, address)

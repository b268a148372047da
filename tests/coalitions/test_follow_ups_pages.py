"""The board, one follow-up and its forms, as people meet them."""

import gzip
import re
import uuid
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils.timezone import now

from coalitions.models import Circle, CircleMembership, FollowUp, Membership
from coalitions.services import follow_ups as services
from coalitions.services.leaving import hand_back_all
from tests import factories

pytestmark = pytest.mark.django_db

BOARD = "/follow-ups/"


@pytest.fixture
def circle(network, samuel, ama):
    """A circle in which the lead does not stand."""
    return factories.circle_of(network, samuel, ama, owner=samuel)


def make(of, by, **fields):
    circle = of if isinstance(of, Circle) else of.everyone
    fields = {"title": "Ask the authority", "due_at": now() + timedelta(days=10)} | fields
    return services.create(circle=circle, by=by, **fields)


def log_in(client, user):
    client.logout()
    client.force_login(user)


def page(client, user, address, **query):
    log_in(client, user)
    answer = client.get(address, query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def act(client, user, follow_up, name, **fields):
    log_in(client, user)
    return client.post(reverse("coalitions:follow-up-answer", args=[follow_up.public_id]), {"act": name, **fields})


def said(answer):
    return [str(message) for message in answer.wsgi_request._messages]


def new(**fields):
    typed = {"title": "Ask the authority", "due_on": (now() + timedelta(days=5)).date().isoformat(), "submission": str(uuid.uuid4())}
    return typed | fields


# --- The board --------------------------------------------------------------------------------------------------------


def test_the_board_shows_mine_the_teams_and_what_nobody_has(client, network, wanjiru, samuel):
    make(network, samuel, title="Mine to do", owner=samuel)
    make(network, wanjiru, title="Hers to do", owner=wanjiru)
    make(network, wanjiru, title="Nobody does it")
    mine, team, nobody = (page(client, samuel, BOARD, tab=tab) for tab in ("mine", "team", "nobody"))
    assert ["Mine to do" in mine, "Hers to do" in mine, "Nobody does it" in mine] == [True, False, False]
    assert ["Mine to do" in team, "Hers to do" in team, "Nobody does it" in team] == [True, True, True]
    assert ["Mine to do" in nobody, "Hers to do" in nobody, "Nobody does it" in nobody] == [False, False, True]


def test_a_backup_finds_it_among_hers(client, network, wanjiru, samuel):
    make(network, wanjiru, title="She steps in", owner=wanjiru, backup=samuel)
    assert "She steps in" in page(client, samuel, BOARD)


def test_columns_count_what_they_hold(client, network, wanjiru, samuel):
    for number in range(3):
        make(network, samuel, title=f"In hand {number}", owner=samuel)
    services.block(FollowUp.objects.get(title="In hand 0"), by=samuel)
    services.done(FollowUp.objects.get(title="In hand 1"), by=samuel)
    make(network, wanjiru, title="To accept", owner=samuel)
    board = page(client, samuel, BOARD, tab="team")
    counts = re.findall(r'id="column-([a-z-]+)">.*?<span class="count">(\d+)</span>', board)
    assert counts == [("to-accept", "1"), ("in-hand", "1"), ("blocked", "1"), ("closed", "1")]


def test_the_last_ten_closed_are_shown_with_a_way_to_all(client, network, samuel):
    for number in range(12):
        services.done(make(network, samuel, title=f"Closed {number:02}", owner=samuel), by=samuel)
    board = page(client, samuel, BOARD, tab="team")
    assert len(re.findall(r"Closed \d\d</bdi>", board)) == 10
    assert 'href="?tab=team&state=closed"' in board
    everything = page(client, samuel, BOARD, tab="team", state="closed")
    assert len(re.findall(r"Closed \d\d</bdi>", everything)) == 12


def test_open_ones_come_in_pages_of_25(client, network, samuel):
    for number in range(27):
        make(network, samuel, title=f"Open {number:02}", owner=samuel, due_at=now() + timedelta(days=number + 1))
    first, second = page(client, samuel, BOARD), page(client, samuel, BOARD, page="2")
    assert len(re.findall(r"Open \d\d</bdi>", first)) == 25
    assert re.findall(r"(Open \d\d)</bdi>", second) == ["Open 25", "Open 26"]


def test_filters_narrow_by_person_resolution_and_state(client, network, wanjiru, samuel):
    resolution = factories.ResolutionFactory(number=50)
    make(network, wanjiru, title="First", owner=wanjiru, resolution=resolution)
    make(network, wanjiru, title="Second", owner=samuel)
    services.block(make(network, samuel, title="Third", owner=samuel), by=samuel)

    def titles(**query):
        return re.findall(r"(First|Second|Third)</bdi>", page(client, wanjiru, BOARD, tab="team", **query))

    assert titles(person=str(samuel.public_id)) == ["Second", "Third"]
    assert titles(resolution="50") == ["First"]
    assert titles(state="blocked") == ["Third"]
    assert titles(resolution="50", state="blocked") == []
    assert "No follow-up matches." in page(client, wanjiru, BOARD, tab="team", resolution="50", state="blocked")


def test_who_works_in_two_coalitions_may_look_at_one(client, network, samuel):
    other = factories.coalition("Another network")
    factories.admit(other, user=samuel, role=Membership.Role.MEMBER)
    make(network, samuel, title="Here", owner=samuel)
    make(other, samuel, title="There", owner=samuel)
    assert re.findall(r"(Here|There)</bdi>", page(client, samuel, BOARD, coalition=str(other.public_id))) == ["There"]


@pytest.mark.parametrize(
    "query", [{"page": "x"}, {"tab": "x"}, {"state": "x"}, {"person": "x"}, {"resolution": "\x00"}, {"coalition": "1"}]
)
def test_a_query_that_says_nothing_filters_nothing(client, network, samuel, query):
    make(network, samuel, title="Still here", owner=samuel)
    assert "Still here" in page(client, samuel, BOARD, **({"tab": "team"} | query))


def test_leads_are_told_what_has_had_nobody_for_two_days(client, network, wanjiru, samuel):
    with time_machine.travel(now() - timedelta(hours=49)):
        make(network, samuel)
    make(network, samuel)
    assert "1 follow-up has had nobody for over 48 hours." in page(client, wanjiru, BOARD)
    assert "for over 48 hours" not in page(client, samuel, BOARD)


def test_a_lead_without_second_factor_learns_why_she_cannot_assign(client, network, wanjiru, samuel, settings):
    settings.LEADS_NEED_SECOND_FACTOR = True
    follow_up = make(network, samuel)
    assert "first protect your account with a second factor" in page(client, wanjiru, BOARD, tab="nobody")
    assert client.get(reverse("coalitions:follow-up-assign", args=[follow_up.public_id])).status_code == 403


def test_empty_boards_teach_one_thing(client, network, samuel):
    assert "Make the first one" in page(client, samuel, BOARD)
    assert "Everything has someone" in page(client, samuel, BOARD, tab="nobody")


def test_the_board_asks_the_same_few_questions_at_any_size(
    client, network, wanjiru, samuel, ama, circle, settings, django_assert_num_queries
):
    settings.LEADS_NEED_SECOND_FACTOR = True
    from_where = {"mine": 7, "team": 8, "nobody": 6}
    for _size in range(2):
        for state in ("open", "done"):
            made = make(network, wanjiru, owner=samuel, backup=ama, resolution=factories.ResolutionFactory())
            if state == "done":
                services.done(made, by=samuel)
            make(circle, samuel, owner=samuel)
            make(network, samuel)
        client.force_login(samuel)
        client.get(BOARD)  # the visit is noted once
        for tab, number in from_where.items():
            with django_assert_num_queries(number):
                client.get(BOARD, {"tab": tab})


def test_the_board_fits_a_bad_line(client, network, wanjiru, samuel):
    for number in range(30):
        make(network, wanjiru, title=f"Ask authority number {number} whether its position on the text is settled", owner=samuel)
    assert len(gzip.compress(page(client, wanjiru, BOARD, tab="team").encode())) < 15 * 1024


def test_who_saves_data_gets_the_chart_on_demand(client, network, samuel):
    make(network, samuel)
    client.force_login(samuel)
    spare = client.get(BOARD, {"tab": "team"}, headers={"Save-Data": "on"}).content.decode()
    assert ["<svg viewBox" in spare, "See the chart" in spare] == [False, True]
    assert "<svg viewBox" in client.get(BOARD, {"tab": "team", "chart": "1"}, headers={"Save-Data": "on"}).content.decode()


def test_the_chart_is_small_and_has_its_table(client, network, samuel):
    make(network, samuel)
    board = page(client, samuel, BOARD, tab="team")
    drawing = re.search(r"<svg viewBox.*?</svg>", board, re.DOTALL)[0]
    assert len(gzip.compress(drawing.encode())) < 1536
    assert board.count('<th scope="row"><time') == 8


# --- What a circle keeps ------------------------------------------------------------------------------------------------


def test_what_a_circle_has_is_neither_seen_nor_counted_nor_found_outside_it_even_by_leads(client, network, wanjiru, samuel, circle):
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
        assert 'data-status="gap"' not in shown
        assert "for over 48 hours" not in shown
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


def test_who_has_left_is_named_no_more(client, network, wanjiru, samuel):
    done = services.done(make(network, wanjiru, owner=samuel), by=samuel)
    membership = samuel.memberships.get()
    hand_back_all(membership, by=wanjiru)
    Membership.objects.filter(pk=membership.pk).update(left_at=now())
    for address in (BOARD + "?tab=team", done.get_absolute_url()):
        shown = page(client, wanjiru, address)
        assert ["Samuel" in shown, "a former member" in shown] == [False, True]


# --- One follow-up ------------------------------------------------------------------------------------------------------


def test_its_page_says_who_has_it_who_may_read_it_and_what_happened(client, network, wanjiru, samuel, ama):
    follow_up = services.accept(make(network, wanjiru, owner=samuel, backup=ama, done_means="A letter"), by=samuel)
    shown = page(client, ama, follow_up.get_absolute_url())
    for fact in ("Samuel O.", "Wanjiru K.", "Ama O.", "A letter", 'data-level="coalition"', "accepted", "assigned", "created"):
        assert fact in shown


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
    assert said(answer) == ["It is not assigned to you any more."]
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


# --- Making one -----------------------------------------------------------------------------------------------------------


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
        ({"due_on": "2026-11-20"}, "This day has passed."),
        ({"due_on": "2026-11-25", "due_hour": "11:00"}, "This hour has passed."),
        ({"due_on": "2027-03-28", "due_hour": "02:30"}, "the clocks change and never show this hour"),
        ({"due_on": "9999-12-31"}, "more than ten years away"),
        ({"due_on": "2026-02-30"}, "Enter a valid date."),
        ({"due_on": "2026-12-01", "due_hour": "25:00"}, "Enter a valid time."),
        ({"title": "x" * 10_000}, "at most 200 characters"),
        ({"title": "\u202e\x07"}, "This field is required."),
        ({"backup": str(uuid.uuid4())}, "This person cannot hold it"),
        ({"delegation": "nonsense"}, "Select a valid choice."),
        ({"resolution": "nonsense"}, "Select a valid choice."),
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
        with django_assert_num_queries(7):
            client.get("/follow-ups/new/")
        factories.member(network)
        factories.ResolutionFactory()


# --- Assigning --------------------------------------------------------------------------------------------------------------


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
    assert "they have left, or do not stand in its circle" in answer.content.decode()
    assert FollowUp.objects.get().owner is None


def test_of_two_leads_the_second_learns_it_keeps_her_form_and_may_insist(client, network, wanjiru, samuel, ama):
    claire = factories.lead(network, name="Claire Aubert")
    follow_up = make(network, wanjiru)
    services.assign(follow_up, to=samuel, by=wanjiru)
    address = assign_form(client, claire, follow_up)
    typed = {"to": str(ama.public_id), "due": "7", "version": "1"}
    refused = unescape(client.post(address, typed).content.decode())
    assert "Meanwhile Wanjiru K. assigned it to Samuel O.: nothing was changed." in refused
    assert 'name="version" value="2"' in refused
    assert re.search(rf'value="{ama.public_id}"[^>]*checked', refused)
    client.post(address, typed | {"version": "2"})
    assert FollowUp.objects.get().owner == ama


def test_the_assign_form_asks_few_questions(client, network, wanjiru, samuel, django_assert_num_queries):
    follow_up = make(network, samuel)
    address = assign_form(client, wanjiru, follow_up)
    client.get(BOARD)
    for _size in range(2):
        with django_assert_num_queries(5):
            client.get(address)
        make(network, wanjiru, owner=factories.member(network))


# --- Changing ---------------------------------------------------------------------------------------------------------------


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


# --- Elsewhere --------------------------------------------------------------------------------------------------------------


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
    with django_assert_num_queries(5):
        client.get("/follow-ups/week/")


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

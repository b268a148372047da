"""What leads choose for their coalition: kinds of reminders that its people are not sent, and those that come in the digest only."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation

from amnt.accounts.models import User
from amnt.audit.models import AuditEntry, Pseudonym
from amnt.mail.delivery import deliver_waiting
from amnt.mail.services import mute, unmute
from calendar_app import tasks
from calendar_app.forms.coalition_reminders import SWITCHABLE
from calendar_app.models import DateWatch, Reminder
from calendar_app.reminders.counting import counted_by_phase, planned_by_week
from calendar_app.reminders.planning import changed_people
from calendar_app.reminders.preview import outlook_of
from calendar_app.reminders.recipients import all_facts
from calendar_app.reminders.rules import BY_CODE, RULES, is_switched_off, never_alone
from calendar_app.reminders.sending import send_due
from calendar_app.services import dates
from calendar_app.services.dates import NewDate
from coalitions.services import membership
from tests.calendar_app.reminding import a_minute, mails_to, moment, rows, subjects_to
from tests.factories import AssemblyFactory, DeadlineFactory, FollowUpFactory, coalition, lead, member

pytestmark = pytest.mark.django_db

ESSENTIAL = {"RR-09", "RR-12", "RR-13", "RR-15", "RR-18"}
USUAL = {rule.code: "usual" for rule in SWITCHABLE}
REMINDERS = "/reminders/"


@pytest.fixture
def other():
    return coalition("Second Network", mail_ceiling="detailed")


@pytest.fixture
def visa(clock):
    """Told 14, 3 and 1 days before to who watches it; the last on its own."""
    return DeadlineFactory(kind="visa", at=moment(20, 12))


def choose(network, *, off=(), digest=()):
    membership.change_settings(network, by=lead(network), reminders_off=list(off), reminders_in_digest=list(digest))


def watching(network, date, **fields):
    user = member(network, **fields)
    DateWatch.objects.create(user=user, deadline=date)
    return user


def page(network):
    return reverse("calendar_app:coalition-reminders", args=[network.public_id])


def settle(clock, *days):
    """Now, and at noon on each of these days, the clock ticks and the mail goes out."""
    a_minute()
    for day in days:
        clock.move_to(moment(day, 12))
        a_minute()


# --- Not sent -----------------------------------------------------------------------------------------------------------------


def test_a_kind_that_is_switched_off_is_not_sent_and_said_to_be(clock, network, visa):
    her = watching(network, visa)
    tasks.tick()
    choose(network, off=["RR-08"])
    settle(clock, 7, 18, 19)
    assert subjects_to(her) == []
    assert {row[3:] for row in rows(her)} == {("skipped", "coalition")}


def test_switched_on_again_what_is_still_ahead_is_sent(clock, network, visa):
    her = watching(network, visa)
    choose(network, off=["RR-08"])
    settle(clock, 7)
    choose(network)
    settle(clock, 18, 19)
    assert [row[1:] for row in rows(her)] == [(14, "", "skipped", "coalition"), (3, "", "sent", ""), (1, "", "sent", "")]
    assert len(subjects_to(her)) == 2


def test_switched_off_once_its_mail_is_written_it_is_not_sent(clock, network, visa):
    her = watching(network, visa)
    tasks.tick()
    clock.move_to(moment(7, 12))
    assert send_due() == 1
    choose(network, off=["RR-08"])
    deliver_waiting()
    assert (mail.outbox, rows(her)[0][3:]) == ([], ("skipped", "coalition"))


def test_it_is_off_only_if_each_of_her_coalitions_switched_it_off(clock, network, other, visa):
    both, one = watching(network, visa), watching(network, visa)
    membership.admit(other, user=both, role="member")
    choose(network, off=["RR-08"])
    settle(clock, 7)
    assert [len(subjects_to(user)) for user in (both, one)] == [1, 0]
    choose(other, off=["RR-08"])
    settle(clock, 18)
    assert [len(subjects_to(user)) for user in (both, one)] == [1, 0]


def test_who_leaves_the_coalition_that_needed_it_is_not_sent_it(clock, network, other, visa):
    her = watching(network, visa)
    membership.admit(other, user=her, role="member")
    choose(network, off=["RR-08"])
    tasks.tick()
    lead(other)
    membership.leave(other.memberships.get(user=her))
    settle(clock, 7)
    assert (subjects_to(her), rows(her)[0][4]) == ([], "coalition")


def test_who_leaves_the_coalition_that_switched_it_off_is_sent_it(clock, network, other, visa):
    her = watching(network, visa)
    choose(network, off=["RR-08"])
    membership.admit(other, user=her, role="member")
    membership.leave(network.memberships.get(user=her))
    settle(clock, 7)
    assert len(subjects_to(her)) == 1


def test_that_its_date_changed_is_told_all_the_same(clock, network, visa):
    her = watching(network, visa)
    choose(network, off=["RR-08"])
    tasks.tick()
    new = NewDate(on=moment(25).date())
    change = dates.propose_change(visa, new=new, source="https://example.org/dates", by=lead(network))
    dates.confirm_change(change, by=lead(network))
    a_minute()
    assert [row[0] for row in rows(her, state="sent")] == ["RR-13"]
    assert len(mails_to(her)) == 1


def test_essential_kinds_stay_even_if_their_codes_are_stored(clock, network):
    her = member(network)
    choose(network, off=[rule.code for rule in RULES], digest=[rule.code for rule in RULES])
    facts = all_facts([her.pk], [her])
    assert {rule.code for rule in RULES if not is_switched_off(rule, her.pk, facts)} == ESSENTIAL
    assert {rule.code for rule in RULES if her.pk not in never_alone(rule, facts)} == ESSENTIAL


def test_what_is_assigned_is_told_at_once(clock, network):
    boss, her = lead(network), member(network)
    choose(network, off=["RR-09", "RR-10", "RR-11"])
    soon = moment(3, 12)
    FollowUpFactory(circle=network.everyone, owner=her, created_by=boss, assigned_by=boss, assigned_at=moment(1), due_at=soon)
    a_minute()
    settle(clock, 2)
    assert [row[0] for row in rows(her, state="sent")] == ["RR-09"]
    assert {row[3:] for row in rows(her, rule="RR-10", send_at__lt=moment(2, 12))} == {("skipped", "coalition")}


# --- Never on its own ---------------------------------------------------------------------------------------------------------


def test_what_never_comes_alone_is_part_of_the_digest(clock, network, visa):
    her = watching(network, visa)
    tasks.tick()
    assert list(Reminder.objects.filter(user=her, is_alone=True).values_list("offset", flat=True)) == [1]
    choose(network, digest=["RR-08"])
    tasks.tick()
    assert not Reminder.objects.filter(user=her, is_alone=True).exists()
    clock.move_to(moment(19, 12))
    a_minute()
    sent = Reminder.objects.get(user=her, offset=1)
    assert (sent.state, sent.is_alone, sent.email.kind) == ("sent", False, "calendar_app/digest")
    choose(network)
    assert changed_people(moment(19, 11)) >= {her.pk}


def test_chosen_after_planning_and_before_sending_it_is_part_of_the_digest(clock, network, visa):
    her = watching(network, visa)
    tasks.tick()
    choose(network, digest=["RR-08"])
    clock.move_to(moment(19, 12))
    send_due()
    sent = Reminder.objects.get(user=her, offset=1)
    assert (sent.state, sent.is_alone, sent.email.kind) == ("queued", False, "calendar_app/digest")


def test_planned_late_it_is_part_of_the_digest_too(clock, network):
    """Five hours before: later than any digest."""
    choose(network, digest=["RR-08"])
    her = watching(network, DeadlineFactory(kind="visa", at=moment(1, 14)))
    a_minute()
    late = Reminder.objects.get(user=her)
    assert (late.state, late.cause, late.is_alone, late.email.kind) == ("sent", "late", False, "calendar_app/digest")


def test_it_comes_alone_if_one_of_her_coalitions_wants_it_so(clock, network, other, visa):
    both = watching(network, visa)
    membership.admit(other, user=both, role="member")
    choose(network, digest=["RR-08"])
    tasks.tick()
    assert Reminder.objects.filter(user=both, is_alone=True).count() == 1
    # Not sent at all is less than in the digest.
    choose(other, off=["RR-08"])
    tasks.tick()
    assert Reminder.objects.filter(user=both, is_alone=True).count() == 0
    settle(clock, 19)
    assert len(subjects_to(both)) == 1


def test_who_receives_urgent_things_only_gets_no_digest_for_it(clock, network, visa):
    her = watching(network, visa, rhythm=User.Rhythm.URGENT)
    choose(network, digest=["RR-08"])
    settle(clock, 19)
    assert (subjects_to(her), rows(her)[-1][3:]) == ([], ("skipped", "rhythm"))


# --- What planning reads ------------------------------------------------------------------------------------------------------


def test_a_changed_choice_plans_the_people_of_that_coalition_anew(clock, network, other):
    her, boss, stranger = member(network), lead(network), member(other)
    clock.move_to(moment(2))
    assert changed_people(moment(2)) == set()
    membership.change_settings(network, by=boss, reminders_off=["RR-08"], reminders_in_digest=[])
    assert changed_people(moment(2)) == {her.pk, boss.pk}
    assert stranger.pk not in changed_people(moment(2))
    clock.move_to(moment(3))
    membership.change_settings(network, by=boss, reminders_off=["RR-08"], reminders_in_digest=[], name="Another name")
    assert changed_people(moment(3)) == set()


# --- What leads see -----------------------------------------------------------------------------------------------------------


def test_counts_follow_and_tell_nothing_of_other_coalitions(clock, network, other, visa):
    assembly = AssemblyFactory(starts_on=moment(17, month=10).date(), ends_on=moment(26, month=10).date())
    for _ in range(3):
        membership.admit(other, user=watching(network, visa), role="member")
    tasks.tick()
    assert [(week.digests, week.alone) for week in planned_by_week(network)] == [(3, 0), (3, 0), (0, 3)]
    choose(network, digest=["RR-08"])
    network.refresh_from_db()
    tasks.tick()
    assert [(week.digests, week.alone) for week in planned_by_week(network)] == [(3, 0), (3, 0), (3, 0)]
    assert [(phase.digests, phase.alone) for phase in counted_by_phase(network, assembly)] == [(6, 0), (3, 0)]
    assert [(phase.digests, phase.alone) for phase in counted_by_phase(other, assembly)] == [(6, 0), (0, 3)]
    choose(network, off=["RR-08"])
    network.refresh_from_db()
    assert (planned_by_week(network), counted_by_phase(network, assembly)) == ([], [])


def test_the_page_of_planned_e_mails_leads_to_the_choice(clock, network, client, visa):
    AssemblyFactory(starts_on=moment(17, month=10).date(), ends_on=moment(26, month=10).date())
    for _ in range(3):
        watching(network, visa)
    tasks.tick()
    client.force_login(lead(network))
    for name in ("calendar_app:planned", "coalitions:settings"):
        assert page(network) in client.get(reverse(name, args=[network.public_id])).content.decode()


def test_leads_choose_and_the_audit_log_says_what_was_changed(network, client):
    boss = lead(network)
    client.force_login(boss)
    typed = USUAL | {"RR-08": "off", "RR-01": "digest"}
    assert client.post(page(network), typed).headers["location"] == page(network)
    network.refresh_from_db()
    assert (network.reminders_off, network.reminders_in_digest) == (["RR-08"], ["RR-01"])
    entry = AuditEntry.objects.get(act="coalitions.settings_changed")
    assert (entry.coalition, sorted(entry.fields)) == (network.public_id, ["reminders_in_digest", "reminders_off"])
    assert Pseudonym.objects.get(name=entry.actor).user == boss
    answer = client.get(page(network)).content.decode()
    assert answer.count("selected") == len(SWITCHABLE)
    assert '<option value="off" selected>Not sent</option>' in answer
    assert "1 kind of reminder is not sent" in client.get(reverse("coalitions:settings", args=[network.public_id])).content.decode()
    client.post(page(network), typed)
    assert AuditEntry.objects.filter(act="coalitions.settings_changed").count() == 1


def test_essential_kinds_are_named_and_cannot_be_chosen(network, client):
    client.force_login(lead(network))
    answer = client.get(page(network)).content.decode()
    assert {rule.code for rule in RULES if f'name="{rule.code}"' not in answer} == ESSENTIAL
    always = answer[answer.index("Always told") :]
    assert all(str(BY_CODE[code].name) in always for code in ESSENTIAL)
    assert "a new device, another password" in always
    client.post(page(network), USUAL | {"RR-13": "off", "RR-08": "off"})
    network.refresh_from_db()
    assert network.reminders_off == ["RR-08"]


@pytest.mark.parametrize("typed", [USUAL | {"RR-08": "always"}, USUAL | {"RR-07": "digest"}, {"RR-08": "off"}])
def test_what_is_not_a_choice_changes_nothing(network, client, typed):
    """RR-07 never comes alone: there is nothing to keep for the digest."""
    client.force_login(lead(network))
    assert client.post(page(network), typed).status_code == 200
    network.refresh_from_db()
    assert (network.reminders_off, network.reminders_in_digest, network.reminders_changed_at) == ([], [], None)


def test_leads_alone_choose_and_with_a_second_factor(network, client, settings):
    client.force_login(member(network))
    assert client.post(page(network), USUAL).status_code == 403
    client.force_login(member(coalition("Elsewhere")))
    assert client.get(page(network)).status_code == 404
    settings.LEADS_NEED_SECOND_FACTOR = True
    client.force_login(lead(network))
    assert "A second factor first" in client.post(page(network), USUAL | {"RR-08": "off"}).content.decode()
    network.refresh_from_db()
    assert network.reminders_off == []


@pytest.mark.parametrize(("language", "said"), [("fr", "Non envoyés"), ("es", "No se envían")])
def test_the_choice_is_said_in_the_language_of_its_reader(network, client, language, said):
    client.force_login(lead(network, language=language))
    with translation.override(language):
        assert said in client.get(page(network)).content.decode()


# --- What each person sees ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "off", "digest"),
    [
        ("en", "Your coalition switched this off for everyone.", "Your coalition keeps this for the digest."),
        ("fr", "Votre coalition l’a désactivé pour tout le monde.", "Votre coalition le réserve au récapitulatif."),
        ("es", "Tu coalición lo desactivó para todo el mundo.", "Tu coalición lo reserva para el resumen."),
    ],
)
def test_her_page_says_which_kinds_her_coalition_switched_off(clock, network, client, visa, language, off, digest):
    her = watching(network, visa, language=language)
    choose(network, off=["RR-08"], digest=["RR-01"])
    client.force_login(her)
    answer = client.get(REMINDERS).content.decode()
    assert (answer.count(off), answer.count(digest)) == (1, 1)
    assert answer.index('id="RR-01"') < answer.index(digest) < answer.index('id="RR-08"') < answer.index(off)


def test_her_page_says_what_was_held_back_and_why(clock, network, client, visa):
    her = watching(network, visa)
    choose(network, off=["RR-08"])
    tasks.tick()
    outlook = outlook_of(her)
    assert (outlook.coming, outlook.stopped_ahead, outlook.switched_off_ahead) == ([], 0, 3)
    client.force_login(her)
    assert "3 more in the next 30 days will not be sent: your coalition switched their kind off." in client.get(REMINDERS).content.decode()
    settle(clock, 7)
    assert "your coalition switched reminders of this kind off" in client.get(REMINDERS).content.decode()


def test_she_cannot_switch_on_what_her_coalition_switched_off(clock, network, client, visa):
    her = watching(network, visa)
    mute(her, kind="RR-08")
    choose(network, off=["RR-08"])
    client.force_login(her)
    answer = client.post(reverse("calendar_app:reminders-mute"), {"kind": "RR-08"}, follow=True).content.decode()
    assert "Your coalition still has them switched off." in answer
    assert "You will receive these reminders again." not in answer
    settle(clock, 7)
    assert subjects_to(her) == []


def test_she_may_stop_more_than_her_coalition(clock, network, visa):
    her = watching(network, visa)
    mute(her, kind="RR-08")
    choose(network, digest=["RR-08"])
    settle(clock, 7)
    assert rows(her)[0][3:] == ("skipped", "muted")
    unmute(her, kind="RR-08")
    settle(clock, 18)
    assert len(subjects_to(her)) == 1

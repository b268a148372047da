"""What reminder mails say at each level, and never say."""

import re
from datetime import date, timedelta
from itertools import product

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from amnt.accounts.models import User
from amnt.mail.delivery import compose, deliver_waiting, message_bytes
from amnt.mail.models import Email
from calendar_app.models import Attendance, DateWatch, Deadline, Meeting, Reminder
from calendar_app.reminders import sending
from calendar_app.reminders.content import Reader, ReminderEntry
from calendar_app.reminders.rules import RULES, TOLD_FROM_EVENTS, Step
from calendar_app.reminders.targets import Kind, Target
from calendar_app.reminders.wording import mail_safe, said_range
from coalitions.models import Delegation, FollowUp, Membership
from resolutions.models import DateStatus, Watch
from tests.calendar_app.reminding import mails_to, moment
from tests.factories import AssemblyFactory, DeadlineFactory, MeetingFactory, ResolutionFactory, circle_of, coalition, lead, member

SECRETS = ("Zanzibar", "Quixote", "Xylophone", "Wanderlust")
PUBLIC_TITLE = "Vuvuzela deadline"


@pytest.fixture
def clock():
    with time_machine.travel(moment(14), tick=False) as traveller:
        yield traveller


@pytest.fixture
def network():
    return coalition("Quixote Network", mail_ceiling="detailed")


def reminded(user, thing, rule, *, step="", offset=1, alone=False, **fields):
    column = {Deadline: "deadline", Meeting: "meeting", FollowUp: "follow_up"}[type(thing)]
    version = fields.pop("version", thing.version)
    return Reminder.objects.create(
        user=user, rule=rule, step=step, offset=offset, version=version, is_alone=alone, send_at=moment(14, 8), **{column: thing}, **fields
    )


def sent_to(user) -> tuple[str, str]:
    """Subject and everything else of the one mail this person got, text and HTML."""
    sending.send_due()
    rows = list(Email.objects.filter(to=user, state="waiting").select_related("to"))
    letters = compose(rows)
    [letter] = letters.values()
    assert len(message_bytes(rows[0], letter)) <= 10 * 1024
    return letter.subject, letter.text + letter.html


# --- Discreet: counts and weekdays ------------------------------------------------------------------------------------------

ABOUT = [(rule, step) for rule in RULES for step in (sorted({ladder.step for ladder in rule.ladders}) or [""])]
ABOUT += [(rule, step) for rule, step in product(RULES, sorted(TOLD_FROM_EVENTS)) if rule.code == "RR-09"]


@pytest.mark.parametrize(("rule", "step"), ABOUT, ids=lambda value: getattr(value, "code", str(value)))
@given(
    title=st.text(min_size=12, max_size=80).filter(lambda text: len("".join(text.split())) >= 12),
    language=st.sampled_from(["fr", "en", "es"]),
    days=st.integers(0, 40),
)
def test_at_p3c_2_a_discreet_mail_says_nothing_that_anybody_wrote(rule, step, title, language, days):
    at = moment(14)
    thing, kind = a_thing(rule, title, at + timedelta(days=days, hours=2))
    row = Reminder(pk=1, rule=rule.code, step=step, offset=1, version=1, was={"at": at.isoformat(), "has_hour": True})
    entry = ReminderEntry(Target(kind, 1, at + timedelta(days=days, hours=2), 1, circle=1, circle_kind="everyone"), thing, (row,))
    reader = Reader("Africa/Nairobi", language, (47, 50))
    safe = mail_safe([entry], level="discreet", reader=reader, at=at)
    words = " ".join([safe.subject, safe.lead, *safe.days, safe.more, safe.remark, *(reason.text for reason in safe.reasons)])
    assert safe.parts == ()
    assert safe.path == "/"
    assert title not in words
    assert not any(secret in words for secret in SECRETS)
    assert not {"47", "50"} & set(re.findall(r"\d+", words))


def a_thing(rule, title, at):
    if rule.about == Kind.MEETING:
        meeting = Meeting(pk=1, title_en=title, title_fr=title, at=at, city=SECRETS[0], source=SECRETS[3], kind="regional")
        meeting.starts_on = meeting.ends_on = at.date()
        return meeting, Kind.MEETING
    if rule.about == Kind.FOLLOW_UP:
        return FollowUp(pk=1, title=title, due_at=at, done_means=SECRETS[1]), Kind.FOLLOW_UP
    return Deadline(pk=1, title_en=title, title_fr=title, at=at, source=SECRETS[2], kind="contribution"), Kind.DEADLINE


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["her own choice", "the ceiling of another coalition of hers"])
def test_a_discreet_mail_counts_and_names_the_weekday(clock, network, who):
    boss = lead(network, name="Zanzibar Lead")
    user = member(network, mail_level="discreet" if who == "her own choice" else "detailed")
    if who != "her own choice":
        at_risk = coalition("Xylophone Alliance", mail_ceiling="discreet")
        Membership.objects.create(coalition=at_risk, user=user)
    Watch.objects.create(user=user, resolution=ResolutionFactory(number=50, slug="50"))
    deadline = DeadlineFactory(title_en=PUBLIC_TITLE, at=moment(18, 12))
    reminded(user, deadline, "RR-01")
    follow_up = FollowUp.objects.create(
        circle=network.everyone, title="Wanderlust", owner=user, created_by=boss, assigned_by=boss, due_at=moment(15, 12), state="in-hand"
    )
    reminded(user, follow_up, "RR-10")
    subject, text = sent_to(user)
    assert subject == "2 reminders for this week"
    assert "2 reminders for this week. Open the agenda to see them." in text
    assert "Friday: 1" in text
    assert "Monday: 1" in text
    assert "Vuvuzela" not in text
    assert "Res." not in text
    assert not any(secret in text for secret in SECRETS)


# --- Standard and detailed --------------------------------------------------------------------------------------------------


@pytest.fixture
def everything(clock, network):
    """A public date, a follow-up of everyone, one of a circle, one of a delegation, a call, a national meeting."""
    boss, user = lead(network), member(network, mail_level="detailed")
    Watch.objects.create(user=user, resolution=ResolutionFactory(number=50, slug="50"))
    circle = circle_of(network, user, name="Xylophone circle")
    delegation = Delegation.objects.create(assembly=AssemblyFactory(), country="KE")
    deadline = DeadlineFactory(
        title_en=PUBLIC_TITLE, source="https://www.itu.int/circular", verified_at=moment(2), date_status="provisional"
    )
    reminded(user, deadline, "RR-01")

    def follow_up(title, **fields):
        fields = {"circle": network.everyone, "state": "in-hand", **fields}
        made = FollowUp.objects.create(title=title, owner=user, created_by=boss, assigned_by=boss, due_at=moment(17), **fields)
        reminded(user, made, "RR-10")

    follow_up("Wanderlust")
    follow_up("Zanzibar", circle=circle)
    follow_up("Quixotic", delegation=delegation)
    call = MeetingFactory(kind="call", circle=network.everyone, title_en="Weekly call", at=moment(16))
    national = MeetingFactory(kind="national", title_en="Xenon consultation", at=moment(16))
    for meeting, rule in ((call, "RR-04"), (national, "RR-06")):
        Attendance.objects.create(user=user, meeting=meeting, status="going")
        reminded(user, meeting, rule)
    return user


@pytest.mark.django_db
def test_a_standard_mail_says_public_facts_and_counts_the_rest(everything):
    User.objects.filter(pk=everything.pk).update(mail_level="standard")
    subject, text = sent_to(everything)
    assert subject == "6 reminders for this week"
    for said in (
        *(PUBLIC_TITLE, "Mon 18 Sept, 23:59 (Geneva)", "Tue 19, 00:59 your time", "You watch Res. 50."),
        *("Provisional: this date may still change.", "Source: itu.int, checked on Sat 2 Sept"),
        *("2 follow-ups are due", "1 item in a circle", "1 coalition call", "1 other date"),
    ):
        assert said in text, said
    for hidden in ("Wanderlust", "Zanzibar", "Quixot", "Weekly call", "Xenon", "Xylophone", "RR-06", "national"):
        assert hidden not in text, hidden


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2028, 9, 20), date(2028, 9, 22), "Fri 22 Sept"),
        (date(2028, 9, 28), date(2028, 10, 3), "Tue 3 Oct"),
        (date(2028, 12, 28), date(2029, 1, 4), "Thu, 4 Jan 2029"),
    ],
)
def test_a_mail_says_the_month_and_another_year_of_the_last_day(first, last, said):
    meeting = Meeting(starts_on=first, ends_on=last)
    assert said_range(meeting, "Its first day", Reader("UTC", "en")) == f"Its first day, until {said}"


@pytest.mark.django_db
def test_a_moved_meeting_says_how_far_off_its_first_day_is(clock, network):
    user = member(network, language="en", mail_level="standard")
    meeting = MeetingFactory(at=moment(25), starts_on=date(2028, 9, 25), ends_on=date(2028, 10, 3), zone="Africa/Nairobi")
    reminded(user, meeting, "RR-13", was={"at": moment(11).isoformat(), "has_hour": True})
    _subject, text = sent_to(user)
    assert "Mon 25 Sept, 12:00 (Nairobi), in 11 days, until Tue 3 Oct\n" in text


@pytest.mark.django_db
def test_a_detailed_mail_adds_the_titles_of_what_everyone_may_read(everything):
    _subject, text = sent_to(everything)
    assert "Wanderlust" in text
    assert "Weekly call" in text
    for hidden in ("Zanzibar", "Quixot", "Xenon", "Xylophone", "RR-06"):
        assert hidden not in text, hidden
    assert "1 item in a circle" in text


@pytest.mark.django_db
def test_a_digest_says_why_of_everything_in_it(everything):
    _subject, text = sent_to(everything)

    # RR-06, of the national meeting, is of those that are never named.
    assert re.findall(r"http://testserver/reminders/\?kinds=1#(RR-\d\d)\n", text) == ["RR-01", "RR-04", "RR-10"]


@pytest.mark.django_db
def test_what_has_to_do_with_a_delegation_is_discreet_when_it_goes_alone(clock, network):
    user = member(network, mail_level="detailed")
    national = MeetingFactory(kind="national", title_en="Xenon consultation", at=moment(15))
    Attendance.objects.create(user=user, meeting=national, status="going")
    reminded(user, national, "RR-06", alone=True)
    subject, text = sent_to(user)
    assert subject == "1 reminder for this week"
    assert "Xenon" not in text
    assert "RR-06" not in text
    assert "others" in text  # the name under which it can be stopped


@pytest.mark.django_db
def test_what_is_reserved_to_a_delegation_is_not_even_counted(clock, network):
    user = member(network, mail_level="detailed")
    circle = circle_of(network, user, kind="delegation", name="Seat")
    hidden = FollowUp.objects.create(circle=circle, title="Zanzibar", owner=user, created_by=user, due_at=moment(17), state="in-hand")
    reminded(user, hidden, "RR-10")
    reminded(user, DeadlineFactory(title_en=PUBLIC_TITLE), "RR-01")
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    subject, text = sent_to(user)
    assert subject == f"In 4 days: {PUBLIC_TITLE}"
    assert "Zanzibar" not in text
    assert Reminder.objects.get(follow_up=hidden).state == "skipped"


@pytest.mark.django_db
def test_a_follow_up_alone_keeps_its_title_out_of_the_subject(clock, network):
    user = member(network, mail_level="detailed")
    row = FollowUp.objects.create(
        circle=network.everyone, title="Wanderlust", owner=user, created_by=user, due_at=moment(14, 15), state="in-hand"
    )
    reminded(user, row, "RR-10", offset=0, alone=True)
    subject, text = sent_to(user)
    assert subject == "1 follow-up is due"
    assert "Wanderlust" in text


@pytest.mark.django_db
def test_every_mail_says_why_it_came_and_how_to_stop_it(clock, network):
    user = member(network)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    reminded(user, DeadlineFactory(), "RR-01", alone=True)
    _subject, text = sent_to(user)
    assert "http://testserver/reminders/?kinds=1#RR-01" in text
    assert "You watch at least one resolution" in text
    assert re.search(r"http://testserver/mail/stop/[0-9a-f]{32}\.RR-01~", text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("lun. 18 sept., 23:59", "Date limite")),
        ("en", ("Mon 18 Sept, 23:59", "Deadline")),
        ("es", ("lun, 18 sept, 23:59",)),
    ],
)
def test_a_mail_is_in_its_readers_language(clock, network, language, words):
    user = member(network, language=language)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    reminded(user, DeadlineFactory(), "RR-01")
    _subject, text = sent_to(user)
    assert all(word in text for word in words)
    assert f'lang="{language}"' in text


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "title", "says"), [("en", "Date limite", "in French"), ("es", "Deadline", "en inglés")])
def test_a_title_that_is_not_there_in_her_language_says_in_which_it_comes(clock, network, language, title, says):
    user = member(network, language=language)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    reminded(user, DeadlineFactory(**{f"title_{language}": None}), "RR-01")
    _subject, text = sent_to(user)
    assert title in text
    assert says in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("source", "language", "said"),
    [
        ("https://www.itu.int/circular", "fr", "Source\u00a0: itu.int, à vérifier"),
        ("guide", "fr", "Source\u00a0: le guide (Global Partners Digital, juillet 2024), à vérifier"),
        ("guide", "es", "Fuente: la guía (Global Partners Digital, julio de 2024), por verificar"),
        ("Pattern of earlier assemblies, not published: 29 days", "fr", "À vérifier"),
        ("Pattern of earlier assemblies, not published: 29 days", "es", "Por verificar"),
    ],
)
def test_a_source_is_said_in_the_readers_language_or_left_out(clock, network, source, language, said):
    user = member(network, language=language)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    reminded(user, DeadlineFactory(source=source, confidence="medium"), "RR-01")
    _subject, text = sent_to(user)
    assert f"  {said}\n" in text
    assert "Pattern" not in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "1 follow-up is waiting for your answer, due Sun 17 Sept (in 3 days)"),
        ("fr", "1 action attend votre réponse, échéance le dim. 17 sept. (dans 3 jours)"),
        ("es", "1 tarea espera tu respuesta, vence el dom, 17 sept (dentro de 3 días)"),
    ],
)
def test_what_asks_for_an_answer_says_until_when_even_if_it_is_counted(clock, network, language, said):
    user = member(network, language=language, mail_level="standard")
    follow_up = handed_to(user, network)
    reminded(user, follow_up, "RR-09", step=Step.ASSIGNED, offset=0)
    reminded(user, DeadlineFactory(), "RR-01")
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    _subject, text = sent_to(user)
    assert f"{said}\n" in text


def handed_to(user, network):
    boss = lead(network)
    return FollowUp.objects.create(
        circle=network.everyone, title="Ask", owner=user, created_by=boss, assigned_by=boss, assigned_at=moment(13), due_at=moment(17, 9)
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "your time (in 3 days)"), ("fr", "(dans 3 jours)"), ("es", "(dentro de 3 días)")],
)
def test_a_line_that_says_something_else_counts_the_days_beside_the_date(clock, network, language, said):
    user = member(network, language=language, mail_level="detailed")
    reminded(user, handed_to(user, network), "RR-09", step=Step.NUDGE, offset=0)
    _subject, text = sent_to(user)
    assert said in text


@pytest.mark.django_db
def test_it_never_says_that_there_is_more_time_than_there_is(clock, network):
    """On Monday morning in Nairobi the deadline is tonight in Geneva, though the clock there will say Tuesday."""
    clock.move_to(moment(18, 6))
    user = member(network, time_zone="Africa/Nairobi")
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    reminded(user, DeadlineFactory(), "RR-01")
    subject, _text = sent_to(user)
    assert subject == "Today: Deadline for contributions to WTSA-28"


@pytest.mark.django_db
@pytest.mark.parametrize(("level", "said"), [("standard", "Tomorrow: Deadline for contributions"), ("discreet", "Monday: 1")])
def test_a_day_without_hour_is_no_farther_than_on_the_readers_own_calendar(clock, network, level, said):
    """On Sunday morning in Fiji it is still Saturday in Geneva, from where the Monday is two days away."""
    clock.move_to(moment(16, 20, 30))
    user = member(network, time_zone="Pacific/Fiji", mail_level=level)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    reminded(user, DeadlineFactory(has_hour=False, at=moment(18, 10)), "RR-01")
    assert said in "\n".join(sent_to(user))


@pytest.mark.django_db
def test_a_date_without_hour_says_so(clock, network):
    user = member(network)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    reminded(user, DeadlineFactory(has_hour=False, at=moment(18, 10)), "RR-01")
    _subject, text = sent_to(user)
    assert "Mon 18 Sept, time not given" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "title", ["A" * 300, "\u202egnp.exe\x07 deadline", "اجتماع " * 40, "🎉" * 150, "Line\nbreak\r\nBcc: all@example.org"]
)
def test_fifty_things_with_terrible_titles_stay_within_ten_kilobytes(clock, network, title):
    user = member(network, mail_level="detailed", language="fr")
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    for number in range(50):
        reminded(
            user, DeadlineFactory(title_fr=title[:300], at=moment(18) + timedelta(hours=number), source="https://www.itu.int/x"), "RR-01"
        )
    subject, text = sent_to(user)
    assert "50" in subject
    assert "\u202e" not in text
    assert "\x07" not in text
    assert re.search(r"et \d\d de plus", text)


@pytest.mark.django_db
def test_a_rumour_is_not_mailed_even_if_it_was_promised_before(clock, network):
    user = member(network)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    deadline = DeadlineFactory()
    reminded(user, deadline, "RR-01")
    sending.send_due()
    Deadline.objects.update(date_status=DateStatus.RUMOUR)
    deliver_waiting()
    assert mails_to(user) == []


@pytest.mark.django_db
def test_whoever_goes_has_nobody_asking_her_who_is_going(clock, network):
    user = member(network)
    meeting = MeetingFactory(starts_on=moment(28).date(), ends_on=moment(29).date())
    door = DeadlineFactory(kind="registration", meeting=meeting)
    user.region_watches.create(group=meeting.group)
    reminded(user, door, "RR-02", step=Step.WHO_GOES, offset=30)
    Attendance.objects.create(user=user, meeting=meeting, status="going")
    sending.send_due()
    assert Email.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_letters_take_the_same_queries_for_one_and_for_many(clock, network, count, django_assert_num_queries):
    for _ in range(count):
        user = member(network)
        for deadline in (DeadlineFactory(kind="visa"), DeadlineFactory(kind="funding")):
            DateWatch.objects.create(user=user, deadline=deadline)
            reminded(user, deadline, "RR-08")
    sending.send_due()
    rows = list(Email.objects.filter(state="waiting").select_related("to"))
    with django_assert_num_queries(3):
        assert len(compose(rows)) == count

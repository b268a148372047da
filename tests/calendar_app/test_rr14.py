"""RR-14: proposals on followed resolutions are told once, in the digest, and what they change only to who lets her mails say so."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from amnt.mail.models import Mute
from calendar_app.models import PlanMark, Reminder
from calendar_app.reminders import notices, planning
from coalitions.models import Circle, CircleMembership, KeptNumber, Membership, Position
from coalitions.texts.services import imports
from resolutions.models import Clause, ImportJob, ProposalEvent, Watch
from resolutions.services import proposals as services
from tests.calendar_app.reminding import a_minute, mails_to, moment, rows, subjects_to
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    ContributionFactory,
    DeadlineFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    UserFactory,
    circle_of,
    coalition,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    """Wednesday 20 September 2028, nine o'clock UTC: noon in Nairobi, after the digest."""
    with time_machine.travel(moment(20), tick=False) as traveller:
        planning.plan_all()
        yield traveller


@pytest.fixture
def here(clock):
    AssemblyFactory()
    return coalition(mail_ceiling="detailed")


@pytest.fixture
def resolution(clock):
    return ResolutionFactory(number=50, title_en="Cybersecurity")


def watcher(here, resolution, scope="all", **fields):
    user = member(here, **fields)
    Watch.objects.create(user=user, resolution=resolution, scope=scope, created_at=moment(1))
    return user


def recorded(resolution, kind="new", *, by=None, is_operative=True, **fields):
    """A proposal of CEPT, and what became known of it just now."""
    group = RegionalGroupFactory(code="CEPT", acronym_en="CEPT", acronym_fr="CEPT")
    fields = {"group": group, "identifier": "EUR/38A7/1", "status": "common"} | fields
    if "contribution" not in fields:
        fields["contribution"] = ContributionFactory(number="38A7", is_late=kind == "late")
    proposal = ProposalFactory(resolution=resolution, **fields)
    proposal.events.create(kind=kind, status=proposal.status, by=by, is_operative=is_operative)
    return proposal


def in_force(resolution) -> Clause:
    assembly = AssemblyFactory(code="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    version = RevisionTextFactory(revision=RevisionFactory(resolution=resolution, assembly=assembly))
    return ClauseFactory(version=version, position=0, text="to continue studying the security of networks;", number="3")


def with_words(proposal):
    base = Clause.objects.filter(version__revision__resolution=proposal.resolution).first() or in_force(proposal.resolution)
    proposal.clauses.create(
        **{name: getattr(base, name) for name in ("position", "part", "call", "verb", "number", "identity")},
        action="MOD",
        change="modified",
        before=base.text,
        text="to continue studying and standardizing the security of networks;",
        base_clause=base,
    )
    return proposal


def next_morning(clock, day=21):
    a_minute()
    clock.move_to(moment(day, 5, 31))
    a_minute()


# --- The mail, whole, at three levels -------------------------------------------------------------------------------------


def test_at_standard_it_says_which_resolution_what_is_asked_and_by_whom(clock, here, resolution):
    me = watcher(here, resolution, mail_level="standard")
    with_words(recorded(resolution))
    next_morning(clock)
    [(subject, text)] = mails_to(me)
    assert subject == "New: Res. 50: MOD EUR/38A7/1"
    assert "New\nRes. 50: MOD EUR/38A7/1\n  CEPT, common proposal\n" in text
    assert "standardizing" not in text
    assert "You watch this resolution, or you wrote your coalition's position on it." in text.replace("’", "'")
    assert "#RR-14" in text


def test_at_detailed_it_shows_what_changes_in_the_operative_part(clock, here, resolution):
    me = watcher(here, resolution, mail_level="detailed")
    proposal = with_words(recorded(resolution, "late"))
    next_morning(clock)
    [(subject, text)] = mails_to(me)
    assert subject == "Late: Res. 50: MOD EUR/38A7/1"
    assert "CEPT, common proposal, late contribution" in text
    assert "resolves 3: to continue studying [+and standardizing +]the security of networks;" in text
    assert proposal.get_absolute_url() in text + str(mail.outbox[-1].alternatives)


ARABIC = "مواصلة دراسة أمن الشبكات؛"
WANTED = "مواصلة دراسة وتقييس أمن الشبكات؛"


def in_arabic(resolution, clauses=1):
    """A proposal on clauses that are in force in English, French and Arabic."""
    assembly = AssemblyFactory(code="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    revision = RevisionFactory(resolution=resolution, assembly=assembly)
    base = RevisionTextFactory(revision=revision)
    french, arabic = (RevisionTextFactory(revision=revision, language=code) for code in ("fr", "ar"))
    proposal = recorded(resolution, contribution=ContributionFactory(number="36A1", language="ar"), base=base, identifier="ARB/36A1/1")
    for n in range(clauses):
        clause = ClauseFactory(version=base, position=n, text="to continue studying the security of networks;", number=str(n + 3))
        same = {"position": n, "identity": clause.identity, "number": clause.number}
        ClauseFactory(version=french, call="décide", verb="décide", text="de continuer d’étudier la sécurité des réseaux;", **same)
        ClauseFactory(version=arabic, call="تقرر", verb="تقرر", text=ARABIC, **same)
        asked = {"call": "تقرر", "verb": "تقرر", "text": WANTED, "before": "دراسة الأمن؛", "base_clause": clause, **same}
        proposal.clauses.create(action="MOD", change="modified", part="operative", **asked)
    return proposal


@pytest.mark.parametrize(
    ("language", "said", "named"),
    [
        ("fr", "proposition commune, en arabe", "décide 3\u00a0:"),
        ("es", "propuesta común, en árabe", "resolves 3:"),
        ("en", "common proposal, in Arabic", "resolves 3:"),
    ],
)
def test_words_in_another_language_are_marked_against_the_text_in_that_language(clock, here, resolution, language, said, named):
    me = watcher(here, resolution, mail_level="detailed", language=language)
    in_arabic(resolution)
    next_morning(clock)
    [(_subject, text)] = mails_to(me)
    assert f", {said}\n" in text
    assert f"  {named} مواصلة دراسة [+وتقييس +]أمن الشبكات؛\n" in text
    assert 'lang="ar" dir="rtl">' in str(mail.outbox[-1].alternatives)


@pytest.mark.parametrize(
    ("clauses", "said"),
    [(1, "Modifie décide 3\n"), (6, "Modifie décide 3, décide 4, décide 5, décide 6 et 2 autres paragraphes\n")],
)
def test_of_words_that_she_does_not_read_the_clauses_and_the_language_are_named(clock, here, resolution, clauses, said):
    me = watcher(here, resolution, mail_level="detailed", language="fr", languages_read=["en", "es"])
    in_arabic(resolution, clauses)
    next_morning(clock)
    [(_subject, text)] = mails_to(me)
    assert said in text
    assert ("proposition commune, en arabe\n" in text, "ARB/36A1/1" in text, "مواصلة" in text) == (True, True, False)


def test_at_standard_the_language_is_said_if_it_is_not_hers(clock, here, resolution):
    her, other = (watcher(here, resolution, mail_level="standard", language=code) for code in ("en", "fr"))
    recorded(resolution)
    next_morning(clock)
    assert "CEPT, common proposal\n" in mails_to(her)[0][1]
    assert "CEPT, proposition commune, en anglais\n" in mails_to(other)[0][1]


def test_a_working_text_of_the_assembly_is_named_by_its_document_and_as_one(clock, here, resolution):
    me = watcher(here, resolution, mail_level="standard")
    recorded(resolution, group=None, identifier="", status="submitted", is_consolidated=True, contribution=ContributionFactory(number="60"))
    next_morning(clock)
    [(subject, text)] = mails_to(me)
    assert subject == "New: Res. 50: MOD consolidated draft 60"
    assert "New\nRes. 50: MOD consolidated draft 60\n  working text of the assembly, submitted\n" in text


def test_at_discreet_it_says_nothing_but_that_there_is_something(clock, here, resolution):
    me = watcher(here, resolution, mail_level="discreet")
    with_words(recorded(resolution))
    next_morning(clock)
    [(subject, text)] = mails_to(me)
    assert subject == "1 reminder for today"
    html = str(mail.outbox[-1].alternatives).partition("<body")[2]
    for word in ("Res. 50", "EUR", "38A7", "CEPT", "MOD", "roposal", "security"):
        assert (word in text, word in html) == (False, False), word


# --- Whom ---------------------------------------------------------------------------------------------------------------


def test_it_is_told_once_however_often_the_clock_ticks(clock, here, resolution):
    me = watcher(here, resolution)
    recorded(resolution)
    for _ in range(3):
        next_morning(clock)
        PlanMark.objects.update(read_until=moment(19))
    next_morning(clock, 22)
    assert subjects_to(me) == ["New: Res. 50: MOD EUR/38A7/1"]
    assert rows(me) == [("RR-14", 0, "new", "sent", "")]


def test_who_recorded_it_who_does_not_follow_it_and_who_begins_later_are_not_told(clock, here, resolution):
    recorder, stranger = watcher(here, resolution), member(here)
    recorded(resolution, by=recorder)
    clock.move_to(moment(20, 10))
    late = member(here)
    Watch.objects.create(user=late, resolution=resolution)
    other = watcher(here, ResolutionFactory(number=52))
    next_morning(clock)
    assert [rows(user) for user in (recorder, stranger, late, other)] == [[], [], [], []]


def test_who_follows_the_operative_part_only_is_told_of_that_alone(clock, here, resolution):
    all_of_it, operative = watcher(here, resolution), watcher(here, resolution, "operative")
    recorded(resolution, is_operative=False)
    recorded(resolution, identifier="EUR/38A7/2", contribution=ContributionFactory(number="39"))
    next_morning(clock)
    assert [len(rows(user)) for user in (all_of_it, operative)] == [2, 1]


def test_only_who_wrote_the_current_position_of_the_coalition_is_told(clock, here, resolution):
    first, last, drafter = member(here), member(here), member(here)
    circle = Circle.objects.create(coalition=here, name="Few")
    for version, author in ((1, first), (2, last)):
        Position.objects.create(circle=here.everyone, resolution=resolution, version=version, stance="oppose", by=author, at=moment(2))
    Position.objects.create(circle=circle, resolution=resolution, version=1, stance="oppose", by=drafter, at=moment(2))
    recorded(resolution)
    next_morning(clock)
    assert [len(mails_to(user)) for user in (first, last, drafter)] == [0, 1, 0]


def test_history_tells_nobody(clock, here, resolution):
    me = watcher(here, resolution)
    proposal = recorded(resolution, contribution=ContributionFactory(is_history=True))
    ProposalEvent.objects.update(is_history=True)
    services.withdraw(proposal, by=None)
    next_morning(clock)
    assert rows(me) == []


def test_of_a_kept_number_those_it_is_shared_with_are_told(clock, here, resolution):
    insider, outsider, sender = (watcher(here, resolution, mail_level="detailed") for _ in range(3))
    circle = circle_of(here, insider, sender, name="Few")
    document = ContributionFactory(access="number", number="TD 99", entered_by=sender)
    KeptNumber.objects.create(contribution=document, circle=circle)
    recorded(resolution, by=sender, contribution=document, identifier="EUR/99/1")
    next_morning(clock)
    assert [len(mails_to(user)) for user in (insider, outsider, sender)] == [1, 0, 0]
    [(subject, text)] = mails_to(insider)
    said = subject + text
    assert ("TD 99" in said, "EUR/99" in said, "1 item in a circle" in text) == (False, False, True)


def test_access_is_asked_again_when_it_is_sent(clock, here, resolution):
    me = watcher(here, resolution)
    circle = Circle.objects.create(coalition=here, name="Few")
    standing = CircleMembership.objects.create(circle=circle, membership=Membership.objects.get(coalition=here, user=me))
    document = ContributionFactory(access="number", number="TD 99")
    KeptNumber.objects.create(contribution=document, circle=circle)
    recorded(resolution, contribution=document)
    a_minute()
    assert rows(me) == [("RR-14", 0, "new", "planned", "")]
    standing.delete()
    next_morning(clock)
    assert (mails_to(me), rows(me)) == ([], [("RR-14", 0, "new", "skipped", "gone")])


def test_who_stops_following_before_it_is_sent_gets_nothing(clock, here, resolution):
    me = watcher(here, resolution)
    recorded(resolution)
    a_minute()
    Watch.objects.all().delete()
    next_morning(clock)
    assert (mails_to(me), rows(me)) == ([], [("RR-14", 0, "new", "skipped", "gone")])


def test_what_a_later_issue_replaced_before_it_was_told_is_told_as_that(clock, here, resolution):
    me = watcher(here, resolution)
    first = recorded(resolution)
    a_minute()
    first.superseded_at = moment(20, 9, 30)
    first.save()
    recorded(resolution, "changed", identifier="EUR/38A7R1/1", contribution=ContributionFactory(number="38A7", revision=1))
    next_morning(clock)
    assert subjects_to(me) == ["New wording: Res. 50: MOD EUR/38A7R1/1"]


def test_nobody_is_told_of_a_publication_that_is_taken_back_planned_or_not(clock, here, resolution):
    me, author = watcher(here, resolution), member(here)
    job = ImportJob.objects.create(kind="file", by=author)
    planned = recorded(resolution, by=author)
    planned.events.update(job=job)
    a_minute()
    assert [row[-2] for row in rows(me)] == ["planned"]
    imports.take_back(job, by=author)
    again = ImportJob.objects.create(kind="file", by=author)
    recorded(resolution, by=author, identifier="EUR/38A7/2").events.update(job=again)
    imports.take_back(again, by=author)
    next_morning(clock)
    assert (mails_to(me), [row[-2:] for row in rows(me)]) == ([], [("skipped", "gone")])


def test_stopping_the_kind_stops_it(clock, here, resolution):
    me = watcher(here, resolution)
    Mute.objects.create(user=me, kind="RR-14")
    recorded(resolution)
    next_morning(clock)
    assert (mails_to(me), rows(me)) == ([], [("RR-14", 0, "new", "skipped", "muted")])


def test_who_receives_urgent_things_only_is_not_told_by_mail(clock, here, resolution):
    me = watcher(here, resolution, rhythm="urgent")
    recorded(resolution)
    next_morning(clock)
    assert (mails_to(me), rows(me)) == ([], [("RR-14", 0, "new", "skipped", "rhythm")])


def test_everything_known_of_one_proposal_is_one_line(clock, here, resolution):
    me = watcher(here, resolution)
    proposal = recorded(resolution)
    services.mark_late(proposal.contribution, is_late=True, by=None)
    services.sign(proposal, countries=["FR"], by=None)
    services.withdraw(proposal, by=None)
    next_morning(clock)
    [(subject, _text)] = mails_to(me)
    assert subject == "New, late, withdrawn: Res. 50: MOD EUR/38A7/1"


# --- When ---------------------------------------------------------------------------------------------------------------


def test_it_waits_for_the_next_digest_with_what_else_is_in_it(clock, here, resolution):
    me = watcher(here, resolution)
    recorded(resolution)
    DeadlineFactory(at=moment(24), title_en="Contributions close")
    a_minute()
    assert mails_to(me) == []
    next_morning(clock)
    [(subject, text)] = mails_to(me)
    assert subject == "2 reminders for this week"
    assert text.index("Contributions close") < text.index("Proposals that changed") < text.index("EUR/38A7/1")


def test_while_the_assembly_sits_it_comes_the_same_evening(clock, here, resolution):
    me = watcher(here, resolution, time_zone="Africa/Nairobi")
    clock.move_to(moment(18, 4, month=10))
    recorded(resolution)
    a_minute()
    assert Reminder.objects.get().send_at == moment(18, 16, month=10)  # seven in the evening in Nairobi
    DeadlineFactory(at=moment(21, 12, month=10), title_en="Morning item")
    planning.plan_all()
    clock.move_to(moment(18, 5, 31, month=10))
    a_minute()
    clock.move_to(moment(18, 16, 1, month=10))
    a_minute()
    assert len(subjects_to(me)) == 2
    assert "EUR/38A7/1" in mails_to(me)[1][1]


@pytest.mark.parametrize(("day", "hour", "minute"), [(16, 5, 30), (17, 16, 0), (20, 16, 0), (26, 16, 0), (27, 5, 30)])
def test_it_comes_in_the_evening_from_the_first_day_of_the_assembly_to_the_last(clock, here, resolution, day, hour, minute):
    watcher(here, resolution, time_zone="Africa/Nairobi")
    clock.move_to(moment(day, 4, month=10))
    recorded(resolution)
    planning.plan_changes()
    assert Reminder.objects.get().send_at == moment(day, hour, minute, month=10)


@pytest.mark.parametrize(("seconds", "state"), [(0, "sent"), (1, "missed")], ids=["a week", "more than a week"])
def test_what_could_not_be_told_for_a_week_is_no_news_any_more(clock, here, resolution, seconds, state):
    me = watcher(here, resolution)
    recorded(resolution)
    planning.plan_changes()
    clock.move_to(Reminder.objects.get().send_at + timedelta(days=7, seconds=seconds))
    a_minute()
    assert (rows(me), len(mails_to(me))) == ([("RR-14", 0, "new", state, "")], state == "sent")


def test_after_a_week_of_silence_it_is_no_news_any_more(clock, here, resolution):
    me = watcher(here, resolution)
    recorded(resolution)
    a_minute()
    clock.move_to(moment(21) + timedelta(days=9))
    a_minute()
    assert (mails_to(me), rows(me)) == ([], [("RR-14", 0, "new", "missed", "")])


# --- Its page, its weight -------------------------------------------------------------------------------------------------


def test_the_page_of_reminders_shows_what_is_coming_and_what_went_and_the_rule(clock, here, resolution, client):
    me = watcher(here, resolution)
    recorded(resolution)
    a_minute()
    client.force_login(me)
    page = client.get("/reminders/").content.decode()
    assert ("Res. 50: MOD EUR/38A7/1" in page, 'id="RR-14"' in page) == (True, True)
    next_morning(clock)
    assert "Res. 50: MOD EUR/38A7/1" in client.get("/reminders/").content.decode()


def test_many_long_proposals_make_no_heavy_mail(clock, here, resolution):
    me = watcher(here, resolution, mail_level="detailed")
    for n in range(15):
        proposal = with_words(recorded(resolution, identifier=f"EUR/{n}/1", contribution=ContributionFactory(number=str(n))))
        proposal.clauses.update(text="促进安全 " * 400)
    next_morning(clock)
    assert len(mails_to(me)) == 1
    assert len(mail.outbox[-1].message().as_bytes()) < 10 * 1024


def test_three_long_proposals_make_no_heavy_mail_either(clock, here, resolution):
    me = watcher(here, resolution, mail_level="detailed")
    for n in range(3):
        proposal = with_words(recorded(resolution, identifier=f"EUR/{n}/1", contribution=ContributionFactory(number=str(n))))
        proposal.clauses.update(text="تعزيز الأمن " * 400)
    next_morning(clock)
    assert len(mails_to(me)) == 1
    assert len(mail.outbox[-1].message().as_bytes()) < 10 * 1024


@pytest.mark.parametrize("count", [1, 3])
def test_telling_costs_the_same_however_many_there_are(clock, here, resolution, count, django_assert_num_queries):
    for _ in range(count):
        watcher(here, resolution)
    for n in range(count):
        recorded(resolution, identifier=f"EUR/{n}/1", contribution=ContributionFactory(number=str(n)), by=UserFactory())
    with django_assert_num_queries(9):
        notices.tell_of_proposals(moment(20, 8), moment(20))
    assert Reminder.objects.count() == count * count


def test_what_was_replaced_before_the_tick_is_not_even_planned(here, resolution, clock):
    watcher(here, resolution)
    first = recorded(resolution)
    second = recorded(resolution, identifier="EUR/38A7/2", contribution=first.contribution)
    first.superseded_at = moment(20)
    first.save()
    clock.move_to(moment(20, 9, 1))
    a_minute()
    assert set(Reminder.objects.filter(rule="RR-14").values_list("proposal", flat=True)) == {second.pk}

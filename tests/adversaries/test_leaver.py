"""Someone who has left keeps her browser, her API key, her mails, her notices and her bookmarks: none of them reads or changes anything."""

from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts import personal_data
from amnt.accounts.models import User
from amnt.accounts.tokens import create_token
from amnt.core.notices import undo_token
from amnt.mail.emails import compose
from amnt.mail.models import Email
from calendar_app.models import Meeting, Reminder
from calendar_app.reminders.rules import RULES
from calendar_app.reminders.targets import Kind
from coalitions.models import Circle, CircleMembership, Coalition, FollowUp, Membership
from coalitions.services import membership
from tests import factories
from tests.adversaries.walking import one_of_each_table
from tests.mail.every_letter import of_coalitions, of_sessions, person
from tests.test_scoping import Walker, addresses, snapshot, world  # noqa: F401

pytestmark = pytest.mark.django_db

# What she may read as a member of another coalition, and her own name.
STILL_HERS = {"zz-coalition-theirs", "zz-other", "zz-insider"}


class Leaver:
    """The insider of that world, who is in another coalition too, so that her browser and her key stay good."""

    def __init__(self, world):  # noqa: F811
        self.world, self.user = world, world.people["insider"]
        self.ours = Coalition.objects.get(name="zz-coalition-ours")
        for _number in range(2):
            factories.lead(self.ours)
        # Nobody is asked what becomes of a circle that others read.
        other = Membership.objects.get(coalition=self.ours, user=world.people["member"])
        for circle in Circle.objects.filter(circle_memberships__membership__user=self.user).exclude(kind="everyone"):
            CircleMembership.objects.create(circle=circle, membership=other)
        factories.admit(Coalition.objects.get(name="zz-coalition-theirs"), user=self.user, role="member")
        self.walker = Walker(world, "insider")
        self.walker.client.force_login(self.user)
        _token, self.key = create_token(self.user, name="Script", days=30, submission=uuid4(), scope="write")
        readable = one_of_each_table(public_id for public_id, readers in world.objects.items() if "insider" in readers)
        self.bookmarks = [(address, public_id) for address, public_id in addresses(world) if public_id is None or public_id in readable]

    def leave(self) -> None:
        seat = Membership.objects.get(user=self.user, coalition=self.ours)
        membership.remove(seat, by=self.ours.memberships.select_related("user").filter(role="lead")[0].user)

    def leaks(self, body: str) -> list[str]:
        """Marks of what she could read before and cannot any more, and of what she never could."""
        hers = {mark for mark, readers in self.world.marks.items() if "outsider" in readers} | STILL_HERS
        return [mark for mark in self.world.marks if mark in body and mark not in hers]


@pytest.fixture
def leaver(world):  # noqa: F811
    return Leaver(world)


def test_her_browser_opens_nothing_that_she_bookmarked(leaver):
    before = [leaver.walker.ask_for("get", reverse("coalitions:detail", args=[leaver.ours.public_id])).status_code]
    assert before == [200]
    leaver.leave()
    wrong = []
    for address, public_id, answer in leaver.walker.ask_each("get", leaver.bookmarks):
        body = answer.getvalue().decode(errors="replace") + answer.headers.get("Location", "")
        wrong += [f"{address} shows {mark}" for mark in leaver.leaks(body)]
        # What two leads showed to everybody without a log-in, she reads as everybody does.
        is_for_everybody = address.startswith("/public/")
        if public_id in leaver.world.objects and answer.status_code == HTTPStatus.OK and not is_for_everybody:
            wrong.append(f"{address} is there")
    assert wrong == []


def test_her_browser_changes_nothing_there(leaver):
    leaver.leave()
    before, answers = snapshot(), []
    of_objects = [(address, public_id) for address, public_id in leaver.bookmarks if public_id]
    for method in ("post", "patch", "delete"):
        answers += [(method, address, answer.status_code) for address, _id, answer in leaver.walker.ask_each(method, of_objects)]
    assert {method for method, _address, _status in answers} >= {"post", "patch"}
    assert [each for each in answers if each[2] < HTTPStatus.BAD_REQUEST] == []
    assert snapshot() == before


def test_her_key_reads_nothing_of_it(leaver):
    program = Client(headers={"Authorization": f"Bearer {leaver.key}"}, raise_request_exception=False)
    ours = [(address, public_id) for address, public_id in leaver.bookmarks if address.startswith("/api/")]
    shown_before = "".join(ask(program, address) for address, public_id in ours if public_id is None)
    assert leaver.leaks(shown_before)
    leaver.leave()
    assert [f"{address} shows {mark}" for address, _public_id in ours for mark in leaver.leaks(ask(program, address))] == []


def ask(program: Client, address: str) -> str:
    cache.clear()
    return program.get(address).getvalue().decode(errors="replace")


def test_a_notice_undoes_nothing_after_she_left(leaver):
    """Of an act of hers a minute before: the notice still stands in her browser."""
    circle = leaver.ours.everyone
    task = factories.FollowUpFactory(circle=circle, owner=leaver.user, created_by=leaver.user, state="in-hand", due_at=now() + timedelta(9))
    answer = leaver.walker.client.post(reverse("coalitions:follow-up-answer", args=[task.public_id]), {"act": "block"})
    tokens = [undo_token(message.extra_tags) for message in answer.wsgi_request._messages]
    assert [token for token in tokens if token], answer.status_code
    leaver.leave()
    before = FollowUp.objects.values().get(pk=task.pk)
    leaver.walker.client.post(reverse("undo"), {"token": tokens[-1], "next": "/"})
    assert FollowUp.objects.values().get(pk=task.pk) == before


def test_her_download_holds_nothing_of_others(leaver):
    leaver.leave()
    written = []
    for part in personal_data.readable_parts(personal_data.personal_data(leaver.user)):
        written += [str(row) for row in personal_data.as_pairs(part.rows)]
    assert len(written) > 3
    # Facts about her own past membership, and the name by which she agreed to be called in a report.
    own = {"zz-coalition-ours", "zz-organisation", "zz-named"}
    assert [mark for mark in leaver.leaks(" ".join(written)) if mark not in own] == []


# --- Mail that waits ---------------------------------------------------------------------------------------------------------


# To someone who is no member yet, and what is asked of a former one.
NOT_TO_MEMBERS = {"coalitions/invitation", "coalitions/invitation_code", "coalitions/last_reader", "coalitions/office_check"}


def test_every_mail_about_the_coalition_that_waits_is_dropped():
    me = person()
    here = Membership.objects.get(user=me).coalition
    leads = [factories.lead(here) for _number in range(2)]
    waiting = [*of_coalitions(me), *of_sessions(me)]
    # Notices of deletion say nothing of a coalition, and are about what she could still read elsewhere.
    about_it = [email for email in waiting if email.kind not in NOT_TO_MEMBERS | {"coalitions/retention"}]
    assert {email.pk for email in about_it} <= compose(about_it).keys()
    membership.remove(Membership.objects.get(user=me), by=leads[0])
    about_it = list(Email.objects.filter(pk__in=[email.pk for email in about_it]).select_related("to"))
    assert [email.kind for email in about_it if email.pk in compose([email])] == []


def test_every_reminder_of_a_circle_that_waits_is_dropped(leaver):
    user: User = leaver.user
    user.mail_level = "detailed"
    user.save()
    task = FollowUp.objects.filter(circle__owner=user)[0]
    FollowUp.objects.filter(pk=task.pk).update(owner=user, due_at=now() + timedelta(days=3))
    task.refresh_from_db()
    call = Meeting.objects.filter(circle__owner=user)[0]
    targets = {Kind.FOLLOW_UP: {"follow_up": task, "version": task.version}, Kind.MEETING: {"meeting": call, "version": call.version}}
    emails = []
    for rule in RULES:
        if about := targets.get(rule.about or Kind.MEETING):
            email = Email.objects.create(kind="calendar_app/alone", to=user)
            Reminder.objects.create(user=user, rule=rule.code, send_at=now(), state="queued", email=email, **about)
            emails.append(email.pk)
    assert emails
    leaver.leave()
    assert compose(list(Email.objects.filter(pk__in=emails).select_related("to"))) == {}
    assert not Reminder.objects.filter(email__in=emails, state="queued").exists()

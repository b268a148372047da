"""Circles without a reader: the last reader decides what happens to the content.

Whoever reads a circle alone is asked before she goes: she hands it on or deletes what it holds. Where others make her go (a lead who
removes her or makes her an observer, staff who close her account) she is asked afterwards, and answers on one page for seven days,
thirty if she cannot log in; then it is deleted, as that page and the mail said. The lead learns nothing of it. `settle_unread`,
each minute, finds circles without a reader whatever took the last one away, so a new way of losing a reader needs nothing of its own.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.deletion import Collector
from django.db.models.functions import Coalesce
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.precompiled import PrecompiledQuery
from amnt.mail.models import Email
from amnt.mail.services import write_emails
from coalitions.models import Circle, CircleMembership, CircleView, Coalition, FollowUp, LastReaderQuestion, Membership
from coalitions.models.circles import CircleQuerySet
from coalitions.services.circle_acts import record_in

logger = logging.getLogger(__name__)

ANSWERS_WITHIN = timedelta(days=7)
# Longer without a log-in, since the host must restore access first.
ANSWERS_WITHIN_IF_CLOSED = timedelta(days=30)


# --- What circles hold, and who reads them --------------------------------------------------------------------------------


def models_in_circles() -> Iterable[tuple[type[models.Model], str]]:
    """Every model with a foreign key to a circle, in any app, with the column."""
    for relation in Circle._meta.get_fields(include_hidden=True):
        model = relation.related_model
        if not (relation.auto_created and isinstance(model, type) and issubclass(model, models.Model)):
            continue
        if model not in (CircleMembership, CircleView, LastReaderQuestion) and not hasattr(model, "instance_type"):
            yield model, relation.field.name  # type: ignore[union-attr]


def count_content(circle: Circle) -> int:
    """How many rows it holds."""
    return sum(model._base_manager.filter(**{column: circle}).count() for model, column in models_in_circles())


def has_content() -> Q:
    """A condition on circles: whether any row belongs to it."""
    return reduce(or_, (Q(Exists(model._base_manager.filter(**{column: OuterRef("pk")}))) for model, column in models_in_circles()))


def circles_read_alone(user: User, *, coalition: Coalition | None = None) -> list[Circle]:
    """Circles with content that only this person reads."""
    mine = CircleMembership.objects.current().filter(membership__user=user)
    if coalition:
        mine = mine.filter(membership__coalition=coalition)
    alone = named_circles().filter(pk__in=mine.values("circle"), people_now=1)
    return list(Circle.objects.filter(has_content(), pk__in=alone.values("pk")).select_related("coalition").order_by("pk"))


def named_circles() -> CircleQuerySet:
    """Circles that people are named into, with the number of readers."""
    return Circle.objects.exclude(kind=Circle.Kind.EVERYONE).with_people()


def circles_to_settle_by(user: User) -> CircleQuerySet:
    """Circles this person may hand on or delete: those of a question, and those with no other reader."""
    mine = CircleMembership.objects.current().filter(membership__user=user).values("circle")
    return named_circles().filter(Q(last_reader_question__user=user) | Q(pk__in=mine, people_now=1))


def refuse_to_leave_alone(user: User, *, coalition: Coalition) -> None:
    if circles_read_alone(user, coalition=coalition):
        raise RuleBroken(_("You are the only reader of this circle. First hand it over, or delete what it holds."))


# --- Asking -----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(last_readers: Mapping[int, User]) -> None:
    """Ask the last readers of these circles (by key). The caller holds the lock of the coalition."""
    asked = set(LastReaderQuestion.objects.filter(circle__in=last_readers).values_list("circle", flat=True))
    instant = now()
    questions = LastReaderQuestion.objects.bulk_create(
        LastReaderQuestion(
            circle_id=circle,
            user=user,
            asked_at=instant,
            due_at=instant + (ANSWERS_WITHIN if user.is_active else ANSWERS_WITHIN_IF_CLOSED),
        )
        for circle, user in last_readers.items()
        if circle not in asked
    )
    write_emails(map(mail_about, questions))


def mail_about(question: LastReaderQuestion) -> Email:
    """Sent to the address, since mail to a closed account is dropped."""
    user = question.user
    to = {"to": user} if user.is_active else {"address": user.email}
    return Email(kind="coalitions/last_reader", about={"question": question.pk}, **to)


def settle_unread() -> None:
    """Each minute: ask about circles that lost their last reader, forget questions about those that have one again, and delete
    what nobody answered for. Run twice, or twice at once, it does nothing twice."""
    LastReaderQuestion.objects.filter(circle__in=named_circles().exclude(people_now=0)).delete()
    missed = Coalition.objects.filter(pk__in={row["coalition"] for row in TO_ASK.rows()})
    steps = [(coalition, ask_last_readers) for coalition in missed.order_by("pk")]
    steps += [(question.circle, delete_unanswered) for question in LastReaderQuestion.objects.due().select_related("circle")]
    for where, step in steps:
        try:
            step(where)
        except Exception:
            logger.exception("What nobody reads was not settled in %s %s", where._meta.verbose_name, where.public_id)


def circles_without_reader() -> CircleQuerySet:
    """Circles without a reader and without a question, if somebody can be asked or they are empty. Adds `is_held`, whether it has content,
    and `last_reader`: the key of who left it last, else of its owner or last author.
    """
    stood = CircleMembership.objects.filter(circle=OuterRef("pk"), membership__user__erased_at=None)
    stood = stood.order_by(models.F("membership__left_at").desc(nulls_first=True), "-pk")
    written = FollowUp.objects.filter(circle=OuterRef("pk"), created_by__erased_at=None).order_by("-pk")
    people = (Subquery(stood.values("membership__user")[:1]), "owner", Subquery(written.values("created_by")[:1]))
    last = Coalesce(*people, output_field=models.BigIntegerField())
    unread = named_circles().filter(people_now=0, last_reader_question=None)
    circles = Circle.objects.filter(pk__in=unread.values("pk")).annotate(is_held=has_content(), last_reader=last)
    return circles.filter(Q(is_held=False) | Q(last_reader__isnull=False))


# Asked each minute; it names every table that hangs on a circle.
TO_ASK = PrecompiledQuery(lambda: circles_without_reader().order_by().values("coalition"))


@transaction.atomic
def ask_last_readers(coalition: Coalition) -> None:
    """Ask about circles without a reader, under the lock of the coalition."""
    Coalition.objects.select_for_update().get(pk=coalition.pk)
    circles = list(circles_without_reader().filter(coalition=coalition).order_by("pk").values_list("pk", "is_held", "last_reader"))
    Circle.objects.filter(pk__in=[circle for circle, is_held, _last in circles if not is_held]).delete()
    asked = {circle: last for circle, is_held, last in circles if is_held}
    people = User.objects.in_bulk(set(asked.values()))
    ask({circle: people[last] for circle, last in asked.items()})


@transaction.atomic
def delete_unanswered(circle: Circle) -> None:
    if unread := lock_unread(circle):
        delete_with_contents(unread, by=None)


def lock_unread(circle: Circle) -> Circle | None:
    """Lock the coalition; the circle if it still has no reader, else None."""
    Coalition.objects.select_for_update().get(pk=circle.coalition_id)
    return named_circles().filter(pk=circle.pk, people_now=0).first()


# --- Answering --------------------------------------------------------------------------------------------------------------


def possible_readers(circle: Circle, *, by: User) -> models.QuerySet[Membership]:
    """Who may get it: people of the coalition whom this person sees, the person if a member again; after leaving, the leads."""
    people = Membership.objects.current().working().filter(coalition=circle.coalition_id)
    hers = people.filter(user=by)
    if not hers.exists():
        return people.leads().exclude(user=by).for_list()
    seen = Membership.objects.visible_to(by).working().filter(coalition=circle.coalition_id)
    if CircleMembership.objects.current().filter(circle=circle, membership__user=by).exists():
        seen = seen.exclude(user=by)
    return seen.for_list()


@transaction.atomic
def hand_on(circle: Circle, *, to: Membership, by: User) -> None:
    """Hand the circle to this person, who becomes its owner."""
    circle = lock_to_settle(circle, by)
    if not possible_readers(circle, by=by).filter(pk=to.pk).exists():
        raise RuleBroken(_("This person cannot take it. Choose someone else."))
    CircleMembership.objects.get_or_create(circle=circle, membership=to)
    circle.owner = to.user
    circle.save(update_fields=["owner"])
    circle.note_people_changed()
    LastReaderQuestion.objects.filter(circle=circle).delete()
    record_in(circle, "coalitions.circle_saved", by=by)


@transaction.atomic
def delete_circle(circle: Circle, *, by: User) -> None:
    """Delete the circle with its content."""
    delete_with_contents(lock_to_settle(circle, by), by=by)


def lock_to_settle(circle: Circle, by: User) -> Circle:
    Coalition.objects.select_for_update().get(pk=circle.coalition_id)
    found = circles_to_settle_by(by).select_related("coalition").filter(pk=circle.pk).first()
    if found is None:
        raise RuleBroken(_("This has already been decided."))
    return found


def delete_with_contents(circle: Circle, *, by: User | None) -> None:
    """Delete the circle with its content and the history of that."""
    record_in(circle, "coalitions.circle_deleted", by=by)
    collector = Collector(using=circle._state.db or "default")
    for model, column in models_in_circles():
        collector.collect(model._base_manager.filter(**{column: circle}))
    gone = [(model, [row.pk for row in rows]) for model, rows in collector.data.items()]
    collector.delete()
    for model, keys in gone:
        if history := getattr(model, "history", None):
            history.filter(**{f"{model._meta.pk.name}__in": keys}).delete()
    circle.delete()

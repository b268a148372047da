"""What whoever has this server's disk, its backup or the running machine can read: counts by class, and no content.

For the day a server is seized: people can be warned honestly only by someone who knows what was there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Count, Min, Model, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amnt.accounts.models import Device, User
from amnt.audit.models import AuditEntry, Level
from amnt.encryption import fields
from amnt.mail.models import Email
from amnt.words import with_colon
from calendar_app.models import Attendance, Meeting, Reminder
from coalitions.models import (
    Circle,
    CircleMembership,
    FollowUp,
    HintDismissal,
    Invitation,
    Membership,
    Position,
    Reading,
)
from resolutions.models import Contribution, Incoming, Watch

KINDS = {
    Level.COALITION: Circle.Kind.EVERYONE,
    Level.RESTRICTED: Circle.Kind.RESTRICTED,
    Level.DELEGATION: Circle.Kind.DELEGATION,
}
HEADINGS = {
    None: gettext_lazy("Who is here"),
    Level.COALITION: gettext_lazy("C1, for a coalition"),
    Level.RESTRICTED: gettext_lazy("C2, for a restricted circle"),
    Level.DELEGATION: gettext_lazy("C3, for a delegation only"),
}

ADVICE = (
    gettext_lazy("Passwords are stored as Argon2 hashes: whoever used the same one elsewhere changes it there."),
    gettext_lazy(
        "Secrets of authenticator apps are encrypted under FIELD_KEY: after a running machine was seized, everyone sets up a new one."
    ),
    gettext_lazy("Tell people by another way than this service, those in C3 first."),
)


@dataclass(frozen=True)
class Holding:
    """
    rows -- all of them, whoever may read them
    since -- the column that says how old a row is
    columns -- those that say something, by name; whether they are encrypted, the model says
    others -- what a row says besides, or holds in another form, in words
    """

    what: str | Promise
    rows: QuerySet
    since: str
    columns: tuple[str, ...] = ()
    others: tuple[str | Promise, ...] = ()
    level: Level | None = None

    def split(self) -> tuple[list[str], list[str]]:
        """The labels of what is readable on the disk, and of what is encrypted there."""
        model: type[Model] = self.rows.model
        readable = [*map(str, self.others)]
        encrypted: list[str] = []
        for name in self.columns:
            column = model._meta.get_field(name)
            (encrypted if is_encrypted(column) else readable).append(str(column.verbose_name))  # type: ignore[union-attr]
        return readable, encrypted


def is_encrypted(column: object) -> bool:
    """Whether the disk holds ciphertext, in a row that is private."""
    return type(column).__module__ == fields.__name__


def holdings() -> Iterator[Holding]:
    joins = gettext_lazy("who and when")
    yield Holding(gettext_lazy("people"), User.objects.filter(erased_at=None), "date_joined", ("name", "email", "time_zone"))
    yield Holding(gettext_lazy("who is in which coalition"), Membership.objects.all(), "joined_at", ("role",), (joins,))
    yield Holding(gettext_lazy("who is in which circle"), CircleMembership.objects.all(), "created_at", (), (joins,))
    yield Holding(gettext_lazy("who watches what"), Watch.objects.all(), "created_at", (), (joins,))
    yield Holding(gettext_lazy("who goes to which meeting"), Attendance.objects.all(), "changed_at", (), (joins,))
    yield Holding(gettext_lazy("who is reminded of what"), Reminder.objects.all(), "created_at", (), (joins,))
    yield Holding(gettext_lazy("who was invited"), Invitation.objects.all(), "created_at", ("email",), (joins,))
    yield Holding(gettext_lazy("devices"), Device.objects.all(), "created_at", ("ip", "user_agent"))
    mails = gettext_lazy("mails, to whom, when and of what kind, without their text")
    yield Holding(mails, Email.objects.all(), "created_at", ("address",), (joins,))
    yield Holding(gettext_lazy("entries of the audit, under pseudonyms"), AuditEntry.objects.all(), "at", (), (joins,))
    yield Holding(gettext_lazy("second factors"), Authenticator.objects.all(), "created_at", (), (gettext_lazy("which kind, since when"),))
    yield Holding(gettext_lazy("files that wait to be checked"), Incoming.objects.all(), "brought_at", ("file_name", "data", "extraction"))
    kept = Contribution.objects.filter(access=Contribution.Access.NUMBER_ONLY)
    for level, kind in KINDS.items():
        inside = {"circle__kind": kind}
        if level != Level.COALITION:
            circles = Circle.objects.filter(kind=kind)
            yield Holding(gettext_lazy("circles"), circles, "created_at", ("name", "purpose"), level=level)
        texts = ("title", "done_means", "evidence")
        state = (gettext_lazy("owner, state and dates"),)
        yield Holding(gettext_lazy("follow-ups"), FollowUp.objects.filter(**inside), "created_at", texts, state, level)
        yield Holding(gettext_lazy("versions of positions"), Position.objects.filter(**inside), "at", ("stance", "words"), level=level)
        yield Holding(gettext_lazy("readings of proposals"), Reading.objects.filter(**inside), "at", ("tone", "note"), level=level)
        yield Holding(gettext_lazy("hints set aside"), HintDismissal.objects.filter(**inside), "at", ("words", "reason"), level=level)
        calls = Meeting.objects.filter(**inside)
        yield Holding(gettext_lazy("private calls"), calls, "at", ("title", "city"), (gettext_lazy("date and hour"),), level)
        numbers = kept.filter(kept__circle__kind=kind)
        yield Holding(gettext_lazy("numbers of restricted documents"), numbers, "entered_at", ("kept_number",), level=level)
    alone = kept.filter(kept=None)
    what = gettext_lazy("numbers of restricted documents that one person kept for herself")
    yield Holding(what, alone, "entered_at", ("kept_number",), level=Level.DELEGATION)


def report(at: datetime | None = None) -> str:
    """The whole page, in Markdown and in the language of whoever asks."""
    lines = [
        "# " + _("What this server held on %(day)s") % {"day": f"{at or now():%Y-%m-%d %H:%M} UTC"},
        "",
        _("Counts and kinds only. Whoever has the disk or an unencrypted copy of the database reads what is called readable."),
        _("Whoever had the running machine, its .env or FIELD_KEY reads everything below in clear, and has the passwords in .env."),
    ]
    listed = list(holdings())
    for level, heading in HEADINGS.items():
        lines += ["", f"## {heading}", ""]
        lines += [line_of(holding) for holding in listed if holding.level == level]
    return "\n".join([*lines, "", *map(str, ADVICE), ""])


def line_of(holding: Holding) -> str:
    found = holding.rows.aggregate(number=Count("pk"), oldest=Min(holding.since))
    if not found["number"]:
        return f"- {with_colon(holding.what, _('none'))}"
    readable, encrypted = holding.split()
    parts = [f"- {with_colon(holding.what, found['number'])}"]
    if found["oldest"]:
        parts.append(_("the oldest of %(day)s") % {"day": f"{found['oldest']:%Y-%m-%d}"})
    if readable:
        parts.append(_("readable: %(what)s") % {"what": ", ".join(readable)})
    if encrypted:
        parts.append(_("encrypted: %(what)s") % {"what": ", ".join(encrypted)})
    return "; ".join(parts)

"""The health of this instance: findings, each with a status and, where needed, what to do. Without content of coalitions and addresses."""

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import CharField, Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from amnt.accounts.models import User
from amnt.audit import chain
from amnt.audit.models import AuditVerification
from amnt.encryption.keys import WrongFieldKey, data_keys
from amnt.mail.models import Email
from amnt.operations import backups
from amnt.retention import services as retention
from calendar_app.domain.health_limits import (
    BACKED_UP_WITHIN,
    CERTIFICATE_LEFT,
    DISK_MOST,
    REFUSED_MOST,
    SILENT_AFTER,
    Trouble,
)
from calendar_app.models import PlanMark, Reminder
from coalitions.models import ClockRun

# Words of the rows that a page reads of the clocks and of what was found.
TROUBLES, CLOCK_RUN = "troubles:", "clock-run"
# A run in the future, by more than machines' clocks differ: the clock was set back since.
CLOCK_SKEW = timedelta(minutes=2)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
DELETES_WITHIN = timedelta(days=2)
# A disk so full that writing may fail.
DISK_FULL = 0.95


@dataclass(frozen=True)
class Finding:
    """One line of the page. `status` is good, none (nothing to judge yet), mixed (look at it) or gap (act now)."""

    what: str
    status: str
    fact: str
    do: str = ""

    @property
    def word(self) -> str:
        return {"good": _("in order"), "none": _("nothing yet"), "mixed": _("needs a look"), "gap": _("act now")}[self.status]


def findings() -> list[Finding]:
    """All findings, the most urgent first."""
    order = ("gap", "mixed", "none", "good")
    return sorted(
        [*of_clock(), *of_retention(), *of_audit(), *of_mail(), *of_machine(), *of_people()],
        key=lambda finding: order.index(finding.status),
    )


def is_degraded() -> bool:
    """Whether reminders or mail have stopped, or will: a few quick queries, for a monitor."""
    return (
        not (is_ticking() or is_awaited())
        or Email.objects.waiting().filter(not_before__lt=now() - SILENT_AFTER).exists()
        or nothing_passes(put_off())
        or many_are_refused(settled_since(DAY))
        or any(used > DISK_FULL for used in disks().values())
    )


def troubles_found() -> list[str]:
    """What of RR-18 is true at this instant, but whether the clock runs: whoever asks this is run by it."""
    checks = (
        (Trouble.REFUSED, many_are_refused(settled_since(WEEK))),
        (Trouble.BACKUP, bool(settings.BACKUP_RECIPIENTS) and is_backup_old()),
        (Trouble.DISK, any(used > DISK_MOST for used in disks().values())),
        (Trouble.CERTIFICATE, is_certificate_ending(certificate_until())),
    )
    return [str(trouble) for trouble, is_found in checks if is_found]


def troubles_rows() -> list[QuerySet[Any, Any]]:
    """Pairs of a word and an instant, for a page that asks for more of that shape at once: what `troubles_of` reads."""
    found = Concat(Value(TROUBLES), Cast("troubles", CharField()), output_field=CharField())
    return [
        PlanMark.objects.values_list(found, "ticked_at"),
        ClockRun.objects.order_by().values_list(Value(CLOCK_RUN), "at"),
    ]


def troubles_of(rows: Iterable[tuple[str, datetime | None]]) -> list[str]:
    """What was found when it was last looked for, and before it, whether one of the two clocks stands still now."""
    known, silent = [], []
    for word, at in rows:
        if word.startswith(TROUBLES):
            known = json.loads(word.removeprefix(TROUBLES))
        elif word != CLOCK_RUN:
            continue
        if at is not None and abs(now() - at) > SILENT_AFTER:
            silent = [str(Trouble.SILENT)]
    return [*silent, *known]


def ticked_at() -> datetime | None:
    """When the clock ran last, of the two that run each minute (reminders; coalitions) the one that is further from now.

    None while one of them has never done all it has to.
    """
    of_coalitions = Subquery(ClockRun.objects.values("at")[:1])
    runs = PlanMark.objects.values_list("ticked_at", of_coalitions).first()
    if runs is None or None in runs:
        return None
    return max(runs, key=lambda at: abs(now() - at))


def is_ticking() -> bool:
    at = ticked_at()
    return at is not None and now() - SILENT_AFTER <= at <= now() + CLOCK_SKEW


def is_awaited() -> bool:
    """Whether it is only too early: nothing ever ran, and the instance was installed or updated a moment ago."""
    if ticked_at() is not None or not MigrationRecorder(connection).has_table():
        return False
    migrated = MigrationRecorder.Migration.objects.aggregate(at=Max("applied"))["at"]
    return migrated is not None and migrated > now() - SILENT_AFTER


def put_off() -> dict[str, Any]:
    """Mails that wait after a 4xx or 5xx answer, and the number of their recipients.

    held -- mails refused together with everybody
    """
    tried = Q(attempts__gt=0) | Q(refused_at__isnull=False)
    return Email.objects.filter(tried, state=Email.State.WAITING).aggregate(
        number=Count("pk"),
        people=Count("to", distinct=True),
        held=Count("pk", filter=Q(attempts=0)),
        oldest=Min("created_at"),
        trouble=Max("trouble"),
    )


def settled_since(ago: timedelta) -> dict[str, Any]:
    State = Email.State
    since = now() - ago
    return Email.objects.aggregate(
        last=Max("finished_at", filter=Q(state=State.ACCEPTED)),
        accepted=Count("pk", filter=Q(state=State.ACCEPTED, finished_at__gte=since)),
        refused=Count("pk", filter=Q(state=State.REFUSED, finished_at__gte=since)),
        given_up=Count("pk", filter=Q(state=State.GIVEN_UP, finished_at__gte=since)),
    )


def many_are_refused(settled: dict[str, Any]) -> bool:
    lost = settled["refused"] + settled["given_up"]
    return lost >= 3 and lost > REFUSED_MOST * (settled["accepted"] + lost)


def disks() -> dict[str, float]:
    """The used share (0 to 1) of the disks of our files, of the machine and of the database, each disk once."""
    places = {"files": settings.VAR_DIR, "machine": settings.BASE_DIR, "database": database_folder()}
    found: dict[int, str] = {}
    for name, place in places.items():
        if place is not None:
            with suppress(OSError):
                found.setdefault(place.stat().st_dev, name)
    usages = {name: shutil.disk_usage(str(places[name])) for name in found.values()}
    return {name: 1 - usage.free / usage.total for name, usage in usages.items()}


def database_folder() -> Path | None:
    """The folder of the database, if known and on this machine."""
    if connection.vendor == "sqlite":
        folder = Path(str(connection.settings_dict["NAME"])).parent
    else:
        with connection.cursor() as cursor:
            # Only shown to privileged database users; others get no row.
            cursor.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
            row = cursor.fetchone()
        if row is None:
            return None
        folder = Path(row[0])
    with suppress(OSError):
        return folder if folder.exists() else None
    return None


def nothing_passes(later: dict[str, Any]) -> bool:
    """Whether all mail is stuck, not one mailbox: several people wait, and nothing was accepted since."""
    if later["people"] < 2 or later["oldest"] > now() - SILENT_AFTER:
        return False
    return not Email.objects.filter(state=Email.State.ACCEPTED, finished_at__gt=later["oldest"], finished_at__lte=now()).exists()


def of_clock() -> Iterator[Finding]:
    at = ticked_at()
    restart = _("Restart worker and beat. What is due goes out at once, in one e-mail per person; nothing is lost.")
    if at is None and is_awaited():
        yield Finding(_("Last run"), "none", _("not yet: this instance was installed or updated a moment ago"))
    elif at is None:
        yield Finding(_("Last run"), "gap", _("never"), restart)
    elif at > now() + CLOCK_SKEW:
        do = _("The clock of this machine was set back. Correct it; if this does not change within two minutes, restart worker and beat.")
        yield Finding(_("Last run"), "gap", _("in the future"), do)
    else:
        yield Finding(_("Last run"), *verdict(at < now() - SILENT_AFTER), ago(at), restart)
    due = Reminder.objects.due().aggregate(number=Count("pk"), oldest=Min("send_at"))
    overdue = due["oldest"] is not None and due["oldest"] < now() - SILENT_AFTER
    fact = _("none is due") if not due["number"] else ngettext("%(n)s is due", "%(n)s are due", due["number"]) % {"n": due["number"]}
    yield Finding(_("Reminders"), *verdict(overdue), fact, restart)


def of_retention() -> Iterator[Finding]:
    """Whether the retention job ran."""
    run = retention.last_run()
    restart = _("Restart worker and beat, or run manage.py retention.")
    if run is None:
        yield Finding(_("Last deletion"), "none", _("never"))
    elif failed := retention.failures(run):
        logs = _("The log of the worker says why. The next run tries again.")
        yield Finding(_("Last deletion"), "mixed", f"{ago(run.at)} — {_('failed:')} {', '.join(failed)}", logs)
    else:
        yield Finding(_("Last deletion"), *verdict(run.at < now() - DELETES_WITHIN), ago(run.at), restart)


def of_audit() -> Iterator[Finding]:
    last = AuditVerification.objects.first()
    what = _("Audit log")
    if last and last.faults:
        fact = ngettext("broken in %(n)s place", "broken in %(n)s places", last.faults) % {"n": last.faults}
        yield Finding(what, "gap", fact, _("manage.py verify_audit says where. Keep a copy of the database before you change anything."))
    elif chain.is_sealing_late():
        yield Finding(what, "gap", _("new entries wait for their place in the chain"), _("Restart worker and beat."))
    elif last is None:
        yield Finding(what, "none", _("not verified yet"))
    else:
        yield Finding(what, "good", _("whole, verified %(time)s") % {"time": ago(last.at)})


def of_mail() -> Iterator[Finding]:
    waiting = Email.objects.filter(state__in=(Email.State.WAITING, Email.State.CLAIMED)).aggregate(
        number=Count("pk"),
        oldest=Min("created_at", filter=Q(not_before__lte=now())),
        trouble=Max("trouble", filter=Q(not_before__lte=now())),
    )
    stuck = waiting["oldest"] is not None and waiting["oldest"] < now() - SILENT_AFTER
    fact = _("empty") if not waiting["number"] else ngettext("%(n)s e-mail", "%(n)s e-mails", waiting["number"]) % {"n": waiting["number"]}
    yield Finding(_("Waiting to be sent"), "good", fact)
    if waiting["oldest"]:
        fact = ago(waiting["oldest"])
        if waiting["trouble"]:
            fact = f"{fact} — {waiting['trouble']}"
        yield Finding(
            _("Oldest unsent"),
            *verdict(stuck),
            fact,
            _("Check that the worker runs and that SMTP_HOST, SMTP_PORT, SMTP_USER and SMTP_PASSWORD are right: manage.py sendtestemail."),
        )
    if (later := put_off())["number"]:
        fact = ngettext("%(n)s e-mail", "%(n)s e-mails", later["number"]) % {"n": later["number"]}
        do = _(
            "No e-mail gets through any more: ask the people who run the mail server, and quote its answer above. "
            "Waiting e-mails are sent as soon as the server accepts them."
        )
        status = "gap" if nothing_passes(later) else "mixed" if later["held"] else "good"
        yield Finding(_("Deferred by the mail server"), status, f"{fact} — {later['trouble']}", do)
    done = settled_since(WEEK)
    yield Finding(_("Last delivery"), "good", ago(done["last"])) if done["last"] else Finding(_("Last delivery"), "none", _("never"))
    fact = _("%(accepted)s accepted, %(refused)s refused, %(given_up)s given up after three days") % done
    if done["accepted"] + done["refused"] + done["given_up"]:
        do = _(
            "More than one in twenty is refused or given up: manage.py mail_queue shows the words of the mail server. Check SPF, DKIM "
            "and DMARC of the sender’s domain, and the list of people below."
        )
        yield Finding(_("In the last 7 days"), *verdict(many_are_refused(done)), fact, do)
    else:
        yield Finding(_("In the last 7 days"), "none", fact)


def of_machine() -> Iterator[Finding]:
    kind = connection.display_name
    if connection.vendor == "sqlite" and not settings.DEMO:
        yield Finding(_("Database"), "mixed", kind, _("Enough for one machine. Use PostgreSQL (DATABASE_URL) before adding a second."))
    else:
        yield Finding(_("Database"), "good", kind)
    yield of_encryption()
    reachable = broker_answers()
    do = _("Start Redis again, or correct REDIS_URL. Nothing is lost meanwhile: e-mails and reminders wait in the database.")
    yield Finding(_("Broker"), *verdict(not reachable), _("answers") if reachable else _("does not answer"), do)
    names = {"files": _("Disk"), "machine": _("Disk of the machine"), "database": _("Disk of the database")}
    do = _("Free some space: old backups and logs first.")
    for name, used in disks().items():
        yield Finding(names[name], *verdict(used > DISK_MOST), _("%(percent)s %% used") % {"percent": round(used * 100)}, do)
    yield of_backup()
    yield of_certificate()
    if settings.DEADMAN_URL:
        yield Finding(_("Outside monitoring"), "good", _("notified every five minutes that all is well"))
    else:
        do = _("Set DEADMAN_URL to the address of a service that warns you when this instance stops reporting.")
        yield Finding(_("Outside monitoring"), "none" if settings.DEMO else "mixed", _("nobody would notice if this machine stopped"), do)


def of_backup() -> Finding:
    what = pgettext("copy of the database", "Backup")
    if not settings.BACKUP_RECIPIENTS:
        do = _("Set BACKUP_RECIPIENT, as the guide for hosts says: the database is then backed up every day.")
        return Finding(what, "none" if settings.DEMO else "mixed", _("there is none"), do)
    do = _("See what the service “backup” says in its log, or run manage.py backup: it says in a sentence what is wrong.")
    made_at = backups.latest()
    return Finding(what, *verdict(is_backup_old()), ago(made_at) if made_at else _("never"), do)


def is_backup_old() -> bool:
    made_at = backups.latest()
    return made_at is None or made_at < now() - BACKED_UP_WITHIN


def certificate_until() -> datetime | None:
    return PlanMark.objects.values_list("certificate_until", flat=True).first()


def is_certificate_ending(until: datetime | None) -> bool:
    return until is not None and until < now() + CERTIFICATE_LEFT


def of_certificate() -> Finding:
    what, until = _("Certificate of the site"), certificate_until()
    if until is None:
        return Finding(what, "none", _("not read: the site has no TLS here, or did not answer"))
    fact = _("valid until %(day)s") % {"day": date_format(until, "DATE_FORMAT")}
    do = _(
        "The proxy renews it a month ahead: docker compose logs proxy says why it did not. Ports 80 and 443 must be open to the outside."
    )
    return Finding(what, *verdict(is_certificate_ending(until)), fact, do)


def of_encryption() -> Finding:
    what = _("Encryption")
    try:
        data_keys.read()
    except WrongFieldKey:
        do = _("Set FIELD_KEY to the one that was in use when this database was written. Until then nobody can log in.")
        return Finding(what, "gap", _("FIELD_KEY does not open this database"), do)
    if len(data_keys.versions()) > 1:
        return Finding(
            what,
            "mixed",
            _("the change of keys is not finished"),
            _("Run manage.py rotate_field_key again: it continues where it stopped."),
        )
    if settings.FIELD_KEYS == [settings.SECRET_KEY] and not settings.DEMO:
        do = _("Set FIELD_KEY to a new key, a comma and SECRET_KEY, restart, and run manage.py rotate_field_key.")
        return Finding(what, "mixed", _("SECRET_KEY is used in place of FIELD_KEY"), do)
    return Finding(what, "good", _("FIELD_KEY opens this database"))


def of_people() -> Iterator[Finding]:
    second = Authenticator.objects.filter(user=OuterRef("pk"), type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN))
    people = User.objects.active().aggregate(
        staff=Count("pk", filter=Q(is_staff=True)),
        without=Count("pk", filter=Q(~Exists(second), is_staff=True)),
        refused=Count("pk", filter=Q(mail_refused_at__isnull=False)),
    )
    fact = _("%(with)s of %(staff)s people who look after this instance") % {
        "with": people["staff"] - people["without"],
        "staff": people["staff"],
    }
    do = _("Ask each of them to set up a second factor under “My account”.")
    yield Finding(_("Second factor"), "mixed" if people["without"] else "good", fact, do)
    fact = ngettext("%(n)s person", "%(n)s people", people["refused"]) % {"n": people["refused"]}
    do = _("They see this when they log in. If it continues, ask them for another address.")
    yield Finding(_("E-mail refused for"), "mixed" if people["refused"] else "good", fact if people["refused"] else _("nobody"), do)


def verdict(is_bad: bool) -> tuple[str]:
    return ("gap" if is_bad else "good",)


def ago(instant: datetime) -> str:
    if now() - instant > WEEK:
        return date_format(instant, "DATE_FORMAT")
    return _("%(time)s ago") % {"time": timesince(instant)}


def broker_answers(address: str | None = None) -> bool:
    try:
        with current_app.connection_for_write(address) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except Exception:  # noqa: BLE001 -- each transport has its own exceptions, and any of them means no
        return False
    return True

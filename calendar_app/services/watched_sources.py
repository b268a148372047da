"""Calendars that are followed and pages of sources, asked once a week. What has changed there asks a person; nothing moves by itself."""

import logging
from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override

from amnt.accounts.models import User
from amnt.audit.models import AuditLevel
from amnt.audit.services import record
from amnt.core import outgoing
from amnt.core.errors import RuleBroken
from amnt.core.idempotency import sent_before
from amnt.core.outgoing import SENTENCES, Answer, Fetch, NotRead, OutgoingTrouble
from calendar_app.importers.calendar_files import read_calendar
from calendar_app.importers.page_words import digest_of_page
from calendar_app.models import CalendarSource, SourcePage
from calendar_app.models.watched_sources import AFTER_TROUBLE, EVERY, AskedAgain
from calendar_app.read_models.imported_events import Found, ImportLine
from calendar_app.read_models.worth_a_look import KINDS
from calendar_app.services.calendar_imports import lines_of_import
from resolutions.models import Assembly, RegionalGroup

logger = logging.getLogger(__name__)
# The most calendars an instance follows, and addresses asked in one go: each may take as long as `outgoing.SECONDS`.
MOST_SOURCES, MOST_AT_ONCE = 50, 20
ASKS = (Found.NEW, Found.MOVED, Found.CANCELLED, Found.GONE)
UNREADABLE = "unreadable"


# --- Calendars -----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_source(
    *, by: User, address: str, assembly: Assembly, group: RegionalGroup | None, language: str, submission: UUID | None
) -> CalendarSource:
    """Follow a calendar. It is read within the hour, then once a week."""
    by.lock()
    if made := sent_before(CalendarSource.objects.visible_to(by), submission):
        return made
    if not outgoing.may_be_asked(address):
        raise RuleBroken(str(SENTENCES[OutgoingTrouble.NOT_ALLOWED]), field="address")
    if CalendarSource.objects.count() >= MOST_SOURCES:
        raise RuleBroken(_("%(most)d calendars are followed already. Remove one first.") % {"most": MOST_SOURCES})
    try:
        with transaction.atomic():
            source = CalendarSource.objects.create(
                address=address, assembly=assembly, group=group, language=language, added_by=by, submission=submission
            )
    except IntegrityError:
        raise RuleBroken(_("This calendar is followed already."), field="address") from None
    record("calendar_app.source_added", by=by, about=source, level=AuditLevel.PUBLIC)
    return source


@transaction.atomic
def remove_source(source: CalendarSource, *, by: User) -> None:
    record("calendar_app.source_removed", by=by, about=source, level=AuditLevel.PUBLIC)
    source.delete()


@transaction.atomic
def settle(source: CalendarSource, *, by: User, seen: str) -> None:
    """This person has looked at all that it says: until it says something else, it asks nobody.

    seen -- the digest of what stood on her page
    """
    source = CalendarSource.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if digest_of_events(source) != seen:
        raise RuleBroken(_("This calendar was read again in the meantime. Look at it again."))
    source.settled = {line.event.uid: line.digest for line in lines_of_import(source)}
    source.differs = False
    source.save(update_fields=["settled", "differs"])
    record("calendar_app.source_looked_at", by=by, about=source, level=AuditLevel.PUBLIC)


def digest_of_events(source: CalendarSource) -> str:
    return sha256("".join(event.digest for event in source.read_events).encode()).hexdigest()[:16]


def asks(source: CalendarSource, lines: Iterable[ImportLine]) -> bool:
    """Whether one of them says something that nobody has looked at."""
    return any(line.found in ASKS and source.settled.get(line.event.uid) != line.digest for line in lines)


def _note_events(source: CalendarSource, answer: Answer) -> None:
    with override("en"):
        events = source.read_events if answer.body is None else read_calendar(answer.body)
    there = {event.uid for event in events}
    source.events = [event.as_json() for event in events]
    # What somebody saw was gone and is there again asks again when it is gone once more.
    source.settled = {uid: digest for uid, digest in source.settled.items() if digest != Found.GONE or uid not in there}
    source.differs = asks(source, lines_of_import(source))
    source.save(update_fields=["events", "settled", "differs"])


# --- Pages of sources ------------------------------------------------------------------------------------------------------------


def list_source_pages() -> None:
    """One row for each address that a public fact names and that may be asked; none for others."""
    named = {link for kind in KINDS.values() for fact in kind.rows().defer("reference_values") for link in fact.source_links}
    wanted = {link for link in named if outgoing.may_be_asked(link)}
    there = set(SourcePage.objects.values_list("address", flat=True))
    SourcePage.objects.filter(address__in=there - wanted).delete()
    SourcePage.objects.bulk_create([SourcePage(address=link) for link in sorted(wanted - there)], ignore_conflicts=True)


def _note_page(page: SourcePage, answer: Answer) -> None:
    if answer.body is None:
        return
    digest = digest_of_page(answer.body, answer.content_type)
    if page.digest and page.digest != digest:
        page.changed_at = now()
    page.digest = digest
    page.save(update_fields=["digest", "changed_at"])


# --- By the clock ----------------------------------------------------------------------------------------------------------------


def ask_others(fetch: Fetch = outgoing.fetch) -> int:
    """Ask what is due, calendars first; how many. Run twice at once, each address is asked once."""
    if not outgoing.is_on():
        return 0
    list_source_pages()
    due: list[CalendarSource | SourcePage] = list(CalendarSource.objects.due().select_related("assembly", "group")[:MOST_AT_ONCE])
    due += list(SourcePage.objects.due()[: MOST_AT_ONCE - len(due)])
    return sum(_ask(row, fetch) for row in due)


def _ask(row: CalendarSource | SourcePage, fetch: Fetch) -> bool:
    """Claimed before it is asked: one that ends in the middle is asked again a day later."""
    rows = type(row)._default_manager
    if not rows.filter(pk=row.pk, ask_at=row.ask_at).update(ask_at=now() + AFTER_TROUBLE):
        return False
    try:
        answer = fetch(row.address, etag=row.etag, last_modified=row.last_modified)
        _note(row, answer)
    except NotRead as error:
        rows.filter(pk=row.pk).update(trouble=error.trouble.value)
    except RuleBroken:
        rows.filter(pk=row.pk).update(trouble=UNREADABLE)
    except Exception:
        logger.exception("An address could not be looked at: row %s of %s", row.pk, type(row).__name__)
    return True


@transaction.atomic
def _note(row: CalendarSource | SourcePage, answer: Answer) -> None:
    locked: AskedAgain | None = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    if locked is None:  # removed meanwhile
        return
    if isinstance(locked, CalendarSource):
        _note_events(locked, answer)
    elif isinstance(locked, SourcePage):
        _note_page(locked, answer)
    locked.etag, locked.last_modified, locked.trouble = answer.etag, answer.last_modified, ""
    locked.read_at, locked.ask_at = now(), now() + EVERY
    locked.save(update_fields=["etag", "last_modified", "trouble", "read_at", "ask_at"])

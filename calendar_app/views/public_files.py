"""Files beside the page without a log-in: its news as an Atom feed, its dates for calendar programs, the bytes of a statement's text."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amnt.core.languages import with_colon
from calendar_app.exporters.calendar_files import CONTENT_TYPE, CalendarEvent, as_calendar_file
from calendar_app.models import DateChange, Deadline, Meeting
from calendar_app.read_models.public_page import MOST_DATES, public_dates
from calendar_app.services.feed_contents import event_of_date
from calendar_app.templatetags.dates import say_state
from calendar_app.views.public_answers import PublicAddress, PublicAnswer, public_view
from coalitions.models import Statement, StatementVersion
from coalitions.statements.domain.fingerprint import file_of
from resolutions.models import Assembly, DateStatus, ProposalEvent

FEED_TYPE = "application/atom+xml; charset=utf-8"
NEWS_FOR, MOST_NEWS = timedelta(days=90), 50
# How often a calendar program need ask.
REFRESH = timedelta(hours=12)
# Years are never left out: what a feed says is read later too.
NO_YEAR = 0


@dataclass(frozen=True)
class PublicNews:
    """One entry of the feed. link -- the path of the page it is about"""

    id: UUID
    at: datetime
    title: str
    summary: str
    link: str


class PublicFeed(Atom1Feed):
    """Dated by its newest entry. Without one, by no moment of asking: its bytes stay the same."""

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=datetime(1970, 1, 1, tzinfo=UTC))


@public_view
def public_news(address: PublicAddress) -> PublicAnswer:
    """Dates that changed, and new public proposals: the newest first."""
    news = sorted([*moved_dates(address), *new_proposals(address)], key=lambda one: (one.at, one.id), reverse=True)[:MOST_NEWS]
    title = f"{Assembly.objects.current() or settings.SITE_NAME} — {_('public news')}"
    here = settings.SITE_URL + address.link()
    feed = PublicFeed(
        title=title,
        link=settings.SITE_URL + address.link("page"),
        description=_("Dates that changed, and new public proposals."),
        language=address.language,
        author_name=settings.SITE_NAME,
        feed_url=here,
        feed_guid=here,
    )
    for one in news:
        feed.add_item(
            title=one.title,
            link=settings.SITE_URL + one.link,
            description=escape(one.summary),
            unique_id=one.id.urn,
            updateddate=one.at,
            pubdate=one.at,
        )
    return PublicAnswer(feed.writeString("utf-8").encode(), FEED_TYPE)


def moved_dates(address: PublicAddress) -> list[PublicNews]:
    """Changes of dates that anybody may read; what followed from another change is counted there."""
    rows = DateChange.objects.public().applied().filter(applied_at__gte=now() - NEWS_FOR, because_of=None)
    followed = Count("consequences", filter=Q(consequences__in=DateChange.objects.public().applied()))
    rows = rows.annotate(followed=followed).select_related("meeting", "deadline", "assembly").order_by("-applied_at", "-pk")
    found = []
    for change in rows[:MOST_NEWS]:
        before, after = say_state(change.old, NO_YEAR), say_state(change.new, NO_YEAR)
        if before == after or change.applied_at is None:
            continue
        said = [_("%(before)s → %(after)s (official time)") % {"before": before, "after": after}]
        if change.target.date_status == DateStatus.ASSUMPTION:
            said.append(_("It is an assumption, not published."))
        if change.followed:
            said.append(
                ngettext(
                    "%(n)s date that is counted from it moved too.", "%(n)s dates that are counted from it moved too.", change.followed
                )
                % {"n": change.followed}
            )
        title = with_colon(_("Date changed"), str(change.target))
        found.append(PublicNews(change.public_id, change.applied_at, title, " ".join(said), address.link("dates")))
    return found


def new_proposals(address: PublicAddress) -> list[PublicNews]:
    """Those recorded lately that still stand; nothing entered to complete the record."""
    is_new = {"kind__in": [ProposalEvent.Kind.NEW, ProposalEvent.Kind.LATE], "is_history": False}
    rows = ProposalEvent.objects.public().filter(recorded_at__gte=now() - NEWS_FOR, proposal__superseded_at=None, **is_new)
    rows = rows.select_related("proposal__resolution", "proposal__contribution").order_by("-recorded_at", "-pk")
    found = []
    for event in rows[:MOST_NEWS]:
        proposal, resolution = event.proposal, event.proposal.resolution
        title = with_colon(_("New proposal"), f"{resolution.short_name}, {proposal.action} {proposal.name}")
        summary = with_colon(resolution.short_name, f"{resolution.title} — {proposal.get_action_display()}")
        link = address.link("resolution", slug=resolution.slug)
        found.append(PublicNews(event.public_id, event.recorded_at, title, summary, link))
    return found


@public_view
def public_calendar_file(address: PublicAddress) -> PublicAnswer:
    """Every public date of the cycle, past ones too: a calendar keeps what it subscribed to."""
    assembly = Assembly.objects.current()
    dates = public_dates(assembly, most=MOST_DATES, is_ahead=False)
    name = with_colon(settings.SITE_NAME, f"{assembly or ''}".strip() or _("public dates"))
    content = as_calendar_file(
        [public_event(found.row, address) for found in dates],
        name=name,
        language=address.language,
        description=_("Public dates. What is marked as an assumption is not published."),
        url=settings.SITE_URL + address.link("page"),
        refresh=REFRESH,
    )
    return PublicAnswer(content, CONTENT_TYPE, {"Content-Disposition": 'inline; filename="dates.ics"'})


def public_event(row: Meeting | Deadline, address: PublicAddress) -> CalendarEvent:
    """As on the page of the date, under the same UID; what is an assumption says so in its title, for programs that show no status."""
    title = _("%(title)s (assumption)") % {"title": row} if row.is_assumption else str(row)
    return replace(event_of_date(row), title=title, url=settings.SITE_URL + address.link("dates"))


@public_view
def public_statement_text(address: PublicAddress, public_id: str) -> PublicAnswer:
    """The file that the fingerprint is of."""
    statement = get_object_or_404(Statement.objects.published(), public_id=public_id)
    version = StatementVersion.objects.get(statement=statement, number=statement.newest)
    headers = {"Content-Disposition": f'attachment; filename="statement-v{version.number}.txt"'}
    return PublicAnswer(file_of(version.text), "text/plain; charset=utf-8", headers)

"""S08: private calendar addresses, one per device, and the files behind them; and the file of one date."""

from allauth.account.decorators import reauthentication_required
from allauth.core.internal.ratelimit import consume
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.accounts.tokens import digest_of
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from amnt.core.languages import current_language
from calendar_app.exporters.calendar_files import CONTENT_TYPE, as_calendar_file
from calendar_app.forms.feeds import FeedForm
from calendar_app.models import CalendarFeed, Deadline, Meeting
from calendar_app.services import calendar_feeds
from calendar_app.services.feed_contents import as_file, digest_of_events, event_of_date, events_of


@require_safe
def feeds(request):
    rows = CalendarFeed.objects.visible_to(request.user).for_list()
    return render(request, "calendar_app/feeds/feeds.html", {"feeds": rows})


@require_http_methods(["GET", "POST"])
@reauthentication_required(app="calendar-feed")
@never_cache
def feed_new(request):
    """Making an address requires reauthentication; it is shown in this response only."""
    form = FeedForm(form_data(request))
    if request.method == "POST" and form.is_valid():
        try:
            feed, key = calendar_feeds.create_feed(request.user, **form.asked)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            address = calendar_feeds.address_of(key)
            opens = "webcal://" + address.partition("://")[2]
            return render(request, "calendar_app/feeds/feed_made.html", {"feed": feed, "address": address, "opens": opens})
    return render(request, "calendar_app/feeds/feed_new.html", {"form": form})


@post_only
def feed_revoke(request, public_id):
    feed = get_object_or_404(CalendarFeed.objects.visible_to(request.user), public_id=public_id)
    calendar_feeds.revoke_feed(feed)
    messages.success(request, _("The address for “%(name)s” no longer works.") % {"name": feed.name})
    return redirect("calendar_app:feeds")


@require_safe
def meeting_file(request, public_id):
    return date_file(get_object_or_404(Meeting.objects.visible_to(request.user), public_id=public_id))


@require_safe
def deadline_file(request, public_id):
    rows = Deadline.objects.visible_to(request.user).select_related("meeting")
    return date_file(get_object_or_404(rows, public_id=public_id))


def date_file(thing):
    """One date, as it is now, for the calendar of whoever asks. A program that has it already moves it instead of showing it twice."""
    content = as_calendar_file([event_of_date(thing)], name=_("Dates"), language=current_language())
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="date.ics"'
    return response


# --- For programs -----------------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def feed_file(request, key):
    """An address that is unknown, revoked or expired is answered alike, to the byte."""
    if not consume(request, app="allauth.account", action="calendar_feed", key=digest_of(key), limit_get=True):
        return answer_in_a_line(_("This calendar address is asked for too often. Ask again in an hour."), 429, retry_after=3600)
    feed = calendar_feeds.feed_of_key(key)
    if feed is None:
        return answer_in_a_line(_("This calendar address does not work. Create another one under “Reminders and privacy”."), 404)
    events = events_of(feed)
    digest = digest_of_events(feed, events)
    changed_at = calendar_feeds.note_use(feed, content_digest=digest, user_agent=request.headers.get("User-Agent", ""))
    etag, modified = f"W/{quote_etag(digest)}", int(changed_at.timestamp())
    response = get_conditional_response(request, etag=etag, last_modified=modified)
    if response is None:
        response = HttpResponse(as_file(feed, events), content_type=CONTENT_TYPE)
        response.headers["Content-Disposition"] = 'inline; filename="dates.ics"'
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(modified)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def answer_in_a_line(sentence, status, *, retry_after=None):
    response = HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response

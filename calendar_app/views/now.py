"""S01: what do I need to do now?"""

from datetime import timedelta

from django.conf import settings
from django.shortcuts import render
from django.utils.timezone import now as instant_now
from django.views.decorators.http import require_safe

from calendar_app.domain import timeline
from calendar_app.read_models.first_acts import first_acts
from calendar_app.read_models.now import NowPage
from calendar_app.read_models.starter_plan import shown_plan
from calendar_app.views.calendar import where_we_are
from coalitions.live.read_models.season import season_of
from coalitions.live.views.menu import note_in_menu
from coalitions.models import Invitation, Membership
from coalitions.permissions import MembershipContext
from resolutions.models import Assembly


@require_safe
def now(request):
    user, instant = request.user, instant_now()
    assembly, last = Assembly.objects.current_and_last()
    page = NowPage(user, instant, assembly, last, shows_all_moved=request.GET.get("all") == "moved")
    memberships = page.memberships
    has_days = assembly is not None and assembly.starts_on is not None
    note_in_menu(request, season_of(assembly), memberships)
    plan = shown_plan(user, memberships, assembly) if page.waiting.has_plan else None
    return render(
        request,
        "calendar_app/now/now.html",
        {
            "section": "now",
            "form": None,
            "memberships": memberships,
            "plan": plan,
            "first_acts": first_acts(page) if plan is None else None,
            # Then that is her first useful act, and stands first.
            "something_waits": page.something_waits,
            "lacks_second_factor": memberships.lacks_second_factor or (_leads(memberships) and _is_only_asked(page)),
            "troubles": page.waiting.troubles,
            "uncovered": page.uncovered,
            "to_settle": page.waiting.to_settle,
            "waits_for_leads": not memberships.roles and Invitation.objects.waiting_for_leads().filter(accepted_by=user).exists(),
            "blocks": page.blocks,
            "preparations": page.preparations,
            "is_quiet": page.is_quiet,
            "upcoming": page.upcoming,
            "for_messaging": page.for_messaging,
            "chart": timeline.draw(assembly.starts_on, assembly.ends_on or assembly.starts_on, instant, small=True) if has_days else None,
            "today": instant,
            "tomorrow": instant + timedelta(days=1),
            "here": "/",
            **where_we_are(assembly, instant, user),
        },
    )


def _leads(memberships: MembershipContext) -> bool:
    return Membership.Role.LEAD in memberships.roles.values()


def _is_only_asked(page) -> bool:
    """Where this instance does not insist on a second factor, it asks for one all the same."""
    return not settings.LEADS_NEED_SECOND_FACTOR and not page.waiting.has_factor

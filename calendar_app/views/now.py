"""S01: what do I need to do now?"""

from datetime import timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.shortcuts import render
from django.utils.timezone import now as instant_now
from django.views.decorators.http import require_safe

from calendar_app.domain import timeline
from calendar_app.read_models.first_acts import first_acts
from calendar_app.read_models.now import NowPage
from calendar_app.read_models.starter_plan import shown_plan
from calendar_app.views.calendar import where_we_are
from coalitions.models import Invitation, Membership
from coalitions.permissions import MembershipContext
from resolutions.models import Assembly

# After the end of an assembly, while what became of it is judged and told.
JUST_OVER = timedelta(days=42)


@require_safe
def now(request):
    user, instant = request.user, instant_now()
    assembly, last = Assembly.objects.current_and_last()
    page = NowPage(user, instant, assembly, shows_all_moved=request.GET.get("all") == "moved")
    memberships = page.memberships
    has_days = assembly is not None and assembly.starts_on is not None
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
            "lacks_second_factor": memberships.lacks_second_factor or (_leads(memberships) and _is_only_asked(user)),
            "troubles": page.waiting.troubles,
            "to_settle": page.waiting.to_settle,
            "just_over": last if last and last.ends_on and instant.date() - last.ends_on <= JUST_OVER else None,
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


def _is_only_asked(user) -> bool:
    """Where this instance does not insist on a second factor, it asks for one all the same."""
    return not settings.LEADS_NEED_SECOND_FACTOR and not is_mfa_enabled(user)

"""A sheet to print: the week of one coalition, open to everyone who works in it."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from calendar_app.read_models.week import MOST_FOLLOW_UPS, week_sheet
from coalitions.models import Coalition
from coalitions.permissions import membership_context_of


@require_safe
def week(request):
    memberships = membership_context_of(request.user)
    if not memberships.works:
        raise PermissionDenied
    coalitions = list(Coalition.objects.filter(pk__in=memberships.works_in).order_by("name", "pk"))
    asked = request.GET.get("coalition")
    coalition = next((each for each in coalitions if str(each.public_id) == asked), coalitions[0])
    context = {
        "section": "follow-ups",
        "coalition": coalition,
        "coalitions": coalitions,
        "sheet": week_sheet(request.user, coalition, now()),
        "most": MOST_FOLLOW_UPS,
    }
    return render(request, "calendar_app/week/week.html", context)

"""The Now of a circle: what is due and what moved on the resolutions, topics and regions it is about."""

from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from calendar_app.read_models.circle_now import circle_now as now_of
from coalitions.models import Circle, CircleView
from coalitions.permissions import can_name_people, membership_context_of
from coalitions.read_models.issue_groups import subjects_of
from coalitions.services import circle_views


@require_safe
def circle_now(request, public_id):
    circles = Circle.objects.visible_to(request.user).exclude(kind=Circle.Kind.EVERYONE).select_related("coalition", "owner")
    circle = get_object_or_404(circles, public_id=public_id)
    circle_views.record_view(CircleView.Thing.CIRCLE, circle.public_id, circle=circle, by=request.user)
    subjects = subjects_of(circle, request.user)
    page = now_of(circle, subjects, request.user, membership_context_of(request.user), now())
    circle_views.record_views(CircleView.Thing.POSITION, [(row.public_id, row.circle) for row in page.positions], by=request.user)
    context = {
        "section": "coalition",
        "circle": circle,
        "coalition": circle.coalition,
        "subjects": subjects,
        "page": page,
        "may_choose": can_name_people(request.user, circle),
    }
    return render(request, "calendar_app/circles/circle_now.html", context)

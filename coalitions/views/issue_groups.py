"""What a circle is about: the resolutions, topics and regions that make it an issue group."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from coalitions.forms.issue_groups import IssueGroupForm
from coalitions.forms.resolution_lists import numbers_of
from coalitions.permissions import can_name_people
from coalitions.read_models.issue_groups import subjects_of
from coalitions.services.issue_groups import set_subjects
from coalitions.views.circles import SECTION, visible_circle


@require_http_methods(["GET", "POST"])
def circle_subjects(request, public_id):
    circle = visible_circle(request, public_id)
    if not can_name_people(request.user, circle):
        raise PermissionDenied
    subjects = subjects_of(circle, request.user)
    initial = {
        "resolutions": numbers_of(subjects.resolutions),
        "topics": [topic.tag for topic in subjects.topics],
        "regions": [group.code for group in subjects.regions],
    }
    form = IssueGroupForm(form_data(request), user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        set_subjects(circle, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(circle)
    context = {"circle": circle, "coalition": circle.coalition, "form": form, "section": SECTION}
    return render(request, "coalitions/circles/circle_subjects.html", context)

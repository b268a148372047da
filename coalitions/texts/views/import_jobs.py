"""Recent imports, and withdrawing them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.core.errors import RuleBroken
from coalitions.permissions import can_enter_texts
from coalitions.texts.services import imports
from resolutions.models import ImportJob, Proposal
from resolutions.read_models.import_subjects import subjects_of

A_PAGE = 25
SECTION = "resolutions"


@require_safe
def import_jobs(request):
    """The reader's imports of the last two weeks, and for leads those of the people of their coalitions."""
    rows = ImportJob.objects.visible_to(request.user).select_related("by").order_by("-at", "-pk")
    counted = rows.annotate(proposals=Count("events__proposal", distinct=True))
    page = Paginator(counted, A_PAGE).get_page(request.GET.get("page"))
    jobs = list(page)
    subjects = subjects_of(jobs)
    context = {"section": SECTION, "page": page, "rows": [(job, subjects[job.pk]) for job in jobs]}
    return render(request, "coalitions/texts/import_jobs.html", context)


@require_http_methods(["GET", "POST"])
def import_job(request, public_id):
    job = get_object_or_404(ImportJob.objects.visible_to(request.user).select_related("by"), public_id=public_id)
    trouble = ""
    if request.method == "POST":
        if not can_enter_texts(request.user):
            raise PermissionDenied
        try:
            said = act(request.POST.get("act"), job, by=request.user)
        except RuleBroken as error:
            trouble = str(error)
        else:
            messages.success(request, said)
            return redirect(job)
    rows = Proposal.objects.filter(events__job=job, words_of=None).distinct().for_list()
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {"section": SECTION, "job": job, "subject": subjects_of([job])[job.pk], "page": page, "trouble": trouble}
    return render(request, "coalitions/texts/import_job.html", context, status=409 if trouble else 200)


def act(name, job, *, by):
    if name == "take-back":
        imports.take_back(job, by=by)
        return _("The import is undone.")
    if name == "put-back":
        imports.put_back(job, by=by)
        return _("It is restored.")
    raise Http404

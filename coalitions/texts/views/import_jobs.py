"""What was published lately, by files and pasted tables, and taking it back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.core.errors import RuleBroken
from amnt.core.htmx import next_page
from coalitions.models import Membership
from coalitions.permissions import can_enter_texts
from coalitions.texts.services import imports
from resolutions.models import ImportJob, Proposal, Upload
from resolutions.read_models.import_subjects import subjects_of

A_PAGE = 25
SECTION = "resolutions"


def with_people_here(jobs, user):
    """With `by`, and `by_is_here`: whether the reader sees this person in a coalition now; the names of others are hidden."""
    seen = Membership.objects.visible_to(user).filter(user=OuterRef("by"))
    return jobs.select_related("by").annotate(by_is_here=Exists(seen))


@require_safe
def import_jobs(request):
    """What the reader published in the last two weeks, and for leads what people of their coalitions did."""
    rows = with_people_here(ImportJob.objects.visible_to(request.user), request.user).order_by("-at", "-pk")
    counted = rows.annotate(proposals=Count("events__proposal", distinct=True))
    page = Paginator(counted, A_PAGE).get_page(request.GET.get("page"))
    jobs = list(page)
    subjects, files = subjects_of(jobs), file_names_of(jobs, request.user)
    context = {"section": SECTION, "page": page, "may_take_back": can_enter_texts(request.user), "here": request.get_full_path()}
    left = Upload.objects.visible_to(request.user).filter(kind=Upload.Kind.CONTRIBUTION, state=Upload.State.READ)
    context["left"] = left.count()
    context["rows"] = [(job, subjects[job.pk], files.get(job.pk, "")) for job in jobs]
    return render(request, "coalitions/texts/import_jobs.html", context)


@require_http_methods(["GET", "POST"])
def import_job(request, public_id):
    """What one file or table published: until when it can be taken back, and what goes with it."""
    job = get_object_or_404(with_people_here(ImportJob.objects.visible_to(request.user), request.user), public_id=public_id)
    trouble = ""
    if request.method == "POST":
        if not can_enter_texts(request.user):
            raise PermissionDenied
        try:
            said = act(request.POST, job, by=request.user)
        except RuleBroken as error:
            trouble = str(error)
        else:
            messages.success(request, said)
            return redirect(next_page(request, job.get_absolute_url()))
    rows = Proposal.objects.filter(events__job=job, words_of=None).distinct().for_list()
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {"section": SECTION, "job": job, "subject": subjects_of([job])[job.pk], "page": page, "trouble": trouble}
    context["others_worked"] = job.taken_back_at is None and imports.is_built_on(job, seen_by=request.user)
    context["file_name"] = file_names_of([job], request.user).get(job.pk, "")
    return render(request, "coalitions/texts/import_job.html", context, status=409 if trouble else 200)


def file_names_of(jobs, user):
    """By job, the name of the file it published, for who uploaded it."""
    return dict(Upload.objects.visible_to(user).filter(job__in=[job.pk for job in jobs]).values_list("job", "file_name"))


def act(said, job, *, by):
    if said.get("act") == "take-back":
        imports.take_back(job, by=by, with_work_of_others=said.get("others") == "told")
        return _("Taken back: nobody can read it any more.")
    if said.get("act") == "put-back":
        imports.put_back(job, by=by)
        return _("It is restored.")
    raise Http404

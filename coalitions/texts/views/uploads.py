"""Uploading a Word contribution: stored, read by a worker, reviewed, published. Of a restricted one, only its number."""

from uuid import uuid4, uuid5

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only, render_page
from amnt.core.languages import with_colon
from coalitions.models import Circle, KeptCopy
from coalitions.permissions import can_enter_texts
from coalitions.texts.forms.reviewing import KEPT, as_kept, review, too_many
from coalitions.texts.forms.uploads import KeepNumberForm, UploadForm
from coalitions.texts.services import imports
from coalitions.texts.services.discarding import DISCARDED, discard
from coalitions.texts.services.kept_numbers import delete_number, keep_number
from resolutions.importers.docx import RefusalCode
from resolutions.models import Assembly, Contribution, ProposedClause, Upload
from resolutions.services import publishing, uploads
from resolutions.tasks import read_upload

SECTION = "resolutions"
LISTED = 25
State = Upload.State


def refuse_observers(request):
    if not can_enter_texts(request.user):
        raise PermissionDenied


def own_upload(request, public_id):
    """The reader's own upload."""
    mine = Upload.objects.visible_to(request.user).filter(kind=Upload.Kind.CONTRIBUTION)
    upload = get_object_or_404(mine.defer("data").select_related("assembly", "contribution__assembly", "job"), public_id=public_id)
    refuse_observers(request)
    return upload


# --- At the door ---------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def upload_new(request):
    """Choose files; below, unpublished uploads, and the numbers this person may read."""
    refuse_observers(request)
    current = Assembly.objects.current()
    files = request.FILES if request.method == "POST" else None
    form = UploadForm(form_data(request), files, initial={"assembly": current.code if current else None})
    if request.method == "POST" and form.is_valid():
        brought, refused = store_files(request, form.cleaned_data)
        if brought:
            for sentence in refused:
                messages.error(request, sentence, extra_tags="risk")
            return redirect(brought[0]) if len(brought) == 1 else redirect("coalitions:upload-new")
        for sentence in refused:
            form.add_error("files", sentence)
    mine = Upload.objects.visible_to(request.user).exclude(kind=Upload.Kind.TEXT, state=State.PUBLISHED)
    on_their_way = list(mine.defer("data", "extraction").select_related("contribution").order_by("-brought_at", "-pk")[:LISTED])
    context = {
        "section": SECTION,
        "form": form,
        "on_their_way": on_their_way,
        "are_being_read": any(upload.state in (State.WAITING, State.READING) for upload in on_their_way),
        "numbers": numbers_for(request.user)[:LISTED],
        "discarded": KeptCopy.objects.visible_to(request.user).filter(kind=DISCARDED).order_by("-at", "-pk"),
    }
    return render_page(request, "coalitions/texts/upload_new.html", context, partial="uploaded")


def store_files(request, said):
    """The address of each stored file, and the refusals of others."""
    brought, refused = [], []
    for place, file in enumerate(said["files"]):
        try:
            upload = uploads.receive(
                file.read(),
                file_name=file.name,
                by=request.user,
                assembly=said["assembly"],
                is_history=said["is_history"],
                submission=uuid5(said["submission"] or uuid4(), str(place)),
            )
        except RuleBroken as error:
            refused.append(with_colon(file.name, error))
        else:
            brought.append(upload.get_absolute_url())
            if upload.state == State.WAITING:
                read_upload.delay_on_commit(upload.pk)
    return brought, refused


def numbers_for(user):
    numbers = Contribution.objects.visible_to(user).filter(access=Contribution.Access.NUMBER_ONLY)
    return numbers.select_related("assembly", "kept__circle__coalition").order_by("-entered_at", "-pk")


# --- On its way ----------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def upload(request, public_id):
    """The state of an upload: waiting, read, refused, published. A POST saves what was decided so far."""
    thing = own_upload(request, public_id)
    if request.method == "POST" and thing.state == State.READ:
        uploads.save_choices(thing, **{KEPT: as_kept(request.POST)})
        messages.success(request, _("Your choices are saved. Nothing is published until you say so."))
        return redirect(thing)
    if thing.state == State.READ:
        if request.htmx:
            return HttpResponseClientRefresh()
        return review_page(request, review(thing, request.user, form_data(request)))
    context = {"section": SECTION, "upload": thing}
    if thing.state == State.PUBLISHED:
        return render(request, "coalitions/texts/upload_published.html", context | what_was_published(request, thing))
    if thing.state == State.REFUSED:
        if request.htmx:
            return HttpResponseClientRefresh()
        if thing.refusal == RefusalCode.LIMITED_DISTRIBUTION:
            return redirect("coalitions:upload-keep-number", thing.public_id)
        return render(request, "coalitions/texts/upload_refused.html", context | {"refusal": uploads.refusal_in_words(thing)})
    return render_page(request, "coalitions/texts/upload_waiting.html", context, partial="progress")


def review_page(request, reviewed, trouble=""):
    context = {"section": SECTION, "upload": reviewed.upload, "review": reviewed, "form": None, "trouble": trouble}
    if reviewed.left_out:
        context["too_many"] = too_many()
    return render(request, "coalitions/texts/upload_read.html", context)


def what_was_published(request, thing):
    contribution = Contribution.objects.visible_to(request.user).filter(pk=thing.contribution_id).first()
    proposals = list(contribution.proposals.filter(taken_back_at=None).for_list()) if contribution else []
    doubtful = ProposedClause.objects.filter(proposal__in=proposals, is_doubtful=True).count()
    return {"contribution": contribution, "proposals": proposals, "doubtful": doubtful}


@require_http_methods(["GET", "POST"])
def upload_publish(request, public_id):
    thing = own_upload(request, public_id)
    if thing.state != State.READ or (request.method == "GET" and form_data(request) is None):
        return redirect(thing)
    reviewed = review(thing, request.user, form_data(request))
    if request.method == "GET":
        return review_page(request, reviewed)
    uploads.save_choices(thing, **{KEPT: as_kept(request.POST)})
    if not reviewed.is_valid:
        return review_page(request, reviewed)
    chosen = [item.form.chosen() for item in reviewed.items if item.form.cleaned_data["is_in"]]
    try:
        publishing.publish(thing, reviewed.about.about(thing.assembly), chosen, by=request.user)
    except RuleBroken as error:
        return review_page(request, reviewed, str(error))
    messages.success(request, _("Published: everyone who uses this service can read it now."))
    return redirect(thing)


@post_only
def upload_take_back(request, public_id):
    """Undo the publication of a file, from the page that says it is published."""
    thing = own_upload(request, public_id)
    if thing.job is None:
        raise Http404
    try:
        imports.take_back_publication(thing.job, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error), extra_tags="risk")
    else:
        messages.success(request, _("Taken back: nobody can read it any more, and nobody is told of it."))
    return redirect(thing)


@post_only
def upload_discard(request, public_id):
    copy = discard(own_upload(request, public_id), by=request.user)
    messages.success(request, _("Discarded. You can restore it for two weeks.") if copy else _("Nothing was kept."))
    return redirect("coalitions:upload-new")


# --- Only the number -------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def upload_keep_number(request, public_id):
    """Refused as restricted, or declared so by the person: delete its content, store the number if wanted."""
    thing = own_upload(request, public_id)
    if thing.state == State.PUBLISHED:
        return redirect(thing)
    refusal = uploads.refusal_in_words(thing) if thing.refusal == RefusalCode.LIMITED_DISTRIBUTION else ""
    return number_form(request, initial={"number": thing.number, "assembly": thing.assembly}, upload=thing, refusal=refusal)


@require_http_methods(["GET", "POST"])
def number_new(request):
    """Enter the number of a document without a file."""
    refuse_observers(request)
    return number_form(request, initial={"assembly": Assembly.objects.current()})


def number_form(request, *, initial, upload=None, refusal=""):
    circles = Circle.objects.of(request.user).by_name()
    if initial["assembly"]:
        initial["assembly"] = initial["assembly"].code
    form = KeepNumberForm(form_data(request), circles=circles, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            keep_number(by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            if upload is not None:
                uploads.discard(upload)
            messages.success(request, _("Only the number is kept."))
            return redirect("coalitions:upload-new")
    context = {"section": SECTION, "form": form, "upload": upload, "refusal": refusal}
    return render(request, "coalitions/texts/keep_number.html", context)


@post_only
def number_delete(request, public_id):
    number = get_object_or_404(numbers_for(request.user), public_id=public_id)
    if number.entered_by_id != request.user.pk:
        raise PermissionDenied
    delete_number(number)
    messages.success(request, _("The number is deleted, for everyone it was shared with."))
    return redirect("coalitions:upload-new")

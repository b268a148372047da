from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from coalitions.permissions import can_enter_texts
from coalitions.texts.forms.texts_in_force import ANOTHER, RevisionForm, TextInForceForm
from coalitions.texts.services.discarding import discard
from resolutions.importers.paragraphs import RepairKind
from resolutions.importers.refusals import TROUBLES
from resolutions.models import Proposal, Resolution, RevisionText, Upload
from resolutions.services import uploads
from resolutions.services.revisions import assemblies_without_revision
from resolutions.services.text_entry import (
    as_pasted,
    clauses_of,
    doubts_of,
    given_in_of,
    receive_file,
    receive_pasted,
    receive_starting_text,
    repairs_of,
    revision_of,
    split_again,
    store_text,
    warnings_of,
)
from resolutions.services.texts import check_text, prepare
from resolutions.tasks import anchor_rest, read_uploads


def text_address(text):
    return f"{reverse('resolutions:text', args=[text.revision.resolution.slug])}?version={text.public_id}"


@require_http_methods(["GET", "POST"])
def text_new(request, slug):
    resolution = get_object_or_404(Resolution.objects.for_page(request.user), slug=slug)
    if not can_enter_texts(request.user):
        raise PermissionDenied
    revisions, missing = list(resolution.revisions.all()), assemblies_without_revision(resolution)
    last = revisions[-1].assembly.code if revisions else ""
    asked = {"language": request.user.language, "revision": request.GET.get("revision") or last}
    corrected = upload_to_correct(request)
    if corrected is not None:
        named = corrected.choices.get("conference") or {}
        code = corrected.assembly.code if corrected.assembly else ANOTHER
        asked |= {"revision": code, "language": corrected.language, "pasted": as_pasted(clauses_of(corrected)), **named}
        asked |= {name: corrected.choices.get(name, "") for name in ("source", "url", "is_first")}
    choices = {"resolution": resolution, "revisions": revisions, "missing": missing}
    form = TextInForceForm(form_data(request), request.FILES or None, initial=asked, **choices)
    if request.method == "POST" and form.is_valid():
        try:
            upload = receive(request, form.cleaned_data)
        except RuleBroken as error:
            form.add_error("file" if request.FILES else "pasted", str(error))
        else:
            if corrected is not None:
                uploads.discard(corrected)
            return redirect(upload)
    context = {"section": "resolutions", "resolution": resolution, "form": form, "may_choose": not resolution.is_draft}
    return render(request, "coalitions/texts/text_new.html", context)


def upload_to_correct(request):
    """What was read of a text and is corrected by hand, if this person brought it; it is replaced by what she sends."""
    try:
        named = UUID(request.GET.get("correct", ""))
    except ValueError:
        return None
    mine = Upload.objects.visible_to(request.user).filter(kind=Upload.Kind.TEXT, state=Upload.State.READ)
    return mine.select_related("assembly").filter(public_id=named).first()


def receive(request, about):
    """Pasted text is split at once; a file waits for the worker."""
    given = {name: about[name] for name in ("language", "source", "url", "is_first", "submission")} | {"by": request.user}
    if not about["file"]:
        return receive_pasted(about["revision"], pasted=about["pasted"], **given)
    upload = receive_file(about["file"].read(), about["revision"], file_name=about["file"].name, **given)
    read_uploads.delay_on_commit([upload.pk])
    return upload


@require_http_methods(["GET", "POST"])
def starting_text(request, public_id):
    """Take what a proposal starts from for the text in force, where nobody entered that: first which revision it is."""
    found = Proposal.objects.visible_to(request.user).current().select_related("contribution__assembly")
    proposal = get_object_or_404(found, public_id=public_id)
    proposal.resolution = resolution = get_object_or_404(Resolution.objects.for_page(request.user), pk=proposal.resolution_id)
    if not can_enter_texts(request.user):
        raise PermissionDenied
    assembly = proposal.contribution.assembly
    revisions = [revision for revision in resolution.revisions.all() if assembly.is_after(revision.assembly)]
    missing = [each for each in assemblies_without_revision(resolution) if assembly.is_after(each)]
    if not (revisions or missing):
        raise Http404
    asked = {"revision": revisions[-1].assembly.code if revisions else ""}
    form = RevisionForm(form_data(request), initial=asked, resolution=resolution, revisions=revisions, missing=missing)
    if request.method == "POST" and form.is_valid():
        about = form.cleaned_data
        try:
            upload = receive_starting_text(proposal, about["revision"], is_first=about["is_first"], by=request.user)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            return redirect(upload)
    context = {"section": "resolutions", "proposal": proposal, "resolution": resolution, "form": form}
    return render(request, "coalitions/texts/starting_text.html", context)


@require_http_methods(["GET", "POST"])
def text_preview(request, public_id):
    """The split text before it is stored, for the person who uploaded it."""
    mine = Upload.objects.visible_to(request.user).filter(kind=Upload.Kind.TEXT)
    upload = get_object_or_404(mine.select_related("revision__assembly", "revision__resolution", "assembly"), public_id=public_id)
    if not can_enter_texts(request.user):
        raise PermissionDenied
    revision = revision_of(upload)
    if revision is None:
        raise Http404
    resolution = revision.resolution
    if upload.state == Upload.State.PUBLISHED:
        return redirect("resolutions:text", resolution.slug)
    if request.method == "POST":
        return decide(request, upload, resolution)
    context = {"section": "resolutions", "upload": upload, "revision": revision, "resolution": resolution}
    if upload.state == Upload.State.REFUSED:
        context["refusal"] = uploads.refusal_in_words(upload)
    if upload.state == Upload.State.READ:
        context["doubts"] = doubts_of(upload)
        context["repairs"] = repairs_of(upload)
        context["given_in"] = given_in_of(upload)
        context["warnings"] = [(warned, TROUBLES[warned.code]) for warned in warnings_of(upload)]
        try:
            context["prepared"] = prepare(revision, language=upload.language, clauses=clauses_of(upload))
        except RuleBroken as error:
            context["refusal"] = str(error)
    return render(request, "coalitions/texts/text_preview.html", context)


def decide(request, upload, resolution):
    if request.POST.get("act") == "repairs":
        known = {repair.key for kind in repairs_of(upload) for repair, _is_undone in kind.repairs} | set(RepairKind)
        try:
            split_again(upload, undone=[key for key in request.POST.getlist("undone") if key in known])
        except RuleBroken as error:
            messages.error(request, str(error))
        return redirect(upload)
    if request.POST.get("act") != "store":
        discard(upload, by=request.user)
        messages.success(request, _("Nothing was stored."))
        return redirect("resolutions:text", resolution.slug)
    try:
        text = store_text(upload, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect(upload)
    anchor_rest.delay_on_commit(text.pk)
    messages.success(request, _("The text is stored. Another person has to check it."))
    return redirect(text_address(text))


@require_http_methods(["GET", "POST"])
def text_check(request, public_id):
    """A second person compares it with the official text."""
    texts = RevisionText.objects.visible_to(request.user).select_related("revision__resolution", "revision__assembly", "given_in")
    text = get_object_or_404(texts, public_id=public_id)
    if not can_enter_texts(request.user):
        raise PermissionDenied
    if request.method == "POST":
        try:
            check_text(text, by=request.user)
        except RuleBroken as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The text is checked."))
        return redirect(text_address(text))
    context = {
        "section": "resolutions",
        "text": text,
        "resolution": text.revision.resolution,
        "clauses": text.clauses.in_order(),
        "is_mine": text.entered_by_id == request.user.pk,
    }
    return render(request, "coalitions/texts/text_check.html", context)

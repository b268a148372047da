"""Uploading a Word contribution: stored, read by a worker, reviewed, published. Of a restricted one, only its number."""

from collections import Counter
from contextlib import suppress
from itertools import batched
from math import ceil
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule, whole_number
from amnt.core.htmx import address_of, post_only, render_page
from amnt.core.languages import with_colon
from coalitions.models import Circle, KeptCopy
from coalitions.permissions import can_enter_texts
from coalitions.texts.forms.certain import certain_uploads, in_pages
from coalitions.texts.forms.reviewing import KEPT, as_kept, review, too_many
from coalitions.texts.forms.uploads import KeepNumberForm, UploadForm, in_few_lines
from coalitions.texts.services.discarding import DISCARDED, discard
from coalitions.texts.services.kept_numbers import delete_number, keep_number
from resolutions.importers.docx import RefusalCode
from resolutions.models import Assembly, Contribution, ProposedClause, Upload
from resolutions.services import publishing, uploads
from resolutions.tasks import AT_ONCE, read_uploads

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
        refused = in_few_lines(refused)
        if brought:
            for sentence in refused:
                messages.error(request, sentence, extra_tags="risk")
            return redirect(brought[0]) if len(brought) == 1 else redirect("coalitions:upload-new")
        for sentence in refused:
            form.add_error("files", sentence)
    mine = Upload.objects.visible_to(request.user).exclude(kind=Upload.Kind.TEXT, state=State.PUBLISHED)
    counted = Counter(dict(mine.order_by().values_list("state").annotate(n=Count("pk"))))
    pages = max(ceil(counted.total() / LISTED), 1)
    number = min(max(whole_number(request.GET.get("page", ""), digits=4) or 1, 1), pages)
    newest_first = mine.defer("data", "extraction").select_related("contribution").order_by("-brought_at", "-pk")
    context = {
        "section": SECTION,
        "form": form,
        "on_their_way": newest_first[(number - 1) * LISTED : number * LISTED],
        "number": number,
        "pages": pages,
        "counted": [(State(state).label, counted[state]) for state in State if counted[state]],
        "are_being_read": bool(counted[State.WAITING] + counted[State.READING]),
        "read": counted[State.READ],
        "here": address_of(request),
        "numbers": numbers_for(request.user)[:LISTED],
        "discarded": KeptCopy.objects.visible_to(request.user).filter(kind=DISCARDED).order_by("-at", "-pk"),
    }
    return render_page(request, "coalitions/texts/upload_new.html", context, partial="uploaded")


def store_files(request, said):
    """The address of each stored file, and the refusals of others."""
    brought, waiting, refused = [], [], list(said["files"].refused)
    for place, file in enumerate(said["files"].taken):
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
                waiting.append(upload.pk)
    # A message for several: where the broker is lost, each costs a second.
    for keys in batched(waiting, AT_ONCE):
        read_uploads.delay_on_commit(keys)
    return brought, refused


def numbers_for(user):
    numbers = Contribution.objects.visible_to(user).filter(access=Contribution.Access.NUMBER_ONLY)
    return numbers.select_related("assembly", "kept__circle__coalition").order_by("-entered_at", "-pk")


# --- Several at once -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def upload_publish_certain(request):
    """All files that are certain in every proposal and clause, published by one button; what stays behind, and why."""
    refuse_observers(request)
    pages = in_pages(request.user)
    number = min(max(whole_number(request.GET.get("page", ""), digits=4) or 1, 1), max(len(pages), 1))
    found = certain_uploads(request.user, pages[number - 1] if pages else [])
    if request.method == "POST":
        published, refused = publish_as_shown(found.certain, stamps_of(request.POST.getlist("file")), by=request.user)
        for sentence in refused:
            messages.error(request, sentence, extra_tags="risk")
        if published:
            said = ngettext(
                "%(n)s file is published: everyone who uses this service can read it now.",
                "%(n)s files are published: everyone who uses this service can read them now.",
                published,
            )
            messages.success(request, said % {"n": published})
        return redirect("coalitions:import-jobs" if published else "coalitions:upload-publish-certain")
    context = {"section": SECTION, "found": found, "number": number, "pages": len(pages)}
    return render(request, "coalitions/texts/upload_publish_certain.html", context)


def stamps_of(sent):
    """Of each file that the page showed, its public id and stamp. What no page of ours sends is left out."""
    stamps = {}
    for public_id, _space, stamp in (value.partition(" ") for value in sent):
        with suppress(ValueError):
            stamps[UUID(public_id)] = stamp
    return stamps


def publish_as_shown(certain, stamps, *, by):
    """How many of the files that the page showed are published, and a sentence for each other."""
    is_same = {each.upload.public_id: each.stamp == stamps.get(each.upload.public_id) for each in certain}
    ready = [(each.upload, each.decided_on, each.decisions) for each in certain if is_same[each.upload.public_id]]
    outcomes = publishing.publish_each(ready, by=by)
    refused = [with_colon(upload.file_name, sentence) for upload, sentence in outcomes if sentence]
    done = {upload.public_id for upload, sentence in outcomes if not sentence}
    others = Upload.objects.visible_to(by).filter(public_id__in=stamps.keys() - {upload.public_id for upload, _sentence in outcomes})
    states = {public_id: (name, state) for public_id, name, state in others.values_list("public_id", "file_name", "state")}
    for public_id in stamps.keys() - {upload.public_id for upload, _sentence in outcomes}:
        name, state = states.get(public_id, ("", ""))
        if state == State.PUBLISHED:
            # The button was pressed twice.
            done.add(public_id)
        elif state:
            refused.append(with_colon(name, _("It has changed since the page was opened, and was not published.")))
        else:
            refused.append(_("A file that is no longer here was not published."))
    return len(done), refused


# --- On its way ----------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def upload(request, public_id):
    """The state of an upload: waiting, read, refused, published. A POST saves what was decided so far."""
    thing = own_upload(request, public_id)
    if request.method == "POST" and "table" in request.POST:
        return say_what_a_table_is(request, thing)
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


def say_what_a_table_is(request, thing):
    """Read a table of two columns as two versions of a text, or as a table."""
    number, said = whole_number(request.POST["table"], digits=4), request.POST.get("is")
    if number is None or said not in ("versions", "table"):
        raise Http404
    try:
        uploads.read_table(thing, number, is_versions=said == "versions")
    except RuleBroken as error:
        messages.error(request, str(error), extra_tags="risk")
    else:
        messages.success(request, _("The file was read again."))
    return redirect(thing)


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

"""Writing and taking out a confidential note. No address names a note: only what it is about, which is public."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import next_page, post_only
from coalitions.models import ConfidentialNote, Delegation
from coalitions.participation.forms.confidential_notes import ConfidentialNoteForm
from coalitions.permissions import membership_context_of
from coalitions.read_models.confidential_notes import notes_written_by
from coalitions.read_models.seats import whom_she_may_tell
from coalitions.services import confidential_notes as services
from resolutions.models import Resolution

PAGE = 25


@require_http_methods(["GET", "POST"])
def note_on_delegation(request, public_id):
    found = Delegation.objects.visible_to(request.user).select_related("assembly")
    return write(request, get_object_or_404(found, public_id=public_id))


@require_http_methods(["GET", "POST"])
def note_on_resolution(request, slug):
    return write(request, get_object_or_404(Resolution.objects.visible_to(request.user), slug=slug))


def write(request, thing):
    if not membership_context_of(request.user).works:
        raise PermissionDenied
    people, _circles = whom_she_may_tell(request.user)
    form = ConfidentialNoteForm(form_data(request), people=people)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.write(thing, text=said["text"], readers=said["readers"], by=request.user, submission=said["submission"])
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Stored, encrypted. Only you and those you named can read it."))
            return redirect(thing)
    context = {"section": "coalition", "thing": thing, "form": form, "is_delegation": isinstance(thing, Delegation)}
    return render(request, "coalitions/participation/confidential_new.html", context)


@post_only
def note_take_out(request):
    """By its author. One that is not hers is answered as one that does not exist."""
    try:
        key = UUID(request.POST.get("note", ""))
    except ValueError:
        raise Http404 from None
    note = next((note for note in ConfidentialNote.objects.by_author(request.user) if note.pk == key), None)
    if note is None:
        raise Http404
    services.remove(note)
    messages.success(request, _("Removed, for those you named too."))
    return redirect(next_page(request, "coalitions:own-notes"))


@require_safe
def own_notes(request):
    page = Paginator(notes_written_by(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "coalitions/participation/own_notes.html", {"page": page})

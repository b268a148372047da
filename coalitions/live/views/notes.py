"""Notes of what moved in a session: written, corrected, removed."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from coalitions.live.forms.notes import SessionNoteForm
from coalitions.live.read_models.session_notes import note_choices
from coalitions.live.read_models.unsent import unsent_mark
from coalitions.live.services import notes
from coalitions.models import AssemblySession, SessionNote
from coalitions.permissions import can_write_session_note, membership_context_of
from coalitions.read_models.session_notes import brackets_known_to

# No other page may have a service worker.
MAY_HAVE_WORKER = settings.SECURE_CSP | {"worker-src": [CSP.SELF]}


@csp_override(MAY_HAVE_WORKER)
@require_http_methods(["GET", "HEAD", "POST"])
def session_note_new(request, public_id):
    rows = AssemblySession.objects.visible_to(request.user).select_related("circle__coalition", "assembly")
    session = get_object_or_404(rows, public_id=public_id)
    memberships = membership_context_of(request.user)
    if not can_write_session_note(request.user, session, memberships):
        if session.circle.coalition_id not in memberships.works_in:
            raise PermissionDenied
        return not_yet(request, session)
    return note_page(request, session, memberships)


def not_yet(request, session):
    """When a note can be written of a session that has not begun; or that it was cancelled."""
    context = {"section": "live", "session": session, "zone": session.assembly.zone}
    return render(request, "coalitions/live/note_not_yet.html", context, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def session_note_correct(request, public_id):
    rows = SessionNote.objects.visible_to(request.user).select_related(
        "session__circle__coalition", "session__assembly", "circle", "resolution", "next_session"
    )
    note = get_object_or_404(rows, public_id=public_id)
    memberships = membership_context_of(request.user)
    if note.by_id != request.user.pk or not can_write_session_note(request.user, note.session, memberships):
        raise PermissionDenied
    return note_page(request, note.session, memberships, note)


def note_page(request, session, memberships, note=None):
    """The form of a new note, or of one that is corrected."""
    wanted = request.GET.get("resolution", "")
    if note is not None:
        wanted = note.resolution.slug if note.resolution else ""
    choices = note_choices(session, request.user, memberships, wanted, corrected=note)
    initial = SessionNoteForm.initial_of(note) if note else None
    form = SessionNoteForm(form_data(request), choices=choices, session=session, initial=initial)
    before = brackets_known_to(request.user, choices.resolution) if choices.resolution else 0
    if request.method == "POST" and form.is_valid():
        try:
            if note:
                notes.correct_note(note, by=request.user, **form.facts)
            else:
                notes.write_note(session, by=request.user, submission=form.cleaned_data["submission"], **form.facts)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, what_became_of_brackets(request.user, choices.resolution, before))
            return redirect(session)
    context = {
        "section": "live",
        "session": session,
        "note": note,
        "zone": session.assembly.zone,
        "form": form,
        "choices": choices,
        "in_brackets": before,
        "unsent": unsent_mark(request.user),
    }
    return render(request, "coalitions/live/note.html", context)


def what_became_of_brackets(user, resolution, before):
    after = brackets_known_to(user, resolution) if resolution else before
    if after == before:
        return _("Saved.")
    sentence = ngettext(
        "Saved. %(resolution)s now has %(n)s passage in brackets; it had %(before)s.",
        "Saved. %(resolution)s now has %(n)s passages in brackets; it had %(before)s.",
        after,
    )
    return sentence % {"resolution": resolution.short_name, "n": after, "before": before}


@post_only
def session_note_remove(request, public_id):
    note = get_object_or_404(SessionNote.objects.visible_to(request.user).select_related("session"), public_id=public_id)
    if note.by_id != request.user.pk:
        raise PermissionDenied
    session = note.session
    notes.remove_note(note, by=request.user)
    messages.success(request, _("Removed for good."))
    return redirect(session)

"""What a mail leads to: "I have seen it" without a log-in, and every other act after one, at its own button."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amnt.mail.seeing import unseen_mail
from calendar_app.models import Deadline, Meeting
from calendar_app.services.seen_mails import may_be_seen, note_seen
from coalitions.models import FollowUp

# Where its page asks for the answer.
ANCHORS = {"deadline": "answer", "meeting": "h-going", "follow-up": "answer"}
MODELS: dict[str, Any] = {"deadline": Deadline, "meeting": Meeting, "follow-up": FollowUp}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seen(request, token):
    """Opening the link changes nothing (robots do); the button does, once. Unknown, used and too old are the same answer."""
    email = unseen_mail(token)
    if email is None or email.to is None or not may_be_seen(email):
        return render(request, "mail/pages/seen.html", {"step": "gone", "form": None}, status=404)
    with translation.override(email.to.language):
        if request.method != "POST":
            return render(request, "mail/pages/seen.html", {"step": "ask", "form": None})
        if not note_seen(email):
            return render(request, "mail/pages/seen.html", {"step": "gone", "form": None}, status=404)
        return render(request, "mail/pages/seen.html", {"step": "noted", "form": None})


@require_safe
def open_act(request, what, public_id):
    """The page of what a mail asks for, at the place of its answer. An anchor in the mail itself would be lost while logging in."""
    if what not in MODELS:
        raise Http404
    thing = get_object_or_404(MODELS[what].objects.visible_to(request.user), public_id=public_id)
    anchor = "h-prepare" if isinstance(thing, Deadline) and thing.is_to_prepare else ANCHORS[what]
    return redirect(f"{thing.get_absolute_url()}#{anchor}")

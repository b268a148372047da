"""Kept copies: the earlier and the present text, and restoring."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.core.errors import RuleBroken
from amnt.core.htmx import post_only
from coalitions.models import KeptCopy, Membership
from coalitions.read_models.names import display_name
from coalitions.services import kept_copies as services


def visible_copy(request, public_id):
    """The copy with its preview: 404 unless the reader may read both the copy and its subject."""
    copies = KeptCopy.objects.visible_to(request.user).select_related("circle", "by")
    copy = get_object_or_404(copies, public_id=public_id)
    look = services.preview_of(copy, request.user)
    if look is None:
        raise Http404
    if not look.may_put_back:
        raise PermissionDenied
    return copy, look


@require_http_methods(["GET", "POST"])
def kept_copy(request, public_id):
    copy, look = visible_copy(request, public_id)
    trouble = ""
    if request.method == "POST":
        try:
            thing = services.put_back(copy, by=request.user, seen=request.POST.get("seen", ""))
        except RuleBroken as error:
            trouble = str(error)
        else:
            messages.success(request, _("It is restored."))
            return redirect(thing)
    here = set()
    if copy.circle:
        here = set(Membership.objects.current().filter(coalition=copy.circle.coalition_id).values_list("user_id", flat=True))
    context = {
        "section": "resolutions" if copy.circle is None else "follow-ups",
        "copy": copy,
        "look": look,
        "sentence": services.sentence_of(copy),
        "by_name": display_name(copy.by, here) if copy.circle else "",
        "trouble": trouble,
    }
    return render(request, "coalitions/kept_copy.html", context, status=409 if trouble else 200)


@post_only
def kept_copy_forget(request, public_id):
    """Delete a copy for good; a circle's copy is refused."""
    copy, look = visible_copy(request, public_id)
    if copy.owner_id != request.user.pk:
        raise PermissionDenied
    services.forget(copy)
    messages.success(request, _("It is deleted for good."))
    return redirect(look.back)

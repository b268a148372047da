"""Inviting, and the page behind the link of an invitation."""

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import typed
from amnt.accounts.models import User
from amnt.errors import RuleBroken
from amnt.htmx import act
from coalitions.forms.people import InviteForm, NewcomerForm
from coalitions.invitation_keys import digest_of, is_key_of, key_of
from coalitions.models import Invitation, Membership
from coalitions.permissions import standing_of
from coalitions.services import invitations
from coalitions.views.people import SECTION, not_as_lead, visible_coalition

JUST_INVITED = "just_invited"


# --- For leads ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def invite(request, public_id):
    coalition = visible_coalition(request, public_id)
    if answer := not_as_lead(request, coalition, standing_of(request.user)):
        return answer
    organisations = invitations.organisations_of(coalition)
    form = InviteForm(typed(request), organisations=organisations, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invitations.invite(coalition, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            request.session[JUST_INVITED] = str(invitation.public_id)
            return redirect("coalitions:invited", coalition.public_id)
    return render(request, "coalitions/invite.html", {"coalition": coalition, "form": form, "section": SECTION})


@require_safe
def invited(request, public_id):
    """The link, shown once to the lead who made it, to be sent by another way than mail."""
    coalition = visible_coalition(request, public_id)
    if answer := not_as_lead(request, coalition, standing_of(request.user)):
        return answer
    just_made = request.session.pop(JUST_INVITED, None)
    invitation = Invitation.objects.visible_to(request.user).open().filter(coalition=coalition, public_id=just_made).first()
    if invitation is None or not is_key_of(invitation.public_id, invitation.digest):
        return redirect(coalition)
    path = reverse("coalitions:invitation", args=[key_of(invitation.public_id)])
    context = {"coalition": coalition, "invitation": invitation, "link": f"{settings.SITE_URL}{path}", "section": SECTION}
    return render(request, "coalitions/invited.html", context)


@act
def invitation_revoke(request, public_id):
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user).select_related("coalition"), public_id=public_id)
    if answer := not_as_lead(request, invitation.coalition, standing_of(request.user)):
        return answer
    try:
        invitations.revoke(invitation)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The invitation has been revoked. Its link no longer works."))
    return redirect(invitation.coalition)


# --- Behind the link ------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, key):
    """Robots open links: looking changes nothing and names nobody. The button accepts."""
    found = Invitation.objects.select_related("coalition", "organisation").filter(digest=digest_of(key)).first()
    if found is None or not found.is_open:
        return closed(request, found)
    if request.user.is_authenticated:
        return as_someone(request, found)
    if User.objects.filter(email=found.email).exists():
        return render(request, "coalitions/invitation_log_in.html", {"next": request.path})
    return as_newcomer(request, found)


def closed(request, found):
    """Unknown, expired, used and revoked look the same; but whoever came in by it finds the way again."""
    came_in = found and found.accepted_by_id and found.accepted_by_id == request.user.pk
    if came_in and Membership.objects.current().filter(coalition=found.coalition, user=request.user).exists():
        messages.success(request, _("You have already accepted this invitation."))
        return redirect(found.coalition)
    return render(request, "coalitions/invitation_closed.html", status=404)


def as_someone(request, found):
    if request.user.email.lower() != found.email:
        return render(request, "coalitions/invitation_not_yours.html", {"next": request.path}, status=403)
    if request.method == "POST":
        try:
            invitations.accept(found, user=request.user)
        except RuleBroken:
            return closed(request, found)
        messages.success(request, _("Welcome."))
        return redirect("calendar_app:first-steps" if request.user.first_steps_done_at is None else found.coalition)
    return render(request, "coalitions/invitation.html", {"invitation": found, "section": SECTION})


def as_newcomer(request, found):
    language = get_language() or found.language
    form = NewcomerForm(typed(request), invitation=found, initial={"language": language, "time_zone": "UTC"})
    if request.method == "POST" and form.is_valid():
        try:
            user = invitations.accept_as_newcomer(found, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            return perform_login(request, user, redirect_url=reverse("calendar_app:first-steps"), signup=True)
    return render(request, "coalitions/invitation_newcomer.html", {"form": form})

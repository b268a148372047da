"""Inviting, and the page behind the link of an invitation."""

from datetime import timedelta

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from coalitions.domain.invitation_keys import digest_of, is_key_of, key_of
from coalitions.forms.people import InvitationCodeForm, InviteForm, NewcomerForm
from coalitions.models import Arrival, CharterVersion, Invitation, Membership
from coalitions.permissions import membership_context_of
from coalitions.services import invitations
from coalitions.views.coalitions import SECTION, not_as_lead, visible_coalition

JUST_INVITED = "just_invited"
# Session keys: the invitation whose code was entered, and the arrival whose two words are shown.
PROVEN, ARRIVAL = "proven_invitation", "arrival"
REMEMBERED_FOR = timedelta(days=1)


# --- For leads ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def invite(request, public_id):
    coalition = visible_coalition(request, public_id)
    if answer := not_as_lead(request, coalition, membership_context_of(request.user)):
        return answer
    organisations = invitations.organisations_of(coalition)
    initial = {"language": request.user.language}
    if request.GET.get("role") in Membership.Role.values:
        initial["role"] = request.GET["role"]
    form = InviteForm(form_data(request), organisations=organisations, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invitations.invite(coalition, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            request.session[JUST_INVITED] = str(invitation.public_id)
            return redirect("coalitions:invited", coalition.public_id)
    return render(request, "coalitions/invitations/invite.html", {"coalition": coalition, "form": form, "section": SECTION})


@require_safe
def invited(request, public_id):
    """The link, shown once to the lead who made it, to be sent by another channel than mail."""
    coalition = visible_coalition(request, public_id)
    if answer := not_as_lead(request, coalition, membership_context_of(request.user)):
        return answer
    just_made = request.session.pop(JUST_INVITED, None)
    invitation = Invitation.objects.visible_to(request.user).open().filter(coalition=coalition, public_id=just_made).first()
    if invitation is None or not is_key_of(invitation.public_id, invitation.digest):
        return redirect(coalition)
    path = reverse("coalitions:invitation", args=[key_of(invitation.public_id)])
    context = {"coalition": coalition, "invitation": invitation, "link": f"{settings.SITE_URL}{path}", "section": SECTION}
    return render(request, "coalitions/invitations/invited.html", context)


@post_only
def invitation_revoke(request, public_id):
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user).select_related("coalition"), public_id=public_id)
    if answer := not_as_lead(request, invitation.coalition, membership_context_of(request.user)):
        return answer
    try:
        invitations.revoke(invitation, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The invitation has been revoked. Its link no longer works."))
    return redirect(invitation.coalition)


@require_safe
def invitation_words(request, public_id):
    """For leads: the two words of each arrival."""
    found = get_object_or_404(Invitation.objects.visible_to(request.user).select_related("coalition"), public_id=public_id)
    if found.proof != Invitation.Proof.WORDS or not found.is_open:
        return redirect(found.coalition)
    arrivals = Arrival.objects.open().filter(invitation=found).select_related("invitation").order_by("created_at", "pk")
    context = {"coalition": found.coalition, "invitation": found, "arrivals": arrivals, "section": SECTION}
    return render(request, "coalitions/invitations/invitation_words.html", context)


@post_only
def arrival_confirm(request, public_id):
    arrivals = Arrival.objects.visible_to(request.user).open().select_related("invitation__coalition")
    arrival = get_object_or_404(arrivals, public_id=public_id)
    try:
        invitations.confirm_words(arrival, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect(arrival.invitation.coalition)
    messages.success(request, _("Confirmed. The person can continue now."))
    return redirect("coalitions:invitation-words", arrival.invitation.public_id)


# --- Behind the link ------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, key):
    """GET changes nothing and names nobody, since robots open links. Whether the address has an account is shown only after proof: a code
    sent to it, or two words confirmed by a lead.
    """
    found = Invitation.objects.select_related("coalition", "organisation").filter(digest=digest_of(key)).first()
    if found is None or not found.is_open:
        return closed(request, found)
    if request.user.is_authenticated:
        return as_someone(request, found)
    arrival = arrival_of(request, found)
    if request.session.get(PROVEN) == str(found.public_id) or (arrival and arrival.confirmed_at):
        if User.objects.filter(email=found.email).exists():
            return render(request, "coalitions/invitations/invitation_log_in.html", {"next": request.path})
        return as_newcomer(request, found)
    return prove_by_words(request, found, arrival) if found.proof == Invitation.Proof.WORDS else prove_by_code(request, found)


def prove_by_code(request, found):
    """Send a code to the address, and check it."""
    form, trouble = InvitationCodeForm(), ""
    try:
        if request.method == "POST" and "send" in request.POST:
            invitations.send_code(found)
            return redirect(request.path)
        if request.method == "POST":
            form = InvitationCodeForm(request.POST)
            if form.is_valid() and invitations.is_right_code(found, form.cleaned_data["code"]):
                remember(request, PROVEN, found)
                return redirect(request.path)
            found.refresh_from_db()
            if form.is_valid():
                form.add_error("code", wrong_code(found))
    except RuleBroken as refusal:
        trouble = str(refusal)
    return render(
        request, "coalitions/invitations/invitation_code.html", {"takes_code": found.takes_code, "form": form, "trouble": trouble}
    )


def wrong_code(found):
    if not found.takes_code:
        return _("This code no longer works. Ask for another one.")
    return ngettext("Wrong code. %(n)s try is left.", "Wrong code. %(n)s tries are left.", found.tries_left) % {"n": found.tries_left}


def prove_by_words(request, found, arrival):
    """Show two words, to be compared with a lead by voice or messaging app."""
    trouble = ""
    if request.method == "POST" and arrival is None:
        try:
            remember(request, ARRIVAL, invitations.arrive(found))
        except RuleBroken as refusal:
            trouble = str(refusal)
        else:
            return redirect(request.path)
    context = {"arrival": arrival, "next": request.path, "language": found.language, "trouble": trouble}
    return render(request, "coalitions/invitations/invitation_two_words.html", context)


def remember(request, name, row):
    request.session[name] = str(row.public_id)
    request.session.set_expiry(REMEMBERED_FOR)


def arrival_of(request, found):
    """The arrival of this browser, made if needed."""
    if ARRIVAL not in request.session:
        return None
    arrivals = Arrival.objects.open().filter(invitation=found).select_related("invitation")
    return arrivals.filter(public_id=request.session[ARRIVAL]).first()


def closed(request, found):
    """The same page for unknown, expired, used and revoked keys; who accepted it is redirected."""
    if found and found.accepted_by_id and found.accepted_by_id == request.user.pk:
        if Membership.objects.current().filter(coalition=found.coalition, user=request.user).exists():
            messages.success(request, _("You have already accepted this invitation."))
            return redirect(found.coalition)
        if Invitation.objects.waiting_for_leads().filter(pk=found.pk).exists():
            return render(request, "coalitions/invitations/invitation_waiting.html", {"invitation": found, "section": SECTION})
    return render(request, "coalitions/invitations/invitation_closed.html", status=404)


def as_someone(request, found):
    if request.user.email.lower() != found.email:
        return render(request, "coalitions/invitations/invitation_not_yours.html", {"next": request.path}, status=403)
    if request.method == "POST":
        try:
            admitted = invitations.accept(found, user=request.user)
        except RuleBroken:
            return closed(request, found)
        if request.user.first_steps_done_at is None:
            return redirect("calendar_app:first-steps")
        if admitted is None:
            return redirect(request.path)
        messages.success(request, _("Welcome."))
        return redirect(found.coalition)
    context = {"invitation": found, "charter": charter_of(found.coalition), "section": SECTION}
    return render(request, "coalitions/invitations/invitation.html", context)


def as_newcomer(request, found):
    language = get_language() or found.language
    form = NewcomerForm(form_data(request), invitation=found, initial={"language": language, "time_zone": "UTC"})
    if request.method == "POST" and form.is_valid():
        try:
            user = invitations.accept_as_newcomer(found, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            return perform_login(request, user, redirect_url=reverse("calendar_app:first-steps"), signup=True)
    context = {"form": form, "charter": charter_of(found.coalition)}
    return render(request, "coalitions/invitations/invitation_newcomer.html", context)


def charter_of(coalition):
    """What whoever accepts promises, shown once the person has proved that the invitation is theirs."""
    return CharterVersion.objects.filter(coalition=coalition).newest_first().first()

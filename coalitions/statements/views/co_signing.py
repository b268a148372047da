"""Signing from outside the coalition: the links, for leads; and the page behind one, without logging in."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from coalitions.models import StatementInvitation, StatementVersion, named_inside, named_outside
from coalitions.models.people import is_here
from coalitions.permissions import can_invite_to_sign
from coalitions.statements.domain.fingerprint import file_of, fingerprint
from coalitions.statements.forms.co_signing import CoSignForm, InviteToSignForm
from coalitions.statements.forms.statements import COUNTED, NAMED
from coalitions.statements.read_models.words import changed_paragraphs, paragraphs
from coalitions.statements.services import co_signing
from coalitions.statements.views.statements import statement_context, visible_statement

JUST_INVITED = "just_invited_to_sign"


# --- For leads ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def statement_invitations(request, public_id):
    """The links of a statement, and another one. Whether one was answered is told on the page of the statement, to everybody alike."""
    statement = led_statement(request, public_id)
    form = InviteToSignForm(form_data(request), initial={"language": request.user.language}) if statement.is_open else None
    if request.method == "POST" and form and form.is_valid():
        try:
            made = co_signing.invite(statement, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            request.session[JUST_INVITED] = str(made.public_id)
            return redirect("coalitions:statement-invited", statement.public_id)
    rows = StatementInvitation.objects.visible_to(request.user).filter(statement=statement).select_related("by")
    rows = rows.annotate(by_is_here=is_here("by", of="statement__circle__coalition")).order_by("-at", "-pk")
    context = statement_context(statement) | {"form": form, "invitations": rows}
    return render(request, "coalitions/statements/invitations.html", context)


@require_safe
@never_cache
def statement_invited(request, public_id):
    """The link, shown once to the lead who made it."""
    statement = led_statement(request, public_id)
    just_made = request.session.pop(JUST_INVITED, None)
    found = StatementInvitation.objects.visible_to(request.user).open().filter(statement=statement, public_id=just_made).first()
    link = co_signing.link_of(found) if found else ""
    if not link:
        return redirect("coalitions:statement-invitations", statement.public_id)
    return render(request, "coalitions/statements/invited.html", statement_context(statement) | {"invitation": found, "link": link})


@post_only
def statement_invitation_revoke(request, public_id):
    rows = StatementInvitation.objects.visible_to(request.user).select_related("statement__circle__coalition")
    found = get_object_or_404(rows, public_id=public_id)
    if not can_invite_to_sign(request.user, found.statement):
        raise PermissionDenied
    try:
        co_signing.revoke(found, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The link no longer works, and what was answered through it is left out."))
    return redirect("coalitions:statement-invitations", found.statement.public_id)


def led_statement(request, public_id):
    statement = visible_statement(request, public_id)
    if not can_invite_to_sign(request.user, statement):
        raise PermissionDenied
    return statement


# --- Behind the link ----------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def co_sign(request, key):
    """GET changes nothing, since robots open links. A link that is unknown, taken back or past is answered alike.

    Whoever has the link opens it, whoever made it too: what was answered is shown only where others are told it anyway.
    """
    invitation = co_signing.open_invitation(key)
    if invitation is None:
        return closed(request)
    if request.method == "POST" and not ratelimit.consume(request, action="co_sign", key=invitation.digest):
        return ratelimit.respond_429(request)
    speak(request, invitation)
    if request.method == "POST" and "take-back" in request.POST:
        if not co_signing.take_back(invitation):
            return closed(request)
        return render(request, "coalitions/statements/co_signed.html", {"invitation": invitation, "answer": None})
    statement = invitation.statement
    told = told_answer(invitation)
    form = CoSignForm(request.POST or None, invitation=invitation, initial=begin_with(told) | {"seen_number": statement.newest})
    if request.method == "POST" and form.is_valid():
        try:
            answer = co_signing.co_sign(invitation, **form.said)
        except RuleBroken as error:
            add_broken_rule(form, error)
            statement.refresh_from_db(fields=["newest", "closes_at"])
            form.see_again(seen_number=statement.newest)
        else:
            if answer is None:
                return closed(request)
            return render(request, "coalitions/statements/co_signed.html", {"invitation": invitation, "answer": answer})
    version = StatementVersion.objects.get(statement=statement, number=statement.newest)
    earlier = told.version if told and told.version.number < version.number else None
    context = {
        "key": key,
        "statement": statement,
        "form": form,
        "version": version,
        "paragraphs": paragraphs(version.text),
        "fingerprint": fingerprint(version.text),
        "answer": told,
        "earlier": earlier,
        "changed": changed_paragraphs(earlier.text, version.text) if earlier else [],
    }
    return render(request, "coalitions/statements/co_sign.html", context)


@login_not_required
@never_cache
@require_safe
def co_sign_text(request, key):
    """The file that the fingerprint is of."""
    invitation = co_signing.open_invitation(key)
    if invitation is None:
        return closed(request)
    version = StatementVersion.objects.get(statement=invitation.statement, number=invitation.statement.newest)
    response = HttpResponse(file_of(version.text), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="statement-v{version.number}.txt"'
    return response


def closed(request):
    return render(request, "coalitions/statements/co_sign_closed.html", status=404)


def speak(request, invitation):
    """In the language of the link, unless this reader chose one."""
    if not request.user.is_authenticated and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(invitation.language)


def begin_with(told):
    """What was answered before, as far as it is told; where it is not named, nothing is chosen."""
    if told is None:
        return {}
    outside = NAMED if told.endorses and named_outside(told.naming) else COUNTED
    return {"choice": told.choice, "reservation": told.reservation, "inside": NAMED, "outside": outside}


def told_answer(invitation):
    """What was answered, if the organisation lets others inside know it."""
    last = co_signing.latest(invitation)
    return last if last and not last.is_withdrawn and named_inside(last.naming) else None

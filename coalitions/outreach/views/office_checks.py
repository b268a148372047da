"""Mails to offices: a lead looks at one and sends it; the office confirms by a button, without logging in."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions.models import Coalition, Delegation, OfficeCheck
from coalitions.outreach.emails import letter_to_office
from coalitions.outreach.forms.office_checks import OfficeCheckForm
from coalitions.outreach.services import office_checks
from coalitions.permissions import membership_context_of

# What stands in the preview where each mail has its own key.
SAMPLE_KEY = "…"


@require_http_methods(["GET", "POST"])
def office_ask(request, public_id):
    """The mail as it would be sent, and the button that sends it."""
    card = get_object_or_404(Delegation.objects.visible_to(request.user).select_related("assembly"), public_id=public_id)
    led = membership_context_of(request.user).led
    if not led:
        raise PermissionDenied
    all_led = list(Coalition.objects.visible_to(request.user).filter(pk__in=led).order_by("name", "pk"))
    coalitions = [coalition for coalition in all_led if coalition.asks_offices]
    language = request.GET.get("language", "")
    first = {"language": language if language in dict(settings.LANGUAGES) else request.user.language}
    form = OfficeCheckForm(form_data(request), card=card, coalitions=coalitions, initial=first)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            office_checks.ask_office(
                card,
                coalition=said["coalition"],
                language=said["language"],
                by=request.user,
                seen_address=said["address"],
                submission=said["submission"],
            )
        except RuleBroken as error:
            add_broken_rule(form, error)
            form.see_again()
        else:
            messages.success(request, _("The mail is on its way. If the office confirms, the date of the card changes, and nothing else."))
            return redirect(card)
    url = f"{settings.SITE_URL}/office/{SAMPLE_KEY}/"
    letter = letter_to_office(card, form["language"].value() or first["language"], url=url, until=now() + OfficeCheck.OPEN_FOR)
    context = {"section": "coalition", "card": card, "form": form, "is_off": not coalitions, "letter": letter, "led": all_led}
    return render(request, "coalitions/outreach/office_ask.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def office_check(request, key):
    """Behind the link of the mail. GET changes nothing, since robots open links; unknown, used and expired are answered alike."""
    check = office_checks.open_check(key)
    if check is None:
        return render(request, "coalitions/outreach/office_closed.html", status=404)
    has_changed = False
    if request.method == "POST":
        if office_checks.confirm_by_office(check, seen=request.POST.get("seen", "")):
            return render(request, "coalitions/outreach/office_thanks.html")
        has_changed = True
    context = {
        "card": check.delegation,
        "seen": office_checks.version_of(check.delegation),
        "has_changed": has_changed,
    }
    return render(request, "coalitions/outreach/office_check.html", context)

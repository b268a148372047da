"""S08: the reminder settings of the reader, and what was and will be sent, and why."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.devices import devices_of
from amnt.accounts.middleware import form_data
from amnt.accounts.models import User
from amnt.accounts.tokens import tokens_of
from amnt.core.errors import RuleBroken
from amnt.core.htmx import post_only, render_page
from amnt.mail.services import mute, unmute
from calendar_app.forms.first_steps import LEVELS as SAID
from calendar_app.forms.reminders import MuteForm, RemindersForm
from calendar_app.models import CalendarFeed
from calendar_app.read_models.preparation import to_prepare
from calendar_app.reminders.counting import counted_by_phase, planned_by_week
from calendar_app.reminders.delivery_check import send_test_mail, try_again
from calendar_app.reminders.preview import outlook_of, preview_for
from calendar_app.reminders.recipients import LEVELS, all_facts
from calendar_app.reminders.rules import RULES, STOP_DIGEST, is_switched_off, never_alone
from calendar_app.reminders.wording import page_of_kinds
from coalitions.models import Coalition
from coalitions.permissions import may_act_as_lead
from resolutions.models import Assembly

A_PAGE = 25
# The newest alone: a page begins with them.
LATEST = 5


@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request):
    outlook = outlook_of(request.user)
    # The level to preview before choosing it.
    asked = request.GET.get("mail_level")
    initial = {"mail_level": asked} if asked in LEVELS else {}
    # Work on a copy: invalid input must not show elsewhere on the page.
    form = RemindersForm(form_data(request), instance=copy(request.user), ceiling=outlook.ceiling, initial=initial)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. The reminders below already follow these settings."))
        return redirect("calendar_app:reminders")
    chosen = form["mail_level"].value()
    level = chosen if chosen in LEVELS else request.user.mail_level
    context = {
        "form": form,
        "outlook": outlook,
        "level": level,
        "levels": levels(form, outlook.ceiling, level),
        "preview": preview_for(request.user, level, outlook),
        "coming": Paginator(outlook.will_be_sent(), A_PAGE).get_page(request.GET.get("coming")),
        "held": Paginator(outlook.held_back(), LATEST).get_page(request.GET.get("held")),
        "sent": Paginator(outlook.were_sent(), LATEST).get_page(request.GET.get("sent")),
        # Whoever goes to no assembly is not asked about.
        "preparations": to_prepare(request.user) if outlook.facts.attending_assembly else [],
        "here": request.path,
        "rules": kinds(outlook),
        "led": Coalition.objects.led_by(request.user).order_by("name") if request.user.pk in outlook.facts.leads else [],
        "digest_muted": STOP_DIGEST in outlook.mutes,
        "devices": devices_of(request.user, session_key=request.session.session_key),
        "feeds": CalendarFeed.objects.visible_to(request.user).for_list(),
        "tokens": tokens_of(request.user),
    }
    return render_page(request, "calendar_app/reminders/reminders.html", context, partial="preview")


def kinds(outlook):
    """Each kind, whether she stopped it, whether her coalitions switched it off, and whether they keep it for the digest."""
    mine, facts = outlook.user.pk, outlook.facts
    return [(rule, rule.stop in outlook.mutes, is_switched_off(rule, mine, facts), mine in never_alone(rule, facts)) for rule in RULES]


def levels(form, ceiling, level):
    labels = dict(form.fields["mail_level"].choices)
    return [
        {
            "value": value,
            "label": labels[value],
            "said": SAID[User.MailLevel(value)],
            "is_on": value == level,
            "is_above": LEVELS.index(value) > LEVELS.index(ceiling),
        }
        for value in LEVELS
    ]


@post_only
def send_test(request):
    try:
        send_test_mail(request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("A test e-mail is on its way to %(address)s.") % {"address": request.user.email})
    return redirect("calendar_app:reminders")


@post_only
def try_mail_again(request):
    try:
        try_again(request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("We are trying again: a test e-mail is on its way to %(address)s.") % {"address": request.user.email})
    return redirect("calendar_app:reminders")


@post_only
def mute_kind(request):
    """Mute or unmute a kind of reminder."""
    form = MuteForm(request.POST)
    if not form.is_valid() or form.cleaned_data["kind"] not in {STOP_DIGEST, *(rule.stop for rule in RULES if rule.is_mailed)}:
        raise Http404
    kind = form.cleaned_data["kind"]
    if form.cleaned_data["mute"]:
        mute(request.user, kind=kind)
        messages.success(request, _("Stopped. The agenda itself still shows what these e-mails would have said."))
    else:
        unmute(request.user, kind=kind)
        facts = all_facts([request.user.pk])
        if any(is_switched_off(rule, request.user.pk, facts) for rule in RULES if rule.stop == kind):
            messages.success(request, _("You no longer stop these reminders yourself. Your coalition still has them switched off."))
        else:
            messages.success(request, _("You will receive these reminders again."))
    anchor = next((rule.code for rule in RULES if rule.stop == kind), kind)
    return redirect(f"{page_of_kinds()}#{anchor}")


@require_safe
def planned(request, public_id):
    """For leads: how many mails the next weeks and each phase bring to their coalition. Never what they say, nor to whom."""
    coalition = get_object_or_404(Coalition.objects.visible_to(request.user), public_id=public_id)
    if not may_act_as_lead(request.user, coalition):
        raise PermissionDenied
    assembly = Assembly.objects.current()
    context = {
        "section": "coalition",
        "coalition": coalition,
        "weeks": planned_by_week(coalition),
        "assembly": assembly,
        "phases": counted_by_phase(coalition, assembly, reader=request.user) if assembly else [],
    }
    return render(request, "calendar_app/reminders/planned.html", context)

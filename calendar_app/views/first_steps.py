"""S10: the first steps. Each has its address and is stored at once."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.forms import suggest_zones
from amnt.accounts.middleware import form_data
from amnt.accounts.models import User
from amnt.core.htmx import next_page, post_only
from calendar_app.forms.first_steps import LEVELS, ClockForm, FollowForm, LevelForm
from calendar_app.reminders.preview import outlook_of, preview_for
from calendar_app.services import first_steps
from coalitions.models import FollowUp
from coalitions.models.people import countries_of_organisations
from coalitions.permissions import membership_context_of
from resolutions.models import RegionalGroup

STEPS = {
    "clock": _("Your time"),
    "words": _("What this service is"),
    "follow": _("What you watch"),
    "mail": _("What your e-mails say"),
    "seat": _("Your seat on a delegation"),
    "first": pgettext_lazy("first steps", "Your first item"),
}
REACHED = "first_step"


@require_safe
def begin(request):
    """Redirect to the last step, else to the first."""
    reached = request.session.get(REACHED)
    return redirect("calendar_app:first-step", reached if reached in STEPS else next(iter(STEPS)))


@require_http_methods(["GET", "POST"])
def step(request, step):
    if step not in STEPS:
        raise Http404
    return VIEWS[step](request)


@post_only
def done(request):
    """Finish, or skip, the first steps."""
    first_steps.finish(request.user)
    request.session.pop(REACHED, None)
    return redirect("now")


def clock(request):
    form = ClockForm(form_data(request), instance=User.objects.get(pk=request.user.pk))
    suggest_zones(form, countries_of_organisations(request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        return go_on(request, "clock")
    return show(request, "clock", {"form": form})


def words(request):
    return go_on(request, "words") if request.method == "POST" else show(request, "words", {})


def follow(request):
    resolutions = first_steps.suggested_resolutions(request.user)
    groups = RegionalGroup.objects.with_watch_of(request.user).order_by("-is_recognised", "code")
    sent = form_data(request)
    form = FollowForm(sent, resolutions=resolutions, groups=groups)
    if request.method == "POST" and form.is_valid():
        first_steps.set_suggested_watches(request.user, **form.cleaned_data)
        if any(form.cleaned_data.values()):
            messages.success(request, _("You watch what you chose: you get its dates and news."))
        return go_on(request, "follow")
    chosen = None if sent is None else (set(sent.getlist("resolutions")), set(sent.getlist("groups")))
    by_topic: dict[str, list[tuple[Any, bool]]] = {}
    suggested: Iterable[Any] = resolutions
    for resolution in suggested:
        topic = next(iter(resolution.topics.all()), None)
        is_on = resolution.is_watched if chosen is None else resolution.slug in chosen[0]
        by_topic.setdefault(str(topic or ""), []).append((resolution, is_on))
    regions = [(group, group.is_watched if chosen is None else group.code in chosen[1]) for group in groups]
    context = {
        "form": form,
        "by_topic": sorted(by_topic.items(), key=lambda pair: (not pair[0], pair[0])),
        "regions": regions,
        "next": (sent if sent is not None else request.GET).get("next", ""),
    }
    return show(request, "follow", context)


def mail(request):
    form = LevelForm(form_data(request), instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        return go_on(request, "mail")
    outlook = outlook_of(request.user)
    levels = [
        {
            "value": level.value,
            "label": level.label,
            "said": LEVELS[level],
            "is_on": form["mail_level"].value() == level.value,
            "preview": preview_for(request.user, level, outlook),
        }
        for level in LEVELS
    ]
    ceiling = "" if outlook.ceiling == User.MailLevel.DETAILED else User.MailLevel(outlook.ceiling).label
    return show(request, "mail", {"form": form, "levels": levels, "ceiling": ceiling})


def seat(request):
    """Only a yes leads somewhere: to the page where it is stored. Anything else is as if nobody had asked."""
    if request.method != "POST":
        return show(request, "seat", {})
    answer = go_on(request, "seat")
    if request.POST.get("answer") == "yes":
        return redirect(f"{reverse('coalitions:own-seat')}?{urlencode({'next': answer.url})}")
    return answer


def first(request):
    memberships = membership_context_of(request.user)
    item = first_steps.first_item(request.user, circles=memberships.every_circle)
    context = {"item": item, "is_follow_up": isinstance(item, FollowUp), "lacks_second_factor": memberships.lacks_second_factor}
    return show(request, "first", context)


VIEWS = {"clock": clock, "words": words, "follow": follow, "mail": mail, "seat": seat, "first": first}


def go_on(request, after):
    """Redirect to the next step, or to the page from which this one alone was taken."""
    names = list(STEPS)
    return redirect(next_page(request, reverse("calendar_app:first-step", args=[names[names.index(after) + 1]])))


def show(request, step, context):
    names = list(STEPS)
    number = names.index(step) + 1
    # Only the current step is in the session; answers are stored with the account.
    if request.session.get(REACHED) != step:
        request.session[REACHED] = step
    context |= {
        "step": step,
        "steps": [(name, title, reverse("calendar_app:first-step", args=[name])) for name, title in STEPS.items()],
        "title": STEPS[step],
        "number": number,
        "after": reverse("calendar_app:first-step", args=[names[number]]) if number < len(names) else "",
    }
    context.setdefault("form", None)
    return render(request, f"calendar_app/first_steps/{step}.html", context)

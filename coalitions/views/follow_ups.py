"""One follow-up: its page, making one, and every act on it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django_countries import countries

from amnt.accounts import undo
from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import next_page, post_only
from amnt.core.languages import LANGUAGE_CODES, language_name
from coalitions.domain.snoozing import SnoozeUntil, snooze_until
from coalitions.forms.follow_ups import AssignForm, DoneForm, FollowUpChangeForm, NewFollowUpForm
from coalitions.models import CircleView, FollowUp, KeptCopy, Membership
from coalitions.permissions import membership_context_of, rights_on
from coalitions.read_models.names import display_name
from coalitions.read_models.notified import said_after_assigning
from coalitions.services import circle_views, follow_up_undo
from coalitions.services import follow_ups as services
from coalitions.services.follow_up_copies import may_put_words_back
from resolutions.models import Resolution

FIELD_NAMES = {field.name: field.verbose_name for field in FollowUp._meta.fields}


def visible_follow_up(request, public_id):
    """The follow-up, if this person may read it."""
    rows = FollowUp.objects.visible_to(request.user).for_list().with_people_here()
    return get_object_or_404(rows.select_related("created_by", "delegation__assembly", "plan_step__plan__deadline"), public_id=public_id)


@require_safe
def follow_up(request, public_id):
    follow_up = visible_follow_up(request, public_id)
    circle_views.record_view(CircleView.Thing.FOLLOW_UP, follow_up.public_id, circle=follow_up.circle, by=request.user)
    rights = rights_on(request.user, follow_up)
    here = set(Membership.objects.current().filter(coalition=follow_up.circle.coalition_id).values_list("user_id", flat=True))
    events = list(follow_up.events.select_related("by", "to"))
    for event in events:
        event.by_name, event.to_name = (display_name(person, here) for person in (event.by, event.to))
        event.field_names = [FIELD_NAMES.get(name, name) for name in event.fields]
    add_kept_copies(events, follow_up, request.user, rights)
    context = {
        "section": "follow-ups",
        "follow_up": follow_up,
        "rights": rights,
        "events": events,
        # Made by an app above this one: a step of a plan is a row beside the follow-up.
        "plan": follow_up.plan_step.plan if hasattr(follow_up, "plan_step") else None,
        "created_by": display_name(follow_up.created_by, here),
        "assigned_by": display_name(follow_up.assigned_by, here) if follow_up.owner else "",
        "snooze_choices": snooze_choices(request.user, follow_up) if rights.is_owner and not follow_up.is_closed else [],
        "evidence": DoneForm(initial={"evidence": follow_up.evidence}),
    }
    return render(request, "coalitions/follow_ups/follow_up.html", context)


def add_kept_copies(events, follow_up, user, rights):
    """Adds `kept` to each event: the copy of what it overwrote, if this person may restore it. No query if there is none."""
    for event in events:
        event.kept = None
    if not any(set(event.fields) & set(services.WORDS) for event in events):
        return
    copies = KeptCopy.objects.visible_to(user).filter(circle=follow_up.circle).of(services.EARLIER_WORDS, follow_up.public_id)
    kept = {copy.at: copy for copy in copies if may_put_words_back(copy.content, follow_up, rights)}
    for event in events:
        event.kept = kept.get(event.at)


def snooze_choices(user, follow_up):
    """The choices of snoozing that are still possible, with their labels."""
    said = {
        SnoozeUntil.TOMORROW: _("For one day"),
        SnoozeUntil.MONDAY: _("Until Monday"),
        SnoozeUntil.THREE_DAYS_BEFORE: _("Until three days before"),
    }
    clock = {"at": now(), "due_at": follow_up.due_at, "zone": user.time_zone, "hour": user.digest_at}
    return [(until, label) for until, label in said.items() if snooze_until(until, **clock)]


@require_http_methods(["GET", "POST"])
def follow_up_new(request):
    memberships = membership_context_of(request.user)
    if not memberships.works:
        raise PermissionDenied
    form = NewFollowUpForm(form_data(request), user=request.user, memberships=memberships, initial=initial_values(request))
    if request.method == "POST" and form.is_valid():
        fields = {name: value for name, value in form.cleaned_data.items() if name not in ("due_on", "due_hour")}
        try:
            made = services.create(by=request.user, **fields)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, " ".join([_("The follow-up has been created."), *said_after_assigning(made, by=request.user)]))
            return redirect(made)
    return render(request, "coalitions/follow_ups/follow_up_new.html", {"section": "follow-ups", "form": form, "memberships": memberships})


def initial_values(request):
    """Initial values from the query string."""
    about = {name: request.GET[name] for name in ("resolution", "delegation") if request.GET.get(name)}
    code = request.GET.get("country", "")
    if code.isascii() and (country := countries.name(code)):
        about["title"] = _("Answer the four questions about the delegation of %(country)s") % {"country": country}
    return about | translation_asked(request)


def translation_asked(request):
    """What a follow-up begins with that asks for talking points in another language, in the circle that reads the position."""
    language = request.GET.get("translate", "")
    if language not in LANGUAGE_CODES:
        return {}
    resolution = Resolution.objects.visible_to(request.user).filter(slug=request.GET.get("resolution", "")).first()
    if resolution is None:
        return {}
    said = {"resolution": resolution.short_name, "language": language_name(language)}
    return {
        "title": _("Translate the talking points on %(resolution)s: %(language)s") % said,
        "done_means": _("They stand beside the position in this language."),
        "circle": request.GET.get("circle", ""),
    }


@require_http_methods(["GET", "POST"])
def follow_up_assign(request, public_id):
    follow_up = visible_follow_up(request, public_id)
    if not rights_on(request.user, follow_up).may_assign:
        raise PermissionDenied
    form = AssignForm(form_data(request), user=request.user, follow_up=follow_up)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        before = follow_up_undo.state_before(follow_up)
        try:
            assigned = services.assign(
                follow_up, to=asked["to"], by=request.user, seen_version=asked["version"], due_at=asked["due_at"], backup=asked["backup"]
            )
        except RuleBroken as error:
            add_broken_rule(form, error)
            see_again(form, follow_up)
        else:
            said = _("%(name)s has it now.") % {"name": asked["to"].short_name}
            success_with_undo(request, " ".join([said, *said_after_assigning(assigned, by=request.user)]), before)
            return redirect(next_page(request, follow_up.get_absolute_url()))
    context = {
        "section": "follow-ups",
        "follow_up": follow_up,
        "form": form,
        "back": request.GET.get("next") or request.POST.get("next", ""),
    }
    return render(request, "coalitions/follow_ups/follow_up_assign.html", context)


@require_http_methods(["GET", "POST"])
def follow_up_change(request, public_id):
    follow_up = visible_follow_up(request, public_id)
    rights = rights_on(request.user, follow_up)
    if not rights.may_change:
        raise PermissionDenied
    form = FollowUpChangeForm(form_data(request), user=request.user, follow_up=follow_up)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                follow_up,
                by=request.user,
                may_open_up=rights.may_open_up,
                seen_version=form.cleaned_data["version"],
                **form.changes(),
            )
        except RuleBroken as error:
            add_broken_rule(form, error)
            see_again(form, follow_up)
        else:
            messages.success(request, _("Saved."))
            return redirect(follow_up)
    return render(request, "coalitions/follow_ups/follow_up_change.html", {"section": "follow-ups", "follow_up": follow_up, "form": form})


def see_again(form, follow_up):
    """After a refusal the reader has been told how it stands; sent again, the form counts as seen with that."""
    follow_up.refresh_from_db(fields=["version"])
    form.data = form.data.copy()
    form.data["version"] = follow_up.version


@require_http_methods(["GET", "POST"])
def follow_up_done(request, public_id):
    """Mark as done with a link as evidence, or add the link later."""
    follow_up = visible_follow_up(request, public_id)
    if not rights_on(request.user, follow_up).may_work:
        raise PermissionDenied
    form = DoneForm(form_data(request), initial={"evidence": follow_up.evidence})
    if request.method == "POST" and form.is_valid():
        before = follow_up_undo.state_before(follow_up)
        try:
            services.done(follow_up, by=request.user, evidence=form.cleaned_data["evidence"])
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            success_with_undo(request, _("Done."), before)
            return redirect(next_page(request, follow_up.get_absolute_url()))
    return render(request, "coalitions/follow_ups/follow_up_done.html", {"section": "follow-ups", "follow_up": follow_up, "form": form})


# Acts of the owner: the service checks who that is.
OF_OWNER = {
    "accept": (services.accept, gettext_lazy("Accepted.")),
    "decline": (services.decline, gettext_lazy("Declined. Nobody has it now.")),
    "hand-back": (services.hand_back, gettext_lazy("Handed back. Nobody has it now.")),
}
OTHERS = {
    "take": ("may_take", services.take, gettext_lazy("It is yours now.")),
    "block": ("may_work", services.block, gettext_lazy("Moved to blocked.")),
    "resume": ("may_work", services.resume, gettext_lazy("Moved to in progress.")),
    "done": ("may_work", services.done, gettext_lazy("Done.")),
    "reopen": ("may_work", services.reopen, gettext_lazy("Reopened.")),
    "drop": ("may_drop", services.drop, gettext_lazy("Dropped: nobody will be reminded of it.")),
}


@post_only
def follow_up_answer(request, public_id):
    """One act on one follow-up: `act` names it; `snooze` says until when to snooze its reminder."""
    follow_up = visible_follow_up(request, public_id)
    before = follow_up_undo.state_before(follow_up)
    try:
        said = act_on(request, follow_up)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        success_with_undo(request, said, before)
    return redirect(next_page(request, follow_up.get_absolute_url()))


def success_with_undo(request, sentence, before):
    undo.success_with_undo(request, sentence, kind=follow_up_undo.KIND, about=follow_up_undo.act_to_undo(before, by=request.user))


def act_on(request, follow_up):
    name, until = request.POST.get("act", ""), request.POST.get("snooze", "")
    if until in set(SnoozeUntil):
        services.snooze(follow_up, until=SnoozeUntil(until), by=request.user)
        return _("The reminder is snoozed.")
    if name in OF_OWNER:
        service, said = OF_OWNER[name]
    elif name in OTHERS:
        right, service, said = OTHERS[name]
        if not getattr(rights_on(request.user, follow_up), right):
            raise PermissionDenied
    else:
        raise Http404
    service(follow_up, by=request.user)
    return str(said)

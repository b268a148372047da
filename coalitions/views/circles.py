"""The circles of a coalition: their people, opening and closing, and the decisions of a last reader."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts import undo
from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from coalitions.forms.people import AddToCircleForm, CircleChangeForm, CircleForm, LastReaderForm
from coalitions.models import Circle, CircleMembership, CircleView, FollowUp, LastReaderQuestion, Membership, Position
from coalitions.permissions import can_name_people, can_open_circle, membership_context_of
from coalitions.read_models.issue_groups import subjects_of
from coalitions.services import circle_undo, circle_views, circles, last_readers
from coalitions.views.coalitions import A_PAGE, SECTION, coalition_context, visible_coalition


@require_safe
def circle_list(request, public_id):
    """The circles the reader is in; nothing of others, not even their number."""
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    last_moved = FollowUp.objects.filter(circle=OuterRef("pk")).values("circle").annotate(at=Max("changed_at")).values("at")
    mine = (
        Circle.objects.visible_to(request.user)
        .filter(coalition=coalition)
        .exclude(kind=Circle.Kind.EVERYONE)
        .with_people()
        .annotate(moved_at=Subquery(last_moved))
    )
    page = Paginator(mine.by_name(), A_PAGE).get_page(request.GET.get("page"))
    context = coalition_context(request, coalition, memberships, tab="circles") | {
        "page": page,
        "may_open": can_open_circle(request.user, coalition, memberships),
    }
    return render(request, "coalitions/circles/circles.html", context)


@require_http_methods(["GET", "POST"])
def circle_new(request, public_id):
    coalition = visible_coalition(request, public_id)
    if not can_open_circle(request.user, coalition):
        raise PermissionDenied
    people = Membership.objects.visible_to(request.user).working().filter(coalition=coalition).exclude(user=request.user).for_list()
    form = CircleForm(form_data(request), people=people)
    if request.method == "POST" and form.is_valid():
        try:
            circle = circles.open_circle(coalition, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("The circle is open."))
            return redirect(circle)
    return render(request, "coalitions/circles/circle_new.html", {"coalition": coalition, "form": form, "section": SECTION})


@require_http_methods(["GET", "POST"])
def circle_detail(request, public_id):
    """The people and purpose of a circle; its owner adds people here."""
    circle = visible_circle(request, public_id)
    circle_views.record_view(CircleView.Thing.CIRCLE, circle.public_id, circle=circle, by=request.user)
    names_people = can_name_people(request.user, circle)
    if request.method == "POST" and not names_people:
        raise PermissionDenied
    inside = CircleMembership.objects.current().filter(circle=circle).values("membership")
    seen = Membership.objects.visible_to(request.user).working().filter(coalition=circle.coalition_id)
    others = seen.exclude(pk__in=inside).for_list()
    form = AddToCircleForm(form_data(request), people=others) if names_people else None
    if form and request.method == "POST" and form.is_valid():
        try:
            circles.add_to_circle(circle, membership=form.cleaned_data["person"], by=request.user)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Added."))
            return redirect(circle)
    standing_in = CircleMembership.objects.current().filter(circle=circle)
    standing_in = standing_in.select_related("membership__user", "membership__organisation").order_by("created_at", "pk")
    page = Paginator(standing_in, A_PAGE).get_page(request.GET.get("page"))
    work = FollowUp.objects.visible_to(request.user).open().filter(circle=circle)
    context = {
        "circle": circle,
        "coalition": circle.coalition,
        "page": page,
        "names_people": names_people,
        "others_are_left": names_people and others.exists(),
        "is_alone": page.paginator.count == 1,
        "subjects": subjects_of(circle, request.user),
        "work": work.aggregate(open=Count("pk"), mine=Count("pk", filter=Q(owner=request.user))),
        "form": form,
        "section": SECTION,
    }
    return render(request, "coalitions/circles/circle.html", context)


@require_safe
def circle_openings(request, public_id):
    """For the people of a restricted circle: the views of the last ninety days."""
    circle = visible_circle(request, public_id)
    if circle.kind != Circle.Kind.RESTRICTED:
        raise Http404
    page = Paginator(circle_views.recent_views(circle, seen_by=request.user), A_PAGE).get_page(request.GET.get("page"))
    here = set(Membership.objects.current().filter(coalition=circle.coalition_id).values_list("user", flat=True))
    drafts = Position.objects.visible_to(request.user).filter(public_id__in=[row.thing_id for row in page.object_list])
    resolutions = dict(drafts.values_list("public_id", "resolution__slug"))
    page.object_list = [(row, row.user_id in here, address_of_viewed(row, resolutions)) for row in page.object_list]
    context = {"circle": circle, "coalition": circle.coalition, "page": page, "section": SECTION}
    return render(request, "coalitions/circles/circle_openings.html", context)


def address_of_viewed(view, resolutions):
    """The address of what was viewed.

    resolutions -- slugs by the public id of a draft, which may have been deleted since
    """
    match view.thing:
        case CircleView.Thing.FOLLOW_UP:
            return reverse("coalitions:follow-up", args=[view.thing_id])
        case CircleView.Thing.CALL:
            return reverse("calendar_app:meeting", args=[view.thing_id])
        case CircleView.Thing.READING:
            return reverse("coalitions:reading", args=[view.thing_id])
        case CircleView.Thing.POSITION if view.thing_id in resolutions:
            return reverse("coalitions:resolution-position", args=[resolutions[view.thing_id]])
    return ""


@require_http_methods(["GET", "POST"])
def circle_change(request, public_id):
    """Change the name and purpose of a circle, or close it when it is empty."""
    circle = visible_circle(request, public_id)
    if not can_name_people(request.user, circle):
        raise PermissionDenied
    form = CircleChangeForm(form_data(request), instance=Circle(name=circle.name, purpose=circle.purpose, kind=circle.kind))
    if request.method == "POST" and form.is_valid():
        circles.change_circle(circle, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(circle)
    context = {"circle": circle, "coalition": circle.coalition, "form": form, "section": SECTION}
    return render(request, "coalitions/circles/circle_change.html", context)


@post_only
def circle_close(request, public_id):
    circle = visible_circle(request, public_id)
    if not can_name_people(request.user, circle):
        raise PermissionDenied
    try:
        circles.close_circle(circle, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect("coalitions:circle-change", circle.public_id)
    messages.success(request, _("The circle is closed."))
    return redirect("coalitions:circles", circle.coalition.public_id)


@post_only
def circle_leave(request, public_id):
    """Leave a circle oneself."""
    circle = visible_circle(request, public_id)
    mine = get_object_or_404(Membership.objects.current().select_related("user"), coalition=circle.coalition_id, user=request.user)
    try:
        handed_back, kind, about = circle_undo.remove_with_undo(circle, membership=mine, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect(circle)
    undo.success_with_undo(request, removal_message(handed_back), kind=kind, about=about)
    return redirect("coalitions:circles", circle.coalition.public_id)


@post_only
def circle_remove(request, public_id, member_id):
    circle, person = circle_and_member(request, public_id, member_id)
    try:
        handed_back, kind, about = circle_undo.remove_with_undo(circle, membership=person, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        undo.success_with_undo(request, removal_message(handed_back), kind=kind, about=about)
    return redirect(circle if person.user_id != request.user.pk else circle.coalition)


@post_only
def circle_hand_on(request, public_id, member_id):
    circle, person = circle_and_member(request, public_id, member_id)
    try:
        circles.hand_on_circle(circle, to=person, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s now decides who is in this circle.") % {"name": person.user})
    return redirect(circle)


@require_safe
def circles_to_settle(request):
    """The circles about which the reader is asked as their last reader."""
    questions = LastReaderQuestion.objects.visible_to(request.user).select_related("circle").order_by("due_at", "pk")
    return render(request, "coalitions/circles/circles_to_settle.html", {"questions": questions, "section": SECTION})


@require_http_methods(["GET", "POST"])
def circle_settle(request, public_id):
    """Hand on or delete a circle without another reader."""
    circle = get_object_or_404(last_readers.circles_to_settle_by(request.user).select_related("coalition"), public_id=public_id)
    form = LastReaderForm(form_data(request), people=last_readers.possible_readers(circle, by=request.user))
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["what"] == "delete":
                last_readers.delete_circle(circle, by=request.user)
                messages.success(request, _("Deleted, with everything in it."))
            else:
                last_readers.hand_on(circle, to=form.cleaned_data["to"], by=request.user)
                messages.success(request, _("Handed over. Tell the person yourself: no e-mail is sent about it."))
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            return redirect("coalitions:circles-to-settle")
    context = {
        "circle": circle,
        "question": LastReaderQuestion.objects.visible_to(request.user).filter(circle=circle).first(),
        "things": last_readers.count_content(circle),
        "form": form,
        "section": SECTION,
    }
    return render(request, "coalitions/circles/circle_settle.html", context)


def visible_circle(request, public_id):
    """A circle that people are named into; the circle of everyone has the page of the coalition."""
    mine = Circle.objects.visible_to(request.user).exclude(kind=Circle.Kind.EVERYONE).select_related("coalition", "owner")
    return get_object_or_404(mine, public_id=public_id)


def circle_and_member(request, public_id, member_id):
    """A circle and someone in it, for those who may change its people."""
    circle = visible_circle(request, public_id)
    if not can_name_people(request.user, circle):
        raise PermissionDenied
    people = Membership.objects.current().filter(circle_memberships__circle=circle).select_related("user")
    return circle, get_object_or_404(people, public_id=member_id)


def removal_message(handed_back: int) -> str:
    if not handed_back:
        return _("Done.")
    return ngettext(
        "Done. Nobody has %(n)s follow-up of this circle now.", "Done. Nobody has %(n)s follow-ups of this circle now.", handed_back
    ) % {"n": handed_back}

from dataclasses import replace
from math import inf

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django_countries import countries

from amnt.accounts import undo
from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from amnt.core.sorting import Order, Sorting
from coalitions.domain.coverage import coverage
from coalitions.forms.delegations import CardForm, DeclaredForm, NewCardForm, NoteForm, SearchForm, codes_of
from coalitions.models import Circle, CircleView, Contact, DeclaredPosition, Delegation, DelegationNote, FollowUp, Membership, OfficeCheck
from coalitions.permissions import (
    can_edit_delegations,
    can_propose_cards,
    can_take_out_declared,
    can_write_note,
    membership_context_of,
)
from coalitions.read_models.confidential_notes import notes_on
from coalitions.read_models.national_meetings import national_meetings
from coalitions.read_models.offices import offices
from coalitions.services import circle_views, delegation_notes
from coalitions.services import delegations as services
from coalitions.views.assemblies import no_assembly_yet
from resolutions.folding import fold
from resolutions.models import Assembly, RegionalGroup
from resolutions.read_models.history import changes_of

PAGE = 25
TO_BEGIN = 60
# Of what was asked, on the card; the rest has its own page.
CONTACTS_SHOWN = 5
# What is said of the offices of a delegation is read from so many, the latest.
CONTACTS_READ = 100
OPENNESS = (Delegation.Openness.YES, Delegation.Openness.NO)
# Of what is the same, by the name of the country.
ORDERS = {
    "country": Order(gettext_lazy("country"), lambda card: 0),
    "open": Order(gettext_lazy("openness"), lambda card: OPENNESS.index(card.is_open) if card.is_open in OPENNESS else len(OPENNESS)),
    "checked": Order(gettext_lazy("longest not checked"), lambda card: card.checked_at.timestamp() if card.checked_at else -inf),
}


@require_safe
def delegations(request):
    assembly, memberships = Assembly.objects.current(), membership_context_of(request.user)
    known = Delegation.objects.visible_to(request.user).filter(assembly=assembly)
    cards = list(known) if assembly else []
    groups = list(RegionalGroup.objects.visible_to(request.user))
    search = SearchForm(request.GET, groups=[group for group in groups if codes_of(group)], offers_contact=memberships.works)
    sorting = Sorting(ORDERS, request.GET)
    matching = [card for card in cards if search.finds_card(card)]
    if search.wants_no_contact:
        contacts = Contact.objects.visible_to(request.user, memberships.circles).recent()
        without = set(known.without_contact(contacts).values_list("pk", flat=True))
        matching = [card for card in matching if card.pk in without]
    found = sorted(matching, key=lambda card: (sorting.by(card), fold(str(card))))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [(card, [str(group) for group in groups if str(card.country) in codes_of(group)]) for card in page.object_list]
    have_card = {str(card.country) for card in cards}
    to_begin = []
    if assembly and search.asks_for_countries and page.number == 1:
        missing = ((code, name) for code, name in countries if code not in have_card and search.finds(code))
        to_begin = sorted(missing, key=lambda country: fold(country[1]))
    shown_on_chart = ((str(group), group.region, codes_of(group), group.are_countries_complete) for group in groups if group.is_recognised)
    context = {
        "section": "coalition",
        "tab": "cards",
        "assembly": assembly,
        "memberships": memberships,
        "search": search,
        "in_part_of": next((group for group in groups if group.code == search.region and not group.are_countries_complete), None),
        "sorting": sorting,
        "page": page,
        "rows": rows,
        "cards": len(cards),
        "to_begin": to_begin[:TO_BEGIN],
        "to_begin_count": len(to_begin),
        "coverage": coverage(shown_on_chart, openness={str(card.country): card.is_open == Delegation.Openness.YES for card in cards}),
    }
    return render(request, "coalitions/delegations/delegations.html", context)


@require_safe
def delegation(request, public_id):
    card = get_object_or_404(Delegation.objects.visible_to(request.user).select_related("assembly", "verified_by"), public_id=public_id)
    memberships = membership_context_of(request.user)
    known = set(Membership.objects.visible_to(request.user).values_list("user_id", flat=True))
    notes = list(notes_shown(request.user, card, memberships))
    circle_views.record_views(CircleView.Thing.NOTE, [(note.public_id, note.circle) for note in notes], by=request.user)
    others = Delegation.objects.visible_to(request.user).filter(country=card.country).exclude(pk=card.pk)
    declared = DeclaredPosition.objects.visible_to(request.user).filter(delegation=card).select_related("resolution")
    contacts = Contact.objects.visible_to(request.user, memberships.circles).filter(delegation=card).with_people().latest_first()
    asked = list(contacts.defer("wording")[:CONTACTS_READ])
    context = {
        "section": "coalition",
        "card": card,
        "memberships": memberships,
        "notes": notes,
        "confidential": notes_on(card, request.user) if memberships.works else [],
        "contacts": asked[: CONTACTS_SHOWN + 1],
        "waiting": next((contact for contact in asked if not contact.is_answered and not contact.is_silent), None),
        "offices": offices(asked)[:PAGE],
        "contacts_shown": CONTACTS_SHOWN,
        "declared": declared.order_by("-declared_on", "-pk")[:PAGE],
        "meetings": national_meetings(request.user, card),
        "office_asked": OfficeCheck.objects.visible_to(request.user).filter(delegation=card).order_by("-created_at").first()
        if card.office_email and memberships.works
        else None,
        "may_confirm": (card.verified_at is None or card.is_old)
        and memberships.works
        and (memberships.led or services.last_changed_by(card) != request.user.pk),
        "checked_by": card.verified_by.short_name if card.verified_by and card.verified_by.pk in known else "",
        "follow_ups": FollowUp.objects.visible_to(request.user).filter(delegation=card).open().for_list().with_people_here()[:PAGE],
        "others": others.select_related("assembly").order_by("-assembly__starts_on")[:PAGE],
        "changes": history_of(card, known)[:PAGE],
    }
    return render(request, "coalitions/delegations/delegation.html", context)


def notes_shown(user, card, memberships):
    """The latest of the circles whose content may stand beside a public card: not those of delegations."""
    rows = DelegationNote.objects.visible_to(user, memberships.circles).filter(delegation=card).with_author()
    return rows.select_related("circle__coalition", "by").order_by("-at", "-pk")[:PAGE]


def history_of(card, known):
    """The newest first. Leads of other coalitions edit these cards too: only people the reader knows are named."""

    def name(person):
        return person.short_name if person.pk in known else ""

    changes = changes_of(Delegation, {"id": card.pk}, thing=lambda record: "", name=name)
    told = {str(field.verbose_name) for field in Delegation._meta.fields if field.name in CardForm.FACTS}
    return [replace(change, steps=[step for step in change.steps if step.field in told]) for change in reversed(changes)]


@require_http_methods(["GET", "POST"])
def delegation_new(request):
    if not can_propose_cards(request.user):
        raise PermissionDenied
    is_lead = can_edit_delegations(request.user)
    assembly = Assembly.objects.current()
    if assembly is None:
        return no_assembly_yet(request, "coalitions:delegations")
    taken = set(map(str, Delegation.objects.visible_to(request.user).filter(assembly=assembly).values_list("country", flat=True)))
    data = form_data(request)
    if data and data.get("country"):
        # Of a form that is sent again, it counts as free: the service finds the card it made.
        taken.discard(data["country"])
    form = NewCardForm(data, taken=taken, is_lead=is_lead, initial={"country": request.GET.get("country", "").upper()})
    if request.method == "POST" and form.is_valid():
        about = form.cleaned_data
        try:
            card = services.begin_card(
                assembly,
                country=about["country"],
                by=request.user,
                is_checked=about.get("is_checked", False),
                submission=about["submission"],
                **form.facts(),
            )
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("The card has been started."))
            return redirect(card)
    return render(request, "coalitions/delegations/delegation_new.html", {"section": "coalition", "assembly": assembly, "form": form})


@require_http_methods(["GET", "POST"])
def delegation_change(request, public_id):
    card = get_object_or_404(Delegation.objects.visible_to(request.user).select_related("assembly"), public_id=public_id)
    if not can_propose_cards(request.user):
        raise PermissionDenied
    is_lead = can_edit_delegations(request.user)
    form = CardForm(form_data(request), card=card, is_lead=is_lead)
    if request.method == "POST" and form.is_valid():
        try:
            services.revise_card(card, by=request.user, is_checked=form.cleaned_data.get("is_checked", False), **form.changed_facts())
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(card)
    return render(request, "coalitions/delegations/delegation_change.html", {"section": "coalition", "card": card, "form": form})


@post_only
def delegation_confirm(request, public_id):
    """A lead or another member checked it against the page it names."""
    card = get_object_or_404(Delegation.objects.visible_to(request.user), public_id=public_id)
    if not can_propose_cards(request.user):
        raise PermissionDenied
    try:
        services.confirm_card(card, by=request.user, is_lead=can_edit_delegations(request.user))
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Noted: you checked it against its source today."))
    return redirect(card)


@require_http_methods(["GET", "POST"])
def declared_new(request, public_id):
    """What this State said in public about a resolution."""
    card = get_object_or_404(Delegation.objects.visible_to(request.user).select_related("assembly"), public_id=public_id)
    if not can_propose_cards(request.user):
        raise PermissionDenied
    form = DeclaredForm(form_data(request), user=request.user, initial={"resolution": request.GET.get("resolution", "")})
    if request.method == "POST" and form.is_valid():
        try:
            services.declare(card, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(card)
    return render(request, "coalitions/delegations/declared_new.html", {"section": "coalition", "card": card, "form": form})


@post_only
def declared_remove(request, public_id):
    """By whoever entered it, or a lead."""
    declared = get_object_or_404(DeclaredPosition.objects.visible_to(request.user).select_related("delegation"), public_id=public_id)
    if not can_take_out_declared(request.user, declared):
        raise PermissionDenied
    services.take_out_declared(declared)
    messages.success(request, _("Removed."))
    return redirect(declared.delegation)


@require_http_methods(["GET", "POST"])
def note_new(request, public_id):
    """What a circle heard of this delegation and is not public."""
    card = get_object_or_404(Delegation.objects.visible_to(request.user).select_related("assembly"), public_id=public_id)
    memberships = membership_context_of(request.user)
    if not memberships.works:
        raise PermissionDenied
    circles = Circle.objects.of(request.user).filter(coalition__in=memberships.works_in, pk__in=memberships.circles)
    form = NoteForm(form_data(request), circles=list(circles.select_related("coalition")))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if not can_write_note(request.user, said["circle"]):
            raise PermissionDenied
        try:
            delegation_notes.write_note(card, circle=said["circle"], text=said["text"], by=request.user, submission=said["submission"])
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Noted. Only the circle you chose can read it."))
            return redirect(card)
    return render(request, "coalitions/delegations/note_new.html", {"section": "coalition", "card": card, "form": form})


@post_only
def note_remove(request, public_id):
    """By its author."""
    memberships = membership_context_of(request.user)
    notes = DelegationNote.objects.visible_to(request.user, memberships.circles).select_related("circle__coalition", "delegation")
    note = get_object_or_404(notes, public_id=public_id)
    if note.by_id != request.user.pk or not can_write_note(request.user, note.circle):
        raise PermissionDenied
    removed = delegation_notes.note_to_restore(note)
    delegation_notes.remove_note(note, by=request.user)
    undo.success_with_undo(request, _("Removed."), kind=delegation_notes.KIND, about=removed)
    return redirect(note.delegation)

"""The cards of delegations: public facts, each with its source."""

from datetime import date
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line, several_lines
from amnt.core.idempotency import create_once, sent_before
from amnt.core.links import is_clean_link
from coalitions.models import DeclaredPosition, Delegation
from resolutions.models import Assembly, Resolution


class CardFacts(TypedDict, total=False):
    """What a card says; what is left out stays as it is."""

    authority: str
    head_office: str
    head: str
    office_email: str
    is_open: str
    how_to_join: str
    funding: str
    ties_scope: str
    who_speaks: str
    rules: str
    route_before: str
    source: str


LONG_FACTS = ("how_to_join", "rules", "route_before")


@transaction.atomic
def begin_card(
    assembly: Assembly, *, country: str, by: User, is_checked: bool, submission: UUID | None = None, **facts: Unpack[CardFacts]
) -> Delegation:
    """The first card of a country at an assembly. The same form sent twice makes one."""
    cards = Delegation.objects.filter(assembly=assembly, country=country)
    if made := sent_before(cards, submission):
        return made
    card = Delegation(assembly=assembly, country=country, submission=submission)
    fill(card, by=by, is_checked=is_checked, facts=facts)
    return create_once(card, among=cards, taken=_("There is already a card for this country."))[0]


@transaction.atomic
def revise_card(card: Delegation, *, by: User, is_checked: bool, **facts: Unpack[CardFacts]) -> Delegation:
    """Change a card. It is marked "to be checked" unless `is_checked`."""
    card = Delegation.objects.select_for_update(of=("self",)).get(pk=card.pk)
    fill(card, by=by, is_checked=is_checked, facts=facts)
    card.save()
    return card


@transaction.atomic
def confirm_card(card: Delegation, *, by: User, is_lead: bool) -> Delegation:
    """Record that this person checked it against its page today: a lead, or a member who did not change it last."""
    card = Delegation.objects.select_for_update(of=("self",)).get(pk=card.pk)
    if not is_lead and last_changed_by(card) == by.pk:
        raise RuleBroken(_("You made the last change to this card: a lead or another member must check it."))
    fill(card, by=by, is_checked=True, facts={})
    card.save()
    return card


def last_changed_by(card: Delegation) -> int | None:
    """The key of whoever last changed what the card says."""
    return card.history.order_by("-history_date", "-history_id").values_list("history_user", flat=True).first()  # type: ignore[attr-defined, no-any-return]


def fill(card: Delegation, *, by: User, is_checked: bool, facts: CardFacts) -> None:
    clean = {name: (several_lines if name in LONG_FACTS else one_line)(str(value)) for name, value in facts.items()}
    changed = [name for name, value in clean.items() if getattr(card, name) != value]
    for name in changed:
        setattr(card, name, clean[name])
    if not card.source_links:
        raise RuleBroken(_("Say which public page this is from: its address begins with https:// or http://."), field="source")
    if is_checked:
        card.verified_by, card.verified_at, card.confidence = by, now(), Delegation.Confidence.HIGH
    elif changed:
        card.verified_by, card.verified_at, card.confidence = None, None, Delegation.Confidence.MEDIUM
    if changed:
        card.office_confirmed_at = None
    card._history_user = by  # type: ignore[attr-defined]


# --- What a State said in public --------------------------------------------------------------------------------------------


@transaction.atomic
def declare(
    card: Delegation,
    *,
    resolution: Resolution,
    stance: str,
    source: str,
    declared_on: date,
    by: User,
    words: str = "",
    submission: UUID | None = None,
) -> DeclaredPosition:
    """Enter what this State said in public about a resolution. The same form sent twice makes one."""
    mine = DeclaredPosition.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    if not is_clean_link(source):
        raise RuleBroken(_("Say which public page this is from: its address begins with https:// or http://."), field="source")
    if declared_on > now().date():
        raise RuleBroken(_("That day has not come yet."), field="declared_on")
    facts = {"resolution": resolution, "stance": stance, "words": one_line(words), "source": source, "declared_on": declared_on}
    return create_once(DeclaredPosition(delegation=card, by=by, submission=submission, **facts), among=mine)[0]


@transaction.atomic
def take_out_declared(declared: DeclaredPosition) -> None:
    """Of what was entered by mistake nothing is kept."""
    declared.delete()

"""Contacts with delegations: asking, noting the answer, comparing with the text. What was asked never changes, and its events neither."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line, several_lines
from amnt.core.idempotency import create_once, sent_before
from amnt.core.languages import current_language
from coalitions.models import Answer, Circle, Contact, ContactEvent, Delegation, InText
from coalitions.models.people import Membership
from coalitions.permissions import membership_context_of
from coalitions.read_models.names import display_name
from coalitions.services.circle_acts import check_stands_in, record_in
from resolutions.models import Contribution, Proposal, Resolution

Kind = ContactEvent.Kind


def last_on_subject(user: User, delegation: Delegation, resolution: Resolution) -> Contact | None:
    """The latest contact on the same subject that this person may read."""
    known = Contact.objects.visible_to(user, membership_context_of(user).circles)
    return known.on_subject(delegation, resolution).with_people().first()


@transaction.atomic
def log_contact(
    delegation: Delegation,
    *,
    circle: Circle,
    resolution: Resolution,
    ask: str,
    channel: str,
    asked_on: date,
    by: User,
    person: User | None = None,
    wording: str = "",
    office: str = "",
    clause: UUID | None = None,
    clause_name: str = "",
    expected_on: date | None = None,
    answer: str = Answer.NONE,
    answer_words: str = "",
    seen: str | None = None,
    submission: UUID | None = None,
) -> Contact:
    """Log what was asked. The same form sent twice makes one.

    person -- who asked, if not the writer
    answer, answer_words -- what was answered on the spot
    seen -- the public id of the last contact on this subject that the writer was shown, empty for none: another one is shown first
    """
    delegation = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)  # two people at once: one after the other
    mine = Contact.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    person = person or by
    if circle.kind == Circle.Kind.DELEGATION:
        raise RuleBroken(_("What only a delegation reads is not logged here."), field="circle")
    check_stands_in(circle, by)
    if person != by and not circle.includes(person):
        raise RuleBroken(_("This person is not in the circle you chose."), field="person")
    ask = one_line(ask)
    if not ask:
        raise RuleBroken(_("Say what was asked."), field="ask")
    check_day(asked_on, "asked_on")
    if expected_on and expected_on < asked_on:
        raise RuleBroken(_("The answer cannot be expected before the ask."), field="expected_on")
    if seen is not None and (last := last_on_subject(by, delegation, resolution)) and str(last.public_id) != seen:
        raise RuleBroken(what_was_asked_before(last))
    contact = Contact(
        circle=circle,
        delegation=delegation,
        resolution=resolution,
        clause=clause,
        clause_name=one_line(clause_name)[:200],
        ask=ask,
        wording=several_lines(wording),
        office=one_line(office),
        channel=channel,
        person=person,
        by=by,
        asked_on=asked_on,
        expected_on=expected_on,
        submission=submission,
    )
    contact, is_new = create_once(contact, among=mine)
    if not is_new:
        return contact
    ContactEvent.objects.create(contact=contact, kind=Kind.ASKED, day=asked_on, by=by)
    record_in(circle, "coalitions.contact_logged", by=by)
    if answer != Answer.NONE:
        contact = note_answer(contact, answer=answer, words=answer_words, day=asked_on, by=by)
    return contact


@transaction.atomic
def note_answer(contact: Contact, *, answer: str, day: date, by: User, words: str = "", seen_version: int | None = None) -> Contact:
    """Note what they answered. An earlier answer stays in the history. With `seen_version`, only if nothing happened since."""
    contact = lock_contact(contact, seen_version)
    check_stands_in(contact.circle, by)
    check_day(day, "day")
    if day < contact.asked_on:
        raise RuleBroken(_("The answer cannot be older than the ask."), field="day")
    contact.answer = answer
    contact.answered_on = None if answer == Answer.NONE else day
    ContactEvent.objects.create(contact=contact, kind=Kind.ANSWERED, answer=answer, words=several_lines(words), day=day, by=by)
    save_state(contact)
    record_in(contact.circle, "coalitions.contact_answered", by=by)
    return contact


@transaction.atomic
def judge(contact: Contact, *, in_text: str, by: User, proposal: Proposal | None = None, seen_version: int | None = None) -> Contact:
    """A person says whether what was asked is in the text, and in which proposal."""
    contact = lock_contact(contact, seen_version)
    check_stands_in(contact.circle, by)
    if in_text not in InText.values:
        raise RuleBroken(_("Say whether it is in the text."), field="in_text")
    if proposal and proposal.resolution_id != contact.resolution_id:
        raise RuleBroken(_("This proposal is about another resolution."), field="proposal")
    if proposal and proposal.contribution.access != Contribution.Access.PUBLIC:
        raise RuleBroken(_("Only the number of this document is kept, and a contact would tell others that it exists."), field="proposal")
    contact.in_text, contact.proposal = in_text, proposal
    ContactEvent.objects.create(contact=contact, kind=Kind.JUDGED, in_text=in_text, proposal=proposal, day=now().date(), by=by)
    save_state(contact)
    record_in(contact.circle, "coalitions.contact_judged", by=by)
    return contact


@transaction.atomic
def remove_contact(contact: Contact, *, by: User) -> None:
    """For good, with its history: for what should not have been written down."""
    circle = contact.circle
    contact.delete()
    record_in(circle, "coalitions.contact_removed", by=by)


def check_day(day: date, field: str) -> None:
    # It may be tomorrow already where the writer is.
    if (day - now().date()).days > 1:
        raise RuleBroken(_("That day has not come yet."), field=field)


def lock_contact(contact: Contact, seen_version: int | None) -> Contact:
    rows = Contact.objects.select_for_update(of=("self",)).select_related("circle__coalition")
    contact = rows.get(pk=contact.pk)
    if seen_version is not None and seen_version != contact.version:
        raise RuleBroken(what_happened_meanwhile(contact))
    return contact


def save_state(contact: Contact) -> None:
    contact.version += 1
    contact.save(update_fields=["answer", "answered_on", "in_text", "proposal", "version"])


def name_in(circle: Circle, person: User | None) -> str:
    here = Membership.objects.current().filter(coalition=circle.coalition_id, user=person).values_list("user_id", flat=True)
    return display_name(person, set(here))


def what_was_asked_before(last: Contact) -> str:
    said = {
        "name": name_in(last.circle, last.person),
        "resolution": last.resolution.short_name,
        "day": times.day(last.asked_on, current_language()),
        "ask": last.ask,
    }
    return (
        _(
            "%(name)s asked this delegation about %(resolution)s on %(day)s: “%(ask)s”. Nothing is saved yet: if yours is still "
            "needed, send it again."
        )
        % said
    )


def what_happened_meanwhile(contact: Contact) -> str:
    last = contact.events.select_related("by").first()
    if last is None:
        return _("What you saw is no longer there. Your text is kept: look again, then send it.")
    said = {"name": name_in(contact.circle, last.by), "what": last.get_answer_display() or last.get_in_text_display() or "—"}
    return _("In the meantime %(name)s noted: %(what)s. Your text is kept: look again, then send it.") % said

"""The mails of coalitions. They name no coalition, no person and no subject."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.mail.dates import day_ahead, moment_ahead
from amnt.mail.emails import Letter, register_composer, render_letter, to_person
from amnt.mail.models import Email
from coalitions.domain.invitation_keys import code_of, is_key_of, key_of
from coalitions.models import Approval, Invitation, LastReaderQuestion, Membership

# The sentence of a mail to the leads, by its name.
FOR_LEADS = {
    "newcomer": _("A newcomer’s fourteen days as an observer are over: they now have the role intended for them."),
    "exported": _("A lead exported something that is not public. The audit log of the coalition says who and when."),
    "asked": _("A request that needs a second lead is waiting for your answer."),
    "lock-asked": _(
        "Another lead asks to lock this service for everyone, now. It needs your approval: log in, look under “Needs a "
        "second lead”, and call them if you can."
    ),
    "approved": _("A request that needed a second lead has been carried out: a second lead approved it."),
    "declined": _("A request that needed a second lead was declined. Nothing has happened."),
    "position": _("A new version of the position of a coalition you lead has been written."),
    "break-glass": _("The people who run this service looked at data of a coalition you lead. Its audit log says when, and why."),
    "withdrawn": _("A request that was waiting for a second lead was withdrawn. Nothing has happened."),
    "several-withdrawn": _("Several requests that were waiting for a second lead were withdrawn. Nothing has happened."),
}

# The ones that ask for an answer.
ASKING = {"asked", "lock-asked"}


def invitation_letters(emails: Sequence[Email]) -> dict[int, Letter]:
    """Not sent if accepted, revoked or expired meanwhile."""
    asked = {email.about["invitation"]: email.pk for email in emails}
    return {
        asked[invitation.pk]: invitation_letter(invitation)
        for invitation in Invitation.objects.open().filter(pk__in=asked)
        if is_key_of(invitation.public_id, invitation.digest)
    }


def invitation_letter(invitation: Invitation) -> Letter:
    path = reverse("coalitions:invitation", args=[key_of(invitation.public_id)])
    # The time zone is not known yet. The link is valid some hours longer than the day it names.
    until = day_ahead(invitation.expires_at, zone="UTC", language=invitation.language)
    context = {"url": f"{settings.SITE_URL}{path}", "until": until}
    return render_letter("coalitions/invitation", context, address=invitation.email, language=invitation.language)


def code_letters(emails: Sequence[Email]) -> dict[int, Letter]:
    """Not sent if replaced by another code, or expired."""
    asked = Invitation.objects.open().in_bulk([email.about["invitation"] for email in emails])
    letters = {}
    for email in emails:
        invitation = asked.get(email.about["invitation"])
        if invitation and invitation.takes_code and invitation.code_number == email.about["number"]:
            context = {"code": code_of(invitation.public_id, invitation.code_number)}
            letters[email.pk] = render_letter("coalitions/invitation_code", context, address=invitation.email, language=invitation.language)
    return letters


def letters_to_admitted(emails: Sequence[Email]) -> dict[int, Letter]:
    """To a newcomer whom a second lead admitted, if still in the coalition."""
    here = set(Membership.objects.current().filter(pk__in=[email.about["membership"] for email in emails]).values_list("pk", flat=True))
    people = User.objects.active().in_bulk([email.to_id for email in emails])
    return {
        email.pk: to_person(people[email.to_id], "coalitions/admitted", {})
        for email in emails
        if email.to_id in people and email.about["membership"] in here
    }


def letters_to_last_readers(emails: Sequence[Email]) -> dict[int, Letter]:
    """Not sent if answered or settled meanwhile. The mail does not say that it is about a circle."""
    asked = LastReaderQuestion.objects.select_related("user").filter(user__erased_at=None)
    questions = asked.in_bulk([email.about["question"] for email in emails])
    letters = {}
    for email in emails:
        if question := questions.get(email.about["question"]):
            until = moment_ahead(question.due_at, question.user)
            context = {"until": until, "is_closed": not question.user.is_active, "contact": settings.HOST_CONTACT}
            letters[email.pk] = to_person(question.user, "coalitions/last_reader", context)
    return letters


def letters_for_leads(emails: Sequence[Email]) -> dict[int, Letter]:
    """To those who still lead the coalition. Not sent if answered or expired meanwhile."""
    leading = set(
        Membership.objects.current()
        .leads()
        .filter(coalition__in=[email.about["coalition"] for email in emails])
        .values_list("coalition", "user")
    )
    asked = [email.about["approval"] for email in emails if email.about["what"] in ASKING]
    waiting = Approval.objects.waiting().in_bulk(asked)
    people = User.objects.active().in_bulk([email.to_id for email in emails])
    letters = {}
    for email in emails:
        what, approval, person = email.about["what"], waiting.get(email.about.get("approval")), people.get(email.to_id)
        is_asked = what in ASKING
        if person and (email.about["coalition"], person.pk) in leading and (approval or not is_asked):
            until = moment_ahead(approval.expires_at, person) if approval and is_asked else ""
            letters[email.pk] = to_person(person, "coalitions/for_leads", {"what": FOR_LEADS[what], "until": until})
    return letters


def retention_letters(emails: Sequence[Email]) -> dict[int, Letter]:
    """Something that they can read will be deleted: the page of stored data says what."""
    people = User.objects.active().in_bulk([email.to_id for email in emails])
    url = settings.SITE_URL + reverse("accounts:stored")
    return {
        email.pk: to_person(people[email.to_id], "coalitions/retention", {"day": day_of_deletion(email, people[email.to_id]), "url": url})
        for email in emails
        if email.to_id in people
    }


def day_of_deletion(email: Email, person: User) -> str:
    """It happens in the first hours of a day, by UTC, which may be the evening before where she is."""
    # A mail written by an older version says in how many days.
    on = date.fromisoformat(email.about["on"]) if "on" in email.about else (email.created_at + timedelta(days=email.about["days"])).date()
    return day_ahead(datetime.combine(on, time(), UTC), zone=person.time_zone, language=person.language)


def letters_of_announcements(emails: Sequence[Email]) -> dict[int, Letter]:
    """To everyone still in the coalition, unless a lead has stopped it meanwhile."""
    announced = Approval.objects.announced().in_bulk([email.about["approval"] for email in emails])
    here = set(
        Membership.objects.current().filter(coalition__in=[email.about["coalition"] for email in emails]).values_list("coalition", "user")
    )
    people = User.objects.active().in_bulk([email.to_id for email in emails])
    letters = {}
    for email in emails:
        approval, person = announced.get(email.about["approval"]), people.get(email.to_id)
        if approval and person and (email.about["coalition"], person.pk) in here:
            context = {"until": moment_ahead(approval.expires_at, person)}
            letters[email.pk] = to_person(person, "coalitions/announced", context)
    return letters


def register_all() -> None:
    register_composer("coalitions/invitation", invitation_letters)
    register_composer("coalitions/invitation_code", code_letters)
    register_composer("coalitions/admitted", letters_to_admitted)
    register_composer("coalitions/last_reader", letters_to_last_readers)
    register_composer("coalitions/for_leads", letters_for_leads)
    register_composer("coalitions/retention", retention_letters)
    register_composer("coalitions/announced", letters_of_announcements)

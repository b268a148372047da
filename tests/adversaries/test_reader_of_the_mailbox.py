"""An official reads the mailbox of a member: at the levels discreet and standard no mail says who, with whom, or what about."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.utils import translation
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.encryption.fields import EncryptedField, EncryptedIfPrivate
from amnt.mail.emails import Letter
from calendar_app.reminders.emails import letter_about
from calendar_app.reminders.recipients import all_facts
from calendar_app.reminders.rules import RULES, TOLD_FROM_EVENTS
from coalitions.models import AssemblySession, Circle, Coalition, Delegation, FollowUp, Membership, Organisation
from coalitions.services import confidential_notes, seats
from tests.factories import AssemblyFactory, OrganisationFactory, ResolutionFactory, circle_of, lead
from tests.mail.every_letter import letters_of, of_accounts, of_coalitions, of_sessions, person, reminded

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def reader(level: str, language: str) -> User:
    """A lead with an organisation, a delegation, a circle and another lead, each with a word of its own."""
    me = person(language=language)
    User.objects.filter(pk=me.pk).update(mail_level=level)
    me.refresh_from_db()
    here = Membership.objects.get(user=me).coalition
    Coalition.objects.update(name="zz·coalition")
    lead(here, name="zz·other Surname")
    Membership.objects.update(organisation=OrganisationFactory(name="zz·organisation"))
    circle_of(here, me, name="zz·circle", kind="delegation")
    return me


def every_letter(me: User, level: str) -> list[tuple[str, Letter]]:
    about = [*of_coalitions(me), *of_accounts(me), *of_sessions(me)]
    Circle.objects.exclude(kind="everyone").update(name="zz·circle")
    letters = list(letters_of(about))
    facts, entries = all_facts([me.pk], [me]), []
    for rule in RULES:
        steps = {ladder.step for ladder in rule.ladders} | set(TOLD_FROM_EVENTS if rule.code == "RR-09" else ())
        entries += [(f"{rule.code} {step}", rule.stop, reminded(me, rule, step)) for step in sorted(steps) or [""]]
    for name, stop, entry in entries:
        letter = letter_about([entry], user=me, facts=facts, at=now(), stop=stop, level=level)
        assert letter
        letters.append((name, letter))
    digest = letter_about([entry for _name, _stop, entry in entries], user=me, facts=facts, at=now(), stop="digest", level=level)
    assert digest
    return [*letters, ("digest", digest)]


def private_words() -> set[str]:
    """Names of people, organisations, coalitions and circles, and all that stands in an encrypted column of a circle's rows."""
    # The dot cannot stand in a signed address, where three letters and a hyphen do by chance.
    words = {"zz·"}
    words |= {word for name in User.objects.values_list("name", flat=True) for word in name.split() if len(word) > 3}
    for model in (Coalition, Organisation, Circle):
        words |= set(model.objects.values_list("name", flat=True))
    words |= {str(row) for row in Delegation.objects.all()}
    for model in apps.get_app_config("coalitions").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, (EncryptedField, EncryptedIfPrivate)):
                words |= {value for value in model._base_manager.values_list(field.name, flat=True) if isinstance(value, str)}
    return {word for word in words if len(word) >= 3}


def written(letter: Letter) -> str:
    return "\n".join([letter.subject, letter.text, letter.html, *letter.headers.values()])


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("level", ["discreet", "standard"])
def test_no_mail_names_a_person_a_body_or_a_text(level, language):
    me = reader(level, language)
    with translation.override(language):
        letters = every_letter(me, level)
    words = private_words()
    if level != "discreet":
        # The programme of an assembly is public, and with it the room of an official session.
        words -= set(AssemblySession.objects.filter(standing="official", circle__kind="everyone").values_list("room", flat=True))
    assert {"zz·coalition", "zz·organisation", "zz·circle", *FollowUp.objects.values_list("title", flat=True)} <= words
    assert [f"{name} says {word}" for name, letter in letters for word in words if word in written(letter)] == []


@pytest.mark.parametrize("level", ["discreet", "standard", "detailed"])
def test_no_mail_says_anything_of_a_seat_or_of_what_was_told_in_confidence(level):
    """Neither to whom it was told, nor to whoever told it."""
    me = reader(level, "en")
    other = Membership.objects.get(user__name="zz·other Surname").user
    for teller, reads in ((me, other), (other, me)):
        seat = seats.declare(teller, AssemblyFactory(), country="TV", people=[reads])
        seat.sealed |= {"country": "zz·told-of-seat"}
        seat.save()
        about = {"by": teller, "readers": [reads], "submission": uuid4()}
        confidential_notes.write(ResolutionFactory(), text="zz·told-in-confidence", **about)
    letters = every_letter(me, level)
    assert [name for name, letter in letters if "zz·told" in written(letter) or "Tuvalu" in written(letter)] == []


def test_at_detailed_the_title_is_said_so_that_the_test_above_has_something_to_find():
    me = reader("detailed", "en")
    letters = every_letter(me, "detailed")
    titles = FollowUp.objects.values_list("title", flat=True)
    assert [name for name, letter in letters if any(title in written(letter) for title in titles)]

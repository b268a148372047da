"""Example newcomers: one observing for fourteen days, one waiting for a second lead, one invited without mail."""

from datetime import timedelta

from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.demo.people_data import LEAD, SECOND_LEAD
from coalitions.models import Coalition, Invitation, Membership
from coalitions.services.invitations import accept, arrive, invite
from coalitions.services.membership import OBSERVES_FOR, admit

HERE_FOR = timedelta(days=4)


def build_newcomers(coalition: Coalition, people: dict[str, User]) -> None:
    observing = newcomer("Inés Romero (ejemplo)", "ines@example.org", "es", "America/Lima")
    seat = admit(coalition, user=observing, role="member", sponsor=people[LEAD], next_role="member")
    Membership.objects.filter(pk=seat.pk).update(joined_at=now() - HERE_FOR, observes_until=now() + OBSERVES_FOR - HERE_FOR)

    waiting = newcomer("Kofi Mensah (example)", "kofi@example.org", "en", "Africa/Accra")
    accept(invite(coalition, email=waiting.email, by=people[SECOND_LEAD], role="member", language="en"), user=waiting)

    by_words = invite(coalition, email="leila@example.org", by=people[LEAD], role="member", language="fr", proof=Invitation.Proof.WORDS)
    arrive(by_words)


def newcomer(name: str, email: str, language: str, zone: str) -> User:
    """An example newcomer, as whom nobody logs in."""
    return User.objects.create_user(email, None, name=name, language=language, time_zone=zone)

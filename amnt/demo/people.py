"""The people of the demonstration, their coalitions and their circles."""

from datetime import time, timedelta

from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.demo import follow_up_data, people_data
from amnt.demo.passwords import new_password
from amnt.demo.people_data import CAST, LEAD, MEMBER, SECOND_LEAD
from amnt.demo.submission_ids import submission
from coalitions.models import Circle, Coalition, Membership, Organisation
from coalitions.services.circles import open_circle
from coalitions.services.mandates import give_mandate
from coalitions.services.membership import admit, found_coalition
from resolutions.models import RegionalGroup, Resolution
from resolutions.services.watching import watch, watch_region

People = dict[str, User]


def build_account(person: people_data.ExamplePerson) -> User:
    """An account that has finished the first steps and visited six days ago. No quiet hours and, unless given, no weekend, so that
    reminders are sent at any time.
    """
    user = User.objects.create_user(
        person.email,
        None,
        name=person.name,
        language=person.language,
        time_zone=person.zone,
        quiet_from=time(0),
        quiet_to=time(0),
        first_steps_done_at=now(),
        seen_at=now() - timedelta(days=6),
        **{"weekend": User.Weekend.NONE, **person.more},
    )
    for resolution in Resolution.objects.of_assembly().filter(number__in=person.watches):
        watch(user, resolution)
    for group in RegionalGroup.objects.filter(code=person.region):
        watch_region(user, group)
    return user


def give_passwords(known: dict[str, str]) -> list[dict[str, str]]:
    """One row for each person of the cast. Known passwords are kept; new ones are made for the others."""
    rows = []
    users = {user.email: user for user in User.objects.filter(email__in=[person.email for person in CAST])}
    for person in CAST:
        if (user := users.get(person.email)) is None:
            continue
        password = known.get(person.email)
        if password is None or not user.has_usable_password():
            password = password or new_password()
            user.set_password(password)
            user.save(update_fields=["password"])
        rows.append({"role": person.part, "email": person.email, "password": password, "language": person.language, "name": person.name})
    return rows


def build_coalition(wanted: people_data.ExampleCoalition, people: People) -> Coalition:
    coalition = found_coalition(wanted.name, mail_ceiling=wanted.mail_ceiling)
    for person in CAST:
        if person.coalition == wanted and person.organisation:
            organisation = Organisation.objects.create(name=person.organisation.name, country=person.organisation.country)
            seat = admit(coalition, user=people[person.part], role=person.role, organisation=organisation)
            if seat.role != Membership.Role.OBSERVER:
                give_mandate(seat, by=people[LEAD] if wanted == people_data.OURS else None)
    earlier = now() - timedelta(days=60)
    Coalition.objects.filter(pk=coalition.pk).update(created_at=earlier)
    Membership.objects.filter(coalition=coalition).update(joined_at=earlier)
    return coalition


def build_circles(coalition: Coalition, people: People) -> dict[str, Circle]:
    """The example circles: everyone, a restricted one, and one without a lead."""
    second_lead = coalition.memberships.get(user=people[SECOND_LEAD])
    core = open_circle(
        coalition,
        name="Rés. 50, noyau (exemple)",
        purpose="Préparer le libellé de repli avant de le proposer à toute la coalition.",
        by=people[LEAD],
        people=[second_lead],
        submission=submission("circle/core"),
    )
    delegation = open_circle(
        coalition,
        name="Delegación (ejemplo)",
        kind=Circle.Kind.DELEGATION,
        by=people[MEMBER],
        submission=submission("circle/delegation"),
    )
    return {follow_up_data.EVERYONE: coalition.everyone, follow_up_data.CORE: core, follow_up_data.DELEGATION: delegation}

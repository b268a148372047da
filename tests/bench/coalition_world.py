"""The world of what coalitions do together: each holds the same, and there are more of them in the large one.

What is public is the same in both: the data that ships, proposals with words, cards of delegations. So is the first coalition, row by row,
and what its people read must be the same too.
"""

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db.models import Model
from django.utils.timezone import now

from amnt.accounts.models import User
from calendar_app.models import Meeting
from coalitions.models import (
    AssemblySession,
    CharterVersion,
    Circle,
    CircleMembership,
    CircleView,
    Coalition,
    ConfidentialNote,
    Contact,
    ContactEvent,
    Decision,
    DeclaredPosition,
    Delegation,
    DelegationNote,
    EmbargoNote,
    FollowUp,
    FollowUpEvent,
    HandoverNote,
    HintDismissal,
    KeptNumber,
    Mandate,
    Membership,
    NamingConsent,
    NamingDefault,
    Organisation,
    Outlet,
    OutletFollower,
    OwnRoute,
    OwnRouteEvent,
    Position,
    PositionAnswer,
    PositionClause,
    Priority,
    PublicPageEntry,
    RedLine,
    ReportLine,
    RightsImpact,
    Seat,
    SessionAttendee,
    SessionNote,
    SessionReport,
    SessionResolution,
    Statement,
    StatementAnswer,
    StatementInvitation,
    StatementVersion,
    StillHolds,
    StudyGroupFollower,
    TalkingPoints,
    Unavailability,
    Verdict,
    seats,
)
from coalitions.models import confidential_notes as notes
from coalitions.statements.domain.fingerprint import fingerprint, frozen
from resolutions.models import (
    Assembly,
    Clause,
    Contribution,
    Outcome,
    Proposal,
    ProposedClause,
    Resolution,
    Revision,
    RevisionText,
    StudyGroup,
    StudyGroupLink,
    WordingRule,
)
from tests.bench import proposals, world

BATCH = 1000
LAST_ASSEMBLY = "WTSA-24"
RESOLUTIONS, CLAUSES = 40, 8
CARDS = ("KE", "TZ", "UG", "RW", "ZA", "NG", "GH", "SN", "TN", "EG", "FR", "DE", "CH", "ES", "BR", "UY", "AR", "MX", "CA", "IN", "JP", "AU")
CONTACTS, PEOPLE_A_CIRCLE = 334, 8
RIGHTS = ("expression", "association", "privacy")
WORDS = "invite les États Membres à consulter toutes les parties prenantes avant d’adopter des mesures qui touchent au routage"
STATEMENT = frozen("\n\n".join(f"{place}. Les organisations signataires demandent que la résolution {WORDS}." for place in range(1, 9)))


@dataclass(frozen=True)
class Size:
    coalitions: int
    # False: what circles hold is held by the one circle of everyone.
    has_circles: bool = True


ONE = Size(coalitions=1, has_circles=False)
SMALL = Size(coalitions=3)
# 60 coalitions, 400 circles, 2,000 people, 20,000 contacts; a third of that for a quick run.
LARGE, LARGE_QUICK = Size(coalitions=60), Size(coalitions=20)


@dataclass
class PublicFacts:
    """What every coalition works on, the same in each world."""

    assembly: Assembly
    last: Assembly
    resolutions: list[Resolution]
    cards: list[Delegation]
    revisions: dict[int, Revision]
    # Their clauses in force, by resolution.
    clauses: dict[int, list[UUID]]
    proposals: dict[int, list[Proposal]]
    groups: list[StudyGroupLink]
    rule: WordingRule


def grow(size: Size) -> User:
    """Make the database as large as this, keeping what is there. The person to measure with: a lead of the first coalition."""
    facts = public_facts()
    groups = world.the_groups()
    for number in range(Coalition.objects.count(), size.coalitions):
        dice = random.Random(number)
        world.found(number, groups, dice)
        work(number, facts, dice, has_circles=size.has_circles)
    show_publicly(Coalition.objects.order_by("pk")[0])
    return User.objects.get(email="person-0-0@example.org")


def show_publicly(coalition: Coalition) -> None:
    """On the page without a log-in: its name and five statements."""
    entry, is_new = PublicPageEntry.objects.get_or_create(coalition=coalition, defaults={"shown_name": coalition.name})
    if is_new:
        entry.statements.set(Statement.objects.publishable().filter(circle__coalition=coalition).order_by("pk")[:5])


# --- What is public ---------------------------------------------------------------------------------------------------------


def public_facts() -> PublicFacts:
    if not Assembly.objects.exists():
        call_command("load_reference", verbosity=0)
        _publish()
    assembly = Assembly.objects.get(code="WTSA-28")
    resolutions = _resolutions()
    clauses: dict[int, list[UUID]] = {row.pk: [] for row in resolutions}
    in_force = Clause.objects.filter(version__revision__resolution__in=resolutions, version__language="en").order_by("position")
    for key, identity in in_force.values_list("version__revision__resolution", "identity"):
        clauses[key].append(identity)
    asked: dict[int, list[Proposal]] = {row.pk: [] for row in resolutions}
    for proposal in Proposal.objects.filter(resolution__in=resolutions, contribution__assembly=assembly).order_by("pk"):
        asked[proposal.resolution_id].append(proposal)
    revisions = {row.resolution_id: row for row in Revision.objects.filter(resolution__in=resolutions, texts__language="en")}
    links = list(StudyGroupLink.objects.filter(resolution__in=resolutions).select_related("resolution").order_by("pk"))
    rule = WordingRule.objects.order_by("pk").first()
    assert rule is not None
    cards = list(Delegation.objects.filter(assembly=assembly).order_by("pk"))
    last = Assembly.objects.get(code=LAST_ASSEMBLY)
    return PublicFacts(assembly, last, resolutions, cards, revisions, clauses, asked, links, rule)


def _resolutions() -> list[Resolution]:
    """Those that are worked on, as `world.found` takes them. The first one is worked on most."""
    return list(Resolution.objects.of_assembly().exclude(number=None).order_by("number")[:RESOLUTIONS])


def _publish() -> None:
    dice, today = random.Random(28), now().date()
    assembly, last = Assembly.objects.get(code="WTSA-28"), Assembly.objects.get(code=LAST_ASSEMBLY)
    groups = world.the_groups()
    world.grow_dates(world.Size(0, 0, regional_meetings=60, other_dates=60, proposals=0), assembly, groups, today)
    resolutions = _resolutions()
    for resolution in resolutions:
        proposals.ask(resolution, assembly, groups, dice, is_history=False)
    for resolution in resolutions:
        _write_texts(resolution, assembly, last)
    Outcome.objects.bulk_create(
        [Outcome(resolution=row, assembly=last, action=("MOD", "NOC")[row.number % 2], summary=WORDS) for row in resolutions],
        ignore_conflicts=True,
    )
    study_groups = list(StudyGroup.objects.order_by("-period", "number")[:4])
    StudyGroupLink.objects.bulk_create(
        [StudyGroupLink(resolution=row, study_group=study_groups[row.pk % 4]) for row in resolutions], ignore_conflicts=True
    )
    _begin_cards(assembly, last, resolutions, today)


def _write_texts(resolution: Resolution, assembly: Assembly, last: Assembly) -> None:
    """In force in two languages; reworded by six proposals."""
    revision = resolution.revisions.filter(assembly=last).first()
    revision = revision or Revision.objects.create(resolution=resolution, assembly=last, label_en="Rev. Bench", label_fr="Rév. Bench")
    identities = [uuid4() for _ in range(CLAUSES)]
    in_force: list[Clause] = []
    for language in ("en", "fr"):
        text = RevisionText.objects.create(revision=revision, language=language, entered_at=datetime(2025, 1, 1, tzinfo=UTC))
        made = Clause.objects.bulk_create(
            Clause(
                version=text, position=place, part="operative", call="instructs", verb="instructs", identity=identity,
                number=str(place + 1), text=f"{place} {WORDS};",
            )
            for place, identity in enumerate(identities)
        )  # fmt: skip
        in_force = in_force or made
    asked = Proposal.objects.filter(resolution=resolution, contribution__assembly=assembly, action="MOD").order_by("pk")[:6]
    for proposal in asked:
        ProposedClause.objects.bulk_create(
            ProposedClause(
                proposal=proposal, action="MOD", change="modified", position=clause.position, part="operative", call="instructs",
                verb="instructs", number=clause.number, identity=clause.identity, base_clause=clause, before=clause.text,
                text=f"{clause.text} selon la sécurité nationale {proposal.pk}",
            )
            for clause in in_force[:2]
        )  # fmt: skip


def _begin_cards(assembly: Assembly, last: Assembly, resolutions: list[Resolution], today: date) -> None:
    made = Delegation.objects.bulk_create(
        [
            Delegation(
                assembly=edition,
                country=country,
                authority=f"Autorité de régulation {country}",
                is_open=("yes", "no", "unknown")[place % 3],
                route_before="Par le comité national" if place % 4 == 0 else "",
                office_email=f"office@{country.lower()}.example.org",
                verified_at=now() - timedelta(days=place * 20),
                source="https://example.org/",
            )
            for edition in (assembly, last)
            for place, country in enumerate(CARDS)
        ]
    )
    DeclaredPosition.objects.bulk_create(
        [
            DeclaredPosition(
                delegation=card, resolution=resolution, stance="keep", words=WORDS, source="https://example.org/", declared_on=today
            )
            for card in made[: len(CARDS)]
            for resolution in resolutions[:6]
        ]
    )
    Meeting.objects.bulk_create(
        [
            Meeting(
                assembly=assembly, kind="national", country=card.country, title_fr=f"Réunion nationale {place}", starts_on=day, ends_on=day,
                at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC), source="https://example.org/",
            )
            for card in made[:4]
            for place in range(3)
            if (day := today + timedelta(days=10 + place))
        ]
    )  # fmt: skip


# --- What one coalition does ------------------------------------------------------------------------------------------------


@dataclass
class Work:
    """One coalition at work. Rows are collected by table and written at the end.

    slots -- the circles, everyone's first, as rows are dealt out to them; None is one the first lead is not in, in the world that has no
    circles: what it holds is left out there
    """

    coalition: Coalition
    people: list[User]
    organisations: list[Organisation]
    everyone: Circle
    slots: list[Circle | None]
    facts: PublicFacts
    dice: random.Random
    rows: dict[type[Model], list[Any]] = field(default_factory=dict)
    # For what must be unique in a circle.
    numbers: Counter[tuple[Any, ...]] = field(default_factory=Counter)

    def add[Row: Model](self, row: Row) -> Row:
        self.rows.setdefault(type(row), []).append(row)
        return row

    def next(self, *about: Any) -> int:
        """1, 2, … for each thing that is numbered."""
        self.numbers[about] += 1
        return self.numbers[about]

    def dealt(self, number: int) -> Iterator[tuple[int, Circle]]:
        """So many rows over all circles, one after another, with the place of each."""
        for place in range(number):
            circle = self.slots[place % len(self.slots)]
            if circle is not None:
                yield place, circle

    def someone(self, place: int) -> User:
        return self.people[place % len(self.people)]

    def resolution(self, place: int) -> Resolution:
        """A third of all is about the first one."""
        return self.facts.resolutions[0 if place % 3 == 0 else place % RESOLUTIONS]

    def card(self, place: int) -> Delegation:
        """A half of all is about the first one."""
        return self.facts.cards[0 if place % 2 == 0 else place % len(self.facts.cards)]

    def write(self) -> None:
        """In the order in which they were first added: what others point to comes first."""
        for model, rows in self.rows.items():
            model._default_manager.bulk_create(rows, batch_size=BATCH)


def work(number: int, facts: PublicFacts, dice: random.Random, *, has_circles: bool) -> None:
    coalition = Coalition.objects.order_by("-pk").first()
    assert coalition is not None
    memberships = list(Membership.objects.filter(coalition=coalition).select_related("user", "organisation").order_by("pk"))
    people = [row.user for row in memberships]
    everyone = coalition.everyone
    slots = _circles(number, coalition, memberships, facts) if has_circles else []
    if not has_circles:
        slots = [None if place == _left_out(number) else everyone for place in range(_number_of_circles(number))]
    organisations = list(dict.fromkeys(row.organisation for row in memberships))
    for place, organisation in enumerate(organisations):
        organisation.country = CARDS[place]
    Organisation.objects.bulk_update(organisations, ["country"])
    Authenticator.objects.bulk_create([Authenticator(user=user, type="totp", data={}) for user in people[:2]])
    made = Work(coalition, people, organisations, everyone, [everyone, *slots], facts, dice)
    acts: tuple[Callable[[Work], None], ...] = (
        _answer_for_organisations, _follow_up, _contact, _take_positions, _sign, _get_in, _agree, _judge, _note, _sit, _keep_secrets,
    )  # fmt: skip
    for act in acts:
        act(made)
    _follow(made, memberships)
    made.write()


def _number_of_circles(number: int) -> int:
    """Beside everyone's: 400 in 60 coalitions."""
    return 5 + (number % 3 != 0)


def _left_out(number: int) -> int:
    """The one before the last: the last one is of a delegation."""
    return _number_of_circles(number) - 2


def _circles(number: int, coalition: Coalition, memberships: list[Membership], facts: PublicFacts) -> list[Circle | None]:
    most = _number_of_circles(number)
    about = {"resolutions": [row.pk for row in facts.resolutions[:6]], "topics": [], "regions": ["ATU", "CEPT"]}
    circles = Circle.objects.bulk_create(
        [
            Circle(
                coalition=coalition,
                kind="delegation" if place == most - 1 else "restricted",
                name=f"Groupe {place}",
                purpose="Travailler sur les résolutions qui touchent au routage",
                subjects=about if place == 0 else None,
                owner=memberships[place].user,
            )
            for place in range(most)
        ]
    )
    in_them = []
    for place, circle in enumerate(circles):
        chosen = {(place * 5 + step) % len(memberships) or 1 for step in range(PEOPLE_A_CIRCLE)}
        chosen |= {0} if place != _left_out(number) else set()
        in_them += [CircleMembership(circle=circle, membership=memberships[each]) for each in sorted(chosen)]
    CircleMembership.objects.bulk_create(in_them)
    return list(circles)


def _answer_for_organisations(made: Work) -> None:
    members = Membership.objects.filter(coalition=made.coalition).order_by("pk")[: len(made.organisations)]
    for membership, organisation in zip(members, made.organisations, strict=True):
        made.add(Mandate(membership=membership, organisation=organisation, given_by=made.people[0]))
        made.add(NamingDefault(coalition=made.coalition, organisation=organisation, naming="both", by=made.people[0]))


def _follow_up(made: Work) -> None:
    for place, circle in made.dealt(60):
        task = FollowUp(
            circle=circle,
            title=f"Préparer l’entretien numéro {place}",
            owner=made.someone(place),
            created_by=made.people[0],
            assigned_by=made.people[0],
            due_at=now() + timedelta(days=place - 3),
            delegation=made.card(place),
            state="in-hand",
        )
        made.add(task)
        made.add(FollowUpEvent(follow_up=task, kind="created", by=made.people[0], at=now() - timedelta(days=20)))


def _contact(made: Work) -> None:
    today = now().date()
    for place, circle in made.dealt(CONTACTS):
        answer = ("none", "yes", "none", "partly", "no", "will-see")[place % 6]
        asked_on = today - timedelta(days=place % 200)
        answered_on = None if answer == "none" else asked_on + timedelta(days=1)
        resolution, by = made.resolution(place), made.someone(place)
        contact = Contact(
            circle=circle,
            delegation=made.card(place),
            resolution=resolution,
            clause=made.facts.clauses[resolution.pk][place % CLAUSES],
            clause_name=f"instructs {place % CLAUSES + 1}",
            ask=f"Garder le texte en vigueur, demande {place}",
            wording=WORDS,
            office="Bureau des relations internationales",
            channel="letter",
            person=by,
            by=by,
            asked_on=asked_on,
            answer=answer,
            answered_on=answered_on,
            in_text=("yes", "no", "partly")[place % 3] if answered_on else "",
        )
        made.add(contact)
        made.add(ContactEvent(contact=contact, kind="asked", day=asked_on, words="", by=by))
        if answered_on:
            made.add(ContactEvent(contact=contact, kind="answered", day=answered_on, answer=answer, words="À voir.", by=by))


def _take_positions(made: Work) -> None:
    """Of the coalition, of the last assembly and of this one; and drafts of circles."""
    of_last = Position.objects.filter(circle=made.everyone, resolution__in=made.facts.resolutions[:30])
    of_last.update(at=datetime(2024, 9, 1, tzinfo=UTC), by=made.people[1])
    made.numbers.update(dict.fromkeys((("position", made.everyone, row.resolution_id) for row in of_last), 1))
    for resolution in made.facts.resolutions[:20]:
        _position(made, made.everyone, resolution, days=12 - resolution.pk % 9, by=made.people[0], asked=made.organisations[:6])
    for place, circle in made.dealt(48):
        if place % len(made.slots):
            resolution = made.facts.resolutions[place // len(made.slots) % 6]
            _position(made, circle, resolution, days=40 - place // 2, by=made.someone(place))


def _position(made: Work, circle: Circle, resolution: Resolution, *, days: int, by: User, asked: Collection[Organisation] = ()) -> None:
    at, facts = now() - timedelta(days=days), made.facts
    version = made.next("position", circle, resolution.pk)
    position = Position(
        circle=circle,
        resolution=resolution,
        version=version,
        stance=made.dice.choice(Position.Stance.values),
        words=f"Notre position, version {version} : le texte {WORDS}",
        written_for=facts.proposals[resolution.pk][version % 6],
        in_force=facts.revisions[resolution.pk],
        by=by,
        at=at,
    )
    made.add(position)
    identities = facts.clauses[resolution.pk][:2]
    for identity in identities:
        made.add(PositionClause(position=position, identity=identity))
        made.add(RedLine(position=position, circle=circle, clause=identity, kind="red", text=WORDS, by=by, at=at))
    for language in ("en", "fr"):
        made.add(TalkingPoints(position=position, language=language, text=f"{WORDS}\n{WORDS}"))
    if resolution.pk % 4 == 0:
        made.add(StillHolds(position=position, by=by, at=at + timedelta(hours=1)))
    for place, organisation in enumerate(asked):
        kind = "reservation" if place % 3 == 2 else "agree"
        said = WORDS if kind == "reservation" else ""
        made.add(PositionAnswer(position=position, organisation=organisation, kind=kind, words=said, by=by))


def _sign(made: Work) -> None:
    """Statements: one in four is open, one in five has a second text."""
    asked = [{"organisation": each.pk, "name": each.name, "naming": "both"} for each in made.organisations]
    for place, circle in made.dealt(36):
        is_open = place % 4 == 0
        closes_at = now() + timedelta(days=5 + place) if is_open else now() - timedelta(days=place + 1)
        newest = 2 if place % 5 == 0 else 1
        statement = Statement(
            circle=circle,
            resolution=made.resolution(place),
            title=f"Déclaration commune numéro {place}",
            opened_at=now() - timedelta(days=60),
            closes_at=closes_at,
            locked_at=None if is_open else closes_at,
            asked=None if is_open else asked,
            by=made.people[0],
            newest=newest,
        )
        made.add(statement)
        made.add(StatementInvitation(statement=statement, name=f"Autre organisation {place}", digest=uuid4().hex * 2, by=made.people[0]))
        for number in range(1, newest + 1):
            text = frozen(f"{STATEMENT}\n{place} {number}")
            version = StatementVersion(statement=statement, number=number, language="fr", text=text, by=made.people[0])
            made.add(version)
            for order, organisation in enumerate(made.organisations[:8]):
                if is_open and order == 0 and place % 8 == 0:
                    continue
                choice = ("endorse", "endorse", "reservation", "not-now")[order % 4]
                made.add(
                    StatementAnswer(
                        version=version, organisation=organisation, name=organisation.name, choice=choice,
                        reservation=WORDS if choice == "reservation" else "", naming="both", fingerprint=fingerprint(text),
                        is_latest=number == newest, by=made.someone(order),
                    )
                )  # fmt: skip


def _get_in(made: Work) -> None:
    today = now().date()
    for place, circle in made.dealt(30):
        state = ("asked", "waiting", "granted", "refused")[place % 4]
        route = OwnRoute(
            circle=circle,
            organisation=made.organisations[place % len(made.organisations)],
            way=("sector-member", "delegation", "associate")[place % 3],
            detail="Membre du secteur de la normalisation",
            state=state,
            asked_on=today - timedelta(days=place),
            until=today + timedelta(days=place * 10) if state == "granted" else None,
            next_step="Envoyer le formulaire",
            next_on=today + timedelta(days=place),
            documents=[{"name": "Statuts", "done": False}],
            followed_by=made.someone(place),
            created_by=made.people[0],
        )
        made.add(route)
        made.add(OwnRouteEvent(route=route, state="asked", by=made.people[0]))


def _agree(made: Work) -> None:
    facts, by, today = made.facts, made.people[0], now().date()
    for version in (1, 2, 3):
        made.add(CharterVersion(coalition=made.coalition, version=version, text="\n".join([WORDS] * 6), by=by))
    for place in range(8):
        resolution = facts.resolutions[place]
        about = {
            "resolutions": [resolution.pk],
            "clauses": [[str(facts.clauses[resolution.pk][0]), resolution.pk]],
            "rights": list(RIGHTS),
        }
        made.add(Priority(coalition=made.coalition, place=place, own_title=f"Priorité {place}", own_why=WORDS, about=about, by=by))
    for place, circle in made.dealt(60):
        made.add(Decision(circle=circle, text=f"Décision {place}", decided_on=today, resolution=made.resolution(place), by=by))
    for place, circle in made.dealt(48):
        resolution = made.resolution(place)
        clause = facts.clauses[resolution.pk][place % CLAUSES]
        said = {"right": RIGHTS[place % 3], "mechanism": f"Par le moyen numéro {place}", "said_by": "Une organisation"}
        made.add(RightsImpact(circle=circle, resolution=resolution, clause=clause, by=by, **said))


def _follow(made: Work, memberships: list[Membership]) -> None:
    """Media."""
    for place in range(15):
        outlet = Outlet(coalition=made.coalition, name=f"Journal {place}", country=CARDS[place], covers="Les télécommunications")
        made.add(outlet)
        for membership in memberships[place : place + 3]:
            made.add(OutletFollower(outlet=outlet, membership=membership))
    for place, circle in made.dealt(18):
        made.add(EmbargoNote(circle=circle, text=f"Sous embargo {place}", until=now() + timedelta(days=place - 5), by=made.people[0]))


def _judge(made: Work) -> None:
    facts, by = made.facts, made.people[0]
    results = ("obtained", "partly", "not", "no-change")
    for place, resolution in enumerate(facts.resolutions[:30]):
        for version in range(1, 2 + (place % 3 == 0)):
            made.next("verdict", made.everyone, resolution.pk)
            about = {"resolution": resolution, "assembly": facts.last, "version": version, "result": results[place % 4]}
            made.add(Verdict(circle=made.everyone, words=f"Verdict {version}", by=by, **about))
    for place, circle in made.dealt(24):
        if place % len(made.slots):
            resolution = facts.resolutions[place // len(made.slots) % 6]
            about = {"resolution": resolution, "assembly": facts.last, "version": made.next("verdict", circle, resolution.pk)}
            made.add(Verdict(circle=circle, result=results[place % 4], words=f"Verdict du groupe {place}", by=by, **about))
    for link in facts.groups[:20]:
        for user in made.people[:2]:
            row = StudyGroupFollower(coalition=made.coalition, resolution=link.resolution, study_group=link.study_group, user=user)
            made.add(row)
    for place, resolution in enumerate(facts.resolutions[:20]):
        by, released_by = made.people[0], made.people[1] if place % 2 else None
        about = {"coalition": made.coalition, "assembly": facts.last, "resolution": resolution, "part": "words", "text": WORDS}
        made.add(ReportLine(proposed_by=by, released_by=released_by, released_at=now() if released_by else None, **about))
    for user in made.people[:6]:
        made.add(NamingConsent(coalition=made.coalition, assembly=facts.last, user=user, name=user.name))


def _note(made: Work) -> None:
    facts, by = made.facts, made.people[0]
    for place, circle in made.dealt(36):
        made.add(DelegationNote(circle=circle, delegation=made.card(place), text=f"Entendu {place} : {WORDS}", by=by))
    for place, circle in made.dealt(12):
        card = facts.cards[made.next("handover", circle) - 1]
        made.add(HandoverNote(circle=circle, delegation=card, text=f"À savoir {place} : {WORDS}", by=by))
    words = count()
    for _place, circle in made.dealt(18):
        proposal = facts.proposals[facts.resolutions[0].pk][next(words) % 6]
        said = {"rule": facts.rule, "proposal": proposal, "clause": uuid4(), "words": "sécurité nationale", "reason": "Déjà en vigueur"}
        made.add(HintDismissal(circle=circle, by=by, **said))
    for place, circle in made.dealt(6):
        kept = f"C{made.coalition.pk}-{place}"
        document = Contribution(assembly=facts.assembly, access="number", kept_number=kept, entered_by=made.people[1])
        made.add(document)
        made.add(KeptNumber(contribution=document, circle=circle))
    for place, circle in made.dealt(24):
        made.add(CircleView(circle=circle, user=made.someone(place), thing="note", thing_id=uuid4(), on=now().date()))


def _sit(made: Work) -> None:
    """Sessions of the last assembly: who goes to them, what is on their agenda and what moved in them."""
    opens = datetime(2024, 10, 15, 4, tzinfo=UTC)
    for place, circle in made.dealt(72):
        session = AssemblySession(
            circle=circle,
            assembly=made.facts.last,
            standing="informal" if place % 3 else "official",
            group="other" if place % 3 else "ad-hoc",
            title=f"Séance {place}",
            room=f"Salle {place % 8}",
            starts_at=opens + timedelta(days=place % 9, minutes=30 * (place // 9)),
            created_by=made.people[0],
        )
        made.add(session)
        made.add(SessionResolution(session=session, resolution=made.resolution(place)))
        made.add(SessionReport(session=session, by=made.someone(place)))
        made.add(SessionAttendee(session=session, user=made.someone(place), day=session.starts_at.date()))
        moved = {"moved": f"Bougé {place} : {WORDS[:200]}", "clause_name": "instructs 2 bis", "clause_state": "agreed"}
        made.add(SessionNote(session=session, circle=circle, resolution=made.resolution(place), by=made.someone(place), **moved))


def _keep_secrets(made: Work) -> None:
    """Three seats of which one is told to the first lead, notes in confidence of five people, and nine who are not available."""
    assembly = made.facts.assembly
    for place, owner in enumerate(made.people[3:6]):
        sealed = {"owner": owner.pk, "country": CARDS[place], "people": [made.people[0].pk] if place == 0 else [], "circle": None}
        made.add(Seat(assembly=assembly, place=seats.place_of(owner, assembly.pk), sealed=sealed))
    for place, author in enumerate(made.people[:5]):
        card = made.card(place)
        said = {"author": author.pk, "text": WORDS, "at": now().isoformat(), "readers": [], "about": ["delegation", card.pk], "copies": []}
        made.add(ConfidentialNote(assembly=assembly, place=notes.place_of(author.pk, card), sealed=said))
    for place, user in enumerate(made.people[:9]):
        made.add(Unavailability(user=user, resolution=made.facts.resolutions[-1 - place], assembly=assembly))

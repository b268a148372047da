"""The worst world that validation lets in: everything as long and as many as forms, files and the API allow.

What has no limit in number (proposals on one resolution, follow-ups, dates) is there in numbers that no coalition comes near.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice, product
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.audit.models import AuditEntry, Pseudonym
from amnt.mail.models import Email
from calendar_app.models import Attendance, DateChange, DateWatch, Deadline, Meeting, Reminder
from coalitions.models import (
    Approval,
    Circle,
    CircleMembership,
    Coalition,
    FollowUp,
    FollowUpEvent,
    HintDismissal,
    Invitation,
    Membership,
    Organisation,
    Position,
    Reading,
)
from coalitions.services.delegations import begin_card
from coalitions.texts.services.kept_numbers import keep_number
from resolutions.domain.budgets import (
    MOST_CHARACTERS,
    MOST_CHARACTERS_OF_DOCUMENT,
    MOST_CLAUSES,
    MOST_CLAUSES_OF_DOCUMENT,
    MOST_CLAUSES_UNDERNEATH,
    MOST_PROPOSALS,
)
from resolutions.models import (
    Assembly,
    Clause,
    Contribution,
    Proposal,
    ProposalEvent,
    ProposedClause,
    RegionalGroup,
    Resolution,
    Revision,
    RevisionText,
    Upload,
    Watch,
    WordingRule,
)
from resolutions.services import publishing
from tests.bench import hostile, world
from tests.bench.proposals import past_assemblies

BATCH = 500
# Right-to-left and wide letters, accents upon accents, words without end: what a title may hold.
ODD = "مؤتمر 的 \u202bé̀̂ q̷̛̤ 🏳️‍🌈 ẞİı " * 12
SLUG = "worst"


@dataclass
class WorstWorld:
    lead: User
    member: User
    staff: User
    # What stands in addresses, by the beginning of the route and the name of the place in it.
    places: dict[str, Any] = field(default_factory=dict)
    # Documents that were read and wait to be published, by what is hard about them.
    documents: dict[str, UUID] = field(default_factory=dict)
    slug: str = SLUG


def odd(length: int, number: int = 0) -> str:
    return f"{number} {ODD * (length // len(ODD) + 1)}"[:length].strip()


def grow(share: float = 1.0) -> WorstWorld:
    """share -- of what has no limit in number"""

    def many(count: int) -> int:
        return max(2, int(count * share))

    size = world.Size(coalitions=many(8), resolutions=many(300), regional_meetings=many(600), other_dates=many(600), proposals=many(8_000))
    world.grow(size)
    call_command("load_reference", verbosity=0)
    coalition = Coalition.objects.order_by("pk").first()
    assert coalition is not None
    everyone = Circle.objects.get(coalition=coalition, kind="everyone")
    assembly = Assembly.objects.current()
    assert assembly is not None
    people = _people(coalition, everyone, many(800))
    lead, member = people[0], people[1]
    staff = User.objects.create(email="worst-staff@example.org", name=odd(150), password="!", is_staff=True, is_superuser=True)
    Authenticator.objects.bulk_create([Authenticator(user=user, type="totp", data={}) for user in (*people, staff)], batch_size=BATCH)
    worst = WorstWorld(lead, member, staff)
    circles = _circles(coalition, people, many(300))
    resolution = _resolution(assembly, many)
    _opinions(resolution, everyone, circles, lead, many)
    follow_up = _follow_ups(everyone, circles, people, resolution, many)
    meeting, deadline, change = _dates(assembly, people, many)
    _mails(people, meeting, deadline, many)
    upload, text_upload = _uploads(resolution, assembly, lead, member)
    documents = _documents_on_long_texts(assembly, lead)
    Watch.objects.bulk_create(
        [Watch(user=user, resolution=row) for user in people[:3] for row in Resolution.objects.exclude(watches__user=user)],
        batch_size=BATCH,
    )
    Watch.objects.bulk_create([Watch(user=user, resolution=resolution) for user in people[3:]], batch_size=BATCH, ignore_conflicts=True)
    card = begin_card(assembly, country="KE", by=lead, is_checked=True, source="https://example.org/d", authority=odd(200))
    for number in range(many(300)):
        card.how_to_join, card.rules = odd(1000, number), odd(1000, number)
        card.save()
    for number in range(many(300)):
        keep_number(number=f"C{number}", assembly=assembly, by=lead, circle=everyone)
    invitations = Invitation.objects.bulk_create(
        [
            Invitation(
                coalition=coalition,
                email=f"{'a' * 50}{number}@example.org",
                invited_by=lead,
                digest=f"{number:064d}",
                expires_at=now() + timedelta(days=7),
            )
            for number in range(many(400))
        ],
        batch_size=BATCH,
    )
    proposal = Proposal.objects.filter(resolution=resolution, action="MOD").order_by("pk").first()
    text = RevisionText.objects.filter(revision__resolution=resolution, language="en").order_by("-pk").first()
    membership = Membership.objects.get(coalition=coalition, user=member)
    approvals = _approvals(coalition, people, many)
    _acts(coalition, people, many)
    worst.documents = {name: each.public_id for name, each in documents.items()}
    worst.places = {
        "coalition/": coalition.public_id,
        "invitations/": invitations[0].public_id,
        "members/": membership.public_id,
        "approvals/": approvals[0].public_id,
        "circles/": circles[0].public_id,
        "delegations/": card.public_id,
        "follow-ups/": follow_up.public_id,
        "proposals/": proposal.public_id,
        "texts/incoming/": text_upload.public_id,
        "texts/": text.public_id,
        "contributions/incoming/": upload.public_id,
        "contributions/numbers/": Contribution.objects.filter(access="number").latest("pk").public_id,
        "calendar/meetings/": meeting.public_id,
        "calendar/deadlines/": deadline.public_id,
        "calendar/changes/": change.public_id,
        "api/v1/texts/": text.public_id,
        "api/v1/contributions/": proposal.contribution.public_id,
        "api/v1/proposals/": proposal.public_id,
        "api/v1/meetings/": meeting.public_id,
        "api/v1/deadlines/": deadline.public_id,
        "api/v1/follow-ups/": follow_up.public_id,
        "api/v1/circles/": circles[0].public_id,
        "slug": SLUG,
        "resolution": SLUG,
        "code": "ATU",
        "edition": assembly.code,
        "kind": "call",
        "column": "ATU",
        "member_id": membership.public_id,
        "step": "language",
        "part": "audit",
        "key": "x" * 43,
        "token": "x" * 43,
        "identity": "x",
        "pk": 1,
    }
    return worst


def _people(coalition: Coalition, everyone: Circle, count: int) -> list[User]:
    organisations = Organisation.objects.bulk_create([Organisation(name=odd(200, number)) for number in range(count // 4 + 1)])
    people = User.objects.bulk_create(
        [
            User(
                email=f"worst-{number}@example.org",
                name=odd(150, number),
                password="!",
                language="en",
                time_zone="Asia/Kathmandu",
                first_steps_done_at=now(),
                seen_at=now(),
                seen_before_at=now() - timedelta(days=300),
                mail_level="detailed",
            )
            for number in range(count)
        ],
        batch_size=BATCH,
    )
    memberships = Membership.objects.bulk_create(
        [
            Membership(coalition=coalition, user=user, organisation=organisations[number // 4], role="lead" if number != 1 else "member")
            for number, user in enumerate(people)
        ],
        batch_size=BATCH,
    )
    CircleMembership.objects.bulk_create([CircleMembership(circle=everyone, membership=row) for row in memberships], batch_size=BATCH)
    return people


def _circles(coalition: Coalition, people: list[User], count: int) -> list[Circle]:
    circles = Circle.objects.bulk_create(
        [Circle(coalition=coalition, name=odd(100, number), purpose=odd(300, number), owner=people[0]) for number in range(count)],
        batch_size=BATCH,
    )
    memberships = list(Membership.objects.filter(coalition=coalition, user__in=people[:400]).order_by("pk"))
    CircleMembership.objects.bulk_create(
        [CircleMembership(circle=circles[0], membership=row) for row in memberships]
        + [CircleMembership(circle=circle, membership=row) for circle in circles[1:] for row in memberships[:5]],
        batch_size=BATCH,
    )
    return circles


def _resolution(assembly: Assembly, many: Callable[[int], int]) -> Resolution:
    """One with the longest texts of all kinds, several revisions of it in two languages, and more proposals than any assembly saw."""
    rng = random.Random(1)
    before = past_assemblies()
    resolution = hostile.grow_hostile(assembly, before[0], SLUG, hostile.every_other_word, 1000, 400)
    hostile.grow_hostile(assembly, before[0], "worst-long", hostile.hinted, 20, 20_000)
    hostile.grow_hostile(assembly, before[0], "worst-signs", hostile.signs, 20, 20_000)
    hostile.grow_hostile(assembly, before[0], "worst-new", hostile.all_new, 1000, 400)
    for past in before[1:3]:
        revision = Revision.objects.create(resolution=resolution, assembly=past, label_en=odd(80), label_fr=odd(80))
        for language in ("en", "fr"):
            text = RevisionText.objects.create(revision=revision, language=language)
            words = hostile.quoted(1, 1000, 400, rng)
            Clause.objects.bulk_create(
                [
                    Clause(version=text, position=n, part="operative", call=odd(600), number=str(n), text=made.text)
                    for n, made in enumerate(words)
                ],
                batch_size=BATCH,
            )
    text = resolution.revisions.order_by("pk").first().texts.get()
    clauses = list(text.clauses.all())
    for number in range(many(150)):
        contribution = Contribution.objects.create(assembly=assembly, number=f"W{number}A{number}", title=odd(300, number), language="en")
        proposal = Proposal.objects.create(
            contribution=contribution,
            resolution=resolution,
            identifier=odd(200, number),
            sources=["EUR"],
            action="MOD",
            base=text,
            title=odd(400, number),
            reasons=odd(20_000, number),
            moved_at=now(),
            is_consolidated=number % 20 == 0,
        )
        ProposedClause.objects.bulk_create(
            [
                ProposedClause(
                    proposal=proposal,
                    action="MOD",
                    change="modified",
                    position=place,
                    part=clause.part,
                    call=clause.call,
                    number=clause.number,
                    text=f"[{clause.text[:300]} {number}] [and] more",
                    before=clause.text,
                    base_clause=clause,
                    identity=clause.identity,
                    is_doubtful=place % 2 == 0,
                )
                for place, clause in enumerate(clauses[: 1000 if number % 10 == 0 else 60])
            ],
            batch_size=BATCH,
        )
        events = 400 if number == 0 else 5
        ProposalEvent.objects.bulk_create(
            [
                ProposalEvent(proposal=proposal, kind="status", status="submitted", at=now() - timedelta(hours=hour))
                for hour in range(many(events))
            ],
            batch_size=BATCH,
        )
    return resolution


def _opinions(resolution: Resolution, everyone: Circle, circles: list[Circle], by: User, many: Callable[[int], int]) -> None:
    proposals = list(Proposal.objects.filter(resolution=resolution))
    Reading.objects.bulk_create(
        [
            Reading(circle=circle, proposal=proposal, tone="risk", note=odd(500), by=by)
            for proposal in proposals
            for circle in (everyone, *circles[:5])
        ],
        batch_size=BATCH,
    )
    Position.objects.bulk_create(
        [
            Position(circle=circle, resolution=resolution, version=version, stance="oppose", words=odd(2000, version), by=by)
            for circle in (everyone, *circles[:5])
            for version in range(1, many(100))
        ],
        batch_size=BATCH,
    )
    rule = WordingRule.objects.order_by("pk").first()
    clauses = [clause.identity for clause in Clause.objects.filter(version__revision__resolution=resolution)[:1000]]
    HintDismissal.objects.bulk_create(
        [
            HintDismissal(circle=everyone, rule=rule, proposal=proposals[0], clause=clause, words=odd(300, place), reason=odd(300), by=by)
            for place, clause in enumerate(clauses[: many(1000)])
        ],
        batch_size=BATCH,
    )


def _follow_ups(
    everyone: Circle, circles: list[Circle], people: list[User], resolution: Resolution, many: Callable[[int], int]
) -> FollowUp:
    made = FollowUp.objects.bulk_create(
        [
            FollowUp(
                circle=circle,
                title=odd(200, number),
                done_means=odd(300, number),
                owner=people[number % 3],
                backup=people[3],
                created_by=people[0],
                assigned_by=people[0],
                due_at=now() + timedelta(hours=number % 4000 - 2000),
                resolution=resolution if number % 2 else None,
                state="in-hand",
                evidence=f"https://example.org/{'x' * 450}",
            )
            for number, circle in enumerate(islice(cycle((everyone, *circles[:20])), many(5_000)))
        ],
        batch_size=BATCH,
    )
    FollowUpEvent.objects.bulk_create(
        [
            FollowUpEvent(
                follow_up=made[0], kind="changed", by=people[number % 300 % len(people)], fields=["title", "done_means", "due_at"]
            )
            for number in range(many(3_000))
        ],
        batch_size=BATCH,
    )
    return made[0]


def _dates(assembly: Assembly, people: list[User], many: Callable[[int], int]) -> tuple[Meeting, Deadline, DateChange]:
    group = RegionalGroup.objects.get(code="ATU")
    starts_on = date.today() + timedelta(days=30)  # noqa: DTZ011
    about = {"title_fr": odd(300), "title_en": odd(300), "source": f"https://example.org/{'x' * 900}"}
    at = datetime(starts_on.year, starts_on.month, starts_on.day, 9, tzinfo=UTC)
    meeting = Meeting.objects.create(
        assembly=assembly, kind="regional", group=group, starts_on=starts_on, ends_on=starts_on, at=at, city=odd(100), **about
    )
    meeting.resolutions.set(Resolution.objects.order_by("pk")[: many(125)])
    deadlines = Deadline.objects.bulk_create(
        [
            Deadline(
                assembly=assembly, meeting=meeting, kind="registration", at=at - timedelta(days=n % 29), offset_days=-(n % 29), **about
            )
            for n in range(many(400))
        ],
        batch_size=BATCH,
    )
    Attendance.objects.bulk_create([Attendance(user=user, meeting=meeting, status="going") for user in people], batch_size=BATCH)
    Attendance.objects.bulk_create(
        [
            Attendance(user=user, meeting=row, status="going")
            for user in people[:2]
            for row in Meeting.objects.exclude(pk=meeting.pk).order_by("pk")[: many(600)]
        ],
        batch_size=BATCH,
    )
    DateWatch.objects.bulk_create(
        [DateWatch(user=user, meeting=meeting) for user in people] + [DateWatch(user=user, deadline=deadlines[0]) for user in people],
        batch_size=BATCH,
    )
    old = {"at": at.isoformat(), "has_hour": True, "zone": "UTC", "date_status": "confirmed"}
    old |= {"starts_on": starts_on.isoformat(), "ends_on": starts_on.isoformat()}
    new = old | {"at": (at + timedelta(days=20)).isoformat()}
    DateChange.objects.bulk_create(
        [
            DateChange(
                meeting=meeting, old=old, new=new, proposed_by=people[0], confirmed_by=people[2], applied_at=now() - timedelta(hours=n)
            )
            for n in range(many(500))
        ],
        batch_size=BATCH,
    )
    for number in range(many(200)):
        meeting.city = odd(90, number)
        meeting.save()
    pending = DateChange.objects.create(meeting=meeting, old=old, new=new, proposed_by=people[2])
    return meeting, deadlines[0], pending


def _mails(people: list[User], meeting: Meeting, deadline: Deadline, many: Callable[[int], int]) -> None:
    Email.objects.bulk_create(
        [Email(to=people[number % 2], kind="calendar_app/digest", state="sent", subject=odd(200, number)) for number in range(many(3_000))],
        batch_size=BATCH,
    )
    follow_ups = list(FollowUp.objects.order_by("pk")[: many(3000)])
    Reminder.objects.bulk_create(
        [
            Reminder(
                user=people[0],
                rule="RR-11",
                follow_up=row,
                offset=offset,
                version=1,
                send_at=now() + timedelta(days=place % 300),
                state="planned",
            )
            for place, row in enumerate(follow_ups)
            for offset in (1, 3)
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    Reminder.objects.bulk_create(
        [
            Reminder(user=user, rule="RR-04", meeting=meeting, offset=offset, version=1, send_at=now() + timedelta(days=5), state="planned")
            for user in people
            for offset in (1, 3, 7, 14)
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def _approvals(coalition: Coalition, people: list[User], many: Callable[[int], int]) -> list[Approval]:
    memberships = list(Membership.objects.filter(coalition=coalition).order_by("pk")[: many(300)])
    return Approval.objects.bulk_create(
        [
            Approval(
                coalition=coalition,
                kind="coalitions.remove_member",
                about={"membership": membership.pk},
                asked_by=people[number % 2 * 2],
                expires_at=now() + timedelta(days=5),
            )
            for number, membership in enumerate(memberships)
        ],
        batch_size=BATCH,
    )


def _acts(coalition: Coalition, people: list[User], many: Callable[[int], int]) -> None:
    """The audit of years, of which half is the first lead's. Nobody verifies these signatures."""
    names = {
        where: Pseudonym.objects.bulk_create([Pseudonym(user=user, coalition=where) for user in people], batch_size=BATCH)
        for where in (coalition.public_id, None)
    }
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                act=act,
                level="C1",
                actor=names[where][0 if number % 2 else number % len(people)].name,
                coalition=where,
                object_type="accounts.user",
                object_id=str(names[where][number % len(people)].name),
                fields=["title", "done_means"],
                at=now() - timedelta(minutes=number),
                key_id="bench",
                signature="x" * 64,
            )
            for where, act in ((coalition.public_id, "coalitions.approval_asked"), (None, "accounts.factor_added"))
            for number in range(many(20_000))
        ],
        batch_size=BATCH,
    )


def _uploads(resolution: Resolution, assembly: Assembly, lead: User, member: User) -> tuple[Upload, Upload]:
    """Documents that were read: as many proposals and clauses as are read, each doubtful; and the longest text."""
    rng = random.Random(2)
    numbers = list(Resolution.objects.exclude(number=None).order_by("pk").values_list("number", flat=True)[:99])
    words = [made.text for made in hostile.every_other_word(3, 1000, 330, rng)]
    proposals = []
    for place in range(MOST_PROPOSALS):
        clauses = [
            {
                "part": "operative",
                "text": text,
                "before": f"{text} too",
                "call": odd(100),
                "number": str(n),
                "change": "modified",
                "kind": "item",
            }
            for n, text in enumerate(words[: 1000 if place == 0 else 40])
        ]
        proposals.append(
            {
                "action": "MOD",
                "identifier": f"EUR/38/{place}",
                "sources": ["EUR"],
                "number": str(numbers[place % len(numbers)]),
                "label": "",
                "heading": odd(400),
                "title": odd(400),
                "reasons": odd(10_000),
                "has_marks": True,
                "place": place,
                "clauses": clauses,
            }
        )
    warnings = [{"code": "no_clauses", "place": place, "text": odd(300)} for place in range(300)]
    extraction = {"language": "en", "number": "38", "revision": 0, "proposals": proposals, "warnings": warnings}
    upload = Upload.objects.create(
        kind="contribution", brought_by=lead, state="read", file_name=f"{'x' * 190}.docx", assembly=assembly, extraction=extraction
    )
    # The one in force: to enter its text again sets every proposal on it anew.
    revision = Revision.objects.filter(resolution=resolution).order_by("pk").first()
    text = {
        "language": "en",
        "number": "",
        "clauses": [
            {"kind": "item", "part": "operative", "section": odd(200), "number": str(n), "text": words[n], "place": n} for n in range(1000)
        ],
        "warnings": [],
    }
    text_upload = Upload.objects.create(
        kind="text", brought_by=lead, state="read", assembly=assembly, revision=revision, language="en", extraction=text
    )
    for number in range(60):
        Upload.objects.create(kind="contribution", brought_by=lead, state="refused", refusal="pdf", file_name=odd(200, number))
    return upload, text_upload


def _documents_on_long_texts(assembly: Assembly, lead: User) -> dict[str, Upload]:
    """Documents of as many proposals as one may have, each on a text of its own, in two languages.

    without words -- nothing is to be changed: each proposal is given all clauses in force
    without marks -- each proposal is given what it does not have of the text in force, as deleted
    with marks -- each clause says what it starts from
    too long -- the texts in force are as long as texts are: more together than one document may stand on; else as long as that allows
    next issue -- of a document that is here, all of whose proposals it replaces
    """
    rng = random.Random(3)
    words = [hostile.every_other_word(version, MOST_CLAUSES, MOST_CHARACTERS // MOST_CLAUSES, rng) for version in range(2)]
    texts = [[f"{n} {made.text}"[: MOST_CHARACTERS // MOST_CLAUSES] for n, made in enumerate(version)] for version in words]
    fair_share = MOST_CLAUSES_UNDERNEATH // MOST_PROPOSALS
    on = {
        "": _resolutions_in_force("shorter", texts[0][:fair_share]),
        ", too long": _resolutions_in_force("longest", texts[0]),
    }
    kinds = {
        "without words": ("NOC", lambda _n: []),
        "without marks": ("MOD", lambda n: _proposed("unknown", *texts, among=n)),
        "with marks": ("MOD", lambda n: _proposed("modified", *texts, among=n)),
    }
    found = {}
    for number, ((length, resolutions), (name, (action, clauses))) in enumerate(product(on.items(), kinds.items()), start=401):
        found[f"{name}{length}"] = _read_document(
            assembly, lead, number, action, clauses(MOST_CLAUSES if length else fair_share), resolutions
        )
    first = _read_document(assembly, lead, 411, "MOD", _proposed("unknown", *texts, among=fair_share), on[""])
    chosen = [publishing.ProposalDecision(place, "submitted", resolution) for place, resolution in enumerate(on[""])]
    about = publishing.DocumentDecision(assembly, "411", "en")
    found["next issue"] = Upload.objects.create(
        kind=first.kind, brought_by=lead, state="read", assembly=assembly, file_name="R1", extraction=first.extraction | {"revision": 1}
    )
    publishing.publish(first, about, chosen, by=lead)
    return found


def _resolutions_in_force(name: str, texts: list[str]) -> list[Resolution]:
    before = past_assemblies()[0]
    found = []
    for place in range(MOST_PROPOSALS):
        slug = f"{name}-{place}"
        resolution = Resolution.objects.create(slug=slug, label=f"[{slug}]".upper(), title_en=odd(300, place), title_fr=odd(300))
        revision = Revision.objects.create(resolution=resolution, assembly=before, label_en="Rev. Bench", label_fr="Rév. Bench")
        for language in ("en", "fr"):
            version = RevisionText.objects.create(revision=revision, language=language)
            rows = (
                Clause(version=version, position=n, part="operative", call="resolves", number=str(n), text=text)
                for n, text in enumerate(texts)
            )
            Clause.objects.bulk_create(rows, batch_size=BATCH)
        found.append(resolution)
    return found


def _proposed(change: str, old: list[str], new: list[str], *, among: int) -> list[dict[str, Any]]:
    """As many clauses as each of the proposals of one document may have, evenly among those in force, or more than those."""
    each = MOST_CLAUSES_OF_DOCUMENT // MOST_PROPOSALS
    length = MOST_CHARACTERS_OF_DOCUMENT // MOST_CLAUSES_OF_DOCUMENT
    kept = {"part": "operative", "call": "resolves", "change": change, "kind": "item"}
    return [
        {**kept, "number": str(n), "text": new[n][:length], "before": "" if change == "unknown" else old[n][:length]}
        for n in range(0, max(among, each), max(1, among // each))
    ][:each]


def _read_document(
    assembly: Assembly, lead: User, number: int, action: str, clauses: list[dict[str, Any]], resolutions: list[Resolution]
) -> Upload:
    proposals = [
        {
            "action": action,
            "identifier": f"EUR/{number}/{place}",
            "sources": ["EUR"],
            "number": "",
            "label": resolution.label,
            "heading": odd(400),
            "title": odd(400),
            "reasons": odd(10_000),
            "has_marks": True,
            "place": place,
            "clauses": clauses,
        }
        for place, resolution in enumerate(resolutions)
    ]
    extraction = {"language": "en", "number": str(number), "revision": 0, "warnings": [], "proposals": proposals}
    about = {"kind": "contribution", "brought_by": lead, "state": "read", "assembly": assembly, "extraction": extraction}
    return Upload.objects.create(file_name=f"{number}.docx", **about)

"""Telling people of proposals on what they follow (RR-14): from the events, each to each person once, never to who recorded it."""

from collections.abc import Iterator
from datetime import datetime
from itertools import batched

from calendar_app.models import Reminder
from calendar_app.reminders import placement
from calendar_app.reminders.proposal_news import TOLD, News, is_live, news_of, proposals_told
from calendar_app.reminders.recipients import Facts, people_rows, read_people, union
from calendar_app.reminders.rules import PROPOSAL_MOVED
from resolutions.models import Proposal, ProposalEvent

EVENTS_AT_A_TIME = 500
ROWS_AT_A_TIME = 1000


def tell_of_proposals(since: datetime, instant: datetime) -> None:
    """What was recorded since then. Read again it makes nothing new: an event is told to a person once."""
    recorded = ProposalEvent.objects.filter(recorded_at__gte=since, is_history=False, kind__in=TOLD, proposal__superseded_at=None)
    for events in batched(recorded.order_by("pk"), EVENTS_AT_A_TIME):
        proposals = {proposal.pk: proposal for proposal in proposals_told({event.proposal_id for event in events})}
        news = news_of(list(proposals.values()))
        users = {user for one in news.values() for user in one.concerned}
        if not users:
            continue
        facts = Facts()
        read_people(facts, users)
        facts.read(union(people_rows(users)))
        for rows in batched(promised(events, proposals, news, facts, instant), ROWS_AT_A_TIME):
            Reminder.objects.bulk_create(rows, ignore_conflicts=True)


def promised(
    events: tuple[ProposalEvent, ...], proposals: dict[int, Proposal], news: dict[int, News], facts: Facts, instant: datetime
) -> Iterator[Reminder]:
    slots: dict[tuple[int, datetime, bool], datetime] = {}
    for event in events:
        target, assembly = news[event.proposal_id], proposals[event.proposal_id].contribution.assembly
        if target.is_silent or target.is_never_mailed:
            continue
        evening = is_live(assembly, event.recorded_at)
        for user, interest in target.concerned.items():
            wants = interest.in_everything or event.is_operative
            if not wants or user == event.by_id or user not in facts.people or interest.since > event.recorded_at:
                continue
            if not facts.may_read(user, target):
                continue
            manner = facts.people[user], event.recorded_at, evening
            if manner not in slots:
                clock = facts.clock(user)
                place = placement.evening_after if evening else next_digest
                slots[manner] = place(event.recorded_at, clock)
            yield Reminder(
                user_id=user,
                rule=PROPOSAL_MOVED,
                proposal_id=event.proposal_id,
                step=event.kind,
                version=event.pk,
                send_at=slots[manner],
                created_at=instant,
            )


def next_digest(instant: datetime, clock: placement.Clock) -> datetime:
    return placement.after(instant, 0, clock)

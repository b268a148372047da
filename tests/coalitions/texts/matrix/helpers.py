"""Filling the matrix for a test, and looking at what a page of it shows."""

import re
from datetime import date
from html import unescape

from coalitions.positions.services.positions import take_position
from coalitions.texts.services.readings import read_proposal
from resolutions.models import Proposal, ProposalEvent
from tests import factories

MATRIX = "/matrix/"
# Session, person, memberships, circles, topics to choose from, regional groups, assembly, counts of the quick filters, resolutions,
# readings, proposals, positions, what changed since the last visit.
QUERIES = 12


def page(client, user, address=MATRIX, **query):
    client.logout()
    client.force_login(user)
    answer = client.get(address, query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def cell(body, column):
    """What the cell of the first row in this column holds."""
    found = re.search(rf'<td role="cell"[^>]*data-label="{column}">(.*?)</td>', body, re.DOTALL)
    return found[1]


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split()).replace(" ,", ",")


def shown(body):
    return re.findall(r'<bdi class="number[^"]*">([^<]+)</bdi>', body)


def ask(resolution, group=None, **fields):
    if group is None and "countries" not in fields:
        fields.setdefault("sources", ["USA"])
    return factories.ProposalFactory(resolution=resolution, group=group, **fields)


def move(proposal, kind, by=None):
    """As every service does that changes a proposal."""
    event = ProposalEvent.objects.create(proposal=proposal, kind=kind, status=proposal.status, by=by)
    Proposal.objects.filter(pk=proposal.pk).update(moved_at=event.recorded_at)


def record_reading(proposal, by, tone, *, circle=None, note=""):
    return read_proposal(proposal, circle=circle or by.memberships.get().coalition.everyone, tone=tone, note=note, by=by)


def filled(groups, person, rows, a_cell=2):
    """So many resolutions, with proposals, readings and positions in every column."""
    network = person.memberships.get().coalition
    for number in range(1, rows + 1):
        resolution = factories.ResolutionFactory(number=number, slug=str(number))
        for group in [*groups.values(), None]:
            for turn in range(a_cell):
                proposal = ask(resolution, group, action=("MOD", "NOC")[turn % 2], countries=["US"] if group is None else [])
                record_reading(proposal, person, ("risk", "good", "mixed")[(number + turn) % 3])
        take_position(resolution, circle=network.everyone, stance="support", by=person)


def past_assembly():
    return factories.AssemblyFactory(code="WTSA-24", short_name_en="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))

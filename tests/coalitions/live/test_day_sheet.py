"""The sessions of an assembly on the sheet of a day: what one carries on paper."""

import re

import pytest

from coalitions.models import SessionAttendee
from resolutions.models import Watch
from tests.coalitions.live.worlds import EIGHTH, session
from tests.factories import ResolutionFactory, circle_of, observer

pytestmark = pytest.mark.django_db

SHEET = f"/calendar/day/{EIGHTH}/"


@pytest.fixture
def day(ours, claire, ama):
    fifty = ResolutionFactory(number=50, slug="50")
    Watch.objects.create(user=claire, resolution=fifty)
    mine = session(ours.everyone, claire, "10:00", room="Room 2", group="committee")
    session(ours.everyone, claire, "10:15", room="Room F", resolutions=[fifty])
    others = session(ours.everyone, claire, "11:30", room="Room 7", title="Not mine")
    secret = session(circle_of(ours, claire, ama), claire, "12:00", title="Secret talk", resolutions=[fifty])
    for made, user in ((mine, claire), (mine, ama), (others, ama), (secret, claire)):
        SessionAttendee.objects.create(session=made, user=user, day=EIGHTH)


def test_paper_holds_my_sessions_without_a_name(client, claire, day):
    client.force_login(claire)
    page = client.get(SHEET).content.decode()
    block = page[page.index('id="h-sessions"') : page.index("</section>", page.index('id="h-sessions"'))]
    assert re.findall(r"<time [^>]*>(\d\d:\d\d)", block) == ["10:00", "10:15", "12:00"]
    assert "Ama" not in block
    assert "nobody" in block
    assert re.search(r'class="session no-print">(?:(?!</li>).)*Secret talk', block, re.DOTALL)
    assert "Not mine" in client.get(SHEET, {"dates": "all"}).content.decode()


def test_text_leaves_out_what_a_circle_reads(client, claire, day):
    client.force_login(claire)
    text = client.get(SHEET, {"as": "text"}).content.decode()
    assert "Committee, Room 2 — me" in text
    assert "Ad hoc group, Res. 50, Room F — nobody" in text
    assert "Secret" not in text


def test_an_observer_has_no_sessions_on_the_sheet(client, ours, day):
    client.force_login(observer(ours))
    assert "h-sessions" not in client.get(SHEET).content.decode()

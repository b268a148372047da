"""Pasting the programme of a day: read, looked at, entered."""

import re

import pytest

from coalitions.models import AssemblySession
from tests.coalitions.live.worlds import EIGHTH, assembly, at, session
from tests.factories import ResolutionFactory, member

pytestmark = pytest.mark.django_db

PASTE = f"/live/{EIGHTH}/programme/"
TEXT = """[24/10/28, 06:41] Ama: 10:00 Room 2 COM4, Res. 60, 64
10:15 Room F informal, Res. 50
Coffee is at the bar
14:30-17:30 Main hall Plenary, Res. 64, 199"""


@pytest.fixture(autouse=True)
def texts():
    for number in (50, 60, 64):
        ResolutionFactory(number=number, slug=str(number))
    assembly()


def preview(client, ours, text=TEXT):
    sent = {"text": text, "circle": str(ours.everyone.public_id), "submission": "6f0c6a0e-6f5e-4a3c-9a38-0f6a6d1d7b52"}
    return sent, client.post(PASTE, sent).content.decode()


def fields(page: str) -> dict[str, str]:
    """What the preview would send if one only pressed its button."""
    found = dict(re.findall(r'<input[^>]*name="(line-[^"]+)"[^>]*?value="([^"]*)"', page))
    found |= dict.fromkeys(re.findall(r'<input type="text" name="(line-\d+-[^"]+)"(?![^>]*value=)', page), "")
    for name, options in re.findall(r'<select name="(line-[^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        found[name] = re.search(r'value="([^"]*)" selected', options)[1]
    meant = re.findall(r'<input type="checkbox" name="(line-\d+-is_meant)"[^>]*checked', page)
    return {name: value for name, value in found.items() if not name.endswith("is_meant")} | dict.fromkeys(meant, "on")


def test_nothing_is_entered_before_somebody_has_looked(client, ours, ama):
    client.force_login(ama)
    _sent, page = preview(client, ours)
    assert not AssemblySession.objects.exists()
    assert "3 lines were understood" in page
    assert "Coffee is at the bar" in page
    assert "not known here: 199" in re.sub(r"\s+", " ", page)


def test_what_is_checked_is_entered_once(client, ours, ama):
    client.force_login(ama)
    sent, page = preview(client, ours)
    confirmed = sent | fields(page) | {"enter": "1"}
    del confirmed["line-2-is_meant"]
    for _tap in range(2):
        assert client.post(PASTE, confirmed).status_code == 302
    rows = AssemblySession.objects.order_by("starts_at")
    assert [(row.starts_at, row.room, row.group, row.standing, row.agenda.count()) for row in rows] == [
        (at("10:00"), "Room 2", "committee", "official", 2),
        (at("10:15"), "Room F", "other", "informal", 1),
    ]


def test_what_is_there_already_is_corrected_not_doubled(client, ours, claire, ama):
    mine = session(ours.everyone, ama, "10:00", room="room 2", group="other", title="Committee 4")
    others = session(ours.everyone, claire, "10:15", room="Room F", title="Informal")
    client.force_login(ama)
    sent, page = preview(client, ours)
    assert page.count("it would be corrected, not doubled") == 2
    client.post(PASTE, sent | fields(page) | {"enter": "1"})
    assert AssemblySession.objects.count() == 3
    mine.refresh_from_db()
    assert (mine.group, mine.room, mine.agenda.count()) == ("committee", "Room 2", 2)
    others.refresh_from_db()
    assert others.version == 1


def test_a_line_is_corrected_in_the_preview(client, ours, ama):
    client.force_login(ama)
    sent, page = preview(client, ours)
    changed = sent | fields(page) | {"enter": "1", "line-0-room": "Room 9", "line-0-begins": "nonsense"}
    page = client.post(PASTE, changed).content.decode()
    assert not AssemblySession.objects.exists()
    assert 'value="Room 9"' in page
    client.post(PASTE, changed | {"line-0-begins": "10:05"})
    assert AssemblySession.objects.order_by("starts_at").first().room == "Room 9"


def test_what_holds_no_hour_is_kept(client, ours, ama):
    client.force_login(ama)
    _sent, page = preview(client, ours, "Hello to everyone")
    assert "nothing was understood" in page
    assert page.count("Hello to everyone") == 2


def test_a_heading_names_the_day(client, ours, ama):
    client.force_login(ama)
    sent, page = preview(client, ours, "Wednesday 25 October\n09:00 Room 2 Ad hoc, Res. 50")
    client.post(PASTE, sent | fields(page) | {"enter": "1"})
    assert AssemblySession.objects.get().starts_at == at("09:00", "2028-10-25")


@pytest.mark.parametrize("lines", [1, 3])
def test_a_preview_asks_as_much_whatever_was_pasted(client, ours, ama, django_assert_num_queries, lines):
    client.force_login(ama)
    client.get(f"/live/{EIGHTH}/")
    with django_assert_num_queries(11):
        preview(client, ours, "\n".join(f"{10 + n}:00 Room {n} Ad hoc, Res. 50" for n in range(lines)))


def test_another_coalition_is_not_written_in(client, ours, ama):
    client.force_login(member(ours))
    answer = client.post(PASTE, {"text": TEXT, "circle": "6f0c6a0e-6f5e-4a3c-9a38-0f6a6d1d7b52"})
    assert answer.status_code == 200
    assert not AssemblySession.objects.exists()

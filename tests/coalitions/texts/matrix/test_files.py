"""The matrix in words: the plain table and the files."""

import csv
import io
import re

import pytest
from django.utils.timezone import now
from openpyxl import load_workbook

from coalitions.positions.services.positions import take_position
from resolutions.models import Watch
from tests import factories
from tests.coalitions.texts.matrix.helpers import ask, page, past_assembly, record_reading

pytestmark = pytest.mark.django_db


def full_row(groups, wanjiru, fifty):
    late = factories.ContributionFactory(number="38A7", is_late=True)
    record_reading(ask(fifty, groups["CEPT"], contribution=late, identifier="EUR/38A7/1", status="preliminary"), wanjiru, "risk")
    ask(fifty, groups["CEPT"], identifier="EUR/38A8/1", action="NOC")
    ask(fifty, countries=["US"], identifier="USA/48A3/2", action="SUP", status="withdrawn")
    take_position(fifty, circle=wanjiru.memberships.get().coalition.everyone, stance="oppose", by=wanjiru)


FULL_ROW = [
    "nothing received",
    "MOD EUR/38A7/1: unfavourable, preliminary, late\nNOC EUR/38A8/1: not read yet",
    "nothing received",
    "USA SUP USA/48A3/2: withdrawn",
    "Oppose",
    "v1",
    "",
]


def test_the_plain_table_says_the_same_in_words(client, wanjiru, groups, fifty):
    full_row(groups, wanjiru, fifty)
    body = page(client, wanjiru, plain=1)
    told = [cell.replace("<br>", "\n") for cell in re.findall(r"<td>(.*?)</td>", body)]
    assert told == FULL_ROW
    assert "MOD EUR/38A7/1" not in page(client, wanjiru)
    assert 'class="matrix"' not in body


def test_the_plain_table_in_french_has_french_colons(client, wanjiru, groups, fifty):
    full_row(groups, wanjiru, fifty)
    wanjiru.language = "fr"
    wanjiru.save()
    body = page(client, wanjiru, plain=1)
    assert "EUR/38A8/1\u00a0: pas encore de lecture" in body
    assert "EUR/38A8/1:" not in body


PUBLIC_ROW = [
    "nothing received",
    "MOD EUR/38A7/1: preliminary, late\nNOC EUR/38A8/1",
    "nothing received",
    "USA SUP USA/48A3/2: withdrawn",
]
PUBLIC = "Public: nothing in this file comes from a coalition."
HEADER = ["Number", "Title", "ATU", "CEPT", "RCC", "Individual States"]


def test_anyones_file_holds_what_is_public_and_says_so(client, wanjiru, groups, fifty):
    full_row(groups, wanjiru, fifty)
    ask(factories.ResolutionFactory(number=2), groups["ATU"])
    for person in (wanjiru, factories.member(wanjiru.memberships.get().coalition), factories.UserFactory()):
        client.force_login(person)
        answer = client.get("/matrix/export.csv", {"region": "", "action": "NOC"})
        assert answer.headers["Content-Disposition"] == f'attachment; filename="matrix-public-WTSA-28-{now():%Y-%m-%d}.csv"'
        assert list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))) == [HEADER, ["50", "Cybersecurity", *PUBLIC_ROW], [PUBLIC]]
        answer = client.get("/matrix/export.xlsx", {"action": "NOC"})
        sheet = load_workbook(io.BytesIO(answer.content)).active
        rows = [[found.value or "" for found in row] for row in sheet.iter_rows()]
        assert rows == [[PUBLIC, "", "", "", "", ""], HEADER, [50, "Cybersecurity", *PUBLIC_ROW]]
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("A3", "$1:$2")


def test_no_filter_lets_readings_or_watches_choose_the_rows_of_a_public_file(client, wanjiru, groups, fifty):
    record_reading(ask(fifty, groups["ATU"]), wanjiru, "risk")
    ask(factories.ResolutionFactory(number=2), groups["ATU"])
    watched = factories.ResolutionFactory(number=3)
    Watch.objects.create(user=wanjiru, resolution=watched)
    client.force_login(wanjiru)

    def numbers(**query):
        rows = csv.reader(io.StringIO(client.get("/matrix/export.csv", query).content.decode("utf-8-sig")))
        return [row[0] for row in rows][1:-1]

    assert numbers() == numbers(show="risk") == numbers(show="watched") == numbers(show="moved") == numbers(show="review") == ["2", "50"]
    assert numbers(show="every") == ["2", "3", "50"]


def test_a_file_of_a_past_day_bears_that_day_and_no_other_kind_exists(client, wanjiru, groups):
    past_assembly()
    client.force_login(wanjiru)
    answer = client.get("/matrix/export.csv", {"as_of": "2024-10-01"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="matrix-public-WTSA-24-2024-10-01.csv"'
    assert client.get("/matrix/export.pdf").status_code == 404

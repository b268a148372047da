"""The matrix in words: the plain table and the files."""

import csv
import io
import re

import pytest
from django.utils.timezone import now
from openpyxl import load_workbook

from coalitions.services.positions import take_position
from tests import factories
from tests.coalitions.matrix.looking import ask, page, past_assembly, read

pytestmark = pytest.mark.django_db


def full_row(groups, wanjiru, fifty):
    late = factories.ContributionFactory(number="38A7", is_late=True)
    read(ask(fifty, groups["CEPT"], contribution=late, identifier="EUR/38A7/1", status="preliminary"), wanjiru, "risk")
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
    assert "EUR/38A8/1\u202f: pas encore de lecture" in body
    assert "EUR/38A8/1:" not in body


def test_the_files_hold_the_rows_as_shown_in_words(client, wanjiru, groups, fifty):
    full_row(groups, wanjiru, fifty)
    ask(factories.ResolutionFactory(number=2), groups["ATU"])
    client.force_login(wanjiru)
    answer = client.get("/matrix/export.csv", {"region": "", "action": "NOC"})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="matrix-WTSA-28-{now():%Y-%m-%d}.csv"'
    header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert header == ["Number", "Title", "ATU", "CEPT", "RCC", "States alone", "Our position", "Version", "To be reviewed"]
    assert rows == [["50", "Cybersecurity", *FULL_ROW]]
    answer = client.get("/matrix/export.xlsx", {"action": "NOC"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [[found.value or "" for found in row] for row in sheet.iter_rows()] == [header, [50, "Cybersecurity", *FULL_ROW]]


def test_a_file_of_a_past_day_bears_that_day_and_no_other_kind_exists(client, wanjiru, groups):
    past_assembly()
    client.force_login(wanjiru)
    answer = client.get("/matrix/export.csv", {"as_of": "2024-10-01"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="matrix-WTSA-24-2024-10-01.csv"'
    assert client.get("/matrix/export.pdf").status_code == 404

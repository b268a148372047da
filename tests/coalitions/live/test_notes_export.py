"""Notes of sessions as a file: for leads, by class, and without a name that is not attributed."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from coalitions.live.services.notes import write_note
from coalitions.models import AssemblySession
from tests import factories
from tests.accounts.conftest import PASSWORD, confirm_it_is_me, log_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("with_circles", "moved"), [("", ["zz-all"]), ("on", ["zz-all", "zz-hers"])])
def test_a_lead_takes_out_notes_by_class(client, with_circles, moved):
    ours = factories.coalition()
    boss = factories.lead(ours, name="Wanjiru Kamau", email="wanjiru@example.org", password=PASSWORD)
    samuel = factories.member(ours, name="Samuel Reader")
    session = AssemblySession.objects.create(
        circle=ours.everyone, assembly=factories.AssemblyFactory(), starts_at=now() - timedelta(hours=2)
    )
    write_note(session, circle=ours.everyone, moved="zz-all", by=samuel)
    write_note(session, circle=factories.circle_of(ours, boss), moved="zz-hers", by=boss)
    write_note(session, circle=factories.circle_of(ours, samuel, name="His"), moved="zz-his", by=samuel)
    write_note(session, circle=None, moved="zz-alone", by=boss)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    log_in(client)
    confirm_it_is_me(client)
    answer = client.post(reverse("coalitions:session-notes-export", args=[ours.public_id]), {"sheet": "csv", "with_circles": with_circles})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[5] for row in rows[1:-1]] == moved
    assert "Samuel" not in answer.content.decode()

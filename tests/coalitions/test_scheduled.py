from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.utils.timezone import now

from coalitions.models import ClockRun, FollowUp
from coalitions.services import follow_ups
from coalitions.services.scheduled import do_what_is_due

pytestmark = pytest.mark.django_db


def test_a_step_that_fails_stops_no_other_and_the_run_does_not_count(network, wanjiru, samuel):
    follow_ups.create(circle=network.everyone, title="Ask", due_at=now() + timedelta(days=90), by=wanjiru, owner=samuel)

    def no_approvals(execute, sql, params, many, context):
        if "coalitions_approval" in sql:
            raise DatabaseError("no such table")
        return execute(sql, params, many, context)

    with time_machine.travel(now() + timedelta(days=10)):
        with connection.execute_wrapper(no_approvals):
            do_what_is_due()
        assert FollowUp.objects.get().owner is None
        assert not ClockRun.objects.exists()
        do_what_is_due()
        assert ClockRun.objects.get().at == pytest.approx(now(), abs=timedelta(minutes=1))

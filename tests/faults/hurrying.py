"""The mails of these runs, and pauses twenty times shorter than those of production: a run of minutes instead of hours."""

from datetime import timedelta

from amnt.mail import delivery, refusals
from amnt.mail.emails import Letter, register_composer

TIMES = 20
KIND = "tests/fault"

delivery.ABANDONED_AFTER = timedelta(minutes=10) / TIMES
delivery.RENEWED_EVERY = timedelta(minutes=1) / TIMES
delivery.PAUSES = [pause / TIMES for pause in delivery.PAUSES]
delivery.SECOND_TRY_AFTER = delivery.SECOND_TRY_AFTER / TIMES
delivery.HELD_FOR = refusals.HELD_FOR / TIMES
# A killed worker leaves fewer mails behind that wait for half a minute.
delivery.BATCH = 50


def compose(emails):
    return {email.pk: Letter(email.to.email, "en", "2 reminders", "Tomorrow.\n") for email in emails}


register_composer(KIND, compose)

"""What our own mechanisms buy: the processor's time beside the library's way, in one run. docs/decisions/our_own_and_the_librarys.md"""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice, product
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.mail.acceptance import Marks
from amnt.mail.emails import Letter
from amnt.mail.messages import outgoing, sender
from amnt.mail.models import Email
from calendar_app.models import Deadline, Reminder
from calendar_app.reminders.planning import Ledger, New
from calendar_app.reminders.targets import Kind

MAILS, ROWS = 500, 5_000
SENTENCE = "Le délai de dépôt des contributions est le 4 septembre 2028, 23:59 (Genève)."
LETTER = Letter(
    address="claire@example.org",
    language="fr",
    subject="Trois dates cette semaine",
    text="\n".join(f"{number}. {SENTENCE}" for number in range(20)),
    html="".join(f"<p>{number}. <a href='https://example.org/{number}/'>{SENTENCE}</a></p>" for number in range(20)),
)


def measured() -> dict[str, dict[str, float]]:
    """Milliseconds of the processor for one, ours and the library's."""
    people = list(User.objects.all()[:100])
    deadlines = list(Deadline.objects.values_list("pk", flat=True)[:10])
    return {"a mail as bytes": mime(), "a reminder stored": stored(people, deadlines), "an accepted mail marked": marked(people[0])}


def spent(act: Callable[[], object], number: int) -> float:
    begun = time.process_time()
    act()
    return (time.process_time() - begun) * 1000 / number


def mime() -> dict[str, float]:
    emails = [Email(public_id=uuid4(), kind="tests/note") for _ in range(MAILS)]

    def by_django(email: Email) -> bytes:
        head = {
            "Message-ID": f"<{email.public_id}@{settings.SITE_HOST}>",
            "Content-Language": LETTER.language,
            "Auto-Submitted": "auto-generated",
        }
        message = EmailMultiAlternatives(LETTER.subject, LETTER.text, sender(), [LETTER.address], headers=head)
        message.attach_alternative(LETTER.html, "text/html")
        return message.message().as_bytes()

    return {
        "ours": spent(lambda: [outgoing(email, LETTER).raw for email in emails], MAILS),
        "the library's": spent(lambda: [by_django(email) for email in emails], MAILS),
    }


def stored(people: Sequence[User], deadlines: Sequence[int]) -> dict[str, float]:
    """Reminders of an offset that no rule has, and none of them stays."""
    places = islice(product(range(10_000, 99_999), deadlines, people), ROWS)
    ledger = Ledger(Kind.DEADLINE, [], [], facts=None, instant=now(), users=None)  # type: ignore[arg-type]
    send_at = ledger.instant + timedelta(days=3)
    ledger.created = [New((deadline, user.pk, "RR-01", offset, "", 1), send_at, False, "") for offset, deadline, user in places]
    figures = {}
    ways = {
        "ours": ledger.insert,
        "the library's": lambda: Reminder.objects.bulk_create(
            map(ledger.as_reminder, ledger.created), ignore_conflicts=True, batch_size=1000
        ),
    }
    for way, act in ways.items():
        with transaction.atomic():
            figures[way] = spent(act, ROWS)
            transaction.set_rollback(True)
    return figures


def marked(to: User) -> dict[str, float]:
    claim = uuid4()
    accepted = {"state": Email.State.ACCEPTED, "trouble": "", "subject": LETTER.subject}

    def by_the_orm(emails: Sequence[Email]) -> None:
        for email in emails:
            mine = Email.objects.filter(pk=email.pk, claim=claim, state=Email.State.CLAIMED)
            mine.update(finished_at=now(), attempts=F("attempts") + 1, **accepted)

    def by_marks(emails: Sequence[Email]) -> None:
        with Marks(claim) as marks:
            for email in emails:
                marks.begin(email, LETTER.subject)

    figures = {}
    for way, act in (("ours", by_marks), ("the library's", by_the_orm)):
        Email.objects.bulk_create(Email(kind="tests/note", to=to, state=Email.State.CLAIMED, claim=claim) for _ in range(MAILS))
        emails = list(Email.objects.filter(claim=claim))
        figures[way] = spent(lambda act=act, emails=emails: act(emails), MAILS)  # type: ignore[misc]
        Email.objects.filter(claim=claim).delete()
    return figures


def verdicts(figures: dict[str, dict[str, float]]) -> list[tuple[str, str, bool]]:
    return [
        (
            f"{what}: times the library's speed",
            f"{each["the library's"] / each['ours']:.1f} ≥ 1.5 ({each['ours']:.3f} / {each["the library's"]:.3f} ms)",
            each["the library's"] >= 1.5 * each["ours"],
        )
        for what, each in figures.items()
    ]

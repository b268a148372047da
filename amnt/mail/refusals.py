"""Does the mail server refuse this recipient, or every recipient?

A mail server that knows us no longer, or takes what we send for spam, refuses all our mail with codes that begin with 5. A refusal
therefore counts against a mail only once somebody else was accepted after it. Until then, several refused recipients mean that it is the
server: nobody's attempts are used up and the rest waits.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import now

from amnt.mail.messages import Outgoing
from amnt.mail.models import Email
from amnt.mail.smtp_replies import Answer

SEVERAL = 3
# What was refused together with everybody is tried again after this, behind those who have not been tried.
HELD_FOR = timedelta(minutes=1)
# A mailbox that is not there is asked for once more, hours later: domains move, and directories are not always complete.
SECOND_TRY_AFTER = timedelta(hours=4)


@dataclass(frozen=True)
class Refused:
    email: Email
    domain: str
    answer: Answer
    at: datetime


class Refusals:
    """What was refused since somebody was accepted last, within one batch."""

    def __init__(self) -> None:
        self.pending: list[Refused] = []

    def add(self, email: Email, message: Outgoing, answer: Answer) -> None:
        self.pending.append(Refused(email, domain_of(message), answer, now()))

    @property
    def are_several(self) -> bool:
        return len({recipient(one.email) for one in self.pending}) >= SEVERAL

    def bring_another_domain_forward(self, queue: deque[Email], messages: Mapping[int, Outgoing]) -> bool:
        """Make a recipient at a domain that was not refused yet the next one. Say whether there was one.

        Many mailboxes of one organisation may be gone together. No more than `SEVERAL` other domains are asked.
        """
        refused = {one.domain for one in self.pending}
        if len(refused) > SEVERAL:
            return False
        for place, email in enumerate(queue):
            if domain_of(messages[email.pk]) not in refused:
                del queue[place]
                queue.appendleft(email)
                return True
        return False

    def are_of_everybody(self) -> bool:
        """Whether several recipients were refused, here or in other runs, and nobody was accepted since."""
        accepted = Email.objects.filter(state=Email.State.ACCEPTED, finished_at__lte=now()).order_by("-finished_at")
        since = accepted.values_list("finished_at", flat=True).first()
        unexplained = [one for one in self.pending if since is None or (one.email.refused_at or one.at) >= since]
        if not unexplained:
            return False
        recipients = {recipient(one.email) for one in unexplained}
        others = Email.objects.filter(state__in=(Email.State.WAITING, Email.State.CLAIMED), refused_at__isnull=False)
        if since is not None:
            others = others.filter(refused_at__gte=since)
        recipients.update(others.order_by().values_list("to", "address").distinct()[:SEVERAL])
        return len(recipients) >= SEVERAL


def recipient(email: Email) -> tuple[int | None, str]:
    return email.to_id, email.address


def domain_of(message: Outgoing) -> str:
    return message.to[0].rpartition("@")[2].lower()

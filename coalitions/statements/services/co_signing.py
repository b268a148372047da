"""What organisations outside the coalition sign, each through a link of its own that opens one statement until it closes."""

from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.accounts.services import locking
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import Membership, Statement, StatementAnswer, StatementInvitation
from coalitions.services.circle_acts import check_stands_in, record_in
from coalitions.statements.domain.co_sign_keys import digest_of, is_key_of, key_of
from coalitions.statements.services.answers import check_text, keep, what_was_said
from coalitions.statements.services.statements import check_open, lock

# --- For leads ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite(
    statement: Statement, *, name: str, language: str, by: User, contact: str = "", submission: UUID | None = None
) -> StatementInvitation:
    """A link for one organisation from outside. Nothing is sent. The same form sent twice makes one."""
    statement = lock(statement)
    mine = StatementInvitation.objects.filter(statement=statement, by=by)
    if made := sent_before(mine, submission):
        return made
    check_stands_in(statement.circle, by)
    check_open(statement)
    name = one_line(name)
    check_is_new(statement, name)
    public_id = uuid4()
    wanted = StatementInvitation(
        public_id=public_id,
        digest=digest_of(key_of(public_id)),
        statement=statement,
        name=name,
        contact=one_line(contact),
        language=language,
        by=by,
        submission=submission,
    )
    invitation, is_new = create_once(wanted, among=mine)
    if is_new:
        record_in(statement.circle, "coalitions.statement_invited", by=by, about=invitation)
    return invitation


def link_of(invitation: StatementInvitation) -> str:
    """Its address, to be shown once to whoever made it; empty once it cannot be computed any more."""
    if not is_key_of(invitation.public_id, invitation.digest):
        return ""
    return f"{settings.SITE_URL}{reverse('coalitions:co-sign', args=[key_of(invitation.public_id)])}"


@transaction.atomic
def revoke(invitation: StatementInvitation, *, by: User) -> None:
    """Close its link, and leave out what was answered through it: whoever had the link may have been somebody else. Twice is once."""
    statement = lock(invitation.statement)
    check_open(statement)
    if StatementInvitation.objects.that_count().filter(pk=invitation.pk).update(revoked_at=now()):
        record_in(statement.circle, "coalitions.statement_invitation_revoked", by=by, about=invitation)


def check_is_new(statement: Statement, name: str) -> None:
    """Names are encrypted, hence compared in memory; there are few."""
    if not name:
        raise RuleBroken(_("Say which organisation."), field="name")
    invited = list(StatementInvitation.objects.that_count().filter(statement=statement).values_list("name", flat=True))
    if name.casefold() in {other.casefold() for other in invited}:
        raise RuleBroken(_("This organisation has a link already. Take it back first, to make another one."), field="name")
    if len(invited) >= StatementInvitation.MOST:
        raise RuleBroken(_("More organisations than this cannot be invited to one statement."), field="name")
    here = Membership.objects.current().filter(coalition=statement.circle.coalition_id, organisation__name__iexact=name)
    if here.exists():
        raise RuleBroken(_("This organisation is in the coalition: whoever holds its mandate answers for it."), field="name")


# --- Behind the link ----------------------------------------------------------------------------------------------------


def open_invitation(key: str) -> StatementInvitation | None:
    """What this link opens; None alike for one that is unknown, was taken back, or whose statement is closed."""
    return StatementInvitation.objects.open().filter(digest=digest_of(key)).select_related("statement__circle__coalition").first()


@transaction.atomic
def co_sign(
    invitation: StatementInvitation,
    *,
    choice: str,
    reservation: str = "",
    inside: bool = False,
    outside: bool = False,
    seen_number: int | None = None,
    submission: UUID | None = None,
) -> StatementAnswer | None:
    """Answer to the newest text, or change what was answered; None if the link has closed meanwhile. Who answers is not kept."""
    statement = lock(invitation.statement)
    if not StatementInvitation.objects.open().filter(pk=invitation.pk).exists():
        return None
    mine = StatementAnswer.objects.filter(invitation=invitation)
    if made := sent_before(mine, submission):
        return made
    check_text(statement, seen_number)
    said = what_was_said(statement, choice=choice, reservation=reservation, inside=inside, outside=outside)
    wanted = StatementAnswer(invitation=invitation, name=invitation.name, submission=submission, **said)
    return keep(statement, wanted, mine, act="coalitions.statement_answered")


@transaction.atomic
def take_back(invitation: StatementInvitation) -> bool:
    """Take back what was answered, if anything was. Whether the link was still open, and nothing more."""
    statement = lock(invitation.statement)
    if not StatementInvitation.objects.open().filter(pk=invitation.pk).exists():
        return False
    last = latest(invitation)
    if last and not last.is_withdrawn:
        said = {"version": last.version, "choice": last.choice, "fingerprint": last.fingerprint}
        wanted = StatementAnswer(invitation=invitation, name=invitation.name, is_withdrawn=True, **said)
        mine = StatementAnswer.objects.filter(invitation=invitation)
        keep(statement, wanted, mine, act="coalitions.statement_answer_withdrawn")
    return True


def latest(invitation: StatementInvitation) -> StatementAnswer | None:
    found = StatementAnswer.objects.that_count().filter(invitation=invitation)
    return found.select_related("version").order_by("-pk").first()


# --- Locking the instance -----------------------------------------------------------------------------------------------


def close_all() -> int:
    """Close every open link; what was answered stays. Returns how many."""
    return StatementInvitation.objects.open().update(locked_at=now())


def register_all() -> None:
    locking.register("Links to sign statements closed", close_all)

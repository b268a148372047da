"""Acts that need a second lead: one lead requests, another one with a second factor approves, which carries it out.

A kind of act is registered with its sentence, the function that describes it and the one that carries it out. Both get the stored ids, and
read the present state:

    approvals.register(
        "coalitions.close_sessions",
        sentence=_("Close every session of a member"),
        look=look_at_sessions,            # (coalition=…, **about) -> ApprovalSummary, or None if there is nothing left to do it to
        carry_out=close_sessions,         # (coalition=…, asked_by=…, by=…, **about); raises RuleBroken if it cannot be done any more
    )
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.services import record, record_many
from amnt.core.errors import RuleBroken
from coalitions.models import Approval, Coalition, Membership
from coalitions.permissions import may_act_as_lead
from coalitions.services import lead_emails

logger = logging.getLogger(__name__)

OPEN_FOR = timedelta(days=7)
# How long an approval may be given: circumstances change.
OPEN_FOR_AN_EMERGENCY = timedelta(hours=24)


@dataclass(frozen=True)
class ApprovalSummary:
    """What the second lead reads before answering.

    facts -- pairs of a name and a value, such as ("Person", "Wanjiru Kamau")
    consequences -- sentences that say what happens with a yes
    """

    facts: list[tuple[str, str]]
    consequences: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ApprovalKind:
    """
    choices -- names in `about` that say how, not to whom: a request that differs only there is about the same
    forgets -- names in `about` whose values are deleted once answered, such as an address
    open_for -- how long it waits for an answer
    asked_mail -- what the other leads are told when it is asked, by its name in `coalitions.emails.FOR_LEADS`
    is_proven_again -- approving requires reauthentication
    ends_log_ins -- approving logs everybody out
    """

    sentence: str | Promise
    look: Callable[..., ApprovalSummary | None]
    carry_out: Callable[..., object]
    choices: tuple[str, ...] = ()
    forgets: tuple[str, ...] = ()
    open_for: timedelta = OPEN_FOR
    asked_mail: str = "asked"
    is_proven_again: bool = False
    ends_log_ins: bool = False


_kinds: dict[str, ApprovalKind] = {}


def register(
    kind: str,
    *,
    sentence: str | Promise,
    look: Callable[..., ApprovalSummary | None],
    carry_out: Callable[..., object],
    choices: tuple[str, ...] = (),
    forgets: tuple[str, ...] = (),
    open_for: timedelta = OPEN_FOR,
    asked_mail: str = "asked",
    is_proven_again: bool = False,
    ends_log_ins: bool = False,
) -> None:
    _kinds[kind] = ApprovalKind(sentence, look, carry_out, choices, forgets, open_for, asked_mail, is_proven_again, ends_log_ins)


def kind_of(approval: Approval) -> ApprovalKind:
    return _kinds[approval.kind]


def sentence_of(approval: Approval) -> str:
    return str(_kinds[approval.kind].sentence)


def summary_of(approval: Approval) -> ApprovalSummary | None:
    """What approving would do now; None if the subject is gone."""
    return _kinds[approval.kind].look(coalition=approval.coalition, **approval.about)


def has_second_lead(coalition: Coalition, *, than: User | None) -> bool:
    """Whether there is another lead, with or without a second factor."""
    return Membership.objects.current().leads().filter(coalition=coalition).exclude(user=than).exists()


@transaction.atomic
def ask(kind: str, *, coalition: Coalition, about: dict[str, Any], by: User) -> Approval:
    """Request this act from the other leads. Requested again while it waits, it is the same row."""
    if not may_act_as_lead(by, coalition):
        raise RuleBroken(_("Only a lead with a second factor can ask for this."))
    if not has_second_lead(coalition, than=by):
        raise RuleBroken(_("This needs a second lead, and the coalition has none. Make someone else a lead first."))
    return file(kind, coalition=coalition, about=about, by=by)


@transaction.atomic
def file(kind: str, *, coalition: Coalition, about: dict[str, Any], by: User | None, happens_unanswered: bool = False) -> Approval:
    """The same without checking the requester: for acts that begin otherwise, such as a newcomer who accepts."""
    if kind not in _kinds:
        raise LookupError(kind)
    Coalition.objects.select_for_update().get(pk=coalition.pk)
    # As it will be read from the database: JSON has no tuples.
    about = json.loads(json.dumps(about))
    for waiting in Approval.objects.waiting().filter(coalition=coalition, kind=kind).select_related("coalition", "asked_by"):
        if waiting.about == about:
            return waiting
        if subject(waiting.about, kind) == subject(about, kind):
            replace(waiting, by=by)
    approval = Approval.objects.create(
        coalition=coalition,
        kind=kind,
        about=about,
        asked_by=by,
        expires_at=now() + _kinds[kind].open_for,
        happens_unanswered=happens_unanswered,
    )
    record("coalitions.approval_asked", by=by, about=approval, coalition=coalition)
    if happens_unanswered:
        lead_emails.mail_everyone("announced", coalition=coalition, approval=approval)
    else:
        lead_emails.mail_leads(_kinds[kind].asked_mail, coalition=coalition, approval=approval, but=by)
    return approval


def subject(about: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: value for name, value in about.items() if name not in _kinds[kind].choices}


def replace(waiting: Approval, *, by: User | None) -> None:
    """Before the same act is requested with other choices: withdraw one's own request; that of another lead wants an answer first."""
    if by is None or waiting.asked_by_id != by.pk:
        raise RuleBroken(_("Another lead has already asked for this. Answer that request first."))
    close_all([waiting], Approval.Answer.WITHDRAWN, by=by)


@transaction.atomic
def approve(approval: Approval, *, by: User) -> Approval:
    """Approve and carry out, once. Safe to repeat."""
    approval = lock(approval)
    if approval.answer == Approval.Answer.APPROVED and approval.answered_by_id == by.pk:
        return approval
    check_second_lead(approval, by)
    _kinds[approval.kind].carry_out(coalition=approval.coalition, asked_by=approval.asked_by, by=by, **approval.about)
    return close(approval, Approval.Answer.APPROVED, by=by)


@transaction.atomic
def decline(approval: Approval, *, by: User) -> Approval:
    """Decline. It can be requested again."""
    approval = lock(approval)
    if approval.answer == Approval.Answer.DECLINED and approval.answered_by_id == by.pk:
        return approval
    check_second_lead(approval, by)
    return close(approval, Approval.Answer.DECLINED, by=by)


@transaction.atomic
def withdraw(approval: Approval, *, by: User) -> Approval:
    """Withdraw one's own request."""
    approval = lock(approval)
    if approval.answer == Approval.Answer.WITHDRAWN and approval.answered_by_id == by.pk:
        return approval
    if approval.asked_by_id != by.pk:
        raise RuleBroken(_("Only the lead who asked for it can withdraw it."))
    check_waiting(approval)
    return close(approval, Approval.Answer.WITHDRAWN, by=by)


@transaction.atomic
def withdraw_all_of(user: User, *, coalition: Coalition) -> None:
    """Withdraw the requests of someone who is no longer a lead. The other leads get one mail."""
    Coalition.objects.select_for_update().get(pk=coalition.pk)
    waiting = Approval.objects.select_for_update(of=("self",)).waiting().select_related("coalition")
    if approvals := list(waiting.filter(coalition=coalition, asked_by=user).order_by("pk")):
        close_all(approvals, Approval.Answer.WITHDRAWN, by=user)
        what = "withdrawn" if len(approvals) == 1 else "several-withdrawn"
        lead_emails.mail_leads(what, coalition=coalition, but=user)


def carry_out_announced() -> None:
    """Each minute: what the host announced, once its seven days are over without a lead's no."""
    for approval in Approval.objects.announced().filter(expires_at__lte=now()):
        try:
            carry_out_unanswered(approval)
        except RuleBroken as refusal:
            logger.warning("Approval %s came to nothing: %s", approval.public_id, refusal)
        except Exception:
            logger.exception("Approval %s was not carried out", approval.public_id)


@transaction.atomic
def carry_out_unanswered(approval: Approval) -> None:
    approval = lock(approval)
    if approval.answer == Approval.Answer.NONE:
        _kinds[approval.kind].carry_out(coalition=approval.coalition, asked_by=None, by=None, **approval.about)
        close(approval, Approval.Answer.APPROVED, by=None)


def lock(approval: Approval) -> Approval:
    """The coalition first, as all membership services do; of two leads at once, one finds it answered."""
    Coalition.objects.select_for_update().get(pk=approval.coalition_id)
    rows = Approval.objects.select_for_update(of=("self",)).select_related("coalition", "asked_by", "answered_by")
    return rows.get(pk=approval.pk)


def check_second_lead(approval: Approval, by: User) -> None:
    check_waiting(approval)
    if approval.asked_by_id == by.pk:
        raise RuleBroken(_("You asked for this yourself: another lead must answer."))
    if not may_act_as_lead(by, approval.coalition):
        raise RuleBroken(_("Only a lead with a second factor can answer this."))


def check_waiting(approval: Approval) -> None:
    if approval.answer:
        raise RuleBroken(_("This has already been answered."))
    if not approval.is_waiting:
        raise RuleBroken(_("This waited too long for an answer and is closed. You can ask for it again."))


def close(approval: Approval, answer: Approval.Answer, *, by: User | None) -> Approval:
    close_all([approval], answer, by=by)
    lead_emails.mail_leads(answer.value, coalition=approval.coalition, approval=approval, but=by)
    return approval


def close_all(approvals: list[Approval], answer: Approval.Answer, *, by: User | None) -> None:
    """Several of one coalition, with the same answer, without mail."""
    answered = {"answer": answer, "answered_by": by, "answered_at": now()}
    forgetting = []
    for approval in approvals:
        for name, value in answered.items():
            setattr(approval, name, value)
        if forgotten := [name for name in _kinds[approval.kind].forgets if name in approval.about]:
            approval.about = {name: value for name, value in approval.about.items() if name not in forgotten}
            forgetting.append(approval)
    Approval.objects.filter(pk__in=[approval.pk for approval in approvals]).update(**answered)
    Approval.objects.bulk_update(forgetting, ["about"], batch_size=500)
    record_many(f"coalitions.approval_{answer.value}", by=by, about=approvals, coalition=approvals[0].coalition)

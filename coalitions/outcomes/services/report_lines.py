"""The lines of what a coalition said inside that its public report may hold: proposed by one lead, released by another."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line
from coalitions.models import Coalition, Membership, NamingConsent, ReportLine
from coalitions.outcomes.read_models.record import outcome_rows
from coalitions.outcomes.read_models.report_lines import ReportLineCandidate, candidates
from coalitions.permissions import may_act_as_lead
from coalitions.read_models.chosen_coalition import Ours
from resolutions.models import Assembly


def candidates_of(assembly: Assembly, *, coalition: Coalition, user: User) -> list[ReportLineCandidate]:
    """What could be proposed now."""
    everyone = Ours(coalition.pk, coalition.everyone.pk)
    return candidates(outcome_rows(assembly, user, everyone), coalition)


@transaction.atomic
def propose_lines(candidates: Collection[ReportLineCandidate], *, coalition: Coalition, assembly: Assembly, by: User) -> int:
    """Ask another lead to release these lines. How many are new: what stands there already with the same words is left alone."""
    check_lead(coalition, by)
    Coalition.objects.select_for_update().get(pk=coalition.pk)
    standing = {
        (line.resolution_id, line.part): line for line in ReportLine.objects.standing().filter(coalition=coalition, assembly=assembly)
    }
    made = 0
    for wanted in candidates:
        line = standing.get((wanted.resolution.pk if wanted.resolution else None, wanted.part))
        if line and line.text == wanted.text:
            continue
        if line:
            ReportLine.objects.filter(pk=line.pk).update(withdrawn_at=now())
        about = {"resolution": wanted.resolution, "part": wanted.part, "text": wanted.text, "proposed_by": by}
        ReportLine.objects.create(coalition=coalition, assembly=assembly, **about)
        made += 1
    if made:
        record("coalitions.report_lines_proposed", by=by, about=assembly, coalition=coalition)
    return made


@transaction.atomic
def release_lines(ids: Collection[UUID], *, coalition: Coalition, assembly: Assembly, by: User) -> int:
    """Release what another lead proposed. How many are new: what was released before is left alone."""
    check_lead(coalition, by)
    rows = ReportLine.objects.select_for_update().standing().filter(coalition=coalition, assembly=assembly, public_id__in=ids)
    lines = list(rows.order_by("pk"))
    if len(lines) != len(set(ids)):
        raise RuleBroken(_("Some of these lines have been withdrawn or replaced meanwhile. Look again: nothing was released."))
    waiting = [line for line in lines if line.released_at is None]
    if any(line.proposed_by_id in (by.pk, None) for line in waiting):
        raise RuleBroken(_("You proposed one of these lines yourself: another lead must release it."))
    ReportLine.objects.filter(pk__in=[line.pk for line in waiting]).update(released_by=by, released_at=now())
    if waiting:
        record("coalitions.report_lines_released", by=by, about=assembly, coalition=coalition)
    return len(waiting)


@transaction.atomic
def withdraw_line(line: ReportLine, *, by: User) -> None:
    """Take it out of the report. One lead is enough: what is held back harms nobody. Copies made before stay where they are."""
    check_lead(line.coalition, by)
    if ReportLine.objects.standing().filter(pk=line.pk).update(withdrawn_at=now()):
        record("coalitions.report_line_withdrawn", by=by, about=line.assembly, coalition=line.coalition)


def check_lead(coalition: Coalition, by: User) -> None:
    if not may_act_as_lead(by, coalition):
        raise RuleBroken(_("Only a lead with a second factor can release lines for the public report."))


@transaction.atomic
def agree_to_be_named(name: str, *, coalition: Coalition, assembly: Assembly, by: User) -> NamingConsent:
    """This person may be named in the public report, in these words."""
    if not Membership.objects.current().working().filter(coalition=coalition, user=by).exists():
        raise RuleBroken(_("Only members of the coalition can be named in its report."))
    name = one_line(name)
    if not name:
        raise RuleBroken(_("Write how you want to be named."), field="name")
    consent, is_new = NamingConsent.objects.update_or_create(coalition=coalition, assembly=assembly, user=by, defaults={"name": name})
    if is_new:
        record("coalitions.naming_agreed", by=by, about=assembly, coalition=coalition)
    return consent


@transaction.atomic
def withdraw_consent(*, coalition: Coalition, assembly: Assembly, by: User) -> None:
    gone, _by_model = NamingConsent.objects.filter(coalition=coalition, assembly=assembly, user=by).delete()
    if gone:
        record("coalitions.naming_withdrawn", by=by, about=assembly, coalition=coalition)

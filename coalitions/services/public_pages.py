"""What a coalition shows on the page without a log-in. Showing more takes two leads; showing less, or nothing, takes one, at once."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from amnt.accounts.models import User
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from coalitions.models import Approval, Coalition, PublicPageEntry, Statement
from coalitions.permissions import may_act_as_lead
from coalitions.services import approvals

KIND = "coalitions.public_page"
# Newest first: as many statements as one coalition may show.
MOST_STATEMENTS = 20


def publishable(coalition: Coalition) -> list[Statement]:
    """Statements that its leads may choose to show, the newest first."""
    rows = Statement.objects.publishable().filter(circle__coalition=coalition)
    return list(rows.order_by("-closes_at", "-pk")[:MOST_STATEMENTS])


@transaction.atomic
def choose_or_ask(
    coalition: Coalition, *, is_named: bool, is_indexed: bool, statements: Collection[Statement], by: User
) -> Approval | None:
    """Show this from now on, if it is no more than what is shown already; else request a second lead, and return the approval.

    To choose nothing is to leave the page.
    """
    check_lead(coalition, by)
    Coalition.objects.select_for_update().get(pk=coalition.pk)
    name, keys = coalition.name if is_named else "", sorted(statement.pk for statement in statements)
    entry = PublicPageEntry.objects.filter(coalition=coalition).first()
    if not (name or is_indexed or keys):
        if entry is None:
            raise RuleBroken(_("Choose what is to be shown: nothing of the coalition is shown now."))
        leave_page(coalition, by=by)
        return None
    if entry and is_no_more(entry, name=name, is_indexed=is_indexed, statements=keys):
        show(coalition, name=name, is_indexed=is_indexed, statements=keys, by=by)
        return None
    return approvals.ask(KIND, coalition=coalition, about={"name": name, "is_indexed": is_indexed, "statements": keys}, by=by)


@transaction.atomic
def leave_page(coalition: Coalition, *, by: User) -> None:
    """Show nothing any more, at once. A request of this lead that still waits is withdrawn; that of another lead can be declined."""
    check_lead(coalition, by)
    Coalition.objects.select_for_update().get(pk=coalition.pk)
    gone, _by_model = PublicPageEntry.objects.filter(coalition=coalition).delete()
    if gone:
        record("coalitions.public_page_left", by=by, about=coalition, coalition=coalition)
    waiting = Approval.objects.waiting().filter(coalition=coalition, kind=KIND, asked_by=by).select_related("coalition")
    if requests := list(waiting):
        approvals.close_all(requests, Approval.Answer.WITHDRAWN, by=by)


def is_no_more(entry: PublicPageEntry, *, name: str, is_indexed: bool, statements: Collection[int]) -> bool:
    """Whether this shows nothing that the entry does not show already."""
    shown = set(entry.statements.values_list("pk", flat=True))
    return name in ("", entry.shown_name) and (entry.is_indexed or not is_indexed) and shown.issuperset(statements)


def show(coalition: Coalition, *, name: str, is_indexed: bool, statements: Collection[int], by: User | None) -> None:
    chosen = {"shown_name": name, "is_indexed": is_indexed}
    entry, _is_new = PublicPageEntry.objects.update_or_create(coalition=coalition, defaults=chosen)
    entry.statements.set(statements)
    record("coalitions.public_page_chosen", by=by, about=coalition, coalition=coalition, fields=[*chosen, "statements"])


def check_lead(coalition: Coalition, by: User) -> None:
    if not may_act_as_lead(by, coalition):
        raise RuleBroken(_("Only a lead with a second factor can change what the public page shows of the coalition."))


# --- Two leads ------------------------------------------------------------------------------------------------------------


def look_at_entry(*, coalition: Coalition, name: str, is_indexed: bool, statements: list[int]) -> approvals.ApprovalSummary | None:
    """None if it is shown already, or if a statement may not be shown any more."""
    found = list(chosen_statements(coalition, statements))
    entry = PublicPageEntry.objects.filter(coalition=coalition).first()
    if len(found) != len(statements) or (entry and is_no_more(entry, name=name, is_indexed=is_indexed, statements=statements)):
        return None
    facts = [
        (_("Name of the coalition"), name or pgettext("name on the public page", "not shown")),
        (
            _("Search engines"),
            _("may list the page, if every coalition on it agrees") if is_indexed else _("are asked not to list the page"),
        ),
        *((_("Statement"), statement.title) for statement in found),
    ]
    happens = [
        _("Everybody can read this, without a log-in, for as long as the host keeps the public page switched on."),
        _("Of statements, the text and the public list are shown: who endorsed and agreed to be named outside."),
        _("One lead can take all of it back at once; what others have copied or saved meanwhile stays where it is."),
    ]
    return approvals.ApprovalSummary(facts, happens)


def carry_out_entry(*, coalition: Coalition, asked_by: User | None, by: User, name: str, is_indexed: bool, statements: list[int]) -> None:
    if chosen_statements(coalition, statements).count() != len(statements):
        raise RuleBroken(_("One of these statements can no longer be shown. Decline this request, and ask again without it."))
    show(coalition, name=name, is_indexed=is_indexed, statements=statements, by=by)


def chosen_statements(coalition: Coalition, keys: Collection[int]):
    return Statement.objects.publishable().filter(circle__coalition=coalition, pk__in=keys).order_by("-closes_at", "-pk")


def register_all() -> None:
    approvals.register(
        KIND,
        sentence=gettext_lazy("Show something of the coalition on the public page"),
        look=look_at_entry,
        carry_out=carry_out_entry,
        choices=("name", "is_indexed", "statements"),
    )

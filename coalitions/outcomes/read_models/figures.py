"""The figures of a record, as drawings: verdicts, and how far what was asked came."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from amnt.accounts.models import User
from coalitions.models import Contact, Position, Reading, Verdict
from coalitions.outcomes.domain.charts import BarChart, bar_chart, hide_steps
from coalitions.outcomes.read_models.record import OutcomeRow
from coalitions.read_models.chosen_coalition import Ours
from resolutions.models import Assembly

Result = Verdict.Result
STYLES = {Result.OBTAINED: "c-bar", Result.NO_CHANGE: "c-bar-soft", Result.PARTLY: "c-mixed", Result.NOT: "c-gap"}
IN_THE_TEXT = {Result.OBTAINED, Result.NO_CHANGE, Result.PARTLY}
ASKS_FOR_WORDS = {Position.Stance.SUPPORT, Position.Stance.WITH_CHANGES}


def verdict_chart(rows: Iterable[OutcomeRow]) -> BarChart:
    """The coalition's verdicts, and how many resolutions with a position wait for one."""
    rows = list(rows)
    counted = Counter(row.verdict.result for row in rows if row.verdict)
    waiting = sum(row.verdict is None for row in rows if row.position)
    values = [(str(Result(result).label), counted[result], style) for result, style in STYLES.items()]
    return bar_chart([*values, (_("to be judged"), waiting, "c-open")])


def funnel(rows: Sequence[OutcomeRow], assembly: Assembly, ours: Ours, user: User) -> BarChart:
    """Of the resolutions on which the coalition asked something: those on which a proposal asked it too, and those where it is in the text.

    A proposal asks it too if the coalition's reading of it is favourable, or if the position was written for it and supports it. One query.
    """
    asked = [row for row in rows if row.asks]
    readings = Reading.objects.visible_to(user, ours.circles).filter(circle=ours.everyone, proposal__contribution__assembly=assembly)
    favourable = set(readings.newest().filter(tone=Reading.Tone.GOOD).values_list("proposal__resolution", flat=True))
    proposed = sum(row.resolution.pk in favourable or _supports_its_proposal(row.position) for row in asked)
    in_text = sum(row.verdict is not None and row.verdict.result in IN_THE_TEXT for row in asked)
    return bar_chart(
        [
            (pgettext("funnel", "asked"), len(asked), "c-bar"),
            (_("in a proposal"), proposed, "c-bar-soft"),
            (_("in the text"), in_text, "c-bar"),
        ]
    )


def contacts_by_step(assembly: Assembly, ours: Ours, user: User) -> list[tuple[str, int | None]]:
    """Of the asks to delegations that this person may read: how many were made, answered, and are in the text. None where fewer than
    three. One query."""
    of_countries = Contact.objects.visible_to(user, ours.circles).filter(delegation__assembly=assembly).funnel().values()
    made, answered, in_text = (sum(column) for column in zip((0, 0, 0), *of_countries, strict=True))
    labels = (pgettext("asks", "Asked"), pgettext("asks", "Answered"), pgettext("asks", "In the text"))
    return list(zip(labels, hide_steps([made, answered, in_text]), strict=True))


def contact_chart(assembly: Assembly, ours: Ours, user: User) -> BarChart:
    steps = contacts_by_step(assembly, ours, user)
    return bar_chart([(label, number, style) for (label, number), style in zip(steps, ("c-bar", "c-bar-soft", "c-bar"), strict=True)])


def _supports_its_proposal(position: Position | None) -> bool:
    return position is not None and position.written_for_id is not None and position.stance in ASKS_FOR_WORDS

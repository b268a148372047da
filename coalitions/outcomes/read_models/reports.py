"""The two reports after an assembly, in the reader's language.

The public one is made of public facts and released lines alone: it never reads positions, verdicts or followers.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.languages import current_language, with_colon
from coalitions.models import Coalition, NamingConsent, ReportLine, Verdict
from coalitions.outcomes.domain.reports import NumberedSources, Report, ReportEntry, ReportFact, ReportSource
from coalitions.outcomes.read_models.record import OutcomeRow, outcome_rows
from coalitions.read_models.names import display_name
from resolutions.models import Assembly, Resolution

Part = ReportLine.Part


def public_report(assembly: Assembly, user: User, coalition: int | None) -> Report:
    """coalition -- whose released lines are in it, by key; None for public facts alone"""
    lines: dict[int | None, dict[str, ReportLine]] = defaultdict(dict)
    names: list[str] = []
    if coalition is not None:
        for line in ReportLine.objects.filter(coalition=coalition, assembly=assembly).released():
            lines[line.resolution_id][line.part] = line
        consents = NamingConsent.objects.filter(coalition=coalition, assembly=assembly).here()
        names = sorted(consent.name for consent in consents)
    rows = outcome_rows(assembly, user, None, also=[key for key in lines if key])
    sources = NumberedSources()
    entries = [ReportEntry(_heading(row.resolution), _public_facts(row, lines.get(row.resolution.pk, {}), sources)) for row in rows]
    name = lines[None].get(Part.NAME)
    return Report(
        title=_("After %(assembly)s: what was decided") % {"assembly": assembly},
        subtitle=", ".join(filter(None, (name.text if name else "", _when(assembly)))),
        notice=_("Public: facts anyone may read, and what two leads of a coalition released line by line."),
        summary=_summary(rows),
        entries=[entry for entry in entries if entry.facts],
        names_heading=_("With"),
        names=names,
        sources_heading=_("Sources"),
        sources=list(sources),
    )


def internal_report(
    rows: Sequence[OutcomeRow],
    assembly: Assembly,
    coalition: Coalition,
    *,
    here: Collection[int],
    notice: str,
    asks: Sequence[tuple[str, int | None]],
) -> Report:
    """rows, asks -- as far as this reader may read them; here -- the keys of the people who are in the coalition now

    asks -- of delegations: what is counted and how many, None for a number that is hidden
    """
    sources = NumberedSources()
    entries = [ReportEntry(_heading(row.resolution), _internal_facts(row, here, sources)) for row in rows]
    return Report(
        title=_("After %(assembly)s: what we obtained") % {"assembly": assembly},
        subtitle=", ".join((coalition.name, _when(assembly))),
        notice=notice,
        summary=[*_summary(rows), *_asks(asks)],
        entries=entries,
        sources_heading=_("Sources"),
        sources=list(sources),
    )


def _heading(resolution: Resolution) -> str:
    return f"{resolution.short_name} — {getattr(resolution, resolution.shown_title)}"


def _when(assembly: Assembly) -> str:
    if assembly.starts_on is None:
        return ""
    return times.days(assembly.starts_on, assembly.ends_on or assembly.starts_on, current_language())


def _summary(rows: Iterable[OutcomeRow]) -> list[ReportFact]:
    decided = [row for row in rows if row.outcome]
    unchanged = sum(row.is_unchanged for row in decided)
    said = ngettext("%(n)d resolution", "%(n)d resolutions", len(decided)) % {"n": len(decided)}
    if unchanged:
        said += ", " + ngettext("of which %(n)d unchanged", "of which %(n)d unchanged", unchanged) % {"n": unchanged}
    return [ReportFact(_("Decisions known here"), said)]


def _asks(asks: Sequence[tuple[str, int | None]]) -> list[ReportFact]:
    said = "; ".join(with_colon(label, _("fewer than 3") if number is None else str(number)) for label, number in asks)
    return [ReportFact(_("Asks to delegations"), said)]


def _decided(row: OutcomeRow, sources: NumberedSources) -> list[ReportFact]:
    outcome = row.outcome
    if outcome is None:
        return []
    action = f"{outcome.get_action_display()} ({outcome.action})" if outcome.action else _("not established")
    said = "\n".join(filter(None, (action, outcome.summary)))
    facts = [ReportFact(_("Decided"), f"{said}\n({_('to be checked')})" if outcome.is_to_check else said)]
    if row.revision:
        facts.append(ReportFact(_("Revision"), row.revision.label))
    numbers = sources.numbers_of(ReportSource(part.link, part.words) for part in outcome.source_parts)
    return facts + ([ReportFact(_("Source"), "", numbers)] if numbers else [])


def _next(row: OutcomeRow) -> list[ReportFact]:
    groups = ", ".join(f"{step.link.study_group.full_name} ({step.link.study_group.period})" for step in row.next_steps)
    return [ReportFact(_("Where next"), groups)] if groups else []


def _public_facts(row: OutcomeRow, lines: dict[str, ReportLine], sources: NumberedSources) -> list[ReportFact]:
    asked = [lines[part].said for part in (Part.STANCE, Part.WORDS) if part in lines]
    judged = [lines[part].said for part in (Part.RESULT, Part.WHY) if part in lines]
    facts = [ReportFact(pgettext("outcomes", "Asked"), "\n".join(asked))] if asked else []
    facts += _decided(row, sources)
    facts += [ReportFact(_("Verdict"), "\n".join(judged))] if judged else []
    return facts + _next(row) if facts else []


def _internal_facts(row: OutcomeRow, here: Collection[int], sources: NumberedSources) -> list[ReportFact]:
    position, facts = row.position, []
    if position:
        facts.append(ReportFact(pgettext("outcomes", "Asked"), "\n".join(filter(None, (position.get_stance_display(), position.words)))))
    else:
        facts.append(ReportFact(pgettext("outcomes", "Asked"), _("no position")))
    facts += _decided(row, sources)
    for verdict in filter(None, (row.verdict, *row.of_circles)):
        facts.append(ReportFact(_verdict_label(verdict), _verdict_words(verdict, here)))
    if position and not row.verdict:
        facts.append(ReportFact(_("Verdict"), _("to be judged")))
    for step in row.next_steps:
        who = ", ".join(person.short_name for person in step.followers) or _("nobody follows it yet")
        group = f"{step.link.study_group.full_name} ({step.link.study_group.period})"
        facts.append(ReportFact(_("Where next"), with_colon(group, who)))
    return facts


def _verdict_label(verdict: Verdict) -> str:
    return _("Verdict") if verdict.circle.is_everyone else f"{_('Verdict')} ({verdict.circle})"


def _verdict_words(verdict: Verdict, here: Collection[int]) -> str:
    by = display_name(verdict.by, here)
    said = verdict.get_result_display()
    return "\n".join(filter(None, (f"{said} ({by})" if by else said, verdict.words)))

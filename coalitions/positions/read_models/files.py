"""The positions of a coalition as a text that one can hand on, by the class of its content."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext, ngettext

from amnt.accounts.models import User
from amnt.core.languages import own_name, with_colon
from coalitions.models import Circle, Position, RedLine
from coalitions.permissions import membership_context_of
from coalitions.positions.read_models.answers import Answers, answers_to
from coalitions.positions.read_models.clauses import NamedClause, clauses_by_identity


def positions_as_markdown(user: User, *, everyone: Circle, circles: Collection[Circle], notice: str) -> str:
    """The current position of the coalition on each resolution; of these circles their drafts and red lines too. Of organisations what they
    answered; no names of people."""
    readable = [everyone.pk, *(circle.pk for circle in circles)]
    rows = Position.objects.visible_to(user, readable).newest().with_review(user, readable)
    positions = list(
        rows.select_related("resolution", "circle", "written_for__contribution", "written_for_text").order_by(
            "resolution__number", "resolution", "pk"
        )
    )
    prefetch_related_objects(positions, "cited", "talking_points")
    red_lines = defaultdict(list)
    of_circles = RedLine.objects.visible_to(user, readable).filter(position__in=positions).select_related("circle")
    for line in of_circles.order_by("pk"):
        red_lines[line.position_id].append(line)
    identities = {each.identity for position in positions for each in position.cited.all()}
    identities |= {line.clause for lines in red_lines.values() for line in lines if line.clause}
    names = clauses_by_identity(identities, user)
    answers = answers_to(user, positions, membership_context_of(user))
    parts = [f"# {gettext('Positions')}", notice]
    for position in sorted(positions, key=lambda each: (each.resolution.number or 0, each.resolution.pk, not each.circle.is_everyone)):
        parts += _paragraphs(position, red_lines[position.pk], names, answers.get(position.pk))
    return "\n\n".join(parts) + "\n"


def _paragraphs(position: Position, red_lines: list[RedLine], names: dict, answers: Answers | None) -> Iterator[str]:
    title = f"{position.resolution.short_name} — {position.resolution.shown_title}"
    yield f"## {title}" if position.circle.is_everyone else f"## {title} ({gettext('draft')}: {position.circle.name})"
    version = f"v{position.version}"
    said = gettext("%(version)s, to be reviewed") % {"version": version} if position.is_to_review else version
    yield f"**{position.get_stance_display()}** ({said})"
    if position.words:
        yield position.words
    if position.written_for and not position.written_for.contribution.is_number_only:
        yield with_colon(gettext("Written for"), f"{position.written_for.action} {position.written_for.name}")
    elif position.written_for_text:
        yield with_colon(gettext("Written for"), position.written_for_text.label)
    if cited := [_name(each.identity, names) for each in position.cited.all()]:
        yield with_colon(gettext("Cited clauses"), "; ".join(cited))
    for points in position.talking_points.all():
        lines = [f"- {line}" for line in points.text.splitlines() if line]
        yield "\n".join([f"### {gettext('Talking points: %(language)s') % {'language': own_name(points.language)}}", "", *lines])
    if red_lines:
        yield "\n".join([f"### {gettext('Red lines and fallback')}", "", *(_line(line, names) for line in red_lines)])
    if answers:
        yield "\n".join([f"### {gettext('Organisations')}", "", *_answers(answers)])


def _answers(answers: Answers) -> Iterator[str]:
    for each in answers.shown:
        name = each.name or gettext("An organisation that is not named to you")
        said = ": ".join(filter(None, (str(each.answer.get_kind_display()), " ".join(each.answer.words.split()))))
        yield f"- {with_colon(name, said)}"
    said = ngettext("%(n)d organisation has not answered", "%(n)d organisations have not answered", answers.silent)
    silent = said % {"n": answers.silent}
    yield f"- {silent}. {gettext('Silence is not agreement.')}"


def _line(line: RedLine, names: dict) -> str:
    about = f" ({_name(line.clause, names)})" if line.clause else ""
    text = " ".join(line.text.split())
    return f"- {with_colon(f'{line.get_kind_display()}{about}', text)} [{line.circle}]"


def _name(identity, names: dict[object, NamedClause]) -> str:
    return names[identity].name if identity in names else gettext("a clause that is not here any more")

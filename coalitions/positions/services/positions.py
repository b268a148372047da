"""Where a circle stands on a resolution. No version is ever changed; a new one is written for the texts of its day."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.reading import FORMER_MEMBER
from amnt.core.errors import RuleBroken
from amnt.core.forms import several_lines
from amnt.core.idempotency import create_once, sent_before
from amnt.mail.models import Email
from amnt.mail.services import write_emails
from coalitions.models import Circle, Membership, Position, PositionClause, RedLine, StillHolds, TalkingPoints
from coalitions.services import lead_emails
from coalitions.services.circle_acts import record_in
from resolutions.models import Clause, Proposal, ProposedClause, Resolution, Revision, RevisionText

MOST_CITED = 60
MOST_RED_LINES = 30


class RedLineDraft(NamedTuple):
    """clause -- its identity, or None for the whole resolution"""

    circle: Circle
    kind: str
    text: str
    clause: UUID | None = None


class PositionParts(NamedTuple):
    """What stands beside stance and words. What is None stays as it is in the version before.

    red_lines -- those of the circles in `red_circles`, by keys, replace what these had; those of other circles stay, whoever writes
    talking_points -- by language; `source` -- the language that the changed ones were translated from, if any
    checked -- the languages that were read again beside their source and are right as they are
    """

    cited: Collection[UUID] | None = None
    red_lines: Iterable[RedLineDraft] | None = None
    red_circles: Collection[int] = ()
    talking_points: Mapping[str, str] | None = None
    source: str = ""
    checked: Collection[str] = ()


AS_BEFORE = PositionParts()


@transaction.atomic
def take_position(
    resolution: Resolution,
    *,
    circle: Circle,
    stance: str,
    words: str = "",
    written_for: Proposal | Revision | None = None,
    parts: PositionParts = AS_BEFORE,
    by: User,
    submission: UUID | None = None,
    seen_version: int | None = None,
    draft: Position | None = None,
) -> Position:
    """Write the next version. With `seen_version`, only if none was written since that one (0 for none). In everyone's circle it is the
    coalition's position, in any other a draft; the caller checks permissions.
    """
    circle = Circle.objects.select_for_update(of=("self",)).select_related("coalition").get(pk=circle.pk)  # one after the other
    mine = Position.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    if written_for and written_for.resolution_id != resolution.pk:
        raise RuleBroken(_("This proposal is about another resolution."), field="written_for")
    if isinstance(written_for, Proposal) and written_for.contribution.is_number_only:
        raise RuleBroken(_("Only the number of this document is kept, and a position would tell others that it exists."))
    _check_parts(resolution, circle, parts)
    last = Position.objects.filter(circle=circle, resolution=resolution).select_related("by").order_by("-version").first()
    version = last.version if last else 0
    if seen_version is not None and seen_version != version:
        raise RuleBroken(what_was_written_meanwhile(last, circle))
    wanted = Position(
        circle=circle,
        resolution=resolution,
        version=version + 1,
        stance=stance,
        words=several_lines(words),
        written_for=written_for if isinstance(written_for, Proposal) else None,
        written_for_text=written_for if isinstance(written_for, Revision) else None,
        in_force=revision_in_force(resolution),
        draft=draft,
        drafted_by=draft.by if draft else None,
        by=by,
        submission=submission,
    )
    position, is_new = create_once(wanted, among=mine)
    if not is_new:
        return position
    _store_cited(position, last, parts)
    _store_red_lines(position, last, parts, by=by)
    _store_talking_points(position, last, parts)
    record_in(circle, "coalitions.position_taken", by=by, about=resolution, fields=["stance", "words"])
    if circle.is_everyone:
        lead_emails.mail_leads("position", coalition=circle.coalition, but=by)
    return position


def what_was_written_meanwhile(last: Position | None, circle: Circle) -> str:
    if last is None:
        return _("What you saw is no longer there. Your text is kept: look again, then send it.")
    here = Membership.objects.current().filter(coalition=circle.coalition_id, user=last.by_id).exists()
    said = {
        "name": last.by.short_name if last.by and here else FORMER_MEMBER,
        "version": last.version,
        "stance": last.get_stance_display(),
    }
    return _("In the meantime %(name)s wrote version %(version)s: %(stance)s. Your text is kept: look again, then send it.") % said


def revision_in_force(resolution: Resolution) -> Revision | None:
    """The last revision whose text is here."""
    texts = RevisionText.objects.current().filter(revision__resolution=resolution).select_related("revision")
    last = texts.order_by("-revision__assembly__starts_on", "-pk").first()
    return last.revision if last else None


# --- What stands beside stance and words ------------------------------------------------------------------------------------


def _check_parts(resolution: Resolution, circle: Circle, parts: PositionParts) -> None:
    red_lines = list(parts.red_lines or ())
    if len(parts.cited or ()) > MOST_CITED:
        raise RuleBroken(_("A position cites at most %(n)s clauses.") % {"n": MOST_CITED}, field="cited")
    if len(red_lines) > MOST_RED_LINES:
        raise RuleBroken(_("A position has at most %(n)s red lines and fallback wordings.") % {"n": MOST_RED_LINES}, field="red_lines")
    if any(line.circle.coalition_id != circle.coalition_id for line in red_lines):
        raise RuleBroken(_("This circle is of another coalition."), field="red_lines")
    for field, asked in (("cited", set(parts.cited or ())), ("red_lines", {line.clause for line in red_lines if line.clause})):
        if asked - _identities(resolution, asked):
            raise RuleBroken(_("This clause is in no text of this resolution and in no proposal on it."), field=field)


def _identities(resolution: Resolution, among: Collection[UUID]) -> set[UUID]:
    in_texts = Clause.objects.filter(version__revision__resolution=resolution, identity__in=among)
    proposed = ProposedClause.objects.public().filter(proposal__resolution=resolution, identity__in=among)
    return set(in_texts.values_list("identity", flat=True)) | set(proposed.values_list("identity", flat=True))


def _store_cited(position: Position, last: Position | None, parts: PositionParts) -> None:
    cited: Iterable[UUID] = dict.fromkeys(parts.cited or ())
    if parts.cited is None:
        cited = last.cited.order_by("pk").values_list("identity", flat=True) if last else ()
    PositionClause.objects.bulk_create([PositionClause(position=position, identity=identity) for identity in cited])


def _store_red_lines(position: Position, last: Position | None, parts: PositionParts, *, by: User) -> None:
    """A line that stays as it was keeps its author and its day."""
    before = list(last.red_lines.order_by("pk")) if last else []
    known = {(line.circle_id, line.clause, line.kind, line.text): line for line in before}
    rows = []
    if parts.red_lines is not None:
        for wanted in parts.red_lines:
            text = several_lines(wanted.text)
            row = RedLine(position=position, circle=wanted.circle, clause=wanted.clause, kind=wanted.kind, text=text, by=by)
            if same := known.get((row.circle_id, row.clause, row.kind, row.text)):
                row.by_id, row.at = same.by_id, same.at
            rows.append(row)
    replaced = set() if parts.red_lines is None else {*parts.red_circles, *(row.circle_id for row in rows)}
    for line in before:
        if line.circle_id not in replaced:
            kept = ("circle_id", "clause", "kind", "text", "by_id", "at")
            rows.append(RedLine(position=position, **{name: getattr(line, name) for name in kept}))
    RedLine.objects.bulk_create(rows)


def _store_talking_points(position: Position, last: Position | None, parts: PositionParts) -> None:
    before = {row.language: row for row in last.talking_points.all()} if last else {}
    if parts.talking_points is None:
        texts = {language: row.text for language, row in before.items()}
    else:
        texts = {language: text for language, said in parts.talking_points.items() if (text := several_lines(said))}
    rows = {language: TalkingPoints.objects.create(position=position, language=language, text=text) for language, text in texts.items()}
    for language, row in rows.items():
        earlier = before.get(language)
        is_as_before = earlier is not None and earlier.text == row.text
        source = earlier.written_from if earlier and is_as_before else None
        if is_as_before and language in parts.checked and source:
            source = rows.get(source.language)
        elif not is_as_before and parts.source != language:
            source = rows.get(parts.source)
        if source:
            row.written_from = source
            row.save(update_fields=["written_from"])


# --- Publishing a draft -----------------------------------------------------------------------------------------------------


@transaction.atomic
def publish(draft: Position, *, by: User, submission: UUID | None = None, seen_version: int | None = None) -> Position:
    """Make a draft of a circle the next version of the coalition's position, which says who drafted it. Its red lines stay in their
    circles, and those of other circles where they are; the caller checks permissions.
    """
    if sent := sent_before(Position.objects.filter(by=by), submission):
        return sent
    if Position.objects.filter(circle=draft.circle_id, resolution=draft.resolution_id, version__gt=draft.version).exists():
        raise RuleBroken(_("A newer draft has been written in the meantime. Look at that one."))
    red_lines = [
        RedLineDraft(line.circle, line.kind, line.text, line.clause) for line in draft.red_lines.select_related("circle").order_by("pk")
    ]
    points = list(draft.talking_points.select_related("written_from"))
    parts = PositionParts(
        cited=list(draft.cited.order_by("pk").values_list("identity", flat=True)),
        red_lines=red_lines,
        red_circles=[draft.circle_id],
        talking_points={row.language: row.text for row in points},
        source=next((row.written_from.language for row in points if row.written_from), ""),
    )
    return take_position(
        draft.resolution,
        circle=draft.circle.coalition.everyone,
        stance=draft.stance,
        words=draft.words,
        written_for=draft.written_for or draft.written_for_text,
        parts=parts,
        by=by,
        submission=submission,
        seen_version=seen_version,
        draft=draft,
    )


# --- It still holds ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def say_it_holds(position: Position, *, by: User, submission: UUID | None = None) -> StillHolds:
    """Record that this version still holds, whatever came since, and tell the others who read it. The caller checks permissions."""
    Circle.objects.select_for_update(of=("self",)).get(pk=position.circle_id)
    mine = StillHolds.objects.filter(by=by, position=position)
    if made := sent_before(mine, submission):
        return made
    last = Position.objects.filter(circle=position.circle_id, resolution=position.resolution_id).order_by("-version").first()
    if last is None or last.pk != position.pk:
        raise RuleBroken(_("A newer version has been written in the meantime. Look at that one."))
    if not Position.objects.with_review(by).get(pk=position.pk).is_to_review:
        raise RuleBroken(_("Nothing newer touches it: it holds as it is."))
    held, is_new = create_once(StillHolds(position=position, by=by, submission=submission), among=mine)
    if is_new:
        record_in(position.circle, "coalitions.position_holds", by=by, about=position.resolution)
        about = {"position": position.pk}
        people = position.circle.people().exclude(pk=by.pk).order_by("pk").values_list("pk", flat=True)
        write_emails([Email(kind="coalitions/position_holds", to_id=person, about=about) for person in people])
    return held

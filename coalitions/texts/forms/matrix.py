from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.limits import LONGEST_SEARCH
from coalitions.forms.exports import SheetExportForm
from coalitions.models import Circle, CircleKey, Position, Reading
from coalitions.read_models.chosen_coalition import choice_of_coalitions, ours_of
from coalitions.texts.domain.matrix import RISK, STATES
from resolutions.forms import TopicField
from resolutions.models import Assembly, Contribution, Proposal, RegionalGroup, Resolution
from resolutions.models.contributions import ProposalQuerySet
from resolutions.models.moves import Moves, moves_of


class QuickFilterRow(NamedTuple):
    """A resolution by its key, and which quick filters leave it."""

    pk: int
    is_asked: bool
    is_watched: bool
    has_moved: bool
    is_risk: bool
    is_to_review: bool
    # Asked only where they are shown.
    has_no_position: bool
    is_unread: bool


def is_on_one_of(proposals: ProposalQuerySet) -> Combinable:
    """Whether one of these is on the resolution. As a single value, which the index answers by the first it finds; a condition would be
    answered by reading all proposals."""
    first = proposals.filter(resolution=OuterRef("pk")).annotate(yes=Value(True)).values("yes")[:1]
    return Coalesce(Subquery(first), Value(False))


class PastDay(forms.Form):
    """Now, or the end of a past day on the reader's clock. What is no day, or still to come, is now; a sentence says so."""

    fields: dict[str, Any]

    as_of = forms.DateField(
        label=_("As it was on"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user

    @property
    def wanted(self) -> dict[str, Any]:
        """What of the address makes sense."""
        self.is_valid()
        return self.cleaned_data

    @property
    def today(self) -> date:
        """On the reader's calendar."""
        return now().astimezone(ZoneInfo(self.user.time_zone)).date()

    @property
    def day(self) -> date | None:
        """The past day it is to be shown of; today and later are now."""
        day = self.wanted.get("as_of")
        return day if day and day < self.today else None

    @property
    def until(self) -> datetime | None:
        """The end of that day on the reader's clock."""
        return times.instant_of(self.day + timedelta(days=1), time(0), self.user.time_zone) if self.day else None

    @property
    def is_no_day(self) -> bool:
        """Whether a day was asked for that is none, or is still to come."""
        day = self.wanted.get("as_of")
        return "as_of" in self.errors or bool(day and day > self.today)


class MatrixFilters(PastDay):
    """What the matrix shows. What makes no sense in an address is left aside; of a date, a sentence says so."""

    field_order = ("q", "region", "action", "topic", "as_of", "coalition", "show")

    SHOW = ("watched", "moved", "risk", "review", "no-position", "unread", "every")

    q = forms.CharField(label=_("Number or words"), max_length=LONGEST_SEARCH, required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    action = forms.ChoiceField(label=_("What is asked"), required=False, choices=[("", _("All actions")), *Proposal.Action.choices])
    topic = TopicField()
    coalition = forms.ChoiceField(label=_("Coalition"), required=False)
    show = forms.ChoiceField(choices=[("", ""), *((name, name) for name in SHOW)], required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        user: User,
        groups: list[RegionalGroup],
        circles: Collection[Circle | CircleKey],
        is_for_file: bool = False,
        **kwargs: Any,
    ):
        super().__init__(*args, user=user, **kwargs)
        # A file is for others: nothing in it, and no row of it, says what its reader watches, saw last or knows by herself.
        self.is_for_file = is_for_file
        # What hangs on a circle is read through these alone.
        self.circles = frozenset(circle.pk for circle in circles)
        self.groups = groups
        self.fields["q"].widget.input_type = "search"
        self.fields["q"].widget.attrs |= {"autocomplete": "off", "enterkeyhint": "search"}
        named = [(group.code, str(group)) for group in groups]
        self.fields["region"].choices = [("", gettext("All regions")), *named, (STATES, gettext("Individual States"))]
        coalitions = choice_of_coalitions(circles)
        self.fields["coalition"].choices = [("", ""), *((str(one.public_id), one.name) for one in coalitions)]
        self.ours = ours_of(circles, coalitions, self.wanted.get("coalition", ""))
        # The one she reads it for; None where she has no choice.
        self.chosen_coalition = next((one for one in coalitions if self.ours and one.pk == self.ours.coalition), None)
        if self.chosen_coalition is None:
            del self.fields["coalition"]
        else:
            # One is always chosen: which one, the field says.
            self.fields["coalition"].choices = self.fields["coalition"].choices[1:]
            self.initial["coalition"] = str(self.chosen_coalition.public_id)

    @property
    def is_narrowed(self) -> bool:
        return any(self.wanted.get(name) for name in ("region", "action", "topic"))

    def proposals(self, assembly: Assembly | None) -> ProposalQuerySet:
        """All that may stand in its cells. In a file, of documents that are not public only those of the circles in it."""
        found = Proposal.objects.visible_to(self.user, self.circles).for_matrix(assembly, self.until)
        if self.is_for_file:
            public = Q(contribution__access=Contribution.Access.PUBLIC)
            found = found.filter(public | Q(contribution__kept__circle__in=self.ours.circles if self.ours else ()))
        return found

    @property
    def seen_before(self) -> datetime | None:
        """Since when a move is new to the reader; None where nothing is called new."""
        return self.user.seen_before_at if self.until is None and not self.is_for_file else None

    @cached_property
    def moves(self) -> Moves:
        return moves_of(self.user) if self.seen_before else Moves()

    def asked(self, assembly: Assembly | None) -> ProposalQuerySet:
        """Those that region and action leave."""
        found = self.proposals(assembly)
        if region := self.wanted.get("region"):
            found = found.filter(group__code=region) if region != STATES else found.exclude(group__in=self.groups)
        if action := self.wanted.get("action"):
            found = found.filter(action=action)
        return found

    def facts(self, assembly: Assembly | None) -> list["QuickFilterRow"]:
        """The resolutions these filters leave, in order, each with what the quick filters ask of it. In one query, and no proposal
        comes out of the database."""
        asked = self.asked(assembly)
        rows = Resolution.objects.visible_to(self.user).of_assembly().matching(self.wanted.get("q") or "")
        if self.wanted.get("topic"):
            rows = rows.filter(topics=self.wanted["topic"])
        rows = rows.with_watch_of(self.user).annotate(
            is_asked=is_on_one_of(asked),
            has_moved=self.has_moved(asked),
            is_risk=self.is_risk(asked),
            is_to_review=self.is_to_review(),
            has_no_position=self.has_no_position(),
            is_unread=self.is_unread(asked),
        )
        fields = ("pk", "is_asked", "is_watched", "has_moved", "is_risk", "is_to_review", "has_no_position", "is_unread")
        found = [QuickFilterRow(pk, *map(bool, facts)) for pk, *facts in rows.in_order().values_list(*fields)]
        is_narrow = self.wanted.get("region") or self.wanted.get("action")
        return [row for row in found if row.is_asked] if is_narrow else found

    def has_moved(self, asked: ProposalQuerySet) -> Combinable:
        """Whether it changed since the last visit; where region or action narrow it, whether one of the proposals asked did."""
        if not self.moves.resolutions:
            return Value(False)
        has_moved = Q(pk__in=asked.filter(pk__in=self.moves.proposals).values("resolution"))
        if not (self.wanted.get("region") or self.wanted.get("action")):
            has_moved |= Q(pk__in=self.moves.otherwise)
        return ExpressionWrapper(has_moved, BooleanField())

    def is_risk(self, asked: ProposalQuerySet) -> Combinable:
        """Whether we read one of those still asked as unfavourable."""
        if not self.ours:
            return Value(False)
        risks = Reading.objects.that_counts(self.ours.everyone, self.ours.others, as_of=self.until).filter(tone=RISK)
        standing = asked.exclude(status_then=Proposal.Status.WITHDRAWN)
        # The readings first, which are few.
        return ExpressionWrapper(Q(pk__in=standing.filter(pk__in=risks.values("proposal")).values("resolution")), BooleanField())

    def is_to_review(self) -> Combinable:
        if not self.ours:
            return Value(False)
        newest = Position.objects.filter(circle=self.ours.everyone).newest(as_of=self.until)
        positions = newest.with_review(self.user, self.circles, as_of=self.until)
        return ExpressionWrapper(Q(pk__in=positions.filter(is_to_review=True).values("resolution")), BooleanField())

    def shows(self, name: str) -> bool:
        """Whether this quick filter is chosen, and can be: there are coalitions to ask it for, and it is asked of now."""
        return self.wanted.get("show") == name and self.ours is not None and self.until is None and not self.is_for_file

    def has_no_position(self) -> Combinable:
        """Whether the coalition never wrote where it stands."""
        if not (self.shows("no-position") and self.ours):
            return Value(False)
        written = Position.objects.filter(circle=self.ours.everyone, resolution=OuterRef("pk"))
        return ExpressionWrapper(~Exists(written), BooleanField())

    def is_unread(self, asked: ProposalQuerySet) -> Combinable:
        """Whether one of those that stand has no reading of any of our circles."""
        if not (self.shows("unread") and self.ours):
            return Value(False)
        read = Reading.objects.filter(proposal=OuterRef("pk"), circle__in=self.ours.circles)
        return is_on_one_of(asked.standing().filter(~Exists(read)))

    def quick(self) -> dict[str, Callable[["QuickFilterRow"], bool]]:
        """What each quick filter leaves, of those that can be asked."""
        filters: dict[str, Callable[[QuickFilterRow], bool]] = {
            "": lambda row: row.is_asked or (row.is_watched and not self.is_for_file),
            "every": lambda row: True,
        }
        if not self.is_for_file:
            filters["watched"] = lambda row: row.is_watched
        if self.seen_before:
            filters["moved"] = lambda row: row.has_moved
        if self.ours:
            filters |= {"risk": lambda row: row.is_risk, "review": lambda row: row.is_to_review}
        if self.shows("no-position"):
            filters["no-position"] = lambda row: row.has_no_position and (row.is_asked or row.is_watched)
        if self.shows("unread"):
            filters["unread"] = lambda row: row.is_unread and row.is_watched
        return filters


class MatrixExportForm(SheetExportForm):
    """Which file a lead takes out of the matrix."""

    help_on_circles = _("Readings and drafts of the circles you are in. Without it the file holds what the whole coalition reads.")

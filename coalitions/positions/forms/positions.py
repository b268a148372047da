from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.conf import settings
from django.forms import formset_factory
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.forms import LinesField, SubmissionField
from amnt.core.languages import direction, own_name
from coalitions.forms.follow_ups import CircleChoiceField
from coalitions.forms.seen_versions import SeenVersionsForm
from coalitions.models import Circle, Position, RedLine
from coalitions.positions.read_models.cards import PositionSheet
from coalitions.positions.read_models.clauses import NamedClause
from coalitions.positions.services.positions import MOST_CITED, MOST_RED_LINES, PositionParts, RedLineDraft
from resolutions.models import Contribution, Proposal, Resolution, Revision

LONGEST_POSITION = 2000  # characters
LONGEST_RED_LINE = 1000
LONGEST_POINTS = 3000
# Clauses shown at once; the others are folded.
CHOICES_AT_ONCE = 12
TEXT = "text:"


class SubmissionForm(forms.Form):
    """An act of one tap, which is done once however often it is sent."""

    submission = SubmissionField()


class WrittenForField(forms.TypedChoiceField):
    """A text in force or a public proposal."""

    def offer(self, revisions: Iterable[Revision], proposals: Iterable[Proposal]) -> None:
        texts: dict[str, Revision | Proposal] = {f"{TEXT}{revision.assembly.code}": revision for revision in revisions}
        asked: dict[str, Revision | Proposal] = {str(proposal.public_id): proposal for proposal in proposals}
        in_force = [(key, str(revision.label)) for key, revision in texts.items() if isinstance(revision, Revision)]
        proposed = [(key, f"{each.action} {each.name}") for key, each in asked.items() if isinstance(each, Proposal)]
        groups = [(gettext("Texts"), in_force), (gettext("Proposals"), proposed)]
        self.choices = [("", "—"), *(group for group in groups if group[1])]
        self.coerce = (texts | asked).get
        self.empty_value = None


def key_of_text(revision: Revision) -> str:
    return f"{TEXT}{revision.assembly.code}"


class RedLineForm(forms.Form):
    """One red line, or the wording to fall back on; left empty, none."""

    fields: dict[str, Any]

    kind = forms.ChoiceField(label=_("What it is"), choices=RedLine.Kind.choices)
    clause = forms.TypedChoiceField(label=_("On which clause"), required=False, coerce=UUID, empty_value=None)
    text = LinesField(
        label=_("In words"), max_length=LONGEST_RED_LINE, required=False, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )

    def __init__(self, *args, clauses: Sequence[NamedClause], **kwargs):
        super().__init__(*args, **kwargs)
        named = [(str(clause.identity), clause.name) for clause in clauses]
        self.fields["clause"].choices = [("", gettext("The whole resolution")), *named]


RedLineForms = formset_factory(RedLineForm, extra=2, max_num=MOST_RED_LINES, absolute_max=MOST_RED_LINES + 2, validate_max=True)


class CitableClause(NamedTuple):
    """A clause as the form offers it."""

    clause: NamedClause
    is_cited: bool
    is_touched: bool


class PositionForm(SeenVersionsForm):
    """red_from -- the circle whose red lines the form began with"""

    circle = CircleChoiceField(label=_("Whose position it is"))
    stance = forms.ChoiceField(label=_("Position"), choices=Position.Stance.choices)
    words = LinesField(
        label=_("In two lines"),
        max_length=LONGEST_POSITION,
        required=False,
        help_text=_("What people need to know to speak for it. It can be copied into a messaging app."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    written_for = WrittenForField(label=_("Written for"), required=False, help_text=_("The text or the proposal it answers."))
    cited = forms.TypedMultipleChoiceField(label=_("Cited clauses"), required=False, coerce=UUID)
    red_circle = CircleChoiceField(label=_("Who may read this part"), required=False)
    red_from = CircleChoiceField(required=False, widget=forms.HiddenInput)
    source = forms.ChoiceField(
        label=_("Translated from"),
        required=False,
        help_text=_("For the languages you change here. When the source says something else later, the translation is marked."),
    )
    checked = forms.MultipleChoiceField(
        label=_("Read again beside its source, and right as it is"), required=False, widget=forms.CheckboxSelectMultiple
    )
    submission = SubmissionField()

    def __init__(
        self,
        *args,
        user: User,
        resolution: Resolution,
        circles: list[Circle],
        red_circles: list[Circle],
        clauses: Sequence[NamedClause],
        changed: Iterable[UUID] = (),
        sheet: PositionSheet | None = None,
        initial: dict | None = None,
        **kwargs,
    ):
        self.resolution, self.circles, self.clauses, self.sheet = resolution, circles, clauses, sheet
        self.changed = set(changed)
        super().__init__(*args, initial={"seen": self.versions()} | (initial or {}), **kwargs)
        self.fields["circle"].offer_all(circles)
        self.fields["circle"].choices = [
            (key, gettext("the coalition: %(name)s") % {"name": name} if key in self._everyones() else name)
            for key, name in self.fields["circle"].choices
        ]
        for name in ("red_circle", "red_from"):
            self.fields[name].offer_all(red_circles)
        self.fields["red_from"].choices = [("", ""), *self.fields["red_from"].choices]
        # Without restricted documents: a position would reveal that they exist.
        known = Proposal.objects.visible_to(user, circles=()).standing()
        public = known.filter(resolution=resolution, contribution__access=Contribution.Access.PUBLIC)
        self.fields["written_for"].offer(reversed(resolution.revisions.all()), public.for_list())
        self.fields["cited"].choices = [(str(clause.identity), clause.name) for clause in clauses]
        self.languages = list(dict.fromkeys([code for code, _name in settings.LANGUAGES] + [row.row.language for row in self._points()]))
        for code in self.languages:
            self.fields[f"points_{code}"] = LinesField(
                label=own_name(code),
                max_length=LONGEST_POINTS,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "lang": code, "dir": direction(code)}),
            )
        self.fields["source"].choices = [
            ("", gettext("nothing: each is written by itself")),
            *((code, own_name(code)) for code in self.languages),
        ]
        outdated = [row.row.language for row in self._points() if row.source]
        self.fields["checked"].choices = [(code, own_name(code)) for code in outdated]
        if not outdated:
            del self.fields["checked"]

    def _points(self):
        return self.sheet.talking_points if self.sheet else []

    def _everyones(self) -> set[str]:
        return {str(circle.public_id) for circle in self.circles if circle.is_everyone}

    @property
    def points(self) -> list[forms.BoundField]:
        return [self[f"points_{code}"] for code in self.languages]

    @property
    def citable(self) -> list[CitableClause]:
        chosen = {str(value) for value in self["cited"].value() or ()}
        touched = self.sheet.news.touched if self.sheet else frozenset()
        return [CitableClause(clause, str(clause.identity) in chosen, clause.identity in touched) for clause in self.clauses]

    @property
    def offered(self) -> list[CitableClause]:
        """Those cited, touched, and changed by proposals."""
        near = [each for each in self.citable if each.is_cited or each.is_touched]
        others = [each for each in self.citable if each not in near and each.clause.identity in self.changed]
        kept = {each.clause.identity for each in [*near, *others[: max(0, CHOICES_AT_ONCE - len(near))]]}
        if not kept:
            return self.citable[:CHOICES_AT_ONCE]
        return [each for each in self.citable if each.clause.identity in kept]

    @property
    def folded(self) -> list[CitableClause]:
        offered = {each.clause.identity for each in self.offered}
        return [each for each in self.citable if each.clause.identity not in offered]

    def versions_by_circle(self) -> dict[int, int]:
        newest = Position.objects.filter(resolution=self.resolution, circle__in=self.circles).newest()
        return dict(newest.values_list("circle_id", "version"))

    def clean_cited(self):
        cited = self.cleaned_data["cited"]
        if len(cited) > MOST_CITED:
            raise forms.ValidationError(_("A position cites at most %(n)s clauses.") % {"n": MOST_CITED})
        return cited

    def parts(self, red_lines: Sequence[dict[str, Any]]) -> PositionParts:
        """What stands beside stance and words, as typed."""
        said, circle = self.cleaned_data, self.cleaned_data.get("red_circle") or None
        lines = [RedLineDraft(circle, line["kind"], line["text"], line["clause"]) for line in red_lines if circle]
        replaced = [each.pk for each in (circle, said.get("red_from") or None) if each]
        return PositionParts(
            cited=said["cited"],
            red_lines=lines,
            red_circles=replaced,
            talking_points={code: said[f"points_{code}"] for code in self.languages},
            source=said["source"],
            checked=said.get("checked", ()),
        )

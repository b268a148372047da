"""Forms of plans counted backwards from a deadline."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.forms import LineField, SubmissionField
from amnt.core.languages import current_language
from amnt.core.limits import max_length
from calendar_app.forms.dates import DAY, YEARS, CircleModelChoiceField
from calendar_app.models import Deadline, Meeting
from calendar_app.read_models.plan_moves import How
from calendar_app.services.backward_plans import MOST_DAYS, MOST_STEPS, NewStep, TemplateStep
from calendar_app.services.plan_moves import MOST_DAYS_MOVED
from coalitions.forms.follow_ups import PersonChoiceField, ResolutionField, note_absences, whom_she_knows
from coalitions.models import Circle, FollowUp, MembershipContext
from resolutions.models import DateStatus, RegionalGroup

# The most official dates offered for a step; more are in the calendar.
MOST_OFFICIAL = 80
OFFICIAL_MEETINGS = (Meeting.Kind.REGIONAL, Meeting.Kind.INTER_REGIONAL, Meeting.Kind.NATIONAL)


def title_field(**kwargs) -> LineField:
    return LineField(
        label=_("Title, beginning with a verb"),
        max_length=max_length(FollowUp, "title"),
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        **kwargs,
    )


def day_field(**kwargs) -> forms.DateField:
    return forms.DateField(label=_("Day"), required=False, widget=DAY, **kwargs)


def check_year(form: forms.Form, name: str) -> None:
    if (day := form.cleaned_data.get(name)) and day.year not in YEARS:
        form.add_error(name, gettext("Check the year: this one is not possible."))


class OfficialDateField(forms.TypedChoiceField):
    """One of the official dates that are still ahead, before the deadline; by its kind and public id."""

    def __init__(self, **kwargs):
        super().__init__(
            label=_("Official date it stands on"),
            required=False,
            empty_value=None,
            help_text=_("Then it moves only if that date moves, and needs no day of its own."),
            **kwargs,
        )

    def offer(self, known: "dict[str, Meeting | Deadline]", labels: dict[str, str]) -> None:
        self.choices = [("", gettext("None")), *labels.items()]
        self.coerce = known.get


def official_dates(deadline: Deadline) -> "tuple[dict[str, Meeting | Deadline], dict[str, str]]":
    """Public dates of its cycle before it, by the value and the label of their choice."""
    ahead = Q(assembly=deadline.assembly_id, at__lt=deadline.at)
    meetings = Meeting.objects.ahead().filter(ahead, circle=None, kind__in=OFFICIAL_MEETINGS).exclude(date_status=DateStatus.RUMOUR)
    doors = Deadline.objects.ahead().filter(ahead, kind=Deadline.Kind.DOCUMENT).exclude(date_status=DateStatus.RUMOUR)
    doors = doors.filter(Q(meeting=None) | Q(meeting__circle=None)).exclude(pk=deadline.pk)
    found: list[Meeting | Deadline] = [*meetings.order_by("at")[:MOST_OFFICIAL], *doors.order_by("at")[:MOST_OFFICIAL]]
    language = current_language()
    known, labels = {}, {}
    for thing in sorted(found, key=lambda thing: thing.at):
        key = f"{type(thing).__name__.lower()}:{thing.public_id}"
        known[key], labels[key] = thing, f"{times.day(thing.at, language)} — {thing.title}"
    return known, labels


class NewPlanForm(forms.Form):
    """Whose plan it is, and its steps: `title_1`, `on_1` and so on, from the deadline back. A row without a title is left out."""

    fields: dict[str, Any]

    circle = CircleModelChoiceField(Circle.objects.none(), label=_("Who may read it"), to_field_name="public_id", empty_label=None)
    resolution = ResolutionField()
    group: "forms.ModelChoiceField[RegionalGroup]" = forms.ModelChoiceField(
        RegionalGroup.objects.order_by("-is_recognised", "code"), label=_("Region"), to_field_name="code", required=False, empty_label="—"
    )
    submission = SubmissionField(required=False)

    def __init__(self, *args, user: User, memberships: MembershipContext, circles, deadline: Deadline, rows, **kwargs):
        """rows -- the steps of the template with their days: title and day of each"""
        self.user, self.memberships = user, memberships
        self.rows = min(len(rows) + 1, MOST_STEPS)
        initial = {f"title_{n}": title for n, (title, _day) in enumerate(rows, 1)}
        initial |= {f"on_{n}": day for n, (_title, day) in enumerate(rows, 1)}
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        self.fields["circle"].queryset = circles
        self.fields["resolution"].offer_to(user)
        people = [user, *(person for person in whom_she_knows(user, memberships.works_in) if person != user)]
        people = note_absences(people, seen_by=user)
        owners = people if memberships.led else [user]
        known, labels = official_dates(deadline)
        for n in range(1, self.rows + 1):
            self.fields[f"title_{n}"] = title_field()
            self.fields[f"on_{n}"] = day_field()
            self.fields[f"owner_{n}"] = owner = PersonChoiceField(label=_("Owner"), required=False)
            owner.offer(owners, nobody=gettext("Nobody yet: anyone can take it"), me=user, shows_load=True)
            self.fields[f"backup_{n}"] = backup = PersonChoiceField(label=_("Backup"), required=False)
            backup.offer(people, nobody=gettext("Nobody"), me=user)
            self.fields[f"official_{n}"] = official = OfficialDateField()
            official.offer(known, labels)

    def steps_of_form(self):
        """The bound fields of each row."""
        return [
            {name: self[f"{name}_{n}"] for name in ("title", "on", "owner", "backup", "official")} | {"number": n}
            for n in range(1, self.rows + 1)
        ]

    def clean(self):
        data = super().clean() or {}
        circle = data.get("circle")
        for n in range(1, self.rows + 1):
            check_year(self, f"on_{n}")
            owner = data.get(f"owner_{n}")
            if owner and circle and owner != self.user and circle.coalition_id not in self.memberships.led:
                self.add_error(f"owner_{n}", _("Only a lead of this coalition may assign to others."))
        return data

    @property
    def new_steps(self) -> list[tuple[int, NewStep]]:
        """With the number of their row."""
        said = self.cleaned_data
        return [
            (n, NewStep(said[f"title_{n}"], said[f"on_{n}"], said[f"owner_{n}"], said[f"backup_{n}"], said[f"official_{n}"]))
            for n in range(1, self.rows + 1)
            if said[f"title_{n}"]
        ]


class PlanTemplateForm(forms.Form):
    """The usual steps: `title_1`, `days_1` and so on. A row without a title is left out."""

    fields: dict[str, Any]

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, steps: list[TemplateStep], version: int, **kwargs):
        initial: dict[str, Any] = {"seen": version}
        for n, step in enumerate(steps, 1):
            initial |= {f"title_{n}": step.title, f"days_{n}": step.days}
        super().__init__(*args, initial=initial, **kwargs)
        for n in range(1, MOST_STEPS + 1):
            self.fields[f"title_{n}"] = title_field()
            self.fields[f"days_{n}"] = forms.IntegerField(
                label=_("Days before what waits for it"),
                required=False,
                min_value=0,
                max_value=MOST_DAYS,
                widget=forms.NumberInput(attrs={"class": "short"}),
            )

    def steps_of_form(self):
        return [{"title": self[f"title_{n}"], "days": self[f"days_{n}"], "number": n} for n in range(1, MOST_STEPS + 1)]

    def clean(self):
        data = super().clean() or {}
        for n in range(1, MOST_STEPS + 1):
            if data.get(f"title_{n}") and data.get(f"days_{n}") is None and f"days_{n}" not in self.errors:
                self.add_error(f"days_{n}", _("Say how many days before, 0 for the same day."))
        return data

    @property
    def steps(self) -> list[TemplateStep]:
        said = self.cleaned_data
        return [TemplateStep(said[f"title_{n}"], said[f"days_{n}"]) for n in range(1, MOST_STEPS + 1) if said[f"title_{n}"]]


class MovePlanForm(forms.Form):
    """As many days earlier or later, or the days that are left shared out."""

    fields: dict[str, Any]

    EARLIER, LATER = "earlier", "later"

    how = forms.ChoiceField(label=_("What moves"), widget=forms.RadioSelect)
    days = forms.IntegerField(
        label=_("Days"), required=False, min_value=1, max_value=MOST_DAYS_MOVED, widget=forms.NumberInput(attrs={"class": "short"})
    )
    seen = forms.CharField(widget=forms.HiddenInput)
    submission = SubmissionField(required=False)

    def __init__(self, *args, days_moved: int, **kwargs):
        """days_moved -- by how many days the deadline has moved without the plan"""
        self.days_moved = days_moved
        super().__init__(*args, **kwargs)
        follow = []
        if days_moved:
            words = (
                ngettext("With the deadline: %(n)s day later", "With the deadline: %(n)s days later", days_moved)
                if days_moved > 0
                else ngettext("With the deadline: %(n)s day earlier", "With the deadline: %(n)s days earlier", -days_moved)
            )
            follow = [("follow", words % {"n": abs(days_moved)})]
        self.fields["how"].choices = [
            *follow,
            (self.EARLIER, gettext("Earlier, by so many days")),
            (self.LATER, gettext("Later, by so many days")),
            ("share", gettext("Share out the days that are left until the deadline")),
        ]

    def clean(self):
        data = super().clean() or {}
        if data.get("how") in (self.EARLIER, self.LATER) and not data.get("days") and "days" not in self.errors:
            self.add_error("days", _("Say by how many days."))
        return data

    @property
    def move(self) -> dict[str, Any]:
        """As `preview_move` and `move_plan` take it."""
        match self.cleaned_data["how"]:
            case "share":
                return {"how": How.SHARE}
            case "follow":
                return {"how": How.SHIFT, "days": self.days_moved}
            case self.EARLIER:
                return {"how": How.SHIFT, "days": -self.cleaned_data["days"]}
        return {"how": How.SHIFT, "days": self.cleaned_data["days"]}


class AddedStepForm(forms.Form):
    """One step more of a plan that exists: what, when and who."""

    fields: dict[str, Any]

    title = title_field()
    on = forms.DateField(label=_("Day"), widget=DAY)
    owner = PersonChoiceField(label=_("Owner"), required=False)
    backup = PersonChoiceField(label=_("Backup"), required=False)
    submission = SubmissionField(required=False)

    fields_of_rules: ClassVar[dict[str, str]] = {"due_at": "on"}

    def __init__(self, *args, user: User, memberships: MembershipContext, circle: Circle, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True
        people = [user, *(person for person in whom_she_knows(user, memberships.works_in) if person != user)]
        people = note_absences(people, seen_by=user)
        owners = people if circle.coalition_id in memberships.led else [user]
        self.fields["owner"].offer(owners, nobody=gettext("Nobody yet: anyone can take it"), me=user, shows_load=True)
        self.fields["backup"].offer(people, nobody=gettext("Nobody"), me=user)

    def clean(self):
        data = super().clean() or {}
        check_year(self, "on")
        return data

    @property
    def step(self) -> NewStep:
        said = self.cleaned_data
        return NewStep(said["title"], said["on"], said["owner"], said["backup"])


class StepForm(forms.Form):
    fields: dict[str, Any]

    on = forms.DateField(label=_("Day"), widget=DAY)
    is_pinned = forms.BooleanField(
        label=_("Keep it on this day when the plan moves"), required=False, help_text=_("It can be let go again on the page of the plan.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    fields_of_rules: ClassVar[dict[str, str]] = {"due_at": "on"}

    def clean(self):
        data = super().clean() or {}
        check_year(self, "on")
        return data

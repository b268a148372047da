from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import get_translation_fields

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.forms import LineField, SubmissionField
from amnt.core.languages import current_language
from amnt.core.limits import max_length
from amnt.core.links import LinkField
from coalitions.models import Circle, Coalition, Delegation, FollowUp, Membership, Unavailability
from coalitions.models.absences import absences_known_to, away_at
from coalitions.permissions import MembershipContext
from coalitions.read_models.seats import delegates_known_to
from resolutions.folding import fold
from resolutions.models import Resolution, Series, short_name

DUE_HOUR = time(18)
YEARS_AHEAD = 10


# --- Who may be chosen --------------------------------------------------------------------------------------------------


def who_may_hold(circle: Circle) -> QuerySet[User]:
    """Members and leads who are in this circle now: those who may own a follow-up in it."""
    memberships = Membership.objects.current().working().filter(circle_memberships__circle=circle)
    return User.objects.filter(pk__in=memberships.values("user"))


def least_busy_first(people: QuerySet[User], *, circle: Circle, seen_by: User) -> QuerySet[User]:
    """Adds `load`, the open follow-ups of each in this coalition, as far as the reader may know of them."""
    known = Q(
        follow_ups__closed_at=None,
        follow_ups__circle__in=Circle.objects.of(seen_by),
        follow_ups__circle__coalition=circle.coalition_id,
    )
    return people.annotate(load=Count("follow_ups", filter=known)).order_by("load", "name", "pk")


def with_availability(people: QuerySet[User], follow_up: FollowUp) -> QuerySet[User]:
    """Adds `is_unavailable`: they said that they take nothing on about its resolution or delegation."""
    said = Unavailability.objects.about(follow_up.resolution_id, follow_up.delegation_id).filter(user=OuterRef("pk"))
    return people.annotate(is_unavailable=Exists(said))


def whom_she_knows(user: User, coalitions) -> list[User]:
    """The people this person may name in these coalitions: for a lead all who work there, for others the leads and their own circles.

    Adds `load`, the open follow-ups of each as far as the reader may know of them.
    """
    known = Membership.objects.visible_to(user).working().filter(coalition__in=coalitions)
    readable = Q(follow_ups__closed_at=None, follow_ups__circle__in=Circle.objects.of(user), follow_ups__circle__coalition__in=coalitions)
    people = User.objects.filter(pk__in=known.values("user")).annotate(load=Count("follow_ups", filter=readable))
    return list(people.order_by("name", "pk"))


def with_load(person: User) -> str:
    """ "Lucía: 3 open follow-ups" """
    load = getattr(person, "load", 0)
    return ngettext("%(name)s: %(n)s open follow-up", "%(name)s: %(n)s open follow-ups", load) % {"name": person.name or "—", "n": load}


def with_absence(person: User, name: str) -> str:
    """ "Lucía, away 2–14 Jul 2028", for the next of the absences that `note_absences` found."""
    away = next(iter(getattr(person, "absences_known", ())), None)
    if away is None:
        return name
    return gettext("%(name)s, away %(days)s") % {"name": name, "days": times.days(away.first, away.last, current_language())}


def note_absences(people: Iterable[User], *, seen_by: User) -> list[User]:
    """Adds `absences_known`, as far as the reader may know; who is away at this moment comes last. One query."""
    found, instant = list(people), now()
    known = absences_known_to(seen_by, [person.pk for person in found])
    for person in found:
        person.absences_known = known.get(person.pk, [])  # type: ignore[attr-defined]
    return sorted(found, key=lambda person: away_at(person, instant, known) is not None)


class PersonChoiceField(forms.TypedChoiceField):
    """One of these people, by their public id."""

    default_error_messages = {
        "invalid_choice": _("This person cannot take it: they have left, or are not in its circle. Choose someone else.")
    }

    def __init__(self, **kwargs):
        super().__init__(empty_value=None, **kwargs)

    def offer(self, people, *, nobody: str = "", me: User | None = None, shows_load: bool = False) -> None:
        known = {str(person.public_id): person for person in people}
        named = [
            (key, with_absence(person, gettext("Me") if person == me else with_load(person) if shows_load else person.name or "—"))
            for key, person in known.items()
        ]
        self.choices = [("", nobody), *named] if nobody else named
        self.coerce = known.get


# --- When -----------------------------------------------------------------------------------------------------------------


class DueForm(forms.Form):
    """A day and an hour in the user's time zone; `due_at` is the instant."""

    fields_of_rules: ClassVar[dict[str, str]] = {"due_at": "due_on"}
    fields: dict[str, Any]

    due_on = forms.DateField(label=_("Due on"), widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"))
    due_hour = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
    )

    def __init__(self, *args, user: User, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        zone = times.place(user.time_zone, current_language())
        self.fields["due_on"].help_text = gettext("In your time (%(place)s).") % {"place": zone}
        self.fields["due_hour"].help_text = gettext("If left empty: 18:00.")

    def due_from(self, data: dict) -> datetime | None:
        """The instant typed, or None with the error beside its field."""
        day, hour = data.get("due_on"), data.get("due_hour") or DUE_HOUR
        if day is None or "due_hour" in self.errors:
            return None
        if day.year > now().year + YEARS_AHEAD:
            self.add_error("due_on", _("That is more than ten years away."))
            return None
        if not times.exists(day, hour, self.user.time_zone):
            self.add_error("due_hour", _("On that day the clocks change and this time does not exist. Choose another one."))
            return None
        return times.instant_of(day, hour, self.user.time_zone)

    @staticmethod
    def on_clock(instant: datetime, user: User) -> dict:
        local = instant.astimezone(ZoneInfo(user.time_zone))
        return {"due_on": local.date(), "due_hour": local.time().replace(second=0, microsecond=0)}


# --- The forms ------------------------------------------------------------------------------------------------------------


class ResolutionField(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(
            queryset=Resolution.objects.none(), to_field_name="slug", required=False, label=_("Resolution"), empty_label="—", **kwargs
        )

    def offer_to(self, user: User) -> None:
        known = Resolution.objects.visible_to(user).in_order()
        self.queryset = known.defer("search_text", *get_translation_fields("why"), "source", "reference_values")

    def label_from_instance(self, resolution):
        title = getattr(resolution, resolution.shown_title)
        return f"{resolution.short_name} — {title}" if title else resolution.short_name


class DelegationField(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(
            queryset=Delegation.objects.none(), to_field_name="public_id", required=False, label=_("Delegation"), empty_label="—", **kwargs
        )

    def offer_to(self, user: User) -> None:
        self.queryset = Delegation.objects.visible_to(user).select_related("assembly").order_by("assembly", "country")

    def label_from_instance(self, delegation):
        return f"{delegation.country.name} ({delegation.assembly})"


class CircleChoiceField(forms.TypedChoiceField):
    """One of the user's circles, by its public id."""

    def offer(self, circles: QuerySet[Circle], *, names_coalition: bool) -> None:
        self.offer_all(list(circles.select_related("coalition")), names_coalition=names_coalition)

    def offer_all(self, circles: list[Circle], *, names_coalition: bool | None = None) -> None:
        """The same for circles fetched with their coalitions, which are named if there are several."""
        if names_coalition is None:
            names_coalition = len({circle.coalition_id for circle in circles}) > 1
        # The circle of everyone comes first, as the default.
        in_order = sorted(circles, key=lambda circle: (circle.coalition.name, not circle.is_everyone, circle.name))
        known = {str(circle.public_id): circle for circle in in_order}
        self.choices = [(key, self.label_of(circle, names_coalition)) for key, circle in known.items()]
        self.coerce = known.get

    @staticmethod
    def label_of(circle: Circle, names_coalition: bool) -> str:
        name = gettext("Everyone in the coalition") if circle.is_everyone else str(circle)
        return f"{name} — {circle.coalition.name}" if names_coalition else name


class BackupField(PersonChoiceField):
    def __init__(self):
        super().__init__(label=_("Backup"), required=False, help_text=_("Who steps in if the owner cannot."))


class FollowUpForm(DueForm):
    """What is said of one, new or not."""

    title = LineField(
        label=_("Title, beginning with a verb"), max_length=max_length(FollowUp, "title"), widget=forms.TextInput(attrs={"dir": "auto"})
    )
    backup = BackupField()
    done_means = LineField(
        label=_("What counts as done"),
        max_length=max_length(FollowUp, "done_means"),
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    circle = CircleChoiceField(label=_("Who may read it"))
    resolution = ResolutionField()
    delegation = DelegationField()

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["resolution"].offer_to(user)
        self.fields["delegation"].offer_to(user)


class NewFollowUpForm(FollowUpForm):
    owner = PersonChoiceField(label=_("Owner"), required=False, help_text=_("Who does it."))
    submission = SubmissionField()

    field_order = ("title", "due_on", "due_hour", "owner", "backup", "circle", "done_means", "resolution", "delegation", "submission")

    def __init__(self, *args, user: User, memberships: MembershipContext, initial: dict | None = None, **kwargs):
        self.memberships = memberships
        initial = {"owner": "" if memberships.led else str(user.public_id)} | (initial or {})
        super().__init__(*args, user=user, initial=initial, **kwargs)
        self.fields["title"].help_text = _("For example: “Ask the authority whether the national position is settled”.")
        works_in = memberships.works_in
        self.fields["circle"].offer(Circle.objects.of(user).filter(coalition__in=works_in), names_coalition=len(works_in) > 1)
        people = [user, *(person for person in whom_she_knows(user, works_in) if person != user)]
        people = note_absences(people, seen_by=user)
        owners = people if memberships.led else [user]
        self.fields["owner"].offer(owners, nobody=gettext("Nobody yet: anyone can take it"), me=user, shows_load=True)
        if memberships.led:
            self.fields["owner"].help_text = _("Who does it. Anyone but you is notified by e-mail.")
        self.fields["backup"].offer(people, nobody=gettext("Nobody"), me=user)
        known = delegates_known_to(user) if memberships.led else set()
        self.delegates = [person for person in owners if person.pk in known]

    def clean(self):
        super().clean()
        data = self.cleaned_data
        data["due_at"] = self.due_from(data)
        owner, circle = data.get("owner"), data.get("circle")
        if owner and circle and owner != self.user and circle.coalition_id not in self.memberships.led:
            self.add_error("owner", _("Only a lead of this coalition may assign to others."))
        return data


class AssignForm(DueForm):
    """Owner, due instant and backup. The due instant may stay as it is.

    delegates -- the keys of those who told this reader that they sit on a delegation (R-14). Nothing else depends on it, the order least.
    """

    DAYS = (1, 3, 7)

    to = PersonChoiceField(label=_("Assign to"), widget=forms.RadioSelect)
    due = forms.ChoiceField(label=_("Due"), widget=forms.RadioSelect)
    backup = BackupField()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, user: User, follow_up: FollowUp, **kwargs):
        self.follow_up = follow_up
        stays = follow_up.due_at > now()
        initial = {"due": "keep" if stays else "3", "version": follow_up.version}
        people = list(with_availability(least_busy_first(who_may_hold(follow_up.circle), circle=follow_up.circle, seen_by=user), follow_up))
        people = note_absences(people, seen_by=user)
        if follow_up.backup in people:
            initial["backup"] = str(follow_up.backup.public_id)
        super().__init__(*args, user=user, initial=initial, **kwargs)
        self.fields["due_on"].required = False
        self.people = people
        is_outreach = bool(follow_up.resolution_id or follow_up.delegation_id)
        self.delegates = delegates_known_to(user) if is_outreach else set()
        self.fields["to"].offer(self.people, me=user)
        self.fields["backup"].offer(people, nobody=gettext("Nobody"), me=user)
        self.fields["due"].choices = self.due_choices(stays)

    def due_choices(self, stays: bool) -> list[tuple[str, str]]:
        language = current_language()
        today = now().astimezone(ZoneInfo(self.user.time_zone)).date()
        local = self.follow_up.due_at.astimezone(ZoneInfo(self.user.time_zone))
        said = {"day": times.day(local, language), "hour": times.hour(local)}
        keep = [("keep", gettext("Unchanged: %(day)s, %(hour)s") % said)] if stays else []
        days = [(str(n), times.day(today + timedelta(days=n), language) + ", 18:00") for n in self.DAYS]
        return [*keep, *days, ("other", gettext("Another date"))]

    @property
    def chose_a_later_one(self) -> bool:
        """Whether the chosen person is not among the first, which are visible without unfolding."""
        return self["to"].value() in [str(person.public_id) for person in self.people[8:]]

    def suggested(self) -> list[tuple[forms.boundfield.BoundWidget, User]]:
        """The radio buttons with their people, without the present owner."""
        return [(button, person) for button, person in zip(self["to"], self.people, strict=True) if person != self.follow_up.owner]

    def clean(self):
        super().clean()
        data = self.cleaned_data
        match data.get("due"):
            case "other" if data.get("due_on") or "due_on" in self.errors:
                data["due_at"] = self.due_from(data)
            case "other":
                self.add_error("due_on", _("Give the date."))
            case "keep" | None:
                data["due_at"] = None
            case days:
                day = now().astimezone(ZoneInfo(self.user.time_zone)).date() + timedelta(days=int(days))
                data["due_at"] = times.instant_of(day, DUE_HOUR, self.user.time_zone)
        return data


class FollowUpChangeForm(FollowUpForm):
    """Passes only changed fields to the service."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    field_order = ("title", "due_on", "due_hour", "backup", "circle", "done_means", "resolution", "delegation", "version")

    def __init__(self, *args, user: User, follow_up: FollowUp, **kwargs):
        self.follow_up = follow_up
        initial = {
            **self.on_clock(follow_up.due_at, user),
            "title": follow_up.title,
            "done_means": follow_up.done_means,
            "backup": str(follow_up.backup.public_id) if follow_up.backup else "",
            "circle": str(follow_up.circle.public_id),
            "resolution": follow_up.resolution.slug if follow_up.resolution else None,
            "delegation": follow_up.delegation.public_id if follow_up.delegation else None,
            "version": follow_up.version,
        }
        super().__init__(*args, user=user, initial=initial, **kwargs)
        people = {*whom_she_knows(user, [follow_up.circle.coalition_id]), user} - {follow_up.owner}
        if follow_up.backup:
            people.add(follow_up.backup)
        self.fields["backup"].offer(sorted(people, key=lambda person: person.name), nobody=gettext("Nobody"), me=user)
        self.fields["circle"].offer(Circle.objects.of(user).filter(coalition=follow_up.circle.coalition_id), names_coalition=False)

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if {"due_on", "due_hour"} & set(self.changed_data):
            data["due_at"] = self.due_from(data)
        return data

    def changes(self) -> dict:
        names = [name for name in self.changed_data if name not in ("due_on", "due_hour", "version")]
        changes = {name: self.cleaned_data[name] for name in names}
        if "due_at" in self.cleaned_data:
            changes["due_at"] = self.cleaned_data["due_at"]
        return changes


class DoneForm(forms.Form):
    evidence = LinkField(
        label=_("Link as evidence"),
        required=False,
        help_text=_("A public page that shows it, if there is one. Never a document received from a delegation."),
    )


class FilterForm(forms.Form):
    """The filters of the board. Choices are values on the board, so others filter nothing and reveal nothing."""

    fields: dict[str, Any]

    OPEN_STATES = (
        (FollowUp.State.TO_ACCEPT, _("Not accepted yet")),
        (FollowUp.State.IN_HAND, _("In progress")),
        (FollowUp.State.BLOCKED, _("Blocked")),
    )
    OVERDUE = "overdue"
    STATES = (*OPEN_STATES, (OVERDUE, _("Overdue")), ("closed", _("Done or dropped")))
    # In the place of a coalition: all those this person leads.
    LED = "led"

    tab = forms.CharField(required=False, widget=forms.HiddenInput)
    person = forms.ChoiceField(label=_("Person"), required=False)
    resolution = forms.ChoiceField(label=_("Resolution"), required=False)
    coalition = forms.ChoiceField(label=_("Coalition"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *STATES])
    circle = forms.ChoiceField(
        label=_("Who may read"), required=False, choices=[("", _("All")), (Circle.Kind.EVERYONE, Circle.Kind.EVERYONE.label)]
    )

    def __init__(self, *args, pairs: list[tuple], coalitions: list[Coalition], led: Collection[int], tab: str, **kwargs):
        super().__init__(*args, **kwargs, initial={"tab": tab}, auto_id="filter_%s")
        self.led = led
        everything = [("", gettext("All"))]
        people = {str(owner): name or "—" for owner, name, *_resolution in pairs if owner}
        numbers = {slug: (number, label, series) for _owner, _name, slug, number, label, series in pairs if slug}
        in_order = sorted(
            numbers.items(), key=lambda item: (item[1][2] != Series.WTSA, item[1][2], item[1][0] is None, item[1][0] or 0, item[1][1])
        )
        self.fields["person"].choices = everything + sorted(people.items(), key=lambda item: fold(item[1]))
        self.fields["resolution"].choices = everything + [(slug, short_name(*named)) for slug, named in in_order]
        those_led = [(self.LED, gettext("Those I lead"))] if led else []
        self.fields["coalition"].choices = everything + those_led + [(str(row.public_id), row.name) for row in coalitions]
        if tab != "team":
            del self.fields["person"]
        if len(coalitions) < 2:
            del self.fields["coalition"]
        if tab == "nobody":
            del self.fields["state"]

    def shown(self) -> Q:
        """The rows wanted, whatever their state."""
        self.is_valid()
        paths = {
            "person": "owner__public_id",
            "resolution": "resolution__slug",
            "coalition": "circle__coalition__public_id",
            "circle": "circle__kind",
        }
        wanted = Q()
        for name, path in paths.items():
            value = self.cleaned_data.get(name)
            if name == "coalition" and value == self.LED:
                wanted &= Q(circle__coalition__in=self.led)
            elif value:
                wanted &= Q(**{path: value})
        if self.cleaned_data.get("state") == self.OVERDUE:
            wanted &= Q(closed_at=None, due_at__lt=now())
        return wanted

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("person", "resolution", "coalition", "state", "circle"))

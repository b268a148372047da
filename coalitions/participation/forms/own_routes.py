from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.forms import LineField, LinesField, SubmissionField
from amnt.core.limits import max_length
from coalitions.forms.follow_ups import CircleChoiceField, PersonChoiceField, whom_she_knows
from coalitions.models import Circle, Membership, MembershipContext, Organisation, OwnRoute
from coalitions.participation.read_models.ways import name_of_way
from resolutions.importers.glossary_and_notes import shipped_ways_in

READY = "✓"


class DocumentsField(LinesField):
    """One document a line; a line that begins with a tick is ready."""

    def to_python(self, value):
        lines = (line.strip() for line in super().to_python(value).splitlines())
        return [
            {"name": line.removeprefix(READY).strip(), "done": line.startswith(READY)} for line in lines if line.removeprefix(READY).strip()
        ]

    def prepare_value(self, value):
        if isinstance(value, list):
            return "\n".join(f"{READY} {row['name']}" if row["done"] else row["name"] for row in value)
        return value


def day_field(label, **kwargs) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"), **kwargs
    )


class OwnRouteForm(forms.Form):
    """What an organisation asked for, and how it stands."""

    fields: dict[str, Any]
    FACTS = ("organisation", "way", "detail", "state", "asked_on", "until", "next_step", "next_on", "documents", "followed_by")

    way = forms.ChoiceField(label=_("Way"))
    detail = LineField(
        label=_("What exactly"),
        required=False,
        max_length=max_length(OwnRoute, "detail"),
        help_text=_("For example the study group, or the member that hosts you. Never who sits on a delegation."),
    )
    organisation = forms.TypedChoiceField(label=_("Organisation"), empty_value=None)
    circle = CircleChoiceField(label=_("Who may read it"))
    state = forms.ChoiceField(label=_("How it stands"), choices=OwnRoute.State.choices)
    asked_on = day_field(_("Asked on"))
    until = day_field(_("Granted until"), help_text=_("Whoever follows it is reminded 60 and 30 days before."))
    next_step = LineField(label=_("Next step"), required=False, max_length=max_length(OwnRoute, "next_step"))
    next_on = day_field(_("On which day"))
    documents = DocumentsField(
        label=_("Documents needed"),
        required=False,
        max_length=2000,
        help_text=_("One a line, without the files. Put ✓ before what is ready."),
    )
    followed_by = PersonChoiceField(label=_("Who follows it"), required=False)
    submission = SubmissionField(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args,
        user: User,
        memberships: MembershipContext,
        circles: list[Circle],
        route: OwnRoute | None = None,
        way: str = "",
        **kwargs,
    ):
        super().__init__(*args, initial=self.said(route, way, user), **kwargs)
        self.fields["way"].choices = [("", gettext("Choose a way")), *((each.key, name_of_way(each.key)) for each in shipped_ways_in())]
        here = Organisation.objects.filter(
            memberships__left_at=None, memberships__coalition__in={circle.coalition_id for circle in circles}
        )
        organisations = {str(each.public_id): each for each in here.distinct().order_by("name", "pk")}
        self.fields["organisation"].choices = [("", "—"), *((key, each.name) for key, each in organisations.items())]
        self.fields["organisation"].coerce = organisations.get
        people = [user, *(person for person in whom_she_knows(user, memberships.works_in) if person != user)] if memberships.led else [user]
        followed_by = route and route.followed_by
        stays = Membership.objects.current().filter(coalition__in=memberships.roles, user=followed_by)
        if followed_by and followed_by not in people and stays.exists():
            people.append(followed_by)
        self.fields["followed_by"].offer(people, nobody=gettext("Nobody yet"), me=user)
        if route:
            del self.fields["circle"]
        else:
            self.fields["circle"].offer_all(circles)
        for name in ("detail", "next_step", "documents"):
            self.fields[name].widget.attrs["dir"] = "auto"
        self.fields["documents"].widget.attrs["rows"] = 4

    @staticmethod
    def said(route: OwnRoute | None, way: str, user: User) -> dict[str, Any]:
        if route is None:
            return {"way": way, "followed_by": str(user.public_id)}
        return {
            "way": route.way,
            "detail": route.detail,
            "organisation": str(route.organisation.public_id),
            "state": route.state,
            "asked_on": route.asked_on,
            "until": route.until,
            "next_step": route.next_step,
            "next_on": route.next_on,
            "documents": route.documents,
            "followed_by": str(route.followed_by.public_id) if route.followed_by else "",
            "version": route.version,
        }

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.FACTS}

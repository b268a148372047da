from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from amnt.accounts.models import User
from coalitions.forms.follow_ups import CircleChoiceField
from coalitions.models import Circle, Seat
from resolutions.folding import fold


class SeatForm(forms.Form):
    """On whose delegation, and who may know: nobody, people by name, or a circle."""

    TO = (("nobody", _("Nobody")), ("people", _("People I name")), ("circle", _("One of my circles")))

    fields: dict[str, Any]

    country = forms.ChoiceField(label=_("The delegation of"))
    to = forms.ChoiceField(label=_("Who may know"), choices=TO, widget=forms.RadioSelect)
    people = forms.TypedMultipleChoiceField(label=_("These people"), required=False, widget=forms.CheckboxSelectMultiple)
    circle = CircleChoiceField(label=_("This circle"), required=False, empty_value=None)

    def __init__(self, *args, seat: Seat | None, people: list[User], circles: list[Circle], **kwargs):
        super().__init__(*args, initial=self.told(seat, people, circles), **kwargs)
        named = sorted(countries, key=lambda country: fold(country[1]))
        self.fields["country"].choices = [("", gettext("Choose a country")), *named]
        self.fields["country"].error_messages["invalid_choice"] = gettext("Choose a country from the list.")
        known = {str(person.public_id): person for person in people}
        self.fields["people"].choices = [(key, person.name or "—") for key, person in known.items()]
        self.fields["people"].coerce = known.get
        self.fields["circle"].offer_all(circles)
        self.fields["circle"].choices = [("", "—"), *self.fields["circle"].choices]

    @staticmethod
    def told(seat: Seat | None, people: list[User], circles: list[Circle]) -> dict[str, Any]:
        """What the form begins with. Whom she named and no longer knows here is left out."""
        if seat is None:
            return {"to": "nobody"}
        named = [str(person.public_id) for person in people if person.pk in seat.people]
        circle = next((str(circle.public_id) for circle in circles if circle.pk == seat.circle), "")
        return {"country": seat.country, "to": "people" if named else "circle" if circle else "nobody", "people": named, "circle": circle}

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if data.get("to") == "people" and not data.get("people"):
            self.add_error("people", _("Name at least one person, or choose “Nobody”."))
        if data.get("to") == "circle" and not data.get("circle"):
            self.add_error("circle", _("Choose a circle, or choose “Nobody”."))
        return data

    def readers(self) -> dict[str, Any]:
        """Only what the chosen answer asks for: what stands in the other fields is left out."""
        data = self.cleaned_data
        return {
            "people": data["people"] if data["to"] == "people" else [],
            "circle": data["circle"] if data["to"] == "circle" else None,
        }

"""Who gets what people have in hand who leave."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from coalitions.forms.people import said
from coalitions.models import Membership
from coalitions.read_models.hand_over import HandOverChoices
from coalitions.services.leaving import HandOver

NOBODY = "nobody"


class HolderField(forms.TypedChoiceField):
    """One of these members, by the public id."""

    default_error_messages = {
        "invalid_choice": _("This person cannot take it: they have left, or are not in its circle. Choose someone else.")
    }

    def __init__(self, people: Iterable[Membership], *, unchosen: str, others: Iterable[tuple[str, str]] = (), **kwargs):
        known = {str(row.public_id): row for row in people}
        choices = [("", unchosen), *others, *((key, said(row)) for key, row in known.items())]
        keys = {key: row.pk for key, row in known.items()}
        super().__init__(choices=choices, coerce=lambda key: keys.get(key, key), empty_value=None, required=False, **kwargs)


class HandOverForm(forms.Form):
    """A choice for all follow-ups, for each of those due soonest, for all backups, and for each circle."""

    def __init__(self, *args, choices: HandOverChoices, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.choices, self.by = choices, by
        back = gettext("Nobody: hand back")
        if choices.follow_ups:
            self.fields["rest_to"] = HolderField(
                choices.who_may_hold(choices.work_circles),
                unchosen=back,
                label=gettext("All open follow-ups go to"),
                help_text=gettext("What this person cannot read is handed back."),
            )
            for row in choices.follow_ups:
                self.fields[f"follow-up-{row.public_id}"] = HolderField(
                    choices.who_may_hold([row.circle_id]), unchosen=gettext("As all the others"), others=[(NOBODY, back)], label=row.title
                )
        if choices.backup_circles:
            self.fields["backups_to"] = HolderField(
                choices.who_may_hold(choices.backup_circles), unchosen=gettext("Nobody"), label=gettext("Backup in their place")
            )
        for circle in choices.circles:
            self.fields[f"circle-{circle.public_id}"] = HolderField(
                choices.who_may_hold([circle.pk]),
                unchosen=gettext("Whoever has been in it longest"),
                label=gettext("Who looks after “%(circle)s”") % {"circle": circle.name},
            )

    @property
    def for_all(self):
        """The bound fields above the list."""
        return [self[name] for name in ("rest_to", "backups_to") if name in self.fields]

    @property
    def of_circles(self):
        return [self[name] for name in self.fields if name.startswith("circle-")]

    @property
    def one_by_one(self):
        """Each follow-up with its field."""
        return [(row, self[f"follow-up-{row.public_id}"]) for row in self.choices.follow_ups]

    @property
    def is_chosen_one_by_one(self) -> bool:
        """Whether the list is shown open: something in it was chosen or is wrong."""
        return any(bound.value() or bound.errors for _row, bound in self.one_by_one)

    def hand_over(self) -> HandOver | None:
        """None where nothing was chosen."""
        data = self.cleaned_data
        chosen = {row.pk: data[f"follow-up-{row.public_id}"] for row in self.choices.follow_ups}
        circles = {circle.pk: data[f"circle-{circle.public_id}"] for circle in self.choices.circles}
        hand_over = HandOver(
            chosen_by=self.by.pk,
            rest_to=data.get("rest_to"),
            backups_to=data.get("backups_to"),
            follow_ups={pk: None if to == NOBODY else to for pk, to in chosen.items() if to is not None},
            circles={pk: to for pk, to in circles.items() if to is not None},
        )
        return None if hand_over == HandOver(chosen_by=self.by.pk) else hand_over

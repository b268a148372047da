from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from amnt.core import times
from amnt.core.forms import LineField, SubmissionField
from amnt.core.languages import current_language
from amnt.core.limits import max_length
from coalitions.forms.follow_ups import CircleChoiceField
from coalitions.live.read_models.session_notes import NoteChoices
from coalitions.models import AssemblySession, SessionNote

WHOLE, OTHER, ALONE = "", "other", "me"
NextStep = SessionNote.NextStep


class SessionNoteForm(forms.Form):
    """What moved, in twenty seconds: one sentence is typed, the rest is chosen beforehand."""

    fields: dict[str, Any]

    moved = LineField(
        label=_("What moved"),
        max_length=max_length(SessionNote, "moved"),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    clause = forms.ChoiceField(label=_("Which clause"), required=False, widget=forms.RadioSelect)
    clause_name = LineField(
        label=_("Which other clause"),
        max_length=max_length(SessionNote, "clause_name"),
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    clause_state = forms.ChoiceField(label=_("It is now"), required=False)
    next = forms.ChoiceField(label=_("And then"), required=False)
    unattributed = forms.BooleanField(label=_("Do not attribute"), initial=True, required=False)
    circle = CircleChoiceField(label=_("Who may read it"), widget=forms.RadioSelect)
    submission = SubmissionField()

    def __init__(self, *args, choices: NoteChoices, session: AssemblySession, initial: dict[str, Any] | None = None, **kwargs):
        self.choices, self.later = choices, {str(row.public_id): row for row in choices.later}
        first_circle = str(choices.circle.public_id) if choices.circle else ALONE
        first_step = next(iter(self.later), NextStep.UNKNOWN)
        super().__init__(*args, initial={"circle": first_circle, "next": first_step} | (initial or {}), **kwargs)
        clauses = [(str(identity), name) for identity, name in choices.clauses]
        self.fields["clause"].choices = [(WHOLE, gettext("none in particular")), *clauses, (OTHER, gettext("another one"))]
        self.fields["clause_state"].choices = [("", gettext("not said")), *SessionNote.ClauseState.choices]
        said = [(key, self.name_of(row, session)) for key, row in self.later.items()]
        self.fields["next"].choices = [*said, (NextStep.PLENARY, NextStep.PLENARY.label), (NextStep.UNKNOWN, NextStep.UNKNOWN.label)]
        if choices.resolution is None:
            for name in ("clause", "clause_name", "clause_state"):
                del self.fields[name]
        self.fields["circle"].offer_all(choices.circles)
        known = self.fields["circle"].coerce
        people = {str(circle.public_id): circle.people_now for circle in choices.circles}  # type: ignore[attr-defined]
        with_number = [(key, self.with_people(label, people[key])) for key, label in self.fields["circle"].choices]
        self.fields["circle"].choices = [*with_number, (ALONE, gettext("Only me"))]
        self.fields["circle"].coerce = lambda key: ALONE if key == ALONE else known(key)

    @staticmethod
    def with_people(label: str, number: int) -> str:
        """Who chooses a circle is told how many will read it."""
        return ngettext("%(circle)s: %(n)s person", "%(circle)s: %(n)s people", number) % {"circle": label, "n": number}

    @staticmethod
    def name_of(row: AssemblySession, session: AssemblySession) -> str:
        """ "16:30, room 7", with its day where that is another one."""
        begins, before = (each.starts_at.astimezone(ZoneInfo(session.assembly.zone)) for each in (row, session))
        day = f"{times.short_day(begins, current_language())}, " if begins.date() != before.date() else ""
        return f"{day}{times.hour(begins)}, {row.room or row}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("clause") == OTHER and not data.get("clause_name"):
            self.add_error("clause_name", gettext("Name the clause, for example “instructs 2 bis”."))
        return data

    @property
    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        clause, step = data.get("clause", WHOLE), data["next"] or NextStep.UNKNOWN
        named = dict(self.fields["clause"].choices)[clause] if clause not in (WHOLE, OTHER) else data.get("clause_name", "")
        return {
            "moved": data["moved"],
            "circle": None if data["circle"] == ALONE else data["circle"],
            "resolution": self.choices.resolution,
            "clause": UUID(clause) if clause not in (WHOLE, OTHER) else None,
            "clause_name": named if clause else "",
            "clause_state": data.get("clause_state", ""),
            "next_step": NextStep.SESSION if step in self.later else step,
            "next_session": self.later.get(step),
            "is_attributed": not data["unattributed"],
        }

    @staticmethod
    def initial_of(note: SessionNote) -> dict[str, Any]:
        return {
            "moved": note.moved,
            "clause": str(note.clause) if note.clause else OTHER if note.clause_name else WHOLE,
            "clause_name": "" if note.clause else note.clause_name,
            "clause_state": note.clause_state,
            "next": str(note.next_session.public_id) if note.next_session else note.next_step,
            "unattributed": not note.is_attributed,
            "circle": str(note.circle.public_id) if note.circle else ALONE,
        }

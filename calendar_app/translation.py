"""What is translated, then what keeps history (in this order, see resolutions/translation.py)."""

from modeltranslation.translator import TranslationOptions, register
from simple_history import register as keep_history

from calendar_app.models import Deadline, Meeting


@register(Meeting)
class MeetingTranslation(TranslationOptions):
    fields = ("title",)


@register(Deadline)
class DeadlineTranslation(TranslationOptions):
    fields = ("title",)


for model in (Meeting, Deadline):
    keep_history(model, app="calendar_app", excluded_fields=["reference_values", "search_text"], related_name="+")

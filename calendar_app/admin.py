"""The admin of public dates. Calls of circles are not included."""

from modeltranslation.utils import get_translation_fields

from amnt.core.times import instant_of
from calendar_app.models import Meeting
from resolutions.admin import FactAdmin


class DateAdmin(FactAdmin):
    """An existing date is read-only here: it is moved on its page, with a source and notices."""

    list_select_related: tuple[str, ...] = ("assembly",)
    moved_elsewhere: tuple[str, ...] = ()
    search_fields = get_translation_fields("title")

    def get_readonly_fields(self, request, obj=None):
        return (*super().get_readonly_fields(request, obj), *(self.moved_elsewhere if obj else ()))


class MeetingAdmin(DateAdmin):
    ordering = ("-starts_on", "pk")
    moved_elsewhere = ("starts_on", "ends_on", "zone", "date_status")
    list_display = ("title", "kind", "group", "starts_on", "ends_on", "date_status", "confidence", "verified_at")
    list_filter = ("kind", "group", "assembly", "date_status", *FactAdmin.list_filter)
    list_select_related = ("assembly", "group")
    autocomplete_fields = ("assembly", "group", "resolutions")
    # Only the day is entered here; its hour on the page of the meeting.
    exclude = ("circle", "at", "has_hour", "is_example")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(circle=None).exclude(kind=Meeting.Kind.CALL)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.at = instant_of(obj.starts_on, None, obj.zone)
        super().save_model(request, obj, form, change)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "kind":
            kwargs["choices"] = [choice for choice in db_field.get_choices() if choice[0] != Meeting.Kind.CALL]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


class DeadlineAdmin(DateAdmin):
    ordering = ("-at", "pk")
    moved_elsewhere = ("assembly", "meeting", "at", "has_hour", "zone", "date_status")
    list_display = ("title", "kind", "assembly", "at", "date_status", "confidence", "verified_at")
    list_filter = ("kind", "assembly", "date_status", *FactAdmin.list_filter)
    autocomplete_fields = ("assembly", "meeting")
    exclude = ("offset_days", "is_example")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(meeting__circle=None)

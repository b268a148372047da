"""The admin of organisations; no content of coalitions."""

from django.contrib import admin

from amnt.audit.admin import StaffModelAdmin
from coalitions.models import Organisation


class CountryFilter(admin.ChoicesFieldListFilter):
    """The countries that have an organisation: all of them would be 250 lines."""

    def choices(self, changelist):
        used = set(Organisation.objects.values_list("country", flat=True))
        every, *each = super().choices(changelist)
        yield every
        yield from (choice for (code, _name), choice in zip(self.field.flatchoices, each, strict=False) if code in used)


class OrganisationAdmin(StaffModelAdmin):
    list_display = ("name", "country")
    list_filter = (("country", CountryFilter),)
    search_fields = ("name",)
    fields = ("name", "country")

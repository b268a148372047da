"""The instance's own objects only: what a coalition says and does is not browsed here."""

from amnt.audit.admin import StaffModelAdmin


class OrganisationAdmin(StaffModelAdmin):
    list_display = ("name", "country")
    list_filter = ("country",)
    search_fields = ("name",)
    fields = ("name", "country")

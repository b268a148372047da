"""The instance's own objects only: what a coalition says and does is not browsed here."""

from django.contrib import admin

from coalitions.models import Organisation


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ("name", "country")
    list_filter = ("country",)
    search_fields = ("name",)
    fields = ("name", "country")

"""Accounts, as whoever looks after the instance needs them: address, log-in, second factor. Nothing of any coalition."""

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from amnt.accounts.services.access import RIGHTS, change_access
from amnt.audit.admin import StaffModelAdmin
from amnt.core.errors import RuleBroken


class UserAdmin(StaffModelAdmin):
    list_display = ("email", "is_active", "is_staff", "last_login", "has_second_factor", "mail_refused_at")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email",)
    ordering = ("email",)
    fields = ("email", "is_active", "is_staff", "is_superuser", "last_login", "date_joined", "mail_refused_at", "has_second_factor")
    readonly_fields = ("email", "last_login", "date_joined", "mail_refused_at", "has_second_factor")

    def get_queryset(self, request):
        second = Authenticator.objects.filter(user=OuterRef("pk"), type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN))
        return super().get_queryset(request).filter(erased_at=None).annotate(second_factor=Exists(second))

    def get_object(self, request, object_id, from_field=None):
        """A user is shown by the address alone: staff do not read names."""
        user = super().get_object(request, object_id, from_field)
        if user:
            user.name = ""
        return user

    def get_readonly_fields(self, request, obj=None):
        return (*super().get_readonly_fields(request, obj), *(() if request.user.is_superuser else RIGHTS))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)

    def save_model(self, request, obj, form, change):
        change_access(obj, by=request.user, **{name: form.cleaned_data[name] for name in form.changed_data})

    def log_change(self, request, obj, message):
        """Recorded by the service."""

    def has_add_permission(self, request):
        """Accounts are made by invitation."""
        return False

    def has_delete_permission(self, request, obj=None):
        """A person deletes her own account: only she is told first what comes back to whom."""
        return False

    @admin.display(description=_("second factor"), boolean=True)
    def has_second_factor(self, user):
        return user.second_factor

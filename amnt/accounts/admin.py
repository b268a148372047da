"""Accounts, as whoever looks after the instance needs them: address, log-in, second factor. Nothing of any coalition."""

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ("email", "is_active", "is_staff", "last_login", "has_second_factor", "mail_refused_at")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email",)
    ordering = ("email",)
    fields = ("email", "is_active", "is_staff", "is_superuser", "last_login", "date_joined", "mail_refused_at", "has_second_factor")
    readonly_fields = ("email", "last_login", "date_joined", "mail_refused_at", "has_second_factor")

    def get_queryset(self, request):
        second = Authenticator.objects.filter(user=OuterRef("pk"), type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN))
        return super().get_queryset(request).filter(erased_at=None).annotate(second_factor=Exists(second))

    def has_add_permission(self, request):
        """People come in by invitation."""
        return False

    def has_delete_permission(self, request, obj=None):
        """A person deletes her own account: only she is told first what comes back to whom."""
        return False

    @admin.display(description=_("second factor"), boolean=True)
    def has_second_factor(self, user):
        return user.second_factor

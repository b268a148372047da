from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from coalitions.models.people import Coalition
from coalitions.models.statements import Statement


class PublicPageEntryQuerySet(models.QuerySet["PublicPageEntry"]):
    def visible_to(self, user: User) -> "PublicPageEntryQuerySet":
        """Those of the coalitions one is in. What they show stands on the public page for everyone."""
        return self.filter(coalition__in=Coalition.objects.visible_to(user))


class PublicPageEntry(models.Model):
    """What a coalition shows on the page that needs no log-in, as two of its leads chose it. Without a row, nothing.

    shown_name -- the name that both agreed to, whatever becomes of the coalition's own; empty where it is not named
    is_indexed -- whether search engines may list the page; they may only if every coalition that takes part agrees
    """

    coalition = models.OneToOneField(Coalition, models.CASCADE, related_name="public_page_entry")
    shown_name = models.CharField(_("name on the public page"), max_length=200, blank=True)
    is_indexed = models.BooleanField(_("may be listed by search engines"), default=False)
    statements = models.ManyToManyField(Statement, verbose_name=_("statements on the public page"), blank=True, related_name="public_pages")
    created_at = models.DateTimeField(default=now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects = PublicPageEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the public page")
        verbose_name_plural = _("entries of the public page")

    def __str__(self) -> str:
        return self.shown_name or str(self.coalition_id)

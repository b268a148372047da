from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from resolutions.models.facts import Reference

if TYPE_CHECKING:
    from amnt.accounts.models import User


class WordingRuleQuerySet(models.QuerySet["WordingRule"]):
    def visible_to(self, user: "User") -> "WordingRuleQuerySet":
        return self if user.is_authenticated else self.none()

    def active(self) -> "WordingRuleQuerySet":
        return self.filter(is_active=True)


class WordingRule(Reference):
    """A pattern of wording to point out, per language, with its explanation: a hint, not a verdict."""

    class Family(models.TextChoices):
        ROLE = "role", _("wider role of the ITU")
        BLOCKS = "blocks", _("standardizing the Internet's building blocks")
        STAKEHOLDERS = "stakeholders", _("weaker multistakeholder model")
        VERB_UP = "verb-up", _("stronger verb")
        VERB_DOWN = "verb-down", _("weaker verb")
        RIGHTS = "rights", _("rights wording dropped or at risk")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    family = models.CharField(_("family"), max_length=12, choices=Family.choices)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=120)
    explanation = models.TextField(_("explanation"))
    examples = models.TextField(_("examples"), blank=True)
    patterns = models.JSONField(_("patterns, by language"), default=dict)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = WordingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording rule")
        verbose_name_plural = _("wording rules")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

"""What is translated, then what keeps history: history must see the translated columns, so it is registered after."""

from modeltranslation.translator import TranslationOptions, register
from simple_history import register as keep_history

from resolutions.models import (
    Assembly,
    Outcome,
    RegionalGroup,
    Resolution,
    Revision,
    StateSymbol,
    StudyGroup,
    StudyGroupLink,
    Topic,
    WordingRule,
)


@register(Assembly)
class AssemblyTranslation(TranslationOptions):
    fields = ("name", "short_name")


@register(RegionalGroup)
class RegionalGroupTranslation(TranslationOptions):
    fields = ("name", "acronym", "region", "access", "common_proposals", "note")


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("name",)


@register(Resolution)
class ResolutionTranslation(TranslationOptions):
    fields = ("title", "short_title", "why", "adopted")


@register(Revision)
class RevisionTranslation(TranslationOptions):
    fields = ("label",)


@register(Outcome)
class OutcomeTranslation(TranslationOptions):
    fields = ("summary",)


@register(StudyGroup)
class StudyGroupTranslation(TranslationOptions):
    fields = ("title", "about")


@register(WordingRule)
class WordingRuleTranslation(TranslationOptions):
    fields = ("name", "explanation", "examples")


for model in (Assembly, RegionalGroup, Resolution, Revision, Outcome, StateSymbol, StudyGroup, StudyGroupLink):
    # The folded column of resolutions has been kept in their history; it holds nothing that the titles beside it do not.
    folded = [] if model is Resolution else ["search_text"]
    keep_history(model, app="resolutions", excluded_fields=["reference_values", *folded], related_name="+")

"""Draft new resolutions: proposed by an addition, without a number yet, known by the label that is printed in its brackets."""

from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from itertools import chain, count
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import get_translation_fields

from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line
from amnt.core.languages import LANGUAGE_CODES
from amnt.core.limits import max_length
from resolutions.drafts import ContributionDraft
from resolutions.folding import fold
from resolutions.models import Assembly, Resolution

LONGEST_LABEL, LONGEST_TITLE = max_length(Resolution, "label"), max_length(Resolution, "title")
LABEL_MISSING = _("Give the draft a label, for example [AFCP-1].")
LONGEST_SLUG = 50  # so that an assembly or a number can be appended where the slug is taken


def as_label(said: str) -> str:
    """ "[AFCP-1]", as it is printed, however it was typed."""
    bare = one_line(said).strip("[] ")
    return f"[{bare[: LONGEST_LABEL - 2]}]" if bare else ""


def label_key(label: str) -> str:
    """The same for two labels that mean one draft."""
    return fold(as_label(label))


def new_resolution(label: str, *, title: str, language: str) -> Resolution:
    """A new unsaved resolution; `with_stored_resolutions` saves it with its proposal, or finds the one of this label.

    Its title is in the language of the text; without one, or in a language without titles, the label is the title.
    """
    label, title = as_label(label), one_line(title)[:LONGEST_TITLE]
    titles = {f"title_{language}": title} if title and language in LANGUAGE_CODES else {"title": label}
    return Resolution(label=label, status=Resolution.Status.DRAFT, has_official_title=False, **titles)


def with_stored_resolutions(draft: ContributionDraft) -> ContributionDraft:
    """The same draft with every new resolution in it saved, once per label."""
    if all(proposal.resolution.pk for proposal in draft.proposals):
        return draft
    proposals = tuple(
        proposal if proposal.resolution.pk else replace(proposal, resolution=_stored(proposal.resolution, draft.assembly))
        for proposal in draft.proposals
    )
    return replace(draft, proposals=proposals)


def known_draft(label: str, drafts: Iterable[Any]) -> Resolution | None:
    """The one of this label, of those `Resolution.objects.drafts_for` an assembly: preferably one with a proposal at that assembly."""
    same = [row for row in drafts if label_key(row.label) == label_key(label)]
    return max(same, key=lambda row: row.is_asked_here, default=None)


def _stored(wanted: Resolution, assembly: Assembly) -> Resolution:
    if not wanted.label:
        raise RuleBroken(str(LABEL_MISSING), field="label")
    if known := known_draft(wanted.label, Resolution.objects.drafts_for(assembly)):
        return _with_title(known, wanted)
    made = copy(wanted)
    made.slug = _free_slug(made.label, assembly)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        # Sent twice at once: the other one came first.
        if known := known_draft(wanted.label, Resolution.objects.drafts_for(assembly)):
            return known
        raise
    return made


def _with_title(known: Resolution, wanted: Resolution) -> Resolution:
    """Add the title to one that had only a label."""
    titles = get_translation_fields("title")
    if any(getattr(known, name) not in ("", None, known.label) for name in titles):
        return known
    given = {name: getattr(wanted, name) for name in titles if getattr(wanted, name) not in ("", None, wanted.label)}
    if given:
        for name in titles:
            setattr(known, name, given.get(name))
        known.save()
    return known


def _free_slug(label: str, assembly: Assembly) -> str:
    slug = f"draft-{slugify(label) or 'new'}"[:LONGEST_SLUG]
    of_assembly = f"{slug[:35]}-{slugify(assembly.code)}"
    offered = chain((slug, of_assembly), (f"{of_assembly}-{number}" for number in count(2)))
    return next(each for each in offered if not Resolution.objects.filter(slug=each).exists())

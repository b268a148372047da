"""S03: the first tab of a resolution: what we hold, how the text stands, what is proposed, and what is known of it."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from coalitions.models import CircleView
from coalitions.permissions import membership_context_of
from coalitions.positions.read_models.cards import position_cards
from coalitions.read_models.confidential_notes import notes_on
from coalitions.read_models.session_notes import notes_on_resolution
from coalitions.services import circle_views
from coalitions.texts.read_models.proposal_rows import proposals_on
from resolutions.models import Outcome, Resolution, RevisionText, StudyGroupLink
from resolutions.read_models.guide_notes import notes_about

# More are on the tab of proposals.
PROPOSALS = 5


@require_safe
def resolution(request, slug):
    user, memberships = request.user, membership_context_of(request.user)
    resolution = get_object_or_404(Resolution.objects.for_page(user, memberships.circles).select_related("verified_by"), slug=slug)
    revisions = list(resolution.revisions.all())
    cards = position_cards(user, resolution, memberships)
    circle_views.record_views(CircleView.Thing.POSITION, [(card.position.public_id, card.position.circle) for card in cards], by=user)
    assemblies = proposals_on(resolution, user, memberships)
    standing = assemblies[0].standing if assemblies else []
    topics = list(resolution.topics.all())
    outcomes = list(resolution.outcomes.latest_first())
    texts = RevisionText.objects.visible_to(user).current().filter(revision=revisions[-1]) if revisions else RevisionText.objects.none()
    context = {
        "section": "resolutions",
        "tab": "resolution",
        "resolution": resolution,
        "memberships": memberships,
        "cards": cards,
        "names_coalition": len(memberships.roles) > 1,
        "in_force": revisions[-1] if revisions else None,
        "earlier": revisions[-2::-1],
        "texts": list(texts.order_by("language")),
        "assembly": assemblies[0].assembly if assemblies else None,
        "proposals": standing[:PROPOSALS],
        "standing": len(standing),
        "late": sum(row.proposal.contribution.is_late for row in standing),
        "outcomes": outcomes,
        "suppression": next((outcome for outcome in outcomes if outcome.action == Outcome.Action.SUP), None),
        "may_have_text": not resolution.is_draft,
        "topics": topics,
        "noted": notes_on_resolution(user, resolution, memberships.circles),
        "notes": notes_about(resolution, topics),
        "confidential": notes_on(resolution, user) if memberships.works else [],
        "study_group_links": StudyGroupLink.objects.visible_to(user).filter(resolution=resolution).in_order(),
    }
    return render(request, "coalitions/texts/resolution.html", context)

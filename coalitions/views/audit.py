"""The audit of a coalition, for its leads."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from amnt.audit.models import AuditEntry, AuditLevel
from amnt.audit.reading import lines, page_of
from coalitions.models import Circle
from coalitions.permissions import membership_context_of
from coalitions.views.coalitions import coalition_context, not_as_lead, visible_coalition


@require_safe
def coalition_audit(request, public_id):
    """For circles the reader is not in, only what was done and when."""
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    if answer := not_as_lead(request, coalition, memberships):
        return answer
    asked, page = page_of(request, AuditEntry.objects.of_coalition(coalition.public_id))
    circles = set(Circle.objects.visible_to(request.user).filter(coalition=coalition).values_list("public_id", flat=True))
    found = lines(
        page,
        name=lambda person: person.short_name,
        read_in_full=lambda entry: entry.level != AuditLevel.RESTRICTED or entry.circle in circles,
    )
    context = coalition_context(request, coalition, memberships, tab="audit") | {
        "filter": asked,
        "page": page,
        "lines": found,
        "form": None,
    }
    return render(request, "coalitions/audit.html", context)

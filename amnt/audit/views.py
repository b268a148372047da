from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amnt.audit.models import AuditEntry
from amnt.audit.reading import lines, page_of


@require_safe
def own(request):
    """The reader's own acts, and what was done to the reader's access and role. Other people are not named."""
    asked, page = page_of(request, AuditEntry.objects.of(request.user))
    found = lines(page, name=lambda person: _("you") if person == request.user else _("someone else"))
    return render(request, "audit/own.html", {"filter": asked, "page": page, "lines": found, "form": None})


@require_safe
def instance(request):
    """For staff: acts on objects of the instance and on accounts, which are named by their address alone."""
    if not request.user.is_staff:
        raise PermissionDenied
    asked, page = page_of(request, AuditEntry.objects.of_instance())
    found = lines(page, name=lambda person: person.email)
    return render(request, "audit/instance.html", {"filter": asked, "page": page, "lines": found, "form": None})

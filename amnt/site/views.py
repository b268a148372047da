"""The pages about the service: help, privacy, and the security contact; and undoing the act just done."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from amnt.accounts import undo
from amnt.core.errors import RuleBroken
from amnt.core.htmx import next_page, post_only
from amnt.core.languages import current_language
from amnt.retention import rules as retention
from resolutions.read_models.field_guide import glossary_by_kind, ways_with_sources

# RFC 9116 recommends less than a year; computed anew with each answer.
SECURITY_TXT_LASTS = timedelta(days=180)


@login_not_required
@require_safe
def what_not_to_write(request):
    return render(request, "about/what_not_to_write.html")


@login_not_required
@require_safe
def help_page(request):
    return render(request, "about/help.html", host())


@login_not_required
@require_safe
def glossary(request):
    """Every word of the field, by kind, and in the reader's order within it."""
    kinds = glossary_by_kind()
    return render(request, "about/glossary.html", {"kinds": kinds, "count": sum(len(group.terms) for group in kinds)})


@login_not_required
@require_safe
def ways_in(request):
    """How civil society takes part, each way with its source."""
    return render(request, "about/ways_in.html", {"ways": ways_with_sources()})


@login_not_required
@require_safe
def first_week(request):
    """With pictures in the reader's language, where the browser suite has made them."""
    paths = {kind: f"img/first-week/{kind}-{current_language()}.webp" for kind in ("lead", "member", "host")}
    pictures = {kind: path if finders.find(path) else "" for kind, path in paths.items()}
    return render(request, "about/first_week.html", {"pictures": pictures})


@login_not_required
@require_safe
def privacy(request):
    return render(request, "about/privacy.html", host() | {"rules": retention.rules()})


@post_only
def undo_act(request):
    """Undo the act that the last notice spoke of."""
    try:
        said = undo.undo(request.POST.get("token", ""), by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(next_page(request, "now"))


@login_not_required
@require_safe
def security_txt(request):
    """Where to report a weakness, as RFC 9116 says; nothing where the host has named no contact."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = (now() + SECURITY_TXT_LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {settings.SECURITY_LANGUAGES}",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    if settings.SECURITY_POLICY:
        lines.append(f"Policy: {settings.SECURITY_POLICY}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def host() -> dict[str, str]:
    return {"hosted_by": settings.HOSTED_BY, "contact": settings.HOST_CONTACT}

from collections.abc import Iterator

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.personal_data import as_pairs, personal_data, readable_parts, reasons_against_erasure
from amnt.accounts.services.erasing import erase
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from amnt.core.json_stream import pieces
from amnt.retention import rules as retention

# Rows of each part on the page of all of them, and on the pages of one. The slowest, a discarded file of 7 MB, takes 0.08 s to decrypt.
SHOWN, A_PAGE = 10, 20


@require_safe
@reauthentication_required(app="own-data")
def download(request):
    """All data about the reader as one JSON file, streamed."""
    record("accounts.data_downloaded", by=request.user, about=request.user)
    return StreamingHttpResponse(
        _in_language(pieces(personal_data(request.user)), request.LANGUAGE_CODE),
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )


def _in_language(written: Iterator[str], language: str) -> Iterator[str]:
    """Keeps the reader's language while the response is streamed."""
    while True:
        with translation.override(language):
            piece = next(written, None)
        if piece is None:
            return
        yield piece


@require_safe
@reauthentication_required(app="own-data")
def stored(request):
    """The same as a page: the first rows of each part, what will soon be deleted, and how long each kind is kept."""
    record("accounts.data_downloaded", by=request.user, about=request.user)
    pages = ((part, Paginator(part.rows, SHOWN).page(1)) for part in readable_parts(personal_data(request.user)))
    parts = [(part, page, as_pairs(page)) for part, page in pages if page.paginator.count]
    upcoming = Paginator(retention.upcoming(request.user, now()), SHOWN).page(1)
    context = {"parts": parts, "upcoming": upcoming, "rules": retention.rules()}
    return render(request, "accounts/personal_data/stored.html", context | {"form": None})


@require_safe
@reauthentication_required(app="own-data")
def stored_part(request, part):
    """All rows of one part, page by page."""
    found = next((each for each in readable_parts(personal_data(request.user)) if each.key == part), None)
    if found is None:
        raise Http404
    record("accounts.data_downloaded", by=request.user, about=request.user)
    page = Paginator(found.rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/personal_data/stored_part.html", {"part": found, "page": page, "rows": as_pairs(page), "form": None})


@require_safe
@reauthentication_required(app="own-data")
def soon_deleted(request):
    record("accounts.data_downloaded", by=request.user, about=request.user)
    page = Paginator(retention.upcoming(request.user, now()), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/personal_data/soon_deleted.html", {"page": page, "form": None})


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="delete")
def delete(request):
    if request.method == "POST":
        try:
            erase(request.user)
        except RuleBroken as error:
            messages.error(request, str(error))
            return redirect("accounts:delete")
        logout(request)
        messages.success(request, _("Your account has been deleted. Thank you for the work you did here."))
        return redirect("account_login")
    return render(request, "accounts/personal_data/delete.html", {"reasons": reasons_against_erasure(request.user), "form": None})

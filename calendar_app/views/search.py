"""Search over everything a person may read."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from calendar_app.forms.search import SearchForm
from calendar_app.read_models.search import MOST_READ, search

# Of each kind, before "see all".
SHOWN = 8


@require_safe
def search_page(request):
    form = SearchForm(request.GET)
    typed, kind = form.typed, form.chosen_kind
    answer = search(request.user, typed)
    groups = [group for group in answer.groups if not kind or group.kind == kind]
    shown = [(group, group.found[: None if kind else SHOWN]) for group in groups]
    context = {"section": "search", "search": form, "typed": typed, "answer": answer, "shown": shown, "kind": kind, "most_read": MOST_READ}
    return render(request, "calendar_app/search/search.html", context)

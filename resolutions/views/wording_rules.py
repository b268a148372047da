from django.shortcuts import render
from django.views.decorators.http import require_safe

from resolutions.domain.wording import diff
from resolutions.importers.wording_rules import FOUND, NOT_FOUND, unmarked
from resolutions.models import WordingRule


@require_safe
def wording_rules(request):
    """What hints are, and each rule with an example that matches and one that does not."""
    rules = [(rule, examples(rule)) for rule in WordingRule.objects.visible_to(request.user).active()]
    return render(request, "resolutions/wording_rules.html", {"section": "resolutions", "rules": rules})


def examples(rule):
    """Each example: whether it matches, and its marked words."""
    return [
        (line.startswith(FOUND), diff(*unmarked(line.removeprefix(FOUND).removeprefix(NOT_FOUND))))
        for line in rule.examples.splitlines()
        if line.strip()
    ]

"""Who asks for something, as people name them: a region, a State."""

from django.utils.translation import gettext, ngettext
from django_countries import countries

from amnt.core.languages import listed
from resolutions.models import Proposal

MOST_NAMED = 3  # States; of more, the first two and how many others


def asker_name(proposal: Proposal) -> str:
    """ "Africa (ATU)", "Brazil", "Brazil, Mexico and 4 more"; of what neither a region nor a State signs, its own name. Needs `group`."""
    group = proposal.group
    if group:
        return gettext("%(region)s (%(acronym)s)") % {"region": group.region, "acronym": str(group)} if group.region else str(group)
    names = [str(countries.name(str(country))) for country in proposal.countries]
    if len(names) > MOST_NAMED:
        n = len(names) - MOST_NAMED + 1
        some = ", ".join(names[: MOST_NAMED - 1])
        return ngettext("%(some)s and %(n)s more", "%(some)s and %(n)s more", n) % {"some": some, "n": n}
    return listed(names) if names else proposal.name

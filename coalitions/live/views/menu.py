"""The entry "Live" of the menu. Whether it is shown is noted in the session, since asking would cost every page a query."""

from django.utils.timezone import now

KEY = "live_until"


def note_in_menu(request, season, memberships) -> None:
    """From the day before an assembly to its last day, for who works in a coalition. Written only where it differs."""
    shown = season is not None and season.is_on and memberships.works
    wanted = season.last.isoformat() if shown else None
    if request.session.get(KEY) == wanted:
        return
    if wanted:
        request.session[KEY] = wanted
    else:
        request.session.pop(KEY, None)


def is_in_menu(request) -> bool:
    """The day after, wherever the venue is, it is no longer."""
    until = getattr(request, "session", {}).get(KEY)
    return until is not None and f"{now():%Y-%m-%d}" <= until

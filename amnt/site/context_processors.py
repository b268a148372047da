from django.conf import settings
from django.http import HttpRequest

from amnt.accounts.devices import time_left
from coalitions.live.views.menu import is_in_menu


def site(request: HttpRequest) -> dict[str, object]:
    """What every page shows of the instance."""
    user = getattr(request, "user", None)
    left = time_left(request) if user and user.is_authenticated else None
    return {
        "site_name": settings.SITE_NAME,
        "languages": settings.LANGUAGES,
        "is_demo": settings.DEMO,
        "has_public_page": settings.PUBLIC_PAGE,
        "session_left": left,
        "live_in_menu": left is not None and is_in_menu(request),
    }

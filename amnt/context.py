from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """What every page shows of the instance."""
    return {"site_name": settings.SITE_NAME, "languages": settings.LANGUAGES, "is_demo": settings.DEMO}

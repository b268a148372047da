from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Browser features that no page uses; passkeys and the clipboard are used.
NEVER = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
POLICY = ", ".join(f"{feature}=()" for feature in NEVER)


class PermissionsPolicyMiddleware:
    """Sets Permissions-Policy: no camera, microphone or location."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = POLICY
        return response


class NulRemovingMiddleware:
    """Drops NUL characters from the query of a page: no word holds one, and PostgreSQL refuses to look one up. The API refuses them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query and not request.path_info.startswith("/api/"):
            # Taken out of "%0%000", one leaves another behind.
            while "%00" in query:
                query = query.replace("%00", "")
            request.META["QUERY_STRING"] = query
        return self.get_response(request)

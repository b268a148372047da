from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# What no page of ours ever asks a browser for; passkeys and copying to the clipboard are not among it.
NEVER = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
POLICY = ", ".join(f"{feature}=()" for feature in NEVER)


class PermissionsPolicyMiddleware:
    """Whatever slipped into a page could still not see, hear or locate its reader."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = POLICY
        return response

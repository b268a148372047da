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

"""Every refusal of the API in one shape: problem details (RFC 9457), in the reader's language."""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelValidationError
from django.core.signals import got_request_exception
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import exception_handler

from amnt.core.errors import RuleBroken

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
# Named after the sections of the page that explains them.
KINDS: dict[int, tuple[str, Promise]] = {
    400: ("invalid", _("Something in this request needs correcting.")),
    401: ("not-logged-in", _("A valid key or session is needed.")),
    403: ("not-allowed", _("You are not allowed to do this.")),
    404: ("not-found", _("There is nothing here, or you are not allowed to see it.")),
    405: ("wrong-method", _("This address does not accept that method.")),
    406: ("not-acceptable", _("This API answers in JSON.")),
    409: ("rule-broken", _("This is not possible now.")),
    413: ("too-large", _("This request is too large. Send less at a time.")),
    415: ("wrong-media-type", _("This API reads JSON.")),
    429: ("too-many", _("Too many requests.")),
    500: ("failed", _("Something went wrong on our side. Nothing was changed.")),
}


class ConflictProblem(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT


class TooLargeProblem(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


def as_problem(exc: Exception, context: dict[str, Any]) -> Response:
    """Answer what went wrong: for the reader, the program and, if it is our fault, the log."""
    request = context["request"]
    refused_field = exc.field if isinstance(exc, RuleBroken) else ""
    if isinstance(exc, RuleBroken):
        exc = ConflictProblem(str(exc))
    elif isinstance(exc, RequestDataTooBig):
        exc = TooLargeProblem(str(KINDS[413][1]))
    elif isinstance(exc, ModelValidationError):
        exc = exceptions.ValidationError(exc.message_dict if hasattr(exc, "error_dict") else exc.messages)
    elif isinstance(exc, Http404):
        # What exists and may not be seen is answered like what does not exist.
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied(*exc.args)
    elif isinstance(exc, (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)):
        # Requests without a key are refused before throttles run: count these too.
        throttle = AnonRateThrottle()
        if not throttle.allow_request(request, context["view"]):
            exc = exceptions.Throttled(throttle.wait())
    answer = exception_handler(exc, context)
    if answer is None:
        logger.exception("The API failed at %s %s", request.method, type(context["view"]).__name__)
        got_request_exception.send(sender=as_problem, request=request._request)
        answer = Response(status=status.HTTP_500_INTERNAL_SERVER_ERROR)
    answer.data = body(answer.status_code, getattr(exc, "detail", None))
    if refused_field:
        answer.data["errors"] = {refused_field: [answer.data["detail"]]}
    answer.content_type = MEDIA_TYPE
    return answer


def body(code: int, detail: Any) -> dict[str, Any]:
    slug, title = KINDS[code]
    answer: dict[str, Any] = {
        "type": f"{settings.SITE_URL}{reverse('api:docs')}#{slug}",
        "title": str(title),
        "status": code,
        "detail": str(detail) if isinstance(detail, str) else str(title),
    }
    if isinstance(detail, (dict, list)):
        answer["errors"] = by_field(detail)
    return answer


def by_field(detail: Any, name: str = "") -> dict[str, list[str]]:
    """Nested errors on one level: {"owner": ["…"], "people.0.name": ["…"], "non_field_errors": ["…"]}."""
    if isinstance(detail, dict):
        inside = [(value, f"{name}.{key}" if name else str(key)) for key, value in detail.items()]
    elif isinstance(detail, list):
        nested = any(isinstance(value, (dict, list)) for value in detail)
        inside = [(value, f"{name}.{place}".strip(".") if nested else name) for place, value in enumerate(detail)]
    else:
        # Some refusals repeat what was sent; a lone surrogate can be sent in JSON, but not answered.
        return {name or "non_field_errors": [str(detail).encode(errors="replace").decode()]}
    found: dict[str, list[str]] = {}
    for value, field in inside:
        for where, messages in by_field(value, field).items():
            found.setdefault(where, []).extend(messages)
    return found

"""The OpenAPI 3.1 schema of the API: what all operations have in common."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from amnt.accounts.tokens import PREFIX, TokenAuthentication
from amnt.api.problems import KINDS, MEDIA_TYPE, body

PROBLEM = {
    "type": "object",
    "description": _("RFC 9457 problem details."),
    "properties": {
        "type": {"type": "string", "format": "uri", "description": _("The page that explains this kind of problem.")},
        "title": {"type": "string", "description": _("What kind of problem it is, in the reader's language.")},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": _("What happened here, in the reader's language.")},
        "errors": {
            "type": "object",
            "description": _("By field: what needs correcting."),
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "required": ["type", "title", "status", "detail"],
}
EXAMPLES = {400: {"due_at": [_("This field is required.")]}}


class Schema(AutoSchema):
    """Adds to each operation the refusals it may answer with."""

    def get_operation(self, *args, **kwargs) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        component = ResolvedComponent(name="Problem", type=ResolvedComponent.SCHEMA, schema=PROBLEM, object="Problem")
        self.registry.register_on_missing(component)
        for code in self.refusals(operation):
            operation["responses"][str(code)] = self.refusal(code, component)
        return operation

    def refusals(self, operation: dict[str, Any]) -> list[int]:
        codes = {401, 406, 429}
        if operation.get("parameters"):
            codes.add(400)
        if any(parameter["in"] == "path" for parameter in operation.get("parameters", [])):
            codes.add(404)
        if self.method in {"POST", "PUT", "PATCH", "DELETE"}:
            codes |= {403, 409, 415}
        if "requestBody" in operation:
            codes.add(400)
        return sorted(codes)

    def refusal(self, code: int, component: ResolvedComponent) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "description": str(KINDS[code][1]),
            "content": {MEDIA_TYPE: {"schema": component.ref, "examples": {KINDS[code][0]: {"value": body(code, EXAMPLES.get(code))}}}},
        }
        if code == 429:
            answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": _("Seconds to wait.")}}
        if code == 401:
            answer["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
        return answer


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": f"{PREFIX}…"}

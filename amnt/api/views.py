from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema, inline_serializer
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from amnt.api import reference
from amnt.api.problems import KINDS

COLLECTIONS = {
    "resolutions": "api:resolution-list",
    "watches": "api:watch-list",
    "texts": "api:text-list",
    "contributions": "api:contribution-list",
    "proposals": "api:proposal-list",
    "comparison": "api:comparison",
    "meetings": "api:meeting-list",
    "deadlines": "api:deadline-list",
    "follow_ups": "api:follow-up-list",
    "positions": "api:position-list",
    "circles": "api:circle-list",
    "people": "api:person-list",
    "mandates": "api:mandate-list",
    "statements": "api:statement-list",
    "schema": "api:schema",
    "docs": "api:docs",
}


class ApiRootView(APIView):
    @extend_schema(
        operation_id="root",
        summary=_("Where everything is"),
        tags=["api"],
        responses=inline_serializer("Root", {name: serializers.URLField() for name in COLLECTIONS}),
    )
    def get(self, request):
        return Response({name: reverse(route, request=request) for name, route in COLLECTIONS.items()})


class UnknownAddressView(APIView):
    """Any other address under the API: 404 as problem details, not a page."""

    schema = None

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        raise NotFound


class SchemaView(SpectacularAPIView):
    permission_classes = (IsAuthenticated,)
    serve_public = True

    def _get_version_parameter(self, request):
        """None: there is one version, and a version in the address must not reach a header of the response."""


@require_safe
def docs(request):
    """The documentation as a page: without script, for slow connections."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    context = {
        "problems": [(code, *kind) for code, kind in KINDS.items()],
        "groups": reference.groups(document),
        "shapes": reference.shapes(document),
    }
    return render(request, "api/docs.html", context)

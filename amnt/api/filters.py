from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.settings import api_settings


class StrictFilterBackend(DjangoFilterBackend):
    """Unknown or empty filters are refused: a program would not notice that they were ignored."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        if view.action == "list":
            filterset = self.get_filterset_class(view, queryset)
            known = {view.paginator.limit_query_param, view.paginator.offset_query_param, api_settings.URL_FORMAT_OVERRIDE}
            known |= set(filterset.base_filters) if filterset else set()
            if unknown := {name: [_("This list has no filter with that name.")] for name in request.query_params if name not in known}:
                raise ValidationError(unknown)
            empty = [name for name, said in request.query_params.items() if not str(said).strip()]
            if empty:
                raise ValidationError({name: [_("Give this a value, or leave it out.")] for name in empty})
        return super().filter_queryset(request, queryset, view)

"""Resolutions and what one watches, for programs."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import ChoiceOrNull, PageAddress, TranslatedTextField, VisibleField, YesNoFilter
from resolutions.api.facts import FACT_FIELDS, FactSerializer
from resolutions.models import Outcome, Resolution, Revision, Topic, Watch
from resolutions.services import watching


class TopicSerializer(serializers.ModelSerializer):
    name = TranslatedTextField()

    class Meta:
        model = Topic
        fields = ("tag", "name")
        read_only_fields = fields


class RevisionSerializer(FactSerializer):
    assembly = serializers.SlugRelatedField("code", read_only=True)
    label = TranslatedTextField()

    class Meta:
        model = Revision
        fields = ("assembly", "label", *FACT_FIELDS)
        read_only_fields = fields


class OutcomeSerializer(FactSerializer):
    assembly = serializers.SlugRelatedField("code", read_only=True)
    action = ChoiceOrNull(choices=Outcome.Action.choices)
    summary = TranslatedTextField()

    class Meta:
        model = Outcome
        fields = ("assembly", "action", "summary", *FACT_FIELDS)
        read_only_fields = fields


class ResolutionSerializer(FactSerializer):
    url = PageAddress()
    title = TranslatedTextField()
    short_title = TranslatedTextField(help_text=_("In our own words, 40 characters at most; not its official title."))
    why = TranslatedTextField()
    topics = TopicSerializer(many=True, read_only=True)
    rights_relevance = ChoiceOrNull(choices=Resolution.Relevance.choices)
    revisions = RevisionSerializer(many=True, read_only=True)
    outcomes = OutcomeSerializer(many=True, read_only=True)
    is_watched = serializers.BooleanField(read_only=True, help_text=_("By you."))

    class Meta:
        model = Resolution
        fields = (
            "slug",
            "url",
            "series",
            "number",
            "label",
            "title",
            "has_official_title",
            "short_title",
            "why",
            "topics",
            "status",
            "adopted",
            "rights_relevance",
            "is_named_in_guide",
            "is_watched",
            "revisions",
            "outcomes",
            *FACT_FIELDS,
        )
        read_only_fields = fields


class ResolutionFilter(filters.FilterSet):
    q = filters.CharFilter(method="matching", help_text=_("Words from its number, its title or why it matters, with or without accents."))
    series = filters.ChoiceFilter(choices=Resolution.Series.choices, help_text=_("Who adopts it: each body has its own number 101."))
    topic = filters.CharFilter(field_name="topics__tag", help_text=_("Tag of a topic."))
    status = filters.ChoiceFilter(choices=Resolution.Status.choices)
    watched = YesNoFilter(method="by_watch", help_text=_("By you."))
    named_in_guide = YesNoFilter(field_name="is_named_in_guide")
    outcome = filters.ChoiceFilter(method="by_outcome", choices=Outcome.Action.choices, help_text=_("What an assembly decided on it."))
    outcome_at = filters.CharFilter(method="by_outcome", help_text=_("Code of the assembly that decided, for example WTSA-24."))

    def matching(self, queryset, name, words):
        return queryset.matching(words)

    def by_watch(self, queryset, name, wanted):
        return queryset.filter(is_watched=wanted)

    def by_outcome(self, queryset, name, value):
        action, code = self.form.cleaned_data["outcome"], self.form.cleaned_data["outcome_at"]
        decided = Outcome.objects.all()
        if action:
            decided = decided.filter(action=action)
        if code:
            decided = decided.filter(assembly__code=code)
        return queryset.filter(pk__in=decided.values("resolution"))


@extend_schema_view(list=extend_schema(summary=_("Resolutions, by number")), retrieve=extend_schema(summary=_("One resolution")))
class ResolutionViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Resolution.objects.none()
    serializer_class = ResolutionSerializer
    filterset_class = ResolutionFilter
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def get_queryset(self) -> QuerySet[Resolution]:
        user = self.request.user
        return (
            Resolution.objects.visible_to(user)
            .with_watch_of(user)
            .prefetch_related(
                "topics",
                Prefetch("revisions", Revision.objects.select_related("assembly").order_by("assembly__starts_on", "pk")),
                Prefetch("outcomes", Outcome.objects.select_related("assembly").order_by("assembly__starts_on", "pk")),
            )
            .in_order()
        )


class WatchSerializer(serializers.ModelSerializer):
    resolution = VisibleField("slug", queryset=Resolution.objects.all())

    class Meta:
        model = Watch
        fields = ("resolution", "scope", "created_at")
        read_only_fields = ("created_at",)
        # The service accepts a second watch of the same resolution.
        validators: list[Any] = []


class WatchChangeSerializer(WatchSerializer):
    class Meta(WatchSerializer.Meta):
        read_only_fields = ("resolution", "created_at")


@extend_schema_view(
    list=extend_schema(summary=_("The resolutions you watch")),
    retrieve=extend_schema(summary=_("One of the resolutions you watch")),
    create=extend_schema(
        summary=_("Watch a resolution"),
        description=_("If you already watch it, this changes its scope and answers 200."),
        responses={201: WatchSerializer, 200: OpenApiResponse(WatchSerializer, description=_("You watched it already."))},
    ),
    partial_update=extend_schema(summary=_("Change how much of it you watch"), request=WatchChangeSerializer),
    destroy=extend_schema(summary=_("Stop watching")),
)
class WatchViewSet(mixins.CreateModelMixin, mixins.DestroyModelMixin, viewsets.ReadOnlyModelViewSet):
    queryset = Watch.objects.none()
    serializer_class = WatchSerializer
    lookup_field = "resolution__slug"
    lookup_url_kwarg = "resolution"
    lookup_value_converter = "slug"

    def get_queryset(self) -> QuerySet[Watch]:
        return Watch.objects.visible_to(self.request.user).select_related("resolution").order_by("-created_at", "-pk")

    def create(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        is_new = not self.get_queryset().filter(resolution=serializer.validated_data["resolution"]).exists()
        row = watching.watch(request.user, **serializer.validated_data)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    def partial_update(self, request: Request, resolution: str) -> Response:
        row = self.get_object()
        serializer = WatchChangeSerializer(row, data=request.data, partial=True, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        row = watching.watch(request.user, row.resolution, serializer.validated_data.get("scope", row.scope))
        return Response(self.get_serializer(row).data)

    def perform_destroy(self, row: Watch) -> None:
        watching.stop_watching(row.user, row.resolution)

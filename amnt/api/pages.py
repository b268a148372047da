from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request

# No list of ours is longer, and a database knows no number beyond its own.
FARTHEST = 1_000_000


class Pages(LimitOffsetPagination):
    max_limit = 100

    def get_offset(self, request: Request) -> int:
        return min(super().get_offset(request), FARTHEST)

from rest_framework.exceptions import ValidationError
from rest_framework.fields import IntegerField
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request

# No list is longer, and databases refuse larger numbers.
FARTHEST = 1_000_000


class ApiPagination(LimitOffsetPagination):
    max_limit = 100

    def get_limit(self, request: Request) -> int:
        return min(_number(request, self.limit_query_param, least=1, unsaid=self.default_limit or self.max_limit), self.max_limit)

    def get_offset(self, request: Request) -> int:
        return min(_number(request, self.offset_query_param, least=0, unsaid=0), FARTHEST)


def _number(request: Request, name: str, *, least: int, unsaid: int) -> int:
    if name not in request.query_params:
        return unsaid
    try:
        return IntegerField(min_value=least).run_validation(request.query_params[name])
    except ValidationError as error:
        raise ValidationError({name: error.detail}) from error

from rest_framework.pagination import LimitOffsetPagination
from rest_framework.views import exception_handler


class Pages(LimitOffsetPagination):
    default_limit = 25
    max_limit = 100


def problem(exc, context):
    return exception_handler(exc, context)

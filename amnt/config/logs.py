import logging
import time


class UtcFormatter(logging.Formatter):
    """Times in UTC, as in 2026-11-28T18:31:36Z; line breaks in a message are escaped."""

    converter = time.gmtime  # type: ignore[assignment]
    default_time_format = "%Y-%m-%dT%H:%M:%SZ"
    default_msec_format = None

    def formatMessage(self, record: logging.LogRecord) -> str:
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")


class RouteLogFilter(logging.Filter):
    """Replaces addresses by their route: some hold a secret key."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            match = request.resolver_match  # type: ignore[union-attr]
            route = f"/{match.route}" if match else f"/{path.split('/')[1]}…"
            # Django has escaped what is not ASCII.
            said = (path, path.encode("unicode_escape").decode("ascii"))
            record.args = tuple(route if argument in said else argument for argument in record.args)
        return True

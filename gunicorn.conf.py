"""How gunicorn serves amnt.wsgi: read by itself where it is started. What a machine decides, such as --bind, stands on the command line."""

import logging
import re

from gunicorn import glogging

threads = 4
# Longer than a proxy keeps a connection that nobody uses: it is never cut in the moment in which a form is sent over it.
keepalive = 150
# A worker that has not answered for so long is replaced; one that is told to stop finishes what it is at.
timeout = 60
graceful_timeout = 30
control_socket_disable = True


def without_keys(record: logging.LogRecord) -> bool:
    """Keep the first folder of an address, since the rest may be a key, and nothing of a request that could not be read."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            re.sub(r"^(/[a-z-]{0,20})(?:[/?].*)?$|^/.*$", r"\1", argument, flags=re.DOTALL) if isinstance(argument, str) else argument
            for argument in record.args
        )
    record.msg = re.sub(r"^(Invalid request) from ip=.*$", r"\1.", str(record.msg), flags=re.DOTALL)
    return True


class logger_class(glogging.Logger):
    def setup(self, cfg):
        super().setup(cfg)
        self.error_log.addFilter(without_keys)

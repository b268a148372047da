"""The broker of one machine, without a server: messages are files in a folder.

kombu creates a file where workers look for it and writes it a moment later: on a busy machine a worker read it empty and crashed. Here a
message is written atomically, and one that cannot be read is skipped: it only wakes a worker up, and the next tick reads the same rows.
kombu also orders messages by a name made of the machine's uptime, which is wrong after a restart or when it gains a digit; here the name is
the date in nanoseconds, of one length.
"""

import logging
import os
from json import JSONDecodeError
from pathlib import Path
from time import time_ns
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu names it in two ways
        folder = Path(self.data_folder_out)
        try:
            being_written = written(folder, dumps(payload))
            being_written.replace(folder / f"{time_ns()}_{uuid4()}.{queue}.msg")
        except OSError as error:
            raise ChannelError(f"Cannot add a file to {folder}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        while True:
            try:
                return super()._get(queue)
            except JSONDecodeError:
                logger.warning("A message that cannot be read was dropped: the next tick does what it asked for")

    def _queue_bind(self, exchange: str, *args: Any) -> None:
        """Write the table of an exchange atomically too; later changes happen under kombu's lock."""
        file = self._exchange_file(exchange)
        try:
            self.control_folder.mkdir(exist_ok=True)
            if not file.exists() or not file.stat().st_size:
                empty = written(self.control_folder, "[]")
                if file.exists():
                    empty.replace(file)
                else:
                    link_once(empty, file)
        except OSError as error:
            raise ChannelError(f"Cannot open {file}") from error
        super()._queue_bind(exchange, *args)


def written(folder: Path, text: str) -> Path:
    """Write a temporary file, under a name that workers ignore."""
    path = folder / f"{uuid4()}.part"
    path.write_text(text)
    return path


def link_once(path: Path, name: Path) -> None:
    """Link the file to this name, unless another process was first."""
    try:
        os.link(path, name)
    except FileExistsError:
        pass
    finally:
        path.unlink()


class Transport(filesystem.Transport):
    Channel = Channel


TRANSPORT_ALIASES["files"] = "amnt.config.broker:Transport"

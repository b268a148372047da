"""The broker of one machine, without a server: messages are files in a folder.

kombu opens a file where workers look for it and writes into it a moment later. On a busy machine a worker met it empty, and died of it.
Here a message appears whole or not at all, and one that cannot be read is no reason to die: it only wakes a worker up, and the next tick
reads the same rows. kombu also takes them by name and names them by how long the machine has been up, so that what came first after a
restart, or after ten times the time, came last; here the name is the date in nanoseconds, of one length.
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
        """The list of an exchange, too, is there whole from the first moment on; the rest happens under kombu's lock."""
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
    """A file under a name nobody looks for."""
    path = folder / f"{uuid4()}.part"
    path.write_text(text)
    return path


def link_once(path: Path, name: Path) -> None:
    """Under this name, unless another process was first."""
    try:
        os.link(path, name)
    except FileExistsError:
        pass
    finally:
        path.unlink()


class Transport(filesystem.Transport):
    Channel = Channel


TRANSPORT_ALIASES["files"] = "amnt.config.broker:Transport"

"""JSON of any length, written piece by piece: as `json.dumps(data, indent=2)` writes it, but a list may be anything that can be walked.

A fault on the way leaves braces open, so that no program takes what was written until then for the whole.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import Promise

# Characters a piece: large enough that sending one is worth its while, and nothing next to what a process holds anyway.
PIECE = 64 * 1024


def pieces(data: Mapping[str, Any]) -> Iterator[str]:
    """What can be walked is written item by item: rows of a database are never there all at once."""
    waiting: list[str] = []
    length = 0
    for text in _walked(data, "\n"):
        waiting.append(text)
        length += len(text)
        if length >= PIECE:
            yield "".join(waiting)
            waiting, length = [], 0
    yield "".join(waiting)


def _walked(value: Any, line: str) -> Iterator[str]:
    """line -- what begins a line where this value stands: its break and blanks"""
    inner = f"{line}  "
    if isinstance(value, Mapping):
        begin = "{" + inner
        for key, item in value.items():
            yield f"{begin}{_plain(str(key))}: "
            yield from _walked(item, inner)
            begin = f",{inner}"
        yield f"{line}}}" if value else "{}"
    elif isinstance(value, Iterable) and not isinstance(value, (str, Promise)):
        begin = first = "[" + inner
        for item in value:
            yield begin + _whole(item, inner)
            begin = f",{inner}"
        yield "[]" if begin is first else f"{line}]"
    else:
        yield _plain(value)


def _whole(value: Any, line: str) -> str:
    """A row at once. Only without indentation is Python's encoder fast, so a line break stands for what separates items."""
    if isinstance(value, dict) and value:
        inner = f"{line}  "
        if any(isinstance(item, (dict, list, tuple)) for item in value.values()):
            items = f",{inner}".join(f"{_plain(str(key))}: {_whole(item, inner)}" for key, item in value.items())
        else:
            items = _encoder(inner)(value)[1:-1]
        return f"{{{inner}{items}{line}}}"
    if isinstance(value, (list, tuple)) and value:
        inner = f"{line}  "
        return f"[{inner}" + f",{inner}".join(_whole(item, inner) for item in value) + f"{line}]"
    return _plain(value)


@cache
def _encoder(line: str) -> Callable[[Any], str]:
    return DjangoJSONEncoder(ensure_ascii=False, separators=(f",{line}", ": ")).encode


_plain = _encoder("")

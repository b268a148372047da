"""Streaming JSON: as `json.dumps(data, indent=2)` writes it, but a list may be any iterable.

An error leaves braces open, so that a truncated file does not parse.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import Promise

# Characters per chunk.
PIECE = 64 * 1024


def pieces(data: Mapping[str, Any]) -> Iterator[str]:
    """The JSON in chunks; iterables are written item by item, so rows are never all in memory."""
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
    """line -- the line break and indentation of this value"""
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
    """One row. Python's encoder is fast only without indentation, so the item separator holds the line break."""
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

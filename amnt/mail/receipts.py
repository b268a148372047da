"""What became of a mail, told to the app that wrote it.

    register_receipt_listener("calendar_app/digest", note_receipts)

The function gets pairs of (primary key of the Email, its final `Email.State`: accepted, refused, given up or dropped), a batch at a
time, in the transaction that notes that it has been told: for each mail it takes effect exactly once, even if workers are killed.
If somebody has a refused mail sent again, it is told that the mail is waiting. It must be quick and may not call the network.
"""

from collections.abc import Callable, Sequence

Listener = Callable[[Sequence[tuple[int, str]]], None]
_listeners: dict[str, Listener] = {}


def register_receipt_listener(kind: str, listener: Listener) -> None:
    """Who is told what became of this kind of mail."""
    _listeners[kind] = listener


def tell_writer(kind: str, receipts: Sequence[tuple[int, str]]) -> None:
    """Tell whoever wrote this kind of mail. Called by the delivery, inside its transaction."""
    if receipts and (listener := _listeners.get(kind)):
        listener(receipts)

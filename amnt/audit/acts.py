"""The registry of audited acts, each with the sentence that shows it.

An app declares its acts when it is ready: `acts.register("coalitions.member_removed", _("Someone was removed from the coalition"))`.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The only sentence for acts on what only a delegation reads.
PRIVATE = "audit.private"

_sentences: dict[str, str | Promise] = {PRIVATE: _("Private action")}

_unnamed: set[str] = set()


def register(act: str, sentence: str | Promise) -> None:
    _sentences[act] = sentence


def register_unnamed(act: str, sentence: str | Promise) -> None:
    """The same for an act of which it is never kept by whom it was done."""
    register(act, sentence)
    _unnamed.add(act)


def is_unnamed(act: str) -> bool:
    return act in _unnamed


def is_known(act: str) -> bool:
    return act in _sentences


def sentence_of(act: str) -> str:
    """The code of the act, if no version of today registers it."""
    return str(_sentences.get(act, act))


def choices() -> list[tuple[str, str]]:
    """Every act with its sentence, in the order of the sentences in the reader's language."""
    return sorted(((act, str(sentence)) for act, sentence in _sentences.items()), key=lambda choice: choice[1])

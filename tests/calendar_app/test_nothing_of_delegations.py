"""AT-P3b-2: no rule, no mail and no form asks a delegate to share or to bring in what her delegation holds."""

import pkgutil
import re
from importlib import import_module

import pytest
from django.utils import translation

from calendar_app import reminders
from calendar_app.forms.debriefs import DebriefForm
from coalitions.models import seats
from tests.adversaries.test_reader_of_the_mailbox import every_letter, reader, written

pytestmark = pytest.mark.django_db

DELEGATION = re.compile(r"d[eé]l[eé]ga", re.IGNORECASE)
# To hand over, in the three languages of the screens.
HAND_OVER = re.compile(
    r"\b(share|send|upload|attach|forward|paste|add|hand over|tell us"
    r"|partage|envoye|télévers|joign|transmet|coll(?:ez|er)|ajout|dites-nous"
    r"|compart|env[ií]|sub[ei]|adjunt|reenv|peg(?:a|ue)|añad|cuéntanos)",
    re.IGNORECASE,
)
LEAVE_OUT = re.compile(r"\b(leave out|laissez de côté|deja fuera|omit|ne |no )", re.IGNORECASE)
SENTENCE = re.compile(r"[^.!?\n]+")


def asks_for_papers(text: str) -> list[str]:
    """The sentences that name delegations and ask for something to be handed over."""
    sentences = [sentence.strip() for sentence in SENTENCE.findall(text) if DELEGATION.search(sentence)]
    return [sentence for sentence in sentences if HAND_OVER.search(sentence) and not LEAVE_OUT.search(sentence)]


@pytest.mark.parametrize("language", ["fr", "en", "es"])
@pytest.mark.parametrize("level", ["standard", "detailed"])
def test_no_mail_of_any_rule_or_composer_asks_for_papers_of_a_delegation(level, language):
    with translation.override(language):
        letters = every_letter(reader(level, language), level)
    assert len(letters) > 40
    # What follows a title is its own: a follow-up may be called anything.
    assert {name: found for name, letter in letters if (found := asks_for_papers(written(letter)))} == {}


def test_such_a_sentence_would_be_found():
    for sentence in (
        "Share the draft of your delegation.",
        "Envoyez ici les documents de votre délégation.",
        "Adjunta el borrador de tu delegación.",
    ):
        assert asks_for_papers(sentence) == [sentence.rstrip(".")]
    assert asks_for_papers("Leave out who said what, and papers of a delegation.") == []


def test_no_rule_knows_who_sits_on_a_delegation():
    modules = [import_module(f"{reminders.__name__}.{module.name}") for module in pkgutil.iter_modules(reminders.__path__)]
    named = {name for name, thing in vars(seats).items() if getattr(thing, "__module__", "") == seats.__name__}
    assert named
    assert [(module.__name__, name) for module in modules for name in named & vars(module).keys()] == []


def test_what_is_asked_after_a_meeting_is_public_or_for_others():
    form = DebriefForm(circles=[])
    assert set(form.fields) == {"result", "link", "follow_up", "circle", "submission"}

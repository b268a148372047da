"""Search that ignores accents and case: the folded words of a text are stored beside it, and the search words are folded too.

One rule everywhere, in the database and in memory: every word must be found. A number or a word of one or two letters counts as a whole
word ("AI" is not in "maintain"), one of three letters begins a word, a longer one may stand anywhere.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from django.db import models
from django.db.models import Q

from amnt.encryption.fields import is_private_row

# Keyboards type a straight apostrophe, titles have a curly one.
APOSTROPHES = str.maketrans(dict.fromkeys("'‘‛ʼ", "’"))
WORD = re.compile(r"[^\W_]+")
WHOLE_WORD = 2  # letters
BEGINS_A_WORD = 3


def fold(text: str) -> str:
    """Lower case without accents, runs of white space as one, one apostrophe: "L'Accès  (Rév.)" -> "l’acces (rev.)"."""
    # Twice: some letters only have a lower case, or an accent, after decomposition.
    decomposed = text
    for _once in range(2):
        decomposed = unicodedata.normalize("NFKD", decomposed.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).translate(APOSTROPHES).split())


def alphabetical(text: str) -> str:
    """The key by which people look for it in a list: without accents, or a quotation mark at the beginning."""
    return fold(text).lstrip('«“" ')


def folded_words(text: str) -> list[str]:
    """ "L'Accès  (Rév.)" -> ["l", "acces", "rev"]"""
    return WORD.findall(fold(text))


@lru_cache(maxsize=8192)
def searchable(text: str) -> str:
    """The folded words with a space before and after each, as they are stored: " l acces rev "; empty without a word."""
    words = folded_words(text)
    return f" {' '.join(words)} " if words else ""


@dataclass(frozen=True)
class SearchWords:
    """What a person looks for. Without a word, everything is found."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, typed: str) -> "SearchWords":
        return cls(tuple(dict.fromkeys(folded_words(typed))))

    @property
    def parts(self) -> list[str]:
        """What must stand in a searchable text for each word."""
        return [part_of(word) for word in self.words]

    def condition(self, column: str = "search_text") -> Q:
        """For rows with a `FoldedField`."""
        wanted = Q()
        for part in self.parts:
            wanted &= Q(**{f"{column}__contains": part})
        return wanted

    def found_in(self, *texts: str) -> bool:
        """The same in memory: every word is in one of these texts."""
        whole = [searchable(text) for text in texts]
        return all(any(part in text for text in whole) for part in self.parts)


def part_of(word: str) -> str:
    if len(word) <= WHOLE_WORD or word.isdecimal():
        return f" {word} "
    return f" {word}" if len(word) == BEGINS_A_WORD else word


class FoldedField(models.TextField):
    """Holds the folded words of other fields of the same row, renewed whenever the row is saved.

    private_by -- the column that is not null in a row whose texts are encrypted (amnt/encryption/fields.py); nothing is stored for those
    """

    # Which fields it holds is no matter of the database.
    non_db_attrs = (*models.TextField.non_db_attrs, "of", "private_by")

    def __init__(self, *, of: tuple[str, ...] = (), private_by: str = "", **kwargs):
        self.of = of
        self.private_by = private_by
        kwargs |= {"editable": False, "blank": True, "default": ""}
        super().__init__(**kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs["of"] = self.of
        if self.private_by:
            kwargs["private_by"] = self.private_by
        return name, path, args, kwargs

    def pre_save(self, model_instance, add):
        folded = ""
        if not self.private_by or not is_private_row(model_instance, self.private_by):
            parts = (getattr(model_instance, name, None) for name in self.of)
            folded = searchable(" ".join(str(part) for part in parts if part not in (None, "")))
        setattr(model_instance, self.attname, folded)
        return folded

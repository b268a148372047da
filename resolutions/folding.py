"""Search that ignores accents and case: a folded form is stored beside the text, and the search words are folded too."""

import unicodedata

from django.db import models

# Keyboards type a straight apostrophe, titles have a curly one.
APOSTROPHES = str.maketrans(dict.fromkeys("'‘‛ʼ", "’"))


def fold(text: str) -> str:
    """Lower case without accents, runs of white space as one, one apostrophe: "L'Accès  (Rév.)" -> "l’acces (rev.)"."""
    # Twice: some letters only have a lower case, or an accent, after decomposition.
    decomposed = text
    for _once in range(2):
        decomposed = unicodedata.normalize("NFKD", decomposed.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).translate(APOSTROPHES).split())


class FoldedField(models.TextField):
    """Holds the folded text of other fields of the same row, renewed whenever the row is saved."""

    def __init__(self, *, of: tuple[str, ...] = (), **kwargs):
        self.of = of
        kwargs |= {"editable": False, "blank": True, "default": ""}
        super().__init__(**kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance, add):
        parts = (getattr(model_instance, name, None) for name in self.of)
        folded = fold(" ".join(str(part) for part in parts if part not in (None, "")))
        setattr(model_instance, self.attname, folded)
        return folded

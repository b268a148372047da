"""Search that ignores accents and case: one folded form, stored beside the text and used for what is typed."""

import unicodedata

from django.db import models

# Keyboards give the typewriter's apostrophe, titles have the printer's, and telephones now the one and now the other.
APOSTROPHES = str.maketrans(dict.fromkeys("'‘‛ʼ", "’"))


def fold(text: str) -> str:
    """Lower case without accents, runs of white space as one, one apostrophe: "L'Accès  (Rév.)" -> "l’acces (rev.)"."""
    # Twice: some letters only have a lower case, or an accent, once they are taken apart.
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

"""Encrypted columns: plain in Python, ciphertext in the database, and never filtered or sorted by it.

Empty texts are stored as they are, so that constraints can forbid them. Lengths are those of the plain text.
"""

import json
from base64 import b64decode, b64encode
from typing import Any

from django.core.exceptions import FieldError, ObjectDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError, models
from django.db.models.expressions import Col
from django.db.models.lookups import Exact, IsNull, Lookup

from amnt.encryption.keys import decrypt, digest, encrypt, encrypt_bytes, encrypt_undated, is_encrypted


class EncryptedCol(Col):
    def resolve_expression(self, query=None, *within, **kwargs):
        # A column is resolved again only as part of another expression, such as ORDER BY.
        if within:
            raise FieldError(f"{self.target} is encrypted: the database cannot sort by it or compute with it.")
        return super().resolve_expression(query, **kwargs)


class AllowedLookup(Lookup):
    """A lookup that is allowed on ciphertext."""

    def __init__(self, lhs, rhs):
        super().__init__(Col(lhs.alias, lhs.target) if isinstance(lhs, EncryptedCol) else lhs, rhs)


class IsMissing(AllowedLookup, IsNull):
    pass


class IsEmpty(AllowedLookup, Exact):
    """`field=""`"""

    def get_prep_lookup(self):
        # Django builds the comparison with None before it makes "is null" of it.
        if self.rhs not in ("", None):
            raise FieldError(f"{self.lhs.output_field} is encrypted: it can only be compared with an empty text.")
        return self.rhs


class EncryptedField(models.Field):
    """What is common to all. Subclasses say how a value becomes text and back."""

    def get_internal_type(self) -> str:
        return "TextField"

    def to_text(self, value: Any) -> str:
        return str(value)

    def from_text(self, text: str) -> Any:
        return text

    def get_col(self, alias, output_field=None):
        if alias == self.model._meta.db_table and output_field in (None, self):
            return self.cached_col
        return EncryptedCol(alias, self, output_field)

    @property
    def cached_col(self) -> EncryptedCol:
        return EncryptedCol(self.model._meta.db_table, self)

    def get_lookup(self, lookup_name):
        if lookup_name == "isnull":
            return IsMissing
        if lookup_name == "exact":
            return IsEmpty
        raise FieldError(f"{self} is encrypted: it cannot be searched by “{lookup_name}”.")

    def get_transform(self, lookup_name):
        raise FieldError(f"{self} is encrypted: it cannot be searched by “{lookup_name}”.")

    def get_db_prep_save(self, value, connection):
        if value is None or hasattr(value, "as_sql"):
            return value
        text = self.to_text(value)
        # The database does not check the length: ciphertext has any.
        if self.max_length is not None and len(text) > self.max_length:
            raise DataError(f"{self} takes {self.max_length} characters, not {len(text)}.")
        return self.encrypted(text) if text else ""

    def encrypted(self, text: str) -> str:
        return encrypt(text)

    def from_db_value(self, value, expression, connection):
        return value if value is None else self.from_text(decrypt(value) if value else "")


class EncryptedTextField(EncryptedField, models.TextField):
    pass


class EncryptedCharField(EncryptedField, models.CharField):
    """`max_length` is that of the plain text."""


class EncryptedURLField(EncryptedField, models.URLField):
    pass


class EncryptedJSONField(EncryptedField):
    """Plain JSON values, without lookups by path."""

    def to_text(self, value: Any) -> str:
        return json.dumps(value, cls=DjangoJSONEncoder)

    def from_text(self, text: str) -> Any:
        return json.loads(text)


class SealedField(EncryptedJSONField):
    """The same for a row of which not even the length and the second of writing may be told: filled up with blanks to 1, 2, 4 … KiB."""

    SHORTEST = 1024

    def to_text(self, value: Any) -> str:
        text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
        length, full = len(text.encode()), self.SHORTEST
        while full < length:
            full *= 2
        return text + " " * (full - length)

    def encrypted(self, text: str) -> str:
        return encrypt_undated(text)


class EncryptedBinaryField(EncryptedField):
    def get_db_prep_save(self, value, connection):
        if value is None or hasattr(value, "as_sql"):
            return value
        return encrypt_bytes(b64encode(value)) if value else ""

    def from_text(self, text: str) -> bytes:
        return b64decode(text)


class DigestField(models.CharField):
    """A keyed digest of an encrypted field of the same row, renewed whenever the row is saved: for what must be unique."""

    def __init__(self, *, of: str = "", **kwargs):
        self.of = of
        super().__init__(**kwargs | {"max_length": 64, "editable": False, "default": ""})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance, add):
        text = getattr(model_instance, self.of)
        value = digest(text) if text else ""
        setattr(model_instance, self.attname, value)
        return value


def is_private_row(row: models.Model, private_by: str) -> bool:
    """Whether that column of this row, or behind its foreign keys, is not null. True in doubt, as for the history of a deleted row."""
    thing: Any = row
    try:
        for name in private_by.split("__"):
            thing = getattr(thing, name) if thing is not None else None
    except ObjectDoesNotExist:
        return True
    return thing is not None


class EncryptionDecision(str):
    """A value with the decision whether it is encrypted."""


class EncryptedIfPrivate(models.Field):
    """Plain in the rows of public facts, encrypted in those that only a circle reads: for what is public in nearly all rows of a table.

    private_by -- the column that is not null in a private row, here or through foreign keys: "meeting__circle_id"

    Decided when the row is saved; `update()` is refused.
    """

    def __init__(self, *args, private_by: str = "", **kwargs):
        self.private_by = private_by
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "private_by": self.private_by}

    def get_internal_type(self) -> str:
        return "TextField"

    def is_private(self, row: models.Model) -> bool:
        return is_private_row(row, self.private_by)

    def pre_save(self, model_instance, add):
        text = super().pre_save(model_instance, add)
        if not text or not isinstance(text, str):
            return text
        if self.max_length is not None and len(text) > self.max_length:
            raise DataError(f"{self} takes {self.max_length} characters, not {len(text)}.")
        return EncryptionDecision(encrypt(text) if self.is_private(model_instance) else text)

    def get_db_prep_save(self, value, connection):
        if value and not isinstance(value, EncryptionDecision) and not hasattr(value, "as_sql"):
            raise FieldError(f"{self} is encrypted in some rows: save the row instead of updating the column.")
        return str(value) if isinstance(value, EncryptionDecision) else value

    def from_db_value(self, value, expression, connection):
        return decrypt(value) if value and is_encrypted(value) else value


class CharFieldEncryptedIfPrivate(EncryptedIfPrivate, models.CharField):
    pass


class TextFieldEncryptedIfPrivate(EncryptedIfPrivate, models.TextField):
    pass


def encrypted_if_private(*fields: str, private: models.Q, name: str) -> models.CheckConstraint:
    """A check constraint for the same, where the row alone shows whether it is private."""
    all_of_them = models.Q()
    for field in fields:
        is_ciphertext = models.Q(**{f"{field}__startswith": "k", f"{field}__contains": ":gAAAA"})
        all_of_them &= models.Q(**{field: None}) | models.Q(**{field: ""}) | is_ciphertext
    return models.CheckConstraint(condition=~private | all_of_them, name=name)

"""A check at start-up that ends the program with one sentence."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from amnt.config.environment import refuse
from amnt.encryption import keys


def refuse_wrong_field_key(**kwargs: Any) -> None:
    """A database that cannot be reached or has no tables yet is not checked."""
    try:
        keys.data_keys.read()
    except keys.WrongFieldKey as error:
        refuse(str(error))
    except (DatabaseError, ImproperlyConfigured):
        pass
    finally:
        connection.close()

"""What stops a program at its start, in one sentence, instead of a page later."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from amnt.config.environment import refuse
from amnt.encryption import keys


def refuse_wrong_field_key(**kwargs: Any) -> None:
    """Of a database that cannot be reached or has no tables yet, nothing is known: whoever comes later is told."""
    try:
        keys.data_keys.read()
    except keys.WrongFieldKey as error:
        refuse(str(error))
    except (DatabaseError, ImproperlyConfigured):
        pass
    finally:
        connection.close()

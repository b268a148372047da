"""Submission ids that identify the rows of the demonstration."""

from uuid import UUID, uuid5

NAMESPACE = UUID("6f0c6a0e-6f5e-4a3c-9a38-0f6a6d1d7b52")


def submission(key: str) -> UUID:
    """The submission id of an example row, whatever people changed in it since."""
    return uuid5(NAMESPACE, key)

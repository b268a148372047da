"""Sessions in the database, found by the SHA-256 of the key in the cookie: a dump holds no usable key."""

from typing import Any

from django.contrib.sessions.backends import db
from django.core.exceptions import SuspiciousOperation
from django.utils.timezone import now

from amnt.accounts.models import Session
from amnt.accounts.tokens import digest_of

# In the session of someone who must replace a second factor before anything else.
EXPOSED = "exposed"


class SessionStore(db.SessionStore):
    """Django's own, but for the column that the key is looked up in. What it holds is encrypted by the model."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        try:
            return Session.objects.get(session_key=digest_of(self.session_key or ""), expire_date__gt=now())
        except (Session.DoesNotExist, SuspiciousOperation):
            self._session_key = None
            return None

    def exists(self, session_key: str) -> bool:
        return super().exists(digest_of(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Any = super().create_model_instance(data)
        row.session_key = digest_of(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            Session.objects.filter(session_key=digest_of(key)).delete()

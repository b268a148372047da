import pytest
from django.contrib.sessions.backends.base import UpdateError

from amnt.accounts.models import Device, Session
from amnt.accounts.sessions import SessionStore
from amnt.accounts.tokens import digest_of
from tests.accounts.conftest import is_in, log_in
from tests.encryption.dumping import stored

pytestmark = pytest.mark.django_db


def test_neither_table_holds_the_key_of_a_log_in_nor_what_it_remembers(client, wanjiru):
    log_in(client)
    session = client.session
    session["kept_text"] = "zz-kept"
    session.save()
    rows = repr(stored(Session) + stored(Device))
    assert [word for word in (session.session_key, "zz-kept", session.encode(session._session), "127.0.0") if word in rows] == []
    assert digest_of(session.session_key) in rows
    assert SessionStore(session.session_key)["kept_text"] == "zz-kept"
    assert is_in(client)


def test_the_digest_found_in_a_dump_opens_nothing(client, wanjiru):
    log_in(client)
    client.cookies["sessionid"] = digest_of(client.session.session_key)
    assert not is_in(client)


def test_a_session_is_made_changed_found_and_deleted_by_its_key():
    store = SessionStore()
    store["a"] = 1
    store.create()
    store["a"] = 2
    store.save()
    again = SessionStore(store.session_key)
    assert (again["a"], again.exists(store.session_key), Session.objects.count()) == (2, True, 1)
    again.cycle_key()
    assert (again["a"], Session.objects.get().pk) == (2, digest_of(again.session_key))
    again.delete()
    with pytest.raises(UpdateError):
        again.save()
    assert Session.objects.count() == 0

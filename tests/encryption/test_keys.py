import pytest
from cryptography.fernet import Fernet

from amnt.encryption import keys
from amnt.encryption.models import DataKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring():
    """Data keys that a test makes are gone with it."""
    yield keys.data_keys
    keys.data_keys.forget()


def test_what_is_encrypted_is_read_again_and_never_looks_the_same():
    assert [keys.decrypt(keys.encrypt(text)) for text in ("a", "قرار ٥٠", "x" * 5000)] == ["a", "قرار ٥٠", "x" * 5000]
    assert keys.encrypt("a") != keys.encrypt("a")


def test_what_earlier_releases_stored_is_read(settings):
    settings.FIELD_KEYS = ["of the host"]
    assert keys.decrypt(keys._fernet_of("of the host").encrypt(b"a seed").decode()) == "a seed"


def test_a_data_key_is_stored_only_encrypted(ring):
    ring.newest()
    stored = "".join(DataKey.objects.values_list("wrapped", flat=True))
    assert [key for key in ring._raw.values() if key.decode() in stored] == []


def test_any_of_several_field_keys_opens_and_the_first_encrypts(settings, ring):
    token = keys.encrypt("a")
    settings.FIELD_KEYS = ["new", *settings.FIELD_KEYS]
    ring.forget()
    assert keys.decrypt(token) == "a"
    keys.create(2)
    settings.FIELD_KEYS = ["new"]
    assert keys._fernet_of("new").decrypt(DataKey.objects.get(version=2).wrapped)


def test_another_field_key_is_said_in_a_sentence(settings, ring):
    token = keys.encrypt("a")
    ring.forget()
    settings.FIELD_KEYS = ["another"]
    with pytest.raises(keys.WrongFieldKey, match="FIELD_KEY is not the key"):
        keys.decrypt(token)


def test_a_new_data_key_is_noticed_by_who_reads_and_after_a_minute_by_who_writes(ring, monkeypatch):
    keys.encrypt("a")
    DataKey.objects.create(version=2, wrapped=keys.field_keys().encrypt(key := Fernet.generate_key()).decode())
    assert keys.encrypt("a").startswith("k1:")
    monkeypatch.setattr(keys, "REREAD_AFTER", 0)
    assert keys.encrypt("a").startswith("k2:")
    ring.forget()
    DataKey.objects.filter(version=2).update(version=3)
    assert keys.decrypt(f"k3:{Fernet(key).encrypt(b'b').decode()}") == "b"


def test_a_digest_is_the_same_for_the_same_text_and_another_under_another_key(ring):
    first = keys.digest("38A7")
    assert (keys.digest("38A7"), keys.digest("38A8") == first) == (first, False)
    DataKey.objects.filter(version=keys.DIGESTS).delete()
    keys.create_missing()
    assert keys.digest("38A7") != first


def test_keys_are_made_once():
    before = list(DataKey.objects.order_by("version").values_list("version", "wrapped"))
    keys.create_missing()
    assert list(DataKey.objects.order_by("version").values_list("version", "wrapped")) == before
    assert [version for version, _wrapped in before] == [keys.DIGESTS, 1]

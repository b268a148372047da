import pytest

from amnt.audit import acts


@pytest.fixture(autouse=True)
def an_act(monkeypatch):
    """An act of no app, so that these tests are about the audit alone."""
    monkeypatch.setitem(acts._sentences, "tests.done", "Something was done")

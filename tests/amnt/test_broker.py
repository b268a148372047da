"""Messages as files, as bin/run has them: whole or not there, and no worker dies of one."""

import logging
from queue import Empty

import pytest
from kombu import Connection

import amnt.celery  # noqa: F401 -- makes files:// known

QUEUE = "celery"


@pytest.fixture
def channel(tmp_path):
    (tmp_path / "messages").mkdir()
    options = {"data_folder_in": str(tmp_path / "messages"), "data_folder_out": str(tmp_path / "messages")}
    with Connection("files://localhost", transport_options={**options, "control_folder": str(tmp_path / "control")}) as connection:
        yield connection.channel()


def test_a_message_comes_out_as_it_went_in_and_once(channel):
    channel._put(QUEUE, {"body": "first é"})
    channel._put("another", {"body": "of another queue"})

    assert channel._get(QUEUE) == {"body": "first é"}
    with pytest.raises(Empty):
        channel._get(QUEUE)
    assert channel._size(QUEUE) == 0
    assert channel._size("another") == 1


def test_messages_come_in_the_order_they_were_put_whatever_the_clock_says(channel, monkeypatch):
    for hours_up in (11, 9, 100, 1):
        monkeypatch.setattr("time.monotonic", lambda hours_up=hours_up: hours_up * 3600.0)
        channel._put(QUEUE, {"body": hours_up})

    assert [channel._get(QUEUE)["body"] for _ in range(4)] == [11, 9, 100, 1]


def test_a_worker_that_looks_while_a_message_is_written_sees_nothing_of_it(channel):
    class LookedForMeanwhile:
        def __json__(self):
            with pytest.raises(Empty):
                channel._get(QUEUE)
            return "whole"

    channel._put(QUEUE, {"body": LookedForMeanwhile()})

    assert channel._get(QUEUE) == {"body": "whole"}


def test_a_message_that_cannot_be_read_is_dropped_and_the_next_one_comes(channel, tmp_path, caplog):
    for number, text in enumerate(("", '{"body": "cut o')):
        (tmp_path / "messages" / f"0{number}_left-by-a-power-cut.{QUEUE}.msg").write_text(text)
    channel._put(QUEUE, {"body": "next"})

    with caplog.at_level(logging.WARNING, "amnt.config.broker"):
        assert channel._get(QUEUE) == {"body": "next"}

    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert list((tmp_path / "messages").iterdir()) == []


@pytest.mark.parametrize("left_behind", [None, ""])
def test_an_exchange_lists_its_queues_even_if_a_power_cut_left_its_list_empty(channel, tmp_path, left_behind):
    (tmp_path / "control").mkdir(exist_ok=True)
    if left_behind is not None:
        (tmp_path / "control" / "celery.exchange").write_text(left_behind)

    for queue in ("one", "two", "one"):
        channel._queue_bind("celery", "key", None, queue)

    assert {row.queue for row in channel.get_table("celery")} == {"one", "two"}
    assert [path.name for path in (tmp_path / "control").iterdir()] == ["celery.exchange"]

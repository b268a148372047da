"""Reading the programme of a day: labelled samples, a third of them unread while the parser was written, and what any text must do."""

from datetime import date, time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from coalitions.live.domain.programme import MOST_LINES, ProgrammeLine, read_programme

SAMPLES = yaml.safe_load((Path(__file__).parent / "programmes.yaml").read_text())


def said(line: ProgrammeLine) -> str:
    ends = f"{line.ends:%H:%M}" if line.ends else ""
    numbers = " ".join(map(str, line.resolutions)) or "-"
    return f"{line.begins:%H:%M}-{ends}; {line.room or '-'}; {line.group}; {numbers}; {'informal' if line.is_informal else '-'}"


def accuracy(samples) -> tuple[int, int, list[str]]:
    """How many lines are read wholly right, of how many, and what was read instead. A line too many is one more to be read."""
    right = total = 0
    wrong = []
    for sample in samples:
        found, wanted = [said(line) for line in read_programme(sample["text"]).lines], sample["lines"]
        total += max(len(found), len(wanted))
        for line in found:
            if line in wanted:
                right += 1
            else:
                wrong.append(line)
        wrong += [f"missed: {line}" for line in wanted if line not in found]
    return right, total, wrong


@pytest.mark.parametrize("sample", [each for each in SAMPLES if not each.get("unread")], ids=lambda each: each["text"][:30].strip())
def test_a_programme_is_read_line_by_line(sample):
    assert [said(line) for line in read_programme(sample["text"]).lines] == sample["lines"]


def test_titles_days_and_what_is_not_understood_are_kept():
    text = "Tuesday 24 October 2028\n10:00 Room 7 Ad hoc group on artificial intelligence, Res. 101\n"
    text += "Coffee is at the bar\n18:00 Evening meeting"
    found = read_programme(text)
    assert [(line.title, line.day) for line in found.lines] == [
        ("Ad hoc group on artificial intelligence", date(2028, 10, 24)),
        ("Evening meeting", date(2028, 10, 24)),
    ]
    assert found.others == [(3, "Coffee is at the bar")]


def test_the_name_of_who_sent_it_is_dropped():
    found = read_programme("[24/10/28, 09:41] Ama Owusu: 10:15 Room F informal, Res. 50\n24/10/2028, 09:42 - Ama Owusu: see you there")
    assert "Ama" not in repr(found)
    assert found.lines[0].begins == time(10, 15)


def test_a_long_paste_is_cut_and_says_so():
    found = read_programme("\n".join(f"{8 + n % 10}:00 Room {n} Ad hoc group" for n in range(MOST_LINES + 30)))
    assert (len(found.lines), found.is_cut) == (MOST_LINES, True)
    assert read_programme("x" * 50_000).is_cut
    assert not read_programme("10:00 Room 2 Plenary").is_cut


@given(st.text(max_size=400))
def test_any_text_is_read_within_bounds(text):
    found = read_programme(text)
    assert len(found.lines) <= MOST_LINES
    assert all(len(line.title) <= 200 and len(line.room) <= 80 for line in found.lines)


@given(st.times(), st.sampled_from(["{:%H:%M}", "{:%Hh%M}", "{:%H.%M}", "{:%H h %M}"]), st.integers(1, 199), st.integers(1, 40))
def test_an_hour_is_read_however_it_is_written(hour, written, number, room):
    found = read_programme(f"{written.format(hour)} Room {room} Ad hoc group, Res. {number}").lines
    assert [(line.begins, line.room, line.resolutions) for line in found] == [
        (hour.replace(second=0, microsecond=0), f"Room {room}", (number,))
    ]


def test_of_what_was_not_read_before_one_line_in_twenty_four_is_missed():
    right, total, wrong = accuracy([each for each in SAMPLES if each.get("unread")])
    assert (right, total) == (23, 24), wrong

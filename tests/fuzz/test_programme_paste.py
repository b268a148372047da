"""Programme paste: whatever is pasted as the programme of a day ends in a preview, never in an error, and never takes long."""

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from coalitions.live.domain.programme import MOST_BYTES, MOST_LINES, read_programme
from coalitions.models import AssemblySession
from tests.coalitions.live.worlds import EIGHTH, assembly, at
from tests.factories import ResolutionFactory, coalition, member
from tests.fuzz.cases import ODD, TIMES

ROUNDS = settings(
    max_examples=200 * TIMES,
    derandomize=TIMES == 1,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
PIECES = st.sampled_from(
    [
        *("10:00", "10h00", "10.00", "24:61", "9am", "12h–13h15", "10:00-", "Room F", "salle 2", "Sala 7", "Res. 50, 64", "Rés. 64-66"),
        *("Res. 1-999", "[24/10/28, 09:41] Ama: ", "24/10/2028, 09:41 - Ama: ", "|", "\t", "- ", "• ", "**", "# ", "> ", "\n"),
        *("\n\n", ", ", "Tuesday 24 October", "31/02/2028", "0000-00-00", "mardi 1er", "informal", "annulé", "(", ")"),
        *("\u202e", "\u00a0", "\x00", "،", "١٠:٠٠"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=300), st.sampled_from(sorted(map(str, ODD))))
# What makes patterns that look back slow.
HOSTILE = [
    *("1. " * 7000, "Res. 1" + ", 1" * 7000, "10:00 " + "a " * 10_000, "(" * 20_000, "10:00 " + "- " * 9000),
    *("[1/1/11, 1:11] " * 1500, "* " * 10_000),
]


@given(TEXTS)
@ROUNDS
def test_any_text_is_read_within_bounds(text):
    found = read_programme(text)
    assert len(found.lines) + len(found.others) <= MOST_LINES
    assert all(line.begins and len(line.resolutions) <= 40 for line in found.lines if line.begins)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_what_makes_patterns_look_back_is_read_to_its_end(text):
    """One that did so without end would never return."""
    found = read_programme(text), read_programme("\n".join(text[start : start + 160] for start in range(0, MOST_BYTES, 160)))
    assert all(len(each.lines) <= MOST_LINES for each in found)


class Pasting(TestCase):
    @given(TEXTS)
    @settings(ROUNDS, max_examples=30 * TIMES)
    def test_any_text_is_previewed(self, text):
        with time_machine.travel(at("09:50"), tick=False):
            ours = coalition()
            assembly()
            ResolutionFactory(number=50, slug="50")
            client = Client()
            client.force_login(member(ours))
            sent = {"text": text, "circle": str(ours.everyone.public_id)}
            assert client.post(f"/live/{EIGHTH}/programme/", sent).status_code == 200
            assert not AssemblySession.objects.exists()

"""What holds for every letter that the product can send, in every language: what it says of days, and how it reads."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from django.utils import translation
from django.utils.html import strip_tags

from amnt.core import times
from amnt.mail import emails
from amnt.mail.emails import Letter
from calendar_app.reminders.rules import Step
from calendar_app.reminders.wording import STEPS_IN_WORDS, said_days
from tests.mail.every_letter import letters_of, of_accounts, of_coalitions, of_sessions, person, promised, reminder_letters

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LANGUAGES = ["en", "fr", "es"]
# So late in the year that some of what is ahead is in another one.
LATE = "2026-12-28T09:00:00Z"
ADDRESS = re.compile(r"https?://\S+")


def every_letter(language: str) -> list[tuple[str, Letter]]:
    me = person(language=language)
    return [
        *letters_of(list(of_coalitions(me))),
        *letters_of(list(of_accounts(me))),
        *letters_of(list(of_sessions(me))),
        *reminder_letters(me),
    ]


def paragraphs(letter: Letter) -> list[str]:
    return [ADDRESS.sub("…", part) for part in letter.text.split("\n\n")]


def test_every_kind_of_mail_is_looked_at():
    me = person()
    looked_at = {email.kind for some in (of_coalitions, of_accounts, of_sessions) for email in some(me)}
    # What these say comes out of one function, which is given everything it can be told.
    elsewhere = {"calendar_app/digest", "calendar_app/alone", "calendar_app/test"}
    assert looked_at | elsewhere == {kind for kind in emails._composers if not kind.startswith("tests/")}


@pytest.mark.parametrize("language", LANGUAGES)
@time_machine.travel(LATE, tick=False)
def test_each_day_ahead_is_said_with_how_far_off_it_is(language):
    today, said = date(2026, 12, 28), 0
    for name, letter in every_letter(language):
        for part in paragraphs(letter):
            for days in range(1, 60):
                with translation.override(language):
                    counts, done = (times.countdown(days, language), said_days(days)), str(STEPS_IN_WORDS[Step.DONE])
                if times.day(today + timedelta(days=days), language, 2026) in part and not part.startswith(done):
                    assert any(count in part for count in counts), (name, part)
                    said += 1
    assert said > 60


@pytest.mark.parametrize("language", LANGUAGES)
@time_machine.travel(LATE, tick=False)
def test_this_year_is_left_out_of_every_letter_and_another_one_is_in(language):
    months = {"en": "Jan", "fr": "janv.", "es": "ene"}
    for name, letter in every_letter(language):
        lines = "\n".join(paragraphs(letter)).splitlines()
        assert [line for line in lines if "2026" in line] == [], name
        assert [line for line in lines if re.search(rf"\d {re.escape(months[language])}", line) and "2027" not in line] == [], name


UGLY = {
    "a bracket after a bracket": re.compile(r"\) ?\("),
    "two spaces": re.compile(r"\S  "),
    "a space before a full stop or comma": re.compile(r" [.,]"),
    "a placeholder": re.compile(r"%\(|\{\{|\{%|\bNone\b"),
    "three empty lines": re.compile(r"\n\n\n"),
    "punctuation twice": re.compile(r"[,:;][.,:;]|(?<!\.)\.\.(?!\.)"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("contact", ["", "host@example.org"])
@time_machine.travel(LATE, tick=False)
def test_nothing_ugly_stands_in_a_letter(language, contact, settings):
    settings.HOST_CONTACT = contact
    for name, letter in every_letter(language):
        text = ADDRESS.sub("…", letter.text)
        assert {what: found[0] for what, pattern in UGLY.items() if (found := pattern.search(text))} == {}, (name, text)


@pytest.mark.parametrize("language", ["fr", "es"])
@time_machine.travel(LATE, tick=False)
def test_no_sentence_stays_english(language):
    def sentences(of: str) -> set[str]:
        return {line.strip() for _name, letter in every_letter(of) for part in paragraphs(letter) for line in part.splitlines()}

    of_ours = {line for line in sentences("en") if len(line) > 20}
    assert len(of_ours) > 80
    # Titles that the factories write stay, and hours at two places.
    same = {line for line in sentences(language) & of_ours if not line.endswith("(Nairobi)")}
    assert {line for line in same if not line.startswith(("=", "Ask authority", "Deadline for"))} == set()


@pytest.mark.parametrize("language", LANGUAGES)
@time_machine.travel(LATE, tick=False)
def test_text_and_html_say_the_same(language, settings):
    settings.HOST_CONTACT = "host@example.org"
    for name, letter in every_letter(language):
        html = re.sub(r"[ \n]+", " ", unescape(strip_tags(re.sub(r"<(?:br|/p|/li|/h\d)>", " ", letter.html))))
        body = letter.text.split("\n--\n")[0]
        lines = [line.strip(" -") for line in body.splitlines()]
        with translation.override(language):
            opens = ("Open the agenda (you need to log in):", "Open the page of that day (you need to log in):")
            shown = set(map(translation.gettext, opens))
        assert [line for line in lines if line and not line.startswith(("=", "http")) and line not in shown and line not in html] == [], (
            name
        )


# --- On whose calendar ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/Lima", "Thu, 7 Jan 2027, 15:00 (Lima), in 7 days"),
        ("Africa/Nairobi", "Thu, 7 Jan 2027, 23:00 (Nairobi), in 7 days"),
        # Where it is the first of January already.
        ("Pacific/Auckland", "Fri 8 Jan, 09:00 (Auckland), in 7 days"),
    ],
)
@time_machine.travel("2026-12-31T20:00:00Z", tick=False)
def test_a_moment_ahead_is_said_on_the_clock_of_its_reader(zone, said):
    me = person(time_zone=zone)
    letters = letters_of([*of_coalitions(me), *of_accounts(me)])
    telling = {name.split(" ")[0] for name, letter in letters if said in letter.text and said in unescape(letter.html)}
    told = {"coalitions/last_reader", "coalitions/for_leads", "coalitions/announced", "coalitions/statement", "accounts/recovery"}
    assert telling == told


@pytest.mark.parametrize(("zone", "said"), [("America/Lima", "Wed 6 Dec (in 7 days)"), ("Africa/Nairobi", "Thu 7 Dec (in 7 days)")])
@pytest.mark.parametrize("about", [{"on": "2028-12-07"}, {"days": 7}])
@time_machine.travel("2028-11-30T00:20:00Z", tick=False)
def test_what_is_deleted_in_the_first_hours_of_a_day_may_be_so_the_evening_before(zone, said, about):
    [(_name, letter)] = letters_of([promised("coalitions/retention", person(time_zone=zone), **about)])
    assert f"will be deleted on {said}, because" in letter.text

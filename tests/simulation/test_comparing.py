"""What the comparison of a simulated cycle finds."""

from datetime import UTC, date, datetime, timedelta

from tests.simulation.told import Told, compare, heavy_weeks, report

MONDAY = datetime(2027, 3, 1, 8, tzinfo=UTC)


def told(person="Amina", days=0, mail=1, **fields):
    at = MONDAY + timedelta(days=days)
    return Told(at, person, at.date(), fields.get("about", "ATU-1"), "RR-04", "3 d", fields.get("alone", False), mail)


def test_it_names_what_is_missing_and_what_is_beyond_the_list():
    heard = [told(), told("Rosa", alone=True)]
    expected = {"Amina": ["2027-03-01 ATU-1 RR-04 3 d"], "Hans": ["2027-03-02 ATU-1 RR-04 1 d"]}
    assert compare(heard, expected) == [
        "Hans was not told: 2027-03-02 ATU-1 RR-04 1 d",
        "Rosa was told beyond the list: 2027-03-01 ATU-1 RR-04 3 d alone",
    ]


def test_the_same_thing_told_twice_is_beyond_the_list():
    assert compare([told(), told(mail=2)], {"Amina": ["2027-03-01 ATU-1 RR-04 3 d"]}) == [
        "Amina was told beyond the list: 2027-03-01 ATU-1 RR-04 3 d"
    ]


def test_more_than_five_mails_in_a_week_are_too_many_outside_the_assembly():
    six = [told(days=number, mail=number) for number in range(6)]
    over_the_weekend = [told("Rosa", days=number + 3, mail=number) for number in range(6)]
    later = date(2028, 1, 1), date(2028, 1, 9)
    assert heavy_weeks([*six, *over_the_weekend], besides=later) == ["Amina: 6 mails in the week of 2027-03-01"]
    assert heavy_weeks([*six[:5], told(mail=4, about="APT-1")], besides=later) == []
    assert heavy_weeks(six, besides=(date(2027, 3, 1), date(2027, 3, 7))) == []


def test_it_prints_mail_by_mail():
    assert list(report([told(), told(about="APT-1"), told(days=1, mail=2)])) == [
        "2027-03-01 08:00 UTC  Amina",
        "    2027-03-01 ATU-1 RR-04 3 d",
        "    2027-03-01 APT-1 RR-04 3 d",
        "2027-03-02 08:00 UTC  Amina",
        "    2027-03-02 ATU-1 RR-04 3 d",
    ]

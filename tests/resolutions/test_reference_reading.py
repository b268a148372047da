"""A data file that is wrong says where and why."""

from datetime import date

import pytest

from resolutions.importers.reference import ASSEMBLIES, OUTCOMES, REGIONAL_GROUPS, RESOLUTIONS, BadReference, read_reference_file

GOOD = """
assemblies:
  - key: WTSA-32
    code: WTSA-32
    name: {fr: "Assemblée de 2032", en: "Assembly of 2032", es: null}
    short_name: {fr: AMNT-32, en: WTSA-32, es: AMNT-32}
    starts_on: 2032-10-12
    ends_on: 2032-10-21
    source: guide
    confidence: medium
"""


def reading(text, shape=ASSEMBLIES, file="assemblies.yaml"):
    return read_reference_file(text.encode(), file=file, shape=shape)


def test_a_row_says_what_its_file_says_and_blank_stays_blank():
    (row,) = reading(GOOD).rows

    assert row.key == "WTSA-32"
    assert row.values["name"] == {"fr": "Assemblée de 2032", "en": "Assembly of 2032", "es": None}
    assert row.values["starts_on"] == date(2032, 10, 12)


def test_what_is_not_sure_enough_is_left_out_and_named():
    content = reading(GOOD.replace("confidence: medium", "confidence: low"))

    assert content.rows == []
    assert content.unsure == ["WTSA-32"]


def test_norway_is_a_country():
    group = (
        "regional_groups:\n  - {key: X, code: X, name: {en: X}, acronym: {en: X}, countries: [NL, NO], source: guide, confidence: high}\n"
    )

    (row,) = reading(group, REGIONAL_GROUPS).rows

    assert row.values["countries"] == ["NL", "NO"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (("starts_on: 2032-10-12", "starts_on: soon"), "row 1 (WTSA-32, line 3): “starts_on” is “soon”, not a date like 2028-10-17"),
        (
            ("starts_on: 2032-10-12", "starts_on: 2032-02-30"),
            "row 1 (WTSA-32, line 3): “starts_on” is “2032-02-30”, not a date like 2028-10-17",
        ),
        (("starts_on: 2032-10-12", "starts_on: [2032-10-12]"), "row 1 (WTSA-32, line 3): “starts_on” is “['2032-10-12']”, not a date like"),
        (
            ("ends_on: 2032-10-21", "ends_on: 2032-10-01"),
            "row 1 (WTSA-32, line 3): “ends_on” (2032-10-01) is before “starts_on” (2032-10-12)",
        ),
        (("source: guide", "sourse: guide"), "row 1 (WTSA-32, line 3): does not know “sourse”"),
        (("    source: guide\n", ""), "row 1 (WTSA-32, line 3): “source” is missing"),
        (("confidence: medium", "confidence: certain"), "“confidence” is “certain”, not one of high, medium, low"),
        (("key: WTSA-32", "kee: WTSA-32"), "row 1 (line 3): has no key"),
        (("es: null}", "it: Assemblea}"), "“name” is in a language we do not have: “it”"),
        (("source: guide", "source: guide\n    source: web"), "line 10: “source” is given twice"),
        (("source: guide", f"source: {'x' * 2001}"), "“source” is longer than 2000 characters"),
        (("source: guide", "zone: Mars/Olympus\n    source: guide"), "“zone” is “Mars/Olympus”, not a time zone like Europe/Zurich"),
        (("source: guide", "country: ZZ\n    source: guide"), "“country” is “ZZ”, not a country code like KE"),
        (("starts_on: 2032-10-12", "starts_on: 20321012"), "“starts_on” is “20321012”, not a date like 2028-10-17"),
        (("starts_on: 2032-10-12", "starts_on: 9032-10-12"), "“starts_on” is “9032-10-12”, a year that cannot be meant"),
        (('en: "Assembly of 2032"', 'en: "Assembly\\0 of 2032"'), "“name” holds the hidden character U+0000"),
        (('en: "Assembly of 2032"', 'en: "Assembly \\u202eof 2032"'), "“name” holds the hidden character U+202E"),
        (("{fr: AMNT-32, en: WTSA-32, es: AMNT-32}", "{fr: null, en: ~}"), "“short_name” is given in no language"),
        (("key: WTSA-32", f"key: {'x' * 81}"), "row 1 (line 3): its key is no plain text of 80 characters at most"),
        (("assemblies:", "assembly:"), "must hold one list named “assemblies”"),
        (("  - key", "  key"), "line 4: is not YAML: mapping values are not allowed in this context"),
        (("name: {", "name: [{"), "is not YAML"),
        (("starts_on:", "\tstarts_on:"), "line 7: is not YAML"),
    ],
)
def test_a_malformed_file_is_refused_with_file_row_and_reason(wrong, sentence):
    assert wrong[0] in GOOD

    with pytest.raises(BadReference) as refused:
        reading(GOOD.replace(*wrong, 1))

    assert str(refused.value).startswith("assemblies.yaml")
    assert sentence in str(refused.value)


def test_the_same_key_twice_is_refused():
    with pytest.raises(BadReference, match=r"row 2 \(WTSA-32, line \d+\): the same key as row 1"):
        reading(GOOD + GOOD.replace("\nassemblies:\n", ""))


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(BadReference, match="not text in UTF-8"):
        read_reference_file(b"assemblies:\n  - key: \xff", file="assemblies.yaml", shape=ASSEMBLIES)


def test_an_alias_that_holds_itself_is_refused():
    with pytest.raises(BadReference, match="nested too deeply"):
        reading("assemblies:\n  - &a\n    key: x\n    name: *a\n")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{key: x, slug: x, title: {en: X}, status: new, source: guide, confidence: high}", "has neither number nor label"),
        (
            "{key: x, slug: regions, number: 3, title: {en: X}, status: new, source: guide, confidence: high}",
            "taken by the page of regions",
        ),
        (
            "{key: x, slug: x, number: three, title: {en: X}, status: new, source: guide, confidence: high}",
            "“number” is “three”, not a whole number",
        ),
        (
            "{key: x, slug: x, number: 3, is_named_in_guide: yes, title: {en: X}, status: new, source: guide, confidence: high}",
            "neither true nor false",
        ),
    ],
)
def test_a_resolution_that_makes_no_sense_is_refused(row, reason):
    with pytest.raises(BadReference, match=reason):
        reading(f"resolutions:\n  - {row}\n", RESOLUTIONS, "resolutions.yaml")


def test_an_outcome_says_something():
    with pytest.raises(BadReference, match="says neither action nor summary"):
        reading("outcomes:\n  - {key: x, resolution: 1, assembly: WTSA-24, source: guide, confidence: high}\n", OUTCOMES, "outcomes.yaml")

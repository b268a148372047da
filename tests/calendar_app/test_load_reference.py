"""The data that ships, loaded again and again beside what people write."""

import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from amnt.mail.models import Email
from calendar_app.models import Deadline, Meeting, Reminder
from calendar_app.services import reference as dates
from coalitions.importers import advocacy
from resolutions.importers import glossary_and_notes, source_notes
from resolutions.models import (
    Assembly,
    Outcome,
    RegionalGroup,
    Resolution,
    Revision,
    StateSymbol,
    StudyGroup,
    StudyGroupLink,
    Topic,
    WordingRule,
)
from resolutions.services import reference as texts
from tests.factories import AssemblyFactory, RegionalGroupFactory, ResolutionFactory, TopicFactory, UserFactory

pytestmark = pytest.mark.django_db

FACTS = [Assembly, RegionalGroup, Resolution, Revision, Outcome, StudyGroup, StudyGroupLink, StateSymbol, Meeting, Deadline]


def load(*args) -> str:
    out = StringIO()
    call_command("load_reference", *args, stdout=out)
    return out.getvalue()


def everything() -> dict:
    """Every row of every table of facts and of their histories."""
    tables = [*FACTS, *(model.history.model for model in FACTS), Topic, WordingRule, Resolution.topics.through]
    return {model.__name__: sorted(model._default_manager.values_list(), key=str) for model in tables}


@pytest.fixture
def edited(tmp_path):
    """Loads one shipped file with something in it replaced."""

    def load_edited(name: str, old: str, new: str, *args) -> str:
        folder = texts.SHIPPED if name in texts.FILES else dates.SHIPPED
        data = (folder / name).read_text()
        assert old in data
        (tmp_path / name).write_text(data.replace(old, new, 1))
        return load("--from", str(tmp_path), *args)

    return load_edited


def test_the_data_that_ships_is_there_after_one_command():
    load()

    resolution = Resolution.objects.get(slug="50")
    assert (resolution.title_en, resolution.title_fr, resolution.title_es) == ("Cybersecurity", "Cybersécurité", "Ciberseguridad")
    assert [str(revision.assembly.code) for revision in resolution.revisions.in_order()] == ["WTSA-04", "WTSA-20", "WTSA-24"]
    assert resolution.outcomes.get().action == "MOD"
    assert set(resolution.topics.values_list("tag", flat=True)) >= {"cybersecurity"}
    atu = RegionalGroup.objects.get(code="ATU")
    assert (atu.acronym_en, atu.acronym_fr, atu.acronym_es, atu.proposal_codes) == ("ATU", "UAT", "UAT", ["AFCP"])
    assert not RegionalGroup.objects.get(code="CTU").is_recognised


def test_a_title_that_is_not_established_stays_blank():
    load()

    assert Resolution.objects.get(number=11).title_es is None


def test_the_assembly_to_come_is_an_assumption_and_says_so():
    load()

    assembly = Assembly.objects.get(code="WTSA-28")
    assert (assembly.starts_on, assembly.ends_on, assembly.date_status) == (date(2028, 10, 17), date(2028, 10, 26), "assumption")
    assert "planning assumption" in assembly.source
    assert assembly.city == ""
    deadline = Deadline.objects.get(reference_key="WTSA-28-contributions")
    assert (deadline.offset_days, deadline.date_status, deadline.zone) == (-29, "assumption", "Europe/Zurich")
    assert (deadline.at, deadline.has_hour) == (datetime(2028, 9, 18, 21, 59, tzinfo=UTC), True)
    # Two of them are of low confidence, and loaded only because they are assumptions.
    assumed = {"WTSA-28-visa", "WTSA-28-registration", "WTSA-28-contributions"}
    assert set(Deadline.objects.assumptions().values_list("reference_key", flat=True)) == assumed
    assert set(Meeting.objects.assumptions().values_list("reference_key", flat=True)) == {"WTSA-28"}
    # Published, and may move.
    assert Meeting.objects.get(reference_key="WRC-27").date_status == "provisional"


def test_a_date_given_without_hour_has_none():
    load()

    deadline = Deadline.objects.get(reference_key="WTSA-24-contributions")
    assert (deadline.at, deadline.has_hour) == (datetime(2024, 9, 16, 10, tzinfo=UTC), False)
    meeting = Meeting.objects.get(reference_key="ATU-APM24-3")
    assert (meeting.starts_on, meeting.ends_on, meeting.zone, meeting.has_hour) == (
        date(2024, 8, 12),
        date(2024, 8, 16),
        "Africa/Johannesburg",
        False,
    )


def test_loading_twice_changes_nothing():
    load()
    before = everything()

    said = load()

    assert everything() == before
    assert "resolutions: 0 added, 0 changed, 80 unchanged" in said
    assert "Kept" not in said


def test_what_is_no_longer_sure_is_taken_back_unless_someone_changed_or_checked_it(edited):
    loaded = Outcome.objects.filter(reference_key__in=["2@WTSA-24", "22@WTSA-24", "44@WTSA-24", "48@WTSA-24"]).order_by("pk")
    load()
    assert loaded.count() == 4
    Outcome.objects.filter(reference_key="2@WTSA-24").update(summary_en="As we heard it")
    Outcome.objects.filter(reference_key="22@WTSA-24").update(verified_at=now(), verified_by=UserFactory())
    data = (texts.SHIPPED / "outcomes.yaml").read_text()
    parts = data.split("  - key: ")
    unsure_keys = ('"2@WTSA-24', '"22@WTSA-24', '"44@WTSA-24', '"48@WTSA-24')
    unsure = "  - key: ".join(
        re.sub("confidence: [a-z]+", "confidence: low", part) if part.startswith(unsure_keys) else part for part in parts
    )

    said = edited("outcomes.yaml", data, unsure)

    assert [row.reference_key for row in loaded.all()] == ["2@WTSA-24", "22@WTSA-24"]
    assert "Taken back as no longer sure: outcomes 44@WTSA-24, outcomes 48@WTSA-24" in said
    load()
    assert loaded.count() == 4  # sure again: nobody had deleted them


def test_a_revision_with_a_text_is_not_taken_back(edited):
    load()
    revision = Revision.objects.get(reference_key="50@WTSA-24")
    revision.texts.create(language="en")
    row = (texts.SHIPPED / "revisions.yaml").read_text().split('  - key: "50@WTSA-24"')[1].split("  - key:")[0]

    edited("revisions.yaml", row, re.sub("confidence: [a-z]+", "confidence: low", row))

    assert Revision.objects.filter(pk=revision.pk).exists()


def test_a_number_is_of_one_series_only():
    load()

    assembly, plenipotentiary = Resolution.objects.filter(number=101).order_by("-series")
    assert [(row.slug, row.short_name, row.full_name) for row in (assembly, plenipotentiary)] == [
        ("101", "Res. 101", "Resolution 101"),
        ("pp-101", "PP Res. 101", "Plenipotentiary Resolution 101"),
    ]


def test_history_names_the_data_where_a_person_would_stand():
    load()

    record = Resolution.objects.get(slug="50").history.get()
    assert (record.history_type, record.history_change_reason, record.history_user) == ("+", "reference data", None)


def test_edited_data_reaches_rows_that_nobody_touched(edited):
    load()

    said = edited("resolutions.yaml", "en: Cybersecurity", "en: Cyber security")

    resolution = Resolution.objects.get(slug="50")
    assert resolution.title_en == "Cyber security"
    assert "cyber security" in resolution.search_text
    assert "resolutions: 0 added, 1 changed, 79 unchanged" in said
    assert [record.history_type for record in resolution.history.all()] == ["~", "+"]


def test_what_a_person_wrote_stays_field_by_field(edited):
    load()
    resolution = Resolution.objects.get(slug="50")
    resolution.title_en = "Security of networks"
    resolution.save()
    entry = '{fr: "Cybersécurité", en: Cybersecurity, es: Ciberseguridad}'

    said = edited("resolutions.yaml", entry, '{fr: "Cyber-sécurité", en: "Cyber security", es: Ciberseguridad}')

    resolution.refresh_from_db()
    assert (resolution.title_en, resolution.title_fr) == ("Security of networks", "Cyber-sécurité")
    assert "Kept as people wrote them here: 1 (--force overwrites)\n  resolutions 50: title_en" in said


def test_what_a_person_wrote_is_still_there_after_loading_again_and_again(edited):
    load()
    Resolution.objects.filter(slug="50").update(title_en="Security of networks")

    edited("resolutions.yaml", "en: Cybersecurity", "en: Cyber security")
    load()
    said = load()

    assert Resolution.objects.get(slug="50").title_en == "Security of networks"
    assert "resolutions 50: title_en" in said


def test_once_the_data_says_what_a_person_wrote_the_field_follows_the_data_again(edited):
    load()
    Resolution.objects.filter(slug="50").update(title_en="Cyber security")

    edited("resolutions.yaml", "en: Cybersecurity", 'en: "Cyber security"')
    edited("resolutions.yaml", "en: Cybersecurity", 'en: "Security of networks"')

    assert Resolution.objects.get(slug="50").title_en == "Security of networks"


def test_what_a_person_blanked_stays_blank():
    load()
    Resolution.objects.filter(slug="50").update(why_en="")

    load()

    assert Resolution.objects.get(slug="50").why_en == ""


def test_topics_that_a_person_chose_stay():
    load()
    resolution = Resolution.objects.get(slug="50")
    resolution.topics.set(Topic.objects.filter(tag="spam"))

    said = load()

    assert [topic.tag for topic in resolution.topics.all()] == ["spam"]
    assert "resolutions 50: topics" in said


def test_what_a_person_deleted_stays_away_and_so_does_what_hung_on_it(edited):
    load()
    Meeting.objects.get(reference_key="PP-26").delete()
    Resolution.objects.get(slug="50").delete()
    door = "  - key: PP-26-door\n    assembly: WTSA-28\n    meeting: PP-26\n    kind: registration\n    title: {en: Door}\n"
    door += "    offset_days: -14\n    source: guide\n    confidence: high\n"

    said = edited("deadlines.yaml", "deadlines:\n", f"deadlines:\n{door}")

    assert not Meeting.objects.filter(reference_key="PP-26").exists()
    assert not Deadline.objects.filter(reference_key="PP-26-door").exists()
    assert not Resolution.objects.filter(slug="50").exists()
    assert not Revision.objects.filter(reference_key__startswith="50-").exists()
    assert "Left out as people deleted them here: 7 (--force brings them back)\n  resolutions 50\n" in said
    assert "deadlines PP-26-door" in said
    before = everything()
    load()
    assert everything() == before


def test_what_a_person_made_anew_after_deleting_it_is_hers():
    load()
    Resolution.objects.get(slug="50").delete()
    ResolutionFactory(number=50, slug="50", title_en="Ours", title_fr="")

    load()

    resolution = Resolution.objects.get(number=50)
    assert (resolution.title_en, resolution.title_fr, resolution.reference_key) == ("Ours", "Cybersécurité", "50")


def test_force_brings_back_what_was_deleted():
    load()
    Meeting.objects.get(reference_key="PP-26").delete()
    Resolution.objects.get(slug="50").delete()

    said = load("--force")

    assert Meeting.objects.filter(reference_key="PP-26").exists()
    assert Resolution.objects.get(slug="50").outcomes.get().action == "MOD"
    assert "Left out" not in said


def test_what_was_brought_back_by_force_follows_the_data_again(edited):
    load()
    Resolution.objects.get(slug="50").delete()
    load("--force")

    said = edited("resolutions.yaml", "Cybersécurité", "Cybersécurité, encore")

    assert "Left out" not in said
    assert "encore" in Resolution.objects.get(slug="50").title_fr


def test_force_takes_the_data_as_it_ships():
    load()
    Resolution.objects.filter(slug="50").update(title_en="Security of networks")
    Meeting.objects.filter(reference_key="PP-26").update(kind="forum")

    said = load("--force")

    assert Resolution.objects.get(slug="50").title_en == "Cybersecurity"
    assert Meeting.objects.get(reference_key="PP-26").kind == "conference"
    assert "Kept" not in said


def test_a_row_made_by_hand_is_recognised_and_only_its_blanks_are_filled():
    ResolutionFactory(number=50, slug="50", title_en="Ours", title_fr="", why_en="")

    load()

    resolution = Resolution.objects.get(number=50)
    assert (resolution.title_en, resolution.title_fr) == ("Ours", "Cybersécurité")
    assert resolution.why_en.startswith("A wider mandate")


def test_rows_of_every_kind_made_by_hand_are_recognised_and_no_twins_are_made():
    past = AssemblyFactory(code="WTSA-24", starts_on=None, ends_on=None)
    made = [past, RegionalGroupFactory(code="APT"), TopicFactory(tag="dns"), ResolutionFactory(number=50, slug="security")]
    made += [StateSymbol.objects.create(symbol="AFS", country="ZA"), WordingRule.objects.create(code="wider-role", family="rights")]
    made += [made[3].revisions.create(assembly=past, label_en="Ours"), made[3].outcomes.create(assembly=past, action="SUP")]

    load()
    said = load()

    keys = ["WTSA-24", "APT", "dns", "50", "AFS", "wider-role", "50@WTSA-24", "50@WTSA-24"]
    for row, key in zip(made, keys, strict=True):
        assert type(row).objects.get(reference_key=key) == row
    assert (Revision.objects.get(reference_key="50@WTSA-24").label_en, Outcome.objects.get(reference_key="50@WTSA-24").action) == (
        "Ours",
        "SUP",
    )
    assert Assembly.objects.get(code="WTSA-24").starts_on == date(2024, 10, 15)
    assert "resolutions: 0 added, 0 changed, 80 unchanged" in said


def test_a_fact_that_changed_is_no_longer_checked_by_whoever_checked_it(edited):
    load()
    Resolution.objects.filter(slug="50").update(verified_by=UserFactory(is_staff=True), verified_at=now())
    Resolution.objects.filter(slug="48").update(verified_by=UserFactory(is_staff=True), verified_at=now())

    edited("resolutions.yaml", "en: Cybersecurity", "en: Cyber security")

    assert Resolution.objects.get(slug="50").verified_at is None
    assert Resolution.objects.get(slug="48").verified_at is not None


def test_a_date_that_a_person_moved_stays_and_what_counts_from_it_follows():
    load()
    Assembly.objects.filter(code="WTSA-28").update(starts_on=date(2028, 10, 24), ends_on=date(2028, 11, 2))

    said = load()

    assert Deadline.objects.get(reference_key="WTSA-28-contributions").at == datetime(2028, 9, 25, 21, 59, tzinfo=UTC)
    assert "assemblies WTSA-28: starts_on" in said


@pytest.fixture
def loaded_as_provisional(edited):
    """As the data said before assumptions were told apart."""
    of_assembly, of_deadline = "date_status: assumption\n    study_period", 'date_status: assumption\n    source: "Pattern'
    edited("assemblies.yaml", of_assembly, of_assembly.replace("assumption", "provisional"))
    edited("deadlines.yaml", of_deadline, of_deadline.replace("assumption", "provisional"))


def test_what_was_loaded_as_provisional_becomes_the_assumption_it_is(loaded_as_provisional):
    statuses = [Assembly.objects.filter(code="WTSA-28"), Deadline.objects.filter(reference_key="WTSA-28-contributions")]
    assert [rows.get().date_status for rows in statuses] == ["provisional", "provisional"]

    load()

    assert [rows.get().date_status for rows in statuses] == ["assumption", "assumption"]


@pytest.mark.parametrize("published", [{"starts_on": date(2028, 10, 16)}, {"source": "https://www.itu.int/circular"}])
def test_what_people_entered_as_published_stays_provisional(loaded_as_provisional, published):
    Assembly.objects.filter(code="WTSA-28").update(**published)

    for _again in range(2):
        said = load()

    assert Assembly.objects.get(code="WTSA-28").date_status == "provisional"
    assert "assemblies WTSA-28: date_status" in said
    # Nobody published the day of the door that counts from it.
    assert Deadline.objects.get(reference_key="WTSA-28-contributions").date_status == "assumption"


def test_what_people_confirmed_stays_confirmed(loaded_as_provisional):
    Assembly.objects.filter(code="WTSA-28").update(date_status="confirmed")

    load()

    assert Assembly.objects.get(code="WTSA-28").date_status == "confirmed"


def test_a_meeting_that_the_data_moves_gets_a_new_version(edited):
    load()

    edited("meetings.yaml", "starts_on: 2027-10-18", "starts_on: 2027-10-19")

    meeting = Meeting.objects.get(reference_key="WRC-27")
    assert (meeting.starts_on, meeting.version) == (date(2027, 10, 19), 2)
    assert Meeting.objects.get(reference_key="PP-26").version == 1


def test_meetings_whose_day_is_not_established_are_skipped_and_counted(edited):
    said = edited("meetings.yaml", "    starts_on: 2027-10-18\n    ends_on: 2027-11-12\n", "")

    assert not Meeting.objects.filter(reference_key="WRC-27").exists()
    assert "meetings: 67 added, 0 changed, 0 unchanged, 1 left out as not established" in said


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("resolutions.yaml", "number: 50", "number: fifty", "(50, line 337): “number” is “fifty”, not a whole number"),
        ("outcomes.yaml", "resolution: 50", "resolution: 51", "“resolution” names “51”, which is not there"),
        ("resolutions.yaml", "topics: [cybersecurity", "topics: [cyber-security", "“topics” names “cyber-security”, which is not there"),
        ("resolutions.yaml", "number: 50", "number: 48", "contradicts what is stored already"),
        # Stored after all texts: they are not there either.
        ("meetings.yaml", "assembly: WTSA-28", "assembly: WTSA-99", "“assembly” names “WTSA-99”, which is not there"),
        ("meetings.yaml", "ends_on: 2027-11-12", "ends_on: 2027-10-12", "“ends_on” (2027-10-12) is before “starts_on” (2027-10-18)"),
        ("meetings.yaml", "kind: conference", "kind: call", "“kind” is “call”, not one of"),
        ("meetings.yaml", "city: Doha", f"city: {'x' * 101}", "“city” is longer than 100 characters"),
        ("meetings.yaml", "Plenipotentiary Conference (PP-26)", "x" * 301, "“title” is longer than 300 characters"),
        ("meetings.yaml", "    kind: conference\n", "", "“kind” is missing"),
        ("meetings.yaml", "    confidence: high\n", "", "“confidence” is missing"),
        ("deadlines.yaml", "    kind: contribution\n", "", "“kind” is missing"),
        ("deadlines.yaml", "    confidence: high\n", "", "“confidence” is missing"),
        ("deadlines.yaml", "offset_days: -29", "on: 2028-09-18\n    offset_days: -29", "needs “on” or “offset_days”"),
        ("deadlines.yaml", 'hour: "23:59"', 'hour: "24:00"', "“hour” is “24:00”, not an hour like 23:59"),
        ("deadlines.yaml", "offset_days: -29", "offset_days: 99999", "leads to 2302-08-02, a year that cannot be meant"),
        (
            "deadlines.yaml",
            "on: 2024-09-16",
            'on: 2024-03-31\n    hour: "02:30"',
            "“hour” is 02:30, which the clocks of Europe/Zurich skip on 2024-03-31",
        ),
    ],
)
def test_one_wrong_row_loads_nothing_at_all(edited, name, old, new, sentence):
    AssemblyFactory(code="WTSA-32", starts_on=date(2032, 1, 1), ends_on=date(2032, 1, 2))
    before = everything()

    with pytest.raises(CommandError) as refused:
        edited(name, old, new)

    assert str(refused.value).startswith(f"{name}, row ")
    assert sentence in str(refused.value)
    assert str(refused.value).endswith("Nothing was loaded.")
    assert everything() == before


@pytest.mark.parametrize("name", ["resolution.yaml", "resolutions.yml"])
def test_a_misspelt_file_is_not_silently_ignored(tmp_path, name):
    (tmp_path / name).write_text("resolutions: []")

    with pytest.raises(CommandError, match=f"{name}: is not one of assemblies.yaml"):
        load("--from", str(tmp_path))


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_a_folder_without_data_is_refused(tmp_path, folder):
    with pytest.raises(CommandError, match="Nothing was loaded"):
        load("--from", str(tmp_path / folder))


def test_importing_history_writes_to_nobody():
    user = UserFactory()
    load()
    user.watches.create(resolution=Resolution.objects.get(slug="50"))

    load("--force")

    assert Email.objects.count() == 0
    assert Reminder.objects.count() == 0


def test_every_shipped_row_says_where_it_comes_from_and_how_sure_it_is():
    load()

    for model in FACTS:
        assert not model.objects.filter(source="").exists(), model
        assert not model.objects.exclude(confidence__in=["high", "medium"]).exists(), model


def test_every_data_file_ships_with_its_provenance():
    folders = [Path(apps.get_app_config(app).path) / "data" for app in ("resolutions", "calendar_app", "coalitions")]
    files = [path for folder in folders for path in folder.iterdir()]

    read = {*texts.FILES, *dates.FILES, *glossary_and_notes.FILES, *advocacy.FILES, source_notes.SHIPPED.name, "calendar_templates.yaml"}
    assert {path.name for path in files} == read
    for path in files:
        assert path.read_text().startswith("# ")


def test_symbols_of_states_are_data_and_only_those_that_were_seen_are_sure():
    load()

    assert {row.symbol: str(row.country) for row in StateSymbol.objects.filter(confidence="high")} == {"B": "BR", "SRL": "SL", "USA": "US"}
    assert StateSymbol.objects.get(symbol="HOL").country == "NL"
    # A code that a regional group prints is no State's.
    codes = {code for group in RegionalGroup.objects.all() for code in group.proposal_codes}
    assert codes
    assert not StateSymbol.objects.filter(symbol__in=codes).exists()


def test_wording_rules_follow_the_data_unless_a_person_wrote_their_patterns(edited):
    load()
    edited_by_hand, untouched = WordingRule.objects.order_by("position")[:2]
    assert set(untouched.patterns) == {"fr", "en", "es", "ar", "ru", "zh"}
    WordingRule.objects.filter(pk=edited_by_hand.pk).update(patterns={"en": ["+ run"]}, explanation_en="Ours")
    WordingRule.objects.filter(pk=untouched.pk).update(patterns=untouched.patterns | {"it": ["+ gestire"]}, is_active=False)

    said = load()

    edited_by_hand.refresh_from_db()
    untouched.refresh_from_db()
    assert (edited_by_hand.patterns, edited_by_hand.explanation_en) == ({"en": ["+ run"]}, "Ours")
    assert "it" in untouched.patterns
    assert not untouched.is_active
    assert f"{edited_by_hand.code}: patterns" in said


def test_meetings_that_ship_do_not_begin_in_the_distant_future_by_a_slip_of_the_pen():
    load()

    assert not Meeting.objects.filter(starts_on__gt=date(2029, 1, 1)).exists()
    assert all(meeting.ends_on - meeting.starts_on <= timedelta(days=30) for meeting in Meeting.objects.all())


def test_why_a_resolution_matters_is_said_in_every_language_that_says_it():
    load()
    said = Resolution.objects.filter(why_en__gt="")
    assert said.count() > 30
    assert [resolution.slug for resolution in said if not (resolution.why_fr and resolution.why_es)] == []

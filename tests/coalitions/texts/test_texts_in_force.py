from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from coalitions.retention_rules import last_end
from resolutions.importers.docx import split_pasted
from resolutions.models import Assembly, RevisionText, Upload
from resolutions.services.revisions import possible_revision
from resolutions.services.text_entry import as_pasted, split_again, store_text
from resolutions.services.texts import check_text, enter_text
from resolutions.tasks import read_uploads
from tests.factories import AssemblyFactory, ResolutionFactory, RevisionFactory, UserFactory, coalition, member, observer
from tests.resolutions.docx import writing
from tests.resolutions.odt import writing as odt
from tests.resolutions.test_pasted_pages import PARAGRAPHS, paged

pytestmark = pytest.mark.django_db

NEW = reverse("coalitions:text-new", args=["50"])
TEXT = """considering
a)\tthat trust grows where people know who decides;
resolves
1\tto keep studying how trust in networks can be measured;
2\tto publish one short guide for small networks each year;
"""


@pytest.fixture
def ours():
    return coalition()


@pytest.fixture
def user(client, ours):
    user = member(ours, seen_at=now())
    client.force_login(user)
    return user


@pytest.fixture
def revision():
    assembly = AssemblyFactory(code="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    return RevisionFactory(resolution=ResolutionFactory(number=50), assembly=assembly)


def form(**changes):
    filled = {"revision": "WTSA-24", "language": "en", "pasted": TEXT, "source": "Proceedings", "url": "", "submission": str(uuid4())}
    return filled | changes


def enter(revision, by=None, words=TEXT):
    return enter_text(revision, language="en", clauses=split_pasted(words).clauses, by=by)


def word_file(*paragraphs):
    return SimpleUploadedFile("res50.docx", writing.docx("".join(paragraphs)))


# --- Getting in -------------------------------------------------------------------------------------------------------


def test_a_pasted_text_is_shown_as_it_was_split_before_it_is_stored(client, user, revision):
    answer = client.post(NEW, form(), follow=True)
    page = answer.content.decode()
    assert "3 clauses were found." in page
    assert "There is no earlier text to compare it with." in page
    assert '<span lang="en" dir="auto">resolves</span>' in page
    assert not RevisionText.objects.exists()

    stored = client.post(answer.request["PATH_INFO"], {"act": "store"})

    text = RevisionText.objects.get()
    assert stored.url == f"/resolutions/50/text/?version={text.public_id}"
    assert (text.revision, text.language, text.source, text.entered_by) == (revision, "en", "Proceedings", user)
    assert (text.checked_at, text.is_example, text.clauses.count()) == (None, False, 3)
    assert Upload.objects.get().extraction is None


def test_the_preview_says_where_clauses_come_from_and_which_to_look_at(client, user, revision):
    enter(revision)
    RevisionFactory(resolution=revision.resolution, label_en="Rev. Nextville, 2028")
    words = TEXT.replace("1\tto keep", "1\tto begin at once;\n2\tto keep").replace("2\tto publish one short guide for", "3\tto write for")
    page = client.post(NEW, form(revision="WTSA-28", pasted=words), follow=True).content.decode()
    assert "Compared with <bdi>Rev. New Delhi, 2024</bdi>." in page
    assert "unchanged — <bdi>considering a)</bdi>" in page
    assert "renumbered — <bdi>resolves 1</bdi>" in page
    assert "modified — <bdi>resolves 2</bdi>" in page
    assert "<span>new</span>" in page
    assert page.count("look at this one") == 0
    shorter = TEXT.replace("one short guide for small networks each year", "one guide about networks that people trust")
    page = client.post(NEW, form(revision="WTSA-28", pasted=shorter), follow=True).content.decode()
    assert page.count("look at this one") == 1


def test_a_text_entered_again_says_that_it_takes_the_place_of_the_first(client, user, revision):
    enter(revision)
    page = client.post(NEW, form(), follow=True).content.decode()
    assert "It replaces the text entered before for this revision and language." in page


def paste_of_pages(client, **changes):
    answer = client.post(NEW, form(pasted=paged(), **changes), follow=True)
    return answer, answer.request["PATH_INFO"]


def test_a_text_pasted_from_a_pdf_is_put_together_and_each_repair_is_shown(client, user, revision):
    answer, address = paste_of_pages(client)
    page = answer.content.decode()

    assert "Put together from the lines of a PDF" in page
    assert 'name="undone" value="page_number"' in page
    client.post(address, {"act": "store"})
    assert [row.text for row in RevisionText.objects.get().clauses.in_order()] == [
        text.split("\t")[-1] for text in (*PARAGRAPHS[5:7], *PARAGRAPHS[8:10], PARAGRAPHS[11])
    ]


def test_a_repair_is_left_undone_on_demand_and_lines_that_stay_cut_are_said(client, user, revision):
    _answer, address = paste_of_pages(client)

    again = client.post(address, {"act": "repairs", "undone": ["joined", "no such repair"]}, follow=True)
    page = again.content.decode()

    assert Upload.objects.get().choices["undone"] == ["joined"]
    assert "The lines still end where those of a page did" in page
    assert 'value="joined" checked' in page
    back = client.post(address, {"act": "repairs"}, follow=True)
    assert "The lines still end" not in back.content.decode()


def test_one_repair_that_is_left_undone_stays_on_the_page_to_be_done_again(client, user, revision):
    _answer, address = paste_of_pages(client)
    key = next(f"{row['kind']}-{row['place']}" for row in Upload.objects.get().extraction["repairs"] if row["kind"] == "page_number")

    page = client.post(address, {"act": "repairs", "undone": [key]}, follow=True).content.decode()

    assert f'value="{key}" checked' in page


def test_nobody_else_splits_it_again_and_a_stored_text_is_not_split_again(client, ours, user, revision):
    _answer, address = paste_of_pages(client)
    client.force_login(member(ours))
    assert client.post(address, {"act": "repairs", "undone": ["joined"]}).status_code == 404

    client.force_login(user)
    client.post(address, {"act": "store"})
    with pytest.raises(RuleBroken, match="has not been read yet"):
        split_again(Upload.objects.get(), undone=[])


def test_a_word_file_is_read_by_the_worker_then_shown(client, user, revision):
    file = word_file(writing.call("resolves"), writing.p(writing.t("1\tto begin;")), writing.p(writing.t("2\tto go on;")))
    answer = client.post(NEW, form(pasted="", file=file), follow=True)
    upload = Upload.objects.get()
    assert (upload.kind, upload.state, upload.data, upload.revision) == ("text", "read", None, revision)
    assert upload.choices["source"] == "Proceedings"
    assert "2 clauses were found." in answer.content.decode()

    client.post(answer.request["PATH_INFO"], {"act": "store"})

    text = RevisionText.objects.get()
    assert (text.file_name, len(text.sha256)) == ("res50.docx", 64)
    assert [clause.text for clause in text.clauses.in_order()] == ["to begin;", "to go on;"]


def test_an_open_document_is_read_by_the_worker_like_a_word_file(client, user, revision):
    start, end = odt.begin()
    text = odt.call("resolves") + odt.p("1\tto ", odt.dele("stop;"), odt.ins("begin;"), start) + odt.p("2\tto go on;", end)

    answer = client.post(NEW, form(pasted="", file=SimpleUploadedFile("res50.odt", odt.odt(text))), follow=True)
    client.post(answer.request["PATH_INFO"], {"act": "store"})

    assert [clause.text for clause in RevisionText.objects.get().clauses.in_order()] == ["to begin;", "to go on;"]


@pytest.mark.parametrize("file_name", ["", "res50.docx"])
def test_what_is_said_of_a_text_stays_with_it_until_it_is_stored(client, user, revision, file_name):
    filled = form(url="https://example.org/50", language="fr")
    if file_name:
        filled |= {"pasted": "", "file": word_file(writing.call("resolves"), writing.p(writing.t("1\tto begin;")))}
    address = client.post(NEW, filled).url
    upload = Upload.objects.get()
    assert (upload.assembly, upload.revision, upload.language, upload.state) == (revision.assembly, revision, "fr", "read")
    client.post(address, {"act": "store"})
    text = RevisionText.objects.get()
    assert (text.source, text.url, text.file_name, text.language) == ("Proceedings", "https://example.org/50", file_name, "fr")
    assert text.sha256 == upload.sha256 != ""
    assert (text.submission, Upload.objects.get().state) == (upload.public_id, "published")


def test_a_file_sent_twice_by_one_form_is_one(client, user, revision):
    filled = form(pasted="")
    for _tap in range(2):
        client.post(NEW, filled | {"file": word_file(writing.call("resolves"), writing.p(writing.t("1\tto begin;")))})
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("state", ["waiting", "refused"])
def test_what_was_not_read_is_not_stored(client, user, revision, state):
    upload = Upload.objects.create(kind="text", brought_by=user, revision=revision, language="en", state=state)
    with pytest.raises(RuleBroken, match="has not been read yet"):
        store_text(upload, by=user)
    assert not RevisionText.objects.exists()


def test_reading_it_twice_stores_nothing_twice(client, user, revision):
    client.post(NEW, form(pasted="", file=word_file(writing.call("resolves"), writing.p(writing.t("1\tto begin;")))))
    before = Upload.objects.values().get()
    read_uploads([before["id"]])
    assert Upload.objects.values().get() == before


@pytest.mark.parametrize(("more", "is_taken"), [(0, True), (1, False)])
def test_a_file_is_taken_up_to_five_megabytes(client, user, revision, more, is_taken):
    file = SimpleUploadedFile("res50.docx", b"PK" + bytes(5 * 2**20 - 2 + more))
    answer = client.post(NEW, form(pasted="", file=file), follow=True)
    assert ("This file is larger than 5 MB." in answer.content.decode()) == (not is_taken)
    assert Upload.objects.exists() == is_taken


def test_a_file_that_is_still_being_read_says_so(client, user, revision):
    upload = Upload.objects.create(kind="text", brought_by=user, revision=revision, language="en", data=b"x")
    page = client.get(reverse("coalitions:text-preview", args=[upload.public_id])).content.decode()
    assert "The file is being read." in page
    assert 'value="store"' not in page


def test_a_file_that_was_refused_says_why(client, user, revision):
    upload = Upload.objects.create(kind="text", brought_by=user, revision=revision, language="en", state="refused", refusal="macros")
    page = client.get(reverse("coalitions:text-preview", args=[upload.public_id])).content.decode()
    assert "This file contains macros." in page
    assert 'value="store"' not in page


def test_what_is_no_word_file_is_refused_at_the_door_and_nothing_typed_is_lost(client, user, revision):
    answer = client.post(NEW, form(pasted="", file=SimpleUploadedFile("a.docx", b"%PDF-1.7 ...")))
    page = answer.content.decode()
    assert "This is a PDF." in page
    assert 'value="Proceedings"' in page
    assert not Upload.objects.exists()


def test_what_could_not_be_read_is_said_with_its_place(client, user, revision):
    words = TEXT + "considering further\na)\tthat this comes late;\n"
    page = client.post(NEW, form(pasted=words), follow=True).content.decode()
    assert "What was not read, or not with certainty" in page
    assert "paragraph 6" in page


def test_a_text_of_another_resolution_or_language_is_noticed(client, user, revision):
    page = client.post(NEW, form(pasted="RESOLUTION 52\n" + TEXT, language="fr"), follow=True).content.decode()
    assert "This text says that it is Resolution 52, but you are entering Resolution 50." in page
    assert "This text appears to be in English, but you chose français." in page
    page = client.post(NEW, form(pasted="RESOLUTION 50\n" + TEXT), follow=True).content.decode()
    assert "This text" not in page


def test_nothing_is_stored_when_one_does_not_want_it(client, user, revision):
    address = client.post(NEW, form()).url
    client.post(address, {"act": "discard"})
    assert (Upload.objects.exists(), RevisionText.objects.exists()) == (False, False)


def test_a_form_sent_twice_makes_one_and_stored_twice_it_is_one_text(client, user, revision):
    filled = form()
    first, second = client.post(NEW, filled).url, client.post(NEW, filled).url
    assert first == second
    client.post(first, {"act": "store"})
    client.post(first, {"act": "store"})
    assert RevisionText.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"pasted": ""}, "Paste the text, or choose a file."),
        ({"pasted": "RESOLUTION 50\nTrust"}, "No clause was found in this text."),
        ({"source": ""}, "Say where the text comes from, or give a public link."),
        ({"url": "ftp://example.org/a"}, "Give a plain web address that begins with https:// or http://"),
        ({"revision": "WTSA-99"}, "is not one of the choices."),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_typed_is_lost(client, user, revision, changes, sentence):
    page = client.post(NEW, form(**changes)).content.decode()
    assert sentence in page
    assert ("to keep studying" in page) is ("pasted" not in changes)
    assert not Upload.objects.exists()


def test_what_no_assembly_adopted_has_no_text_to_enter(client, user, past):
    ResolutionFactory(slug="50", number=None, label="[IAP-1]", status="draft")
    page = client.get(NEW).content.decode()
    assert ("No assembly has adopted it." in page, 'name="pasted"' in page) == (True, False)
    assert client.post(NEW, form()).status_code == 200
    assert not Upload.objects.exists()


# --- Of another body ------------------------------------------------------------------------------------------------------------


OTHER_BODY = {"revision": "another", "year": "2022", "place": "Harbourtown"}


@pytest.fixture
def of_other_body(past):
    return ResolutionFactory(slug="50", number=102, series="pp", title_en="Lighthouses")


def enter_of_other_body(client, **changes):
    answer = client.post(NEW, form(**OTHER_BODY | changes), follow=True)
    client.post(answer.request["PATH_INFO"], {"act": "store"})
    return answer.content.decode()


def test_the_text_of_another_body_is_entered_with_its_conference_to_be_checked(client, user, ours, of_other_body):
    preview = enter_of_other_body(client)
    assert "Rev. Harbourtown, 2022" in preview
    text = RevisionText.objects.get()
    revision, held = text.revision, text.revision.assembly
    assert (held.code, held.series, held.city, held.starts_on.year, held.source) == ("PP-2022", "pp", "Harbourtown", 2022, "Proceedings")
    assert (held.name_en, held.name_fr) == (
        "Plenipotentiary Conference, Harbourtown, 2022",
        "Conférence de plénipotentiaires, Harbourtown, 2022",
    )
    assert (revision.label, revision.is_to_check, held.is_to_check) == ("Rev. Harbourtown, 2022", True, True)
    # A second person checks the text, and so the revision and the conference.
    with pytest.raises(RuleBroken):
        check_text(text, by=user)
    second = member(ours)
    check_text(text, by=second)
    held.refresh_from_db()
    revision.refresh_from_db()
    assert (held.verified_by, revision.verified_by) == (second, second)
    page = client.get(reverse("resolutions:text", args=["50"])).content.decode()
    assert "to keep studying how trust in networks can be measured;" in page
    for name in ("coalitions:resolution", "resolutions:history", "coalitions:compare"):
        assert "Rev. Harbourtown, 2022" in client.get(reverse(name, args=["50"])).content.decode(), name


def test_nothing_is_added_before_the_text_is_stored(client, user, of_other_body):
    client.post(NEW, form(**OTHER_BODY))
    upload = Upload.objects.get()
    assert (upload.assembly, upload.revision, upload.choices["conference"]) == (None, None, {"year": 2022, "place": "Harbourtown"})
    assert not Assembly.objects.filter(series="pp").exists()
    correct = client.get(f"{NEW}?correct={upload.public_id}").content.decode()
    assert ('name="year" value="2022"' in correct, 'name="place" value="Harbourtown"' in correct) == (True, True)
    client.post(upload.get_absolute_url(), {"act": "discard"})
    assert not Assembly.objects.filter(series="pp").exists()


def test_a_conference_is_added_once_and_offered_after_that(client, user, of_other_body):
    enter_of_other_body(client)
    enter_of_other_body(client, language="fr")
    assert [(text.language, text.revision.assembly.code) for text in RevisionText.objects.order_by("pk")] == [
        ("en", "PP-2022"),
        ("fr", "PP-2022"),
    ]
    ResolutionFactory(slug="pp-103", number=103, series="pp")
    other = client.get(reverse("coalitions:text-new", args=["pp-103"])).content.decode()
    assert '<option value="PP-2022">Rev. Harbourtown, 2022 (PP-2022)</option>' in other
    assert Assembly.objects.filter(series="pp").count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"year": ""}, "year", "Say in which year it was adopted."),
        ({"year": "2999"}, "year", "This year has not come yet."),
        ({"revision": "WTSA-24"}, "revision", "WTSA-24"),
    ],
)
def test_a_conference_needs_a_year_and_is_none_of_the_assembly(client, user, of_other_body, changes, field, sentence):
    errors = client.post(NEW, form(**OTHER_BODY | changes)).context["form"].errors
    assert ([*errors], sentence in errors[field][0], Upload.objects.exists()) == ([field], True, False)


def test_a_conference_of_another_body_is_no_edition_of_the_assembly(client, user, past, of_other_body):
    before = Assembly.objects.current()
    enter_of_other_body(client)
    held = Assembly.objects.get(series="pp")
    assert (Assembly.objects.current(), Assembly.objects.named("PP-2022")) == (before, before)
    assert last_end(now(), timedelta(0)) == date(2024, 10, 24)
    for address in ("/contributions/bring/", "/calendar/", "/calendar/new/regional/", "/proposals/paste/", "/matrix/"):
        assert "PP-2022" not in client.get(address).content.decode(), address
    assert client.get(reverse("calendar_app:assembly", args=[held.code])).status_code == 404
    assert "PP-2022" not in client.get(reverse("coalitions:text-new", args=["2"])).content.decode()
    # Of editions that are over, the last one is current; the conference has no last day.
    before.delete()
    assert Assembly.objects.current() == past


# --- A revision that is not here yet ------------------------------------------------------------------------------------------


@pytest.fixture
def past():
    """An assembly of which other revisions are known, and the one to come."""
    assembly = AssemblyFactory(code="WTSA-24", short_name_en="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24", city="New Delhi")
    labels = {"label_en": "Rev. New Delhi, 2024", "label_fr": "Rév. New Delhi, 2024", "label_es": "Rev. Nueva Delhi, 2024"}
    RevisionFactory(resolution=ResolutionFactory(number=2), assembly=assembly, **labels)
    AssemblyFactory()
    return assembly


def test_the_revision_of_any_past_assembly_can_be_entered_with_its_text(client, user, past):
    resolution = ResolutionFactory(number=50)
    page = client.get(NEW).content.decode()
    assert '<option value="WTSA-24">Rev. New Delhi, 2024 (WTSA-24)</option>' in page
    assert ('<option value="" selected>Choose the assembly</option>' in page, "WTSA-28" in page) == (True, False)
    assert not Upload.objects.exists()
    assert client.post(NEW, form(revision="")).status_code == 200
    assert not Upload.objects.exists()

    answer = client.post(NEW, form(source="Proceedings", url="https://www.itu.int/res50"), follow=True)
    assert "is not known here yet. It is added with this text" in answer.content.decode()
    assert not resolution.revisions.exists()
    client.post(answer.request["PATH_INFO"], {"act": "store"})

    revision = resolution.revisions.get()
    labels = (revision.label_en, revision.label_fr, revision.label_es)
    assert labels == ("Rev. New Delhi, 2024", "Rév. New Delhi, 2024", "Rev. Nueva Delhi, 2024")
    assert (revision.assembly, revision.source, revision.is_to_check) == (past, "https://www.itu.int/res50 ; Proceedings", True)
    assert revision.texts.get().clauses.count() == 3
    assert revision.history.get().history_user == user


def test_who_says_that_an_assembly_adopted_it_first_gets_the_label_of_an_adoption(client, user, past):
    resolution = ResolutionFactory(number=50)
    answer = client.post(NEW, form(is_first="on"), follow=True)
    client.post(answer.request["PATH_INFO"], {"act": "store"})
    revision = resolution.revisions.get()
    assert (revision.label_en, revision.label_es) == ("New Delhi, 2024", "Nueva Delhi, 2024")


def test_of_an_assembly_without_any_revision_the_label_is_its_city_and_year(client, user):
    assembly = AssemblyFactory(code="WTSA-20", starts_on=date(2022, 3, 1), ends_on=date(2022, 3, 9), city="Geneva")
    label = possible_revision(ResolutionFactory(number=50), assembly)
    assert (label.label_en, label.label_fr) == ("Rev. Geneva, 2022", "Rév. Geneva, 2022")


def test_a_text_that_is_not_stored_adds_no_revision(client, user, past):
    resolution = ResolutionFactory(number=50)
    answer = client.post(NEW, form(), follow=True)
    client.post(answer.request["PATH_INFO"], {"act": "discard"})
    assert not resolution.revisions.exists()


def test_two_who_enter_it_at_once_add_one_revision(client, ours, user, past):
    resolution = ResolutionFactory(number=50)
    first = client.post(NEW, form()).url
    second = client.post(NEW, form(language="fr")).url
    client.post(first, {"act": "store"})
    client.post(second, {"act": "store"})
    assert [text.language for text in resolution.revisions.get().texts.order_by("language")] == ["en", "fr"]


def test_a_word_file_of_a_revision_that_is_not_here_adds_it_too(client, user, past):
    resolution = ResolutionFactory(number=50)
    file = word_file(writing.call("resolves"), writing.p(writing.t("1\tto begin;")))
    answer = client.post(NEW, form(pasted="", file=file), follow=True)
    client.post(answer.request["PATH_INFO"], {"act": "store"})
    assert resolution.revisions.get().texts.get().clauses.get().text == "to begin;"


def test_who_checks_the_text_has_checked_its_revision(client, ours, user, past):
    resolution = ResolutionFactory(number=50)
    answer = client.post(NEW, form(), follow=True)
    client.post(answer.request["PATH_INFO"], {"act": "store"})
    text = resolution.revisions.get().texts.get()
    with pytest.raises(RuleBroken):
        check_text(text, by=user)
    assert resolution.revisions.get().is_to_check
    other = member(ours)
    check_text(text, by=other)
    revision = resolution.revisions.get()
    assert (revision.verified_by, revision.is_to_check) == (other, False)


def test_a_revision_that_is_sure_stays_as_it_is_when_its_text_is_checked(user, ours, revision):
    check_text(enter(revision, by=user), by=member(ours))
    revision.refresh_from_db()
    assert revision.verified_by is None


@pytest.mark.parametrize("assemblies", [1, 3])
def test_the_form_costs_the_same_whatever_may_be_entered(client, user, past, assemblies, django_assert_num_queries):
    ResolutionFactory(number=50)
    for number in range(assemblies):
        AssemblyFactory(code=f"WTSA-{number}", starts_on=f"20{number}0-01-01", ends_on=None)
    with django_assert_num_queries(7):
        client.get(NEW)


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["observer", "stranger"])
def test_who_works_in_no_coalition_enters_and_checks_nothing(client, ours, revision, who):
    client.force_login(observer(ours) if who == "observer" else UserFactory())
    text = enter(revision)
    check = reverse("coalitions:text-check", args=[text.public_id])
    assert [client.get(NEW).status_code, client.post(NEW, form()).status_code] == [403, 403]
    assert [client.get(check).status_code, client.post(check).status_code] == [403, 403]
    text.refresh_from_db()
    assert (text.checked_at, Upload.objects.exists()) == (None, False)


def test_what_another_person_is_bringing_in_is_not_there(client, ours, user, revision):
    address = client.post(NEW, form()).url
    client.force_login(member(ours))
    assert [client.get(address).status_code, client.post(address, {"act": "store"}).status_code] == [404, 404]
    assert not RevisionText.objects.exists()


# --- Checked by another -----------------------------------------------------------------------------------------------


def test_a_second_person_reads_it_and_says_that_it_is_the_official_text(client, ours, user, revision):
    text = enter(revision, by=member(ours))
    address = reverse("coalitions:text-check", args=[text.public_id])
    assert "I compared it: it is the official text" in client.get(address).content.decode()
    answer = client.post(address, follow=True)
    text.refresh_from_db()
    assert (text.checked_by, "The text is checked." in answer.content.decode()) == (user, True)


def test_who_entered_it_is_told_that_another_person_has_to_check_it(client, user, revision):
    text = enter(revision, by=user)
    address = reverse("coalitions:text-check", args=[text.public_id])
    sentence = "You entered this text: another person has to check it."
    page = client.get(address).content.decode()
    assert (sentence in page, "I compared it" in page) == (True, False)
    assert sentence in client.post(address, follow=True).content.decode()
    text.refresh_from_db()
    assert text.checked_at is None


# --- Cost -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_previewing_costs_the_same_whatever_the_length(client, user, revision, rows, django_assert_num_queries):
    enter(revision, words=TEXT * rows)
    RevisionFactory(resolution=revision.resolution)
    address = client.post(NEW, form(revision="WTSA-28", pasted=TEXT * rows)).url
    with django_assert_num_queries(6):
        client.get(address)


@pytest.mark.parametrize("rows", [1, 3])
def test_checking_costs_the_same_whatever_the_length(client, user, revision, rows, django_assert_num_queries):
    text = enter(revision, words=TEXT * rows)
    with django_assert_num_queries(5):
        client.get(reverse("coalitions:text-check", args=[text.public_id]))


# --- Corrected by hand, and beside another language ------------------------------------------------------------------------------


def test_what_was_read_is_corrected_by_hand_and_takes_its_place(client, user, revision):
    first = client.post(NEW, form(), follow=True)
    link = f"{NEW}?correct={Upload.objects.get().public_id}"
    assert f'href="{link}"' in first.content.decode()
    page = client.get(link)
    assert page.context["form"]["pasted"].value() == TEXT.rstrip("\n")
    assert (page.context["form"]["revision"].value(), page.context["form"]["source"].value()) == ("WTSA-24", "Proceedings")

    second = client.post(link, form(pasted=TEXT.replace("keep studying", "go on studying")), follow=True)

    assert "to go on studying how trust" in second.content.decode()
    assert Upload.objects.count() == 1


def test_what_somebody_else_brought_is_not_shown_for_correction(client, ours, user, revision):
    client.post(NEW, form())
    link = f"{NEW}?correct={Upload.objects.get().public_id}"
    client.force_login(member(ours, seen_at=now()))
    assert client.get(link).context["form"]["pasted"].value() is None
    assert client.get(f"{NEW}?correct=nothing").status_code == 200
    client.post(link, form())
    assert Upload.objects.count() == 2


def test_as_pasted_it_is_split_again_as_it_was():
    read = split_pasted(TEXT).clauses
    again = split_pasted(as_pasted(read)).clauses
    assert [(row.kind, row.part, row.section, row.number, row.text) for row in again] == [
        (row.kind, row.part, row.section, row.number, row.text) for row in read
    ]


def test_another_language_is_lined_up_by_its_structure_and_doubts_are_shown(client, user, revision):
    enter(revision)
    french = "considérant\na)\tque la confiance croît;\ndécide\n1\tde continuer d'étudier;\n2\tde publier un guide;\n"
    page = " ".join(client.post(NEW, form(language="fr", pasted=french), follow=True).content.decode().split())
    assert '<bdi lang="en">resolves 1</bdi> — <bdi lang="en">to keep studying how trust in networks can …</bdi>' in page
    assert page.count("look at this one") == 0

    longer = f"{french}3\tde remercier;\n"
    page = " ".join(client.post(NEW, form(language="fr", pasted=longer), follow=True).content.decode().split())
    # The three of the operative part, not the one of the preamble.
    assert page.count("look at this one") == 3
    assert page.count("nothing stands in its place in English") == 1


def test_a_text_that_is_not_stored_yet_is_listed_with_what_one_uploaded(client, ours, user, revision):
    address = client.post(NEW, form()).url
    uploads_page = reverse("coalitions:upload-new")
    page = client.get(uploads_page).content.decode()
    assert (address in page, "a pasted text in force" in page) == (True, True)
    client.post(address, {"act": "store"})
    assert address not in client.get(uploads_page).content.decode()

"""The public and the internal report, and what two leads release line by line."""

import io
import zipfile
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from coalitions.models import Contact, Delegation, Membership, NamingConsent, Position, ReportLine
from coalitions.outcomes.domain.reports import Report, ReportEntry, ReportFact, as_markdown
from coalitions.outcomes.services import report_lines
from coalitions.outcomes.services.followers import follow_group
from coalitions.outcomes.services.verdicts import give_verdict
from resolutions.models import StudyGroup
from tests import factories
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db

PUBLIC, REVIEW, INTERNAL, NAMING = (
    reverse(f"coalitions:report-{name}", args=["WTSA-24"]) for name in ("public", "review", "internal", "naming")
)
MARKDOWN, WORD = (reverse("coalitions:report-file", args=["WTSA-24", kind]) for kind in ("md", "docx"))


@pytest.fixture(autouse=True)
def without_factor(settings):
    settings.LEADS_NEED_SECOND_FACTOR = False


@pytest.fixture
def achieng(network):
    return factories.lead(network, name="Achieng Odhiambo")


@pytest.fixture
def verdict(position, past, network, samuel):
    return give_verdict(position.resolution, past, circle=network.everyone, result="partly", words="2 bis is gone.", by=samuel)


def as_person(client, person, *, confirmed=False):
    person.seen_at = now()
    person.set_password(PASSWORD)
    person.save()
    client.force_login(person)
    if confirmed:
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def body(client, page):
    return unescape(client.get(page).content.decode())


def words_of(docx):
    return zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml").decode()


def keys(client):
    """Of the lines that could be proposed, as the page offers them."""
    found = client.get(REVIEW).context["resolutions"]
    return [each.candidate.key for one in found for each in one.lines if each.may_be_proposed]


# --- Released line by line ---------------------------------------------------------------------------------------------------


def test_nothing_of_the_coalition_is_public_until_two_leads_released_it(client, network, verdict, wanjiru, achieng, past):
    said = ("Oppose unless changed", "Do not standardise it.", "in part", "2 bis is gone.", network.name)
    as_person(client, wanjiru)
    assert [word for word in said if word in body(client, MARKDOWN)] == []
    assert "only trivial changes" in body(client, MARKDOWN)

    chosen = [key for key in keys(client) if ":words:" not in key]
    assert client.post(REVIEW, {"candidate": chosen, "propose": "1"}).status_code == 302
    assert [word for word in said if word in body(client, MARKDOWN)] == []
    line_ids = [str(line.public_id) for line in ReportLine.objects.all()]
    client.post(REVIEW, {"line": line_ids, "release": "1"})
    assert not ReportLine.objects.released().exists()

    as_person(client, achieng)
    assert "proposed by another lead" in body(client, REVIEW)
    client.post(REVIEW, {"line": line_ids, "release": "1"})
    assert ReportLine.objects.released().count() == len(chosen) == 4
    shown = body(client, MARKDOWN)
    assert [word for word in said if word in shown] == ["Oppose unless changed", "in part", "2 bis is gone.", network.name]
    assert [entry.act for entry in AuditEntry.objects.filter(act__startswith="coalitions.report").order_by("pk")] == [
        "coalitions.report_lines_proposed",
        "coalitions.report_lines_released",
    ]


def test_a_released_line_keeps_its_words(client, network, verdict, wanjiru, achieng, past):
    as_person(client, wanjiru)
    client.post(REVIEW, {"candidate": keys(client), "propose": "1"})
    report_lines.release_lines([line.public_id for line in ReportLine.objects.all()], coalition=network, assembly=past, by=achieng)
    give_verdict(verdict.resolution, past, circle=network.everyone, result="not", words="zz-inside", by=wanjiru)
    shown = body(client, MARKDOWN)
    assert "2 bis is gone." in shown
    assert "zz-inside" not in shown
    assert len(keys(client)) == 2
    line = ReportLine.objects.get(part="why")
    client.post(REVIEW, {"withdraw": str(line.public_id)})
    assert "2 bis is gone." not in body(client, MARKDOWN)


def test_words_that_changed_since_they_were_read_are_not_proposed(client, network, verdict, wanjiru, past):
    as_person(client, wanjiru)
    seen = keys(client)
    give_verdict(verdict.resolution, past, circle=network.everyone, result="not", by=wanjiru)
    answer = client.post(REVIEW, {"candidate": seen, "propose": "1"}, follow=True)
    assert "nothing was proposed" in answer.content.decode()
    assert not ReportLine.objects.exists()


def test_proposed_twice_it_is_one_line(client, verdict, wanjiru):
    as_person(client, wanjiru)
    seen = keys(client)
    for _time in range(2):
        client.post(REVIEW, {"candidate": seen, "propose": "1"})
    assert ReportLine.objects.count() == len(seen)


def test_what_was_withdrawn_meanwhile_is_not_released(network, verdict, wanjiru, achieng, past, client):
    as_person(client, wanjiru)
    client.post(REVIEW, {"candidate": keys(client), "propose": "1"})
    lines = list(ReportLine.objects.all())
    report_lines.withdraw_line(lines[0], by=wanjiru)
    with pytest.raises(RuleBroken, match="nothing was released"):
        report_lines.release_lines([line.public_id for line in lines], coalition=network, assembly=past, by=achieng)
    assert not ReportLine.objects.released().exists()


def test_verdicts_of_circles_cannot_be_released(client, network, position, past, wanjiru):
    circle = factories.circle_of(network, wanjiru)
    give_verdict(position.resolution, past, circle=circle, result="not", words="zz-secret", by=wanjiru)
    as_person(client, wanjiru)
    assert "zz-secret" not in body(client, REVIEW)


@pytest.mark.parametrize(("role", "status"), [("lead", 200), ("member", 403), ("observer", 403), ("outsider", 403)])
def test_who_reviews_the_lines(client, network, verdict, role, status):
    person = factories.UserFactory() if role == "outsider" else factories.member(network, role)
    assert as_person(client, person).get(REVIEW).status_code == status


# --- Names -------------------------------------------------------------------------------------------------------------------------


def test_nobody_is_named_who_did_not_agree(client, network, verdict, samuel, past):
    follow_group(verdict.resolution, StudyGroup.objects.get(), coalition=network, by=samuel)
    as_person(client, samuel)
    assert "Samuel" not in body(client, MARKDOWN)
    client.post(NAMING, {"name": "Samuel Otieno, Digital Commons"})
    assert "Samuel Otieno, Digital Commons" in body(client, MARKDOWN)
    client.post(NAMING, {"withdraw": "1"})
    assert "Samuel" not in body(client, MARKDOWN)
    assert not NamingConsent.objects.exists()


def test_whoever_left_is_not_named(client, network, verdict, samuel, ama, past):
    report_lines.agree_to_be_named("Samuel Otieno", coalition=network, assembly=past, by=samuel)
    Membership.objects.filter(user=samuel).update(left_at=now())
    assert "Samuel" not in body(as_person(client, ama), MARKDOWN)
    with pytest.raises(RuleBroken):
        report_lines.agree_to_be_named("Samuel Otieno", coalition=network, assembly=past, by=samuel)


# --- Files ------------------------------------------------------------------------------------------------------------------------


def test_the_same_input_gives_the_same_bytes(client, verdict, samuel):
    as_person(client, samuel)
    for page in (MARKDOWN, WORD):
        assert client.get(page).content == client.get(page).content
    assert "only trivial changes" in words_of(client.get(WORD).content)
    assert client.get(reverse("coalitions:report-file", args=["WTSA-24", "pdf"])).status_code == 404


def test_a_source_stands_once_at_the_end_and_is_named_by_its_number(client, past, fifty, samuel):
    other = factories.ResolutionFactory(number=64, slug="64", title_en="Addresses")
    page, more = "https://example.org/decided", "https://example.org/more"
    other.outcomes.create(assembly=past, action="NOC", source=f"web:{page}")
    fifty.outcomes.update(source=f"web:{page}; web:{more}")
    as_person(client, samuel)
    written = body(client, MARKDOWN)
    assert (written.count(page), written.count(more)) == (1, 1)
    assert written.endswith(f"## Sources\n\n1. {page}\n2. {more}\n")
    assert ("- **Source**: \\[1\\], \\[2\\]" in written, "- **Source**: \\[1\\]\n" in written) == (True, True)
    shown = body(client, reverse("coalitions:report-public", args=["WTSA-24"]))
    assert shown.count('href="#source-1"') == 2
    assert f'<li id="source-2">\n    <a href="{more}"' in shown


def test_markdown_takes_no_words_for_marks():
    entry = ReportEntry("Res. [50]", [ReportFact("Why", "- not *so*\n1. <b>bold</b>")])
    written = as_markdown(Report("T", "", "N", [], [entry]))
    assert written == "# T\n\n> N\n\n## Res. \\[50\\]\n\n- **Why**: \\- not \\*so\\*  \n  \\1. \\<b\\>bold\\</b\\>\n"


def test_the_internal_report_holds_what_its_reader_reads_and_says_who_took_it_out(client, network, verdict, wanjiru, past):
    hers = factories.circle_of(network, wanjiru)
    other = factories.circle_of(network, verdict.by, name="Others")
    give_verdict(verdict.resolution, past, circle=hers, result="not", words="zz-of-her-circle", by=wanjiru)
    give_verdict(verdict.resolution, past, circle=other, result="not", words="zz-of-others", by=verdict.by)
    as_person(client, wanjiru, confirmed=True)
    written = client.post(INTERNAL, {"sheet": "md"}).content.decode()
    assert "2 bis is gone." in written
    assert "Exported by Wanjiru Kamau on" in written
    assert "zz-" not in written
    written = words_of(client.post(INTERNAL, {"sheet": "docx", "with_circles": "on"}).content)
    assert "zz-of-her-circle" in written
    assert "zz-of-others" not in written
    printed = client.post(INTERNAL, {"sheet": "print"}).content.decode()
    assert "data-print" in printed
    assert "Exported by Wanjiru Kamau on" in printed
    assert AuditEntry.objects.filter(act="export.outcomes").count() == 4


def test_the_internal_report_counts_asks_from_three_on_and_the_public_one_none(client, network, verdict, wanjiru, past):
    card = Delegation.objects.create(assembly=past, country="KE")
    about = {"delegation": card, "resolution": verdict.resolution, "ask": "zz-ask", "channel": "letter", "asked_on": past.starts_on}
    for answer in ("yes", "none", "none"):
        when = None if answer == "none" else past.starts_on
        Contact.objects.create(circle=network.everyone, answer=answer, answered_on=when, by=wanjiru, person=wanjiru, **about)
    hers = factories.circle_of(network, wanjiru)
    Contact.objects.create(circle=hers, by=wanjiru, person=wanjiru, **about)
    as_person(client, wanjiru, confirmed=True)
    counted = "**Asks to delegations**: Asked: {}; Answered: fewer than 3; In the text: fewer than 3"
    assert counted.format(3) in client.post(INTERNAL, {"sheet": "md"}).content.decode()
    assert counted.format(4) in client.post(INTERNAL, {"sheet": "md", "with_circles": "on"}).content.decode()
    public = client.get(reverse("coalitions:report-file", args=["WTSA-24", "md"])).content.decode()
    assert "delegations" not in public.lower()


def test_the_internal_report_asks_who_it_is_and_is_for_leads(client, network, verdict, wanjiru, samuel):
    assert as_person(client, samuel, confirmed=True).get(INTERNAL).status_code == 403
    assert as_person(client, wanjiru).get(INTERNAL).status_code == 302


def test_the_charts_stand_beside_their_figures(client, network, verdict, position, samuel, past):
    page = body(as_person(client, samuel), reverse("coalitions:outcomes", args=["WTSA-24"]))
    assert page.count("<svg viewBox") == 3
    charts = page[page.index("<svg viewBox") :]
    assert len(charts[: charts.rindex("</svg>")].encode()) < 8192
    table = " ".join(page.replace(">\n", ">").split())
    assert [f'<th scope="row">{step}</th> <td>1</td></tr>' in table for step in ("asked", "in the text")] == [True, True]
    assert '<th scope="row">Asked</th> <td>fewer than 3</td></tr>' in table
    assert Position.objects.count() == 2

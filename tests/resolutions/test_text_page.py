import gzip
import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.models import User
from resolutions.domain.brackets import passages, split_at_brackets, split_changes_at_brackets
from resolutions.domain.word_counts import Length, length, word_counts_of
from resolutions.domain.wording import diff
from resolutions.drafts import ClauseDraft, ContributionDraft, ProposalDraft
from resolutions.importers.docx import split_pasted
from resolutions.models import Clause
from resolutions.read_models import text_page
from resolutions.services.contributions import record
from resolutions.services.texts import check_text, enter_text
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    ContributionFactory,
    ProposalFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    UserFactory,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db

NOBODY = "6f0c6a0e-6f5e-4a3c-9a38-0f6a6d1d7b52"
PAGE = reverse("resolutions:text", args=["50"])
TEXT = """considering
a)\tthat trust grows where people know who decides;
b)\tthat small networks need guidance written for them;
resolves
1\tto keep studying how trust in networks can be measured;
2\tto publish one short guide [for small networks] each year;
instructs Study Group 17
1\tto collect examples of good practice from every region;
2\tto report on them to each meeting of the advisory group.
"""
KEPT = "to keep studying how trust in networks can be measured;"
FRENCH = """considérant
a)\tque la confiance croît là où l'on sait qui décide;
b)\tque les petits réseaux ont besoin d'un guide écrit pour eux;
décide
1\tde continuer d'étudier comment mesurer la confiance;
2\tde publier chaque année un court guide;
"""


@pytest.fixture
def user(client):
    user = UserFactory(seen_at=now())
    client.force_login(user)
    return user


@pytest.fixture
def resolution():
    return ResolutionFactory(number=50)


@pytest.fixture
def revision(resolution):
    assembly = AssemblyFactory(code="WTSA-24", short_name_en="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    return RevisionFactory(resolution=resolution, assembly=assembly)


def enter(revision, words=TEXT, language="en", **more):
    return enter_text(revision, language=language, clauses=split_pasted(words).clauses, **({"by": None} | more))


def clauses(*changes):
    """All of TEXT as a proposal has it; by its words, what it makes of a clause: other words, or None where it deletes it."""
    wanted = dict(changes)
    drafts = []
    for clause in split_pasted(TEXT).clauses:
        if clause.kind != "item":
            continue
        text = wanted.pop(clause.text, clause.text)
        change = "removed" if text is None else "unchanged" if text == clause.text else "modified"
        drafts.append(ClauseDraft(clause.part, text or "", clause.text, clause.section, clause.section, clause.number, change=change))
        if added := wanted.pop(("after", clause.text), None):
            drafts.append(ClauseDraft(clause.part, added, call=clause.section, number="1 bis", change="added"))
    assert not wanted
    return tuple(drafts)


def propose(resolution, identifier, *changes, action="MOD", number=None, is_late=False, about=None, **more):
    """about -- fields of the document beside its number"""
    draft = ProposalDraft(resolution, action, identifier, sources=("EUR",), clauses=clauses(*changes) if action == "MOD" else (), **more)
    number = number or identifier.split("/")[1]
    about = {"assembly": AssemblyFactory(), "language": "en", "is_late": is_late} | (about or {})
    return record(ContributionDraft(number=number, proposals=(draft,), **about), by=None)


def lines(response):
    return {line.words.text: line for part in response.context["page"].parts for line in part.lines}


def running_text(html: str) -> str:
    """The page as it is read with everything folded."""
    article = html[html.index('<div class="text">') : html.index("</article>")]
    folded = re.compile(r'<details class="fold">\s*<summary>Proposed.*?</details>|<a class="address".*?</a>', re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", folded.sub("", article)))


# --- The state of a clause --------------------------------------------------------------------------------------------


def test_a_clause_is_agreed_in_brackets_or_open(client, user, resolution, revision):
    enter(revision)
    propose(resolution, "EUR/38A7/1", (KEPT, "to stop studying how trust in networks can be measured;"))
    states = {text: line.state for text, line in lines(client.get(PAGE)).items()}
    assert states == {
        "that trust grows where people know who decides;": "agreed",
        "that small networks need guidance written for them;": "agreed",
        KEPT: "open",
        "to publish one short guide [for small networks] each year;": "brackets",
        "to collect examples of good practice from every region;": "agreed",
        "to report on them to each meeting of the advisory group.": "agreed",
    }


def test_a_wording_proposed_in_brackets_puts_its_clause_in_brackets(client, user, resolution, revision):
    enter(revision)
    propose(resolution, "EUR/38A7/1", (KEPT, "to [keep] [start] studying how trust in networks can be measured;"))
    answer = client.get(PAGE)
    assert lines(answer)[KEPT].state == "brackets"
    assert answer.context["page"].in_brackets == 3


def test_who_wants_what_stands_beside_the_clause_with_a_link_to_compare(client, user, resolution, revision):
    text = enter(revision)
    propose(resolution, "EUR/38A7/1", (KEPT, "to stop studying how trust in networks can be measured;"))
    deleting = propose(resolution, "USA/48A3/2", (KEPT, None), is_late=True).proposals.get()

    answer = client.get(PAGE)
    page = answer.content.decode()

    assert [(wish.source, wish.what) for wish in lines(answer)[KEPT].wishes] == [("EUR/38A7/1", "changes"), ("USA/48A3/2", "deletes")]
    assert '<bdi class="cote">EUR/38A7/1</bdi> changes it' in page
    clause = text.clauses.get(text=KEPT)
    address = f"/resolutions/50/compare/?of=t-{text.public_id}&amp;with=p-{deleting.public_id}#{clause.anchor}"
    assert f'<a href="{address}"><bdi class="cote">USA/48A3/2</bdi> deletes it' in page
    assert f'<div class="clause" id="{clause.anchor}"><span class="num"><bdi>1</bdi>' in page
    assert page.count('data-status="late"') == 2


def test_a_preliminary_wish_says_that_it_is_one(client, user, resolution, revision):
    enter(revision)
    propose(resolution, "EUR/38A7/1", (KEPT, None), status="preliminary")
    assert '<span class="status" data-status="draft">preliminary ?</span>' in client.get(PAGE).content.decode()


ADDED = "to ask users [what they need];"


def test_a_clause_that_a_proposal_adds_stands_folded_behind_the_one_it_follows(client, user, resolution, revision):
    enter(revision)
    contribution = propose(resolution, "EUR/38A7/1", (("after", KEPT), ADDED))
    answer = client.get(PAGE)
    html = " ".join(answer.content.decode().split())

    (added,) = lines(answer)[KEPT].additions
    assert (added.what, added.name, added.wording, added.state) == ("adds", "resolves 1 bis", ADDED, "brackets")
    assert lines(answer)[KEPT].state == "agreed"
    assert f'<li id="{contribution.proposals.get().clauses.get(text=ADDED).anchor}"> <p class="meta"><span class="status"' in html
    assert '>proposed</span> <a href="' in html
    assert '<span class="language" lang="en">English</span></span> <span class="status" data-status="mixed">' in html
    assert "<i>resolves 1 bis</i> to ask users <mark>[what they need]</mark>;" in html


def test_nothing_but_the_text_in_force_is_read_as_text_and_no_number_twice(client, user, resolution, revision):
    enter(revision)
    for number in range(3):
        propose(resolution, f"EUR/{number}A7/1", (("after", KEPT), ADDED), (KEPT, f"to stop measuring, {KEPT}"))
    html = client.get(PAGE).content.decode()
    said = running_text(html)
    assert "to ask users" in html
    assert "<ins>to stop measuring, </ins>to keep studying" in html
    assert "to ask users" not in said
    assert "stop measuring" not in said
    operative = said[said.index("resolves") :]
    assert re.findall(r" (\d(?: bis)?) +to", operative) == ["1", "2", "1", "2"]


def test_what_would_stand_before_the_first_clause_of_a_part_opens_that_part(client, user, resolution, revision):
    enter(revision)
    first = ClauseDraft("operative", ADDED, call="resolves", number="0", change="added")
    draft = ProposalDraft(resolution, "MOD", "EUR/38A7/1", sources=("EUR",), clauses=(first, *clauses()))
    record(ContributionDraft(AssemblyFactory(), "38A7", (draft,), language="en"), by=None)
    preamble, operative = client.get(PAGE).context["page"].parts
    assert [effect.wording for effect in operative.opening] == [ADDED]
    assert (list(preamble.opening), list(preamble.additions)) == ([], [])


def test_a_part_that_is_only_proposed_has_a_heading_and_no_text(client, user, resolution, revision):
    enter(revision)
    annex = ClauseDraft("annex", "a list of good examples", number="1", change="added")
    draft = ProposalDraft(resolution, "MOD", "EUR/38A7/1", sources=("EUR",), clauses=(*clauses(), annex))
    record(ContributionDraft(AssemblyFactory(), "38A7", (draft,), language="en"), by=None)
    answer = client.get(PAGE)
    *_others, last = answer.context["page"].parts
    assert (last.part, last.blocks, [effect.wording for effect in last.opening]) == ("annex", (), ["a list of good examples"])
    assert '<h3 class="operative">Annex</h3>' in answer.content.decode()


def test_clauses_that_nobody_could_place_are_listed_apart(client, resolution, revision):
    enter(revision)
    unlike = ClauseDraft(
        "operative", "to count [lighthouses].", "to paint lighthouses.", "resolves", "resolves", "7", "7", change="modified"
    )
    draft = ProposalDraft(resolution, "MOD", "EUR/38A7/1", sources=("EUR",), clauses=(*clauses(), unlike))
    proposal = record(ContributionDraft(AssemblyFactory(), "38A7", (draft,), language="en"), by=None).proposals.get()
    ours = coalition()
    place = f'<a href="/proposals/{proposal.public_id}/anchors/">Say where it belongs</a>'

    client.force_login(member(ours, seen_at=now()))
    answer = client.get(PAGE)
    page, html = answer.context["page"], answer.content.decode()
    assert [(each.what, each.name, each.wording) for each in page.unplaced] == [("changes", "resolves 7", "to count [lighthouses].")]
    assert page.in_brackets == 2
    assert 'Proposed, without a place in this text <span class="total">1</span>' in html
    assert "lighthouses" not in running_text(html)
    assert (place in html, [list(part.additions) for part in page.parts]) == (True, [[], []])

    client.force_login(observer(ours))
    html = client.get(PAGE).content.decode()
    assert ("lighthouses" in html, place in html) == (True, False)


def test_of_very_many_words_only_who_proposes_them_is_shown(client, user, resolution, revision, monkeypatch):
    enter(revision)
    propose(resolution, "EUR/38A7/1", (("after", KEPT), ADDED))
    assert "<mark>[what they need]</mark>" in client.get(PAGE).content.decode()
    monkeypatch.setattr(text_page, "MOST_SHOWN", len(ADDED) - 1)
    html = client.get(PAGE).content.decode()
    assert ("[what they need]" in html, '<bdi class="cote">EUR/38A7/1</bdi> adds it' in html) == (False, True)


def test_of_very_many_changes_a_clause_leads_to_the_page_that_shows_them(client, user, resolution, revision, monkeypatch):
    enter(revision)
    propose(resolution, "EUR/38A7/1", (KEPT, f"{KEPT} [by everyone]"))
    propose(resolution, "RCC/40A3/1", (KEPT, f"{KEPT} [by States]"))
    monkeypatch.setattr(text_page, "MOST_BENEATH", 1)
    answer = client.get(PAGE)
    html = answer.content.decode()
    identity = lines(answer)[KEPT].words.identity
    [named] = re.findall(rf'<p><a href="/resolutions/50/clause/{identity}/">(.*?)</a></p>', html, re.DOTALL)
    assert re.sub(r"<[^>]+>|\s+", " ", named).split() == ["Proposed", "for", "this", "clause:", "EUR/38A7/1", ",", "RCC/40A3/1"]
    assert "[by everyone]" not in html
    assert lines(answer)[KEPT].state == "brackets"
    assert "[by everyone]" in client.get(f"/resolutions/50/clause/{identity}/").content.decode()


def test_what_was_withdrawn_or_replaced_wants_nothing(client, user, resolution, revision):
    enter(revision)
    contribution = propose(resolution, "EUR/38A7/1", (KEPT, "to stop studying how trust in networks can be measured;"))
    contribution.proposals.update(status="withdrawn")
    assert lines(client.get(PAGE))[KEPT].state == "agreed"


def test_a_proposal_to_leave_it_or_to_suppress_it_is_about_the_whole(client, user, resolution, revision):
    enter(revision)
    propose(resolution, "ARB/36A1/1", action="NOC")
    propose(resolution, "USA/48A3/2", action="SUP")
    answer = client.get(PAGE)
    page = answer.content.decode()
    assert {line.state for line in lines(answer).values()} == {"agreed", "brackets"}
    assert '<bdi class="cote">ARB/36A1/1</bdi> wants it left as it is <bdi class="itu">NOC</bdi>' in page
    assert '<bdi class="cote">USA/48A3/2</bdi> wants it suppressed' in page


def test_proposals_count_beside_a_text_in_another_language_too(client, user, resolution, revision):
    enter(revision)
    french = enter(revision, FRENCH, "fr")
    propose(resolution, "EUR/38A7/1", (KEPT, "to stop studying how trust in networks can be measured;"))
    found = lines(client.get(PAGE, {"version": french.public_id}))
    assert found["de continuer d'étudier comment mesurer la confiance;"].state == "open"
    assert found["de publier chaque année un court guide;"].state == "agreed"


def test_what_is_added_in_another_language_names_that_language(client, user, resolution, revision):
    enter(revision)
    french = enter(revision, FRENCH, "fr")
    propose(resolution, "EUR/38A7/1", (("after", KEPT), "to ask users what they need;"))
    html = client.get(PAGE, {"version": french.public_id}).content.decode()
    assert '<span class="language" lang="en">English</span>' in html
    assert '<p lang="en" dir="ltr"><i>resolves 1 bis</i>' in html
    assert "resolves" not in running_text(html)


def test_what_was_asked_of_the_assembly_that_adopted_the_text_is_decided(client, user, resolution, revision):
    enter(revision)
    propose(resolution, "EUR/38A7/1", (KEPT, "to [stop];"), about={"assembly": revision.assembly})
    earlier = AssemblyFactory(code="WTSA-22", starts_on="2022-03-01", ends_on="2022-03-09")
    propose(resolution, "EUR/12/1", action="NOC", about={"assembly": earlier})
    page = client.get(PAGE).context["page"]

    assert (page.standing, page.in_brackets, page.whole) == ((), 1, [])
    propose(resolution, "EUR/38A7/1", (KEPT, "to [stop];"))
    page = client.get(PAGE).context["page"]
    assert (len(page.standing), page.in_brackets) == (1, 2)


def working_text(resolution, revision, day, *changes, **about):
    received = datetime(2028, 10, day, tzinfo=UTC)
    about = {"revision": revision, "received_at": received} | about
    return propose(resolution, "", *changes, number="60", is_consolidated=True, about=about)


def test_every_issue_of_a_working_text_is_a_version_of_its_own(client, user, resolution, revision):
    enter(revision)
    working_text(resolution, 0, 18, (KEPT, "[to keep] [to stop] studying [how];"))
    working_text(resolution, 1, 19, (KEPT, "[to keep] studying;"))
    drawn = client.get(PAGE).context["page"].word_counts

    assert [(each.label, each.words, each.in_brackets) for each in drawn.lengths] == [
        ("2024", 56, 3),
        ("consolidated draft 60", 52, 8),
        ("consolidated draft 60(Rev.1)", 49, 5),
    ]
    enter(RevisionFactory(resolution=resolution, assembly=AssemblyFactory()))
    drawn = client.get(PAGE).context["page"].word_counts
    assert [each.label for each in drawn.lengths] == ["2024", "consolidated draft 60", "consolidated draft 60(Rev.1)", "2028"]


def test_brackets_are_counted_before_the_latest_working_text_came_too(client, user, resolution, revision):
    enter(revision)
    assert "before" not in said_of_brackets(client)
    propose(resolution, "EUR/38A7/1", (KEPT, "to [keep] studying how trust in networks can be measured;"))
    working_text(resolution, 0, 18, (KEPT, "[to keep] [to stop] studying [how];"))
    assert said_of_brackets(client) == "5 passages, 2 before 60 came"
    working_text(resolution, 1, 19, (KEPT, "[to keep] studying;"))
    assert said_of_brackets(client) == "3 passages, 5 before 60(Rev.1) came"


def said_of_brackets(client):
    html = client.get(PAGE).content.decode()
    return re.sub(r"<[^>]+>", "", html[html.index("In square brackets</") :].split("<dd>")[1].split("</dd>")[0])


def test_a_kept_number_is_counted_by_its_readers_alone_and_wants_nothing(client, user, resolution, revision):
    enter(revision)
    contribution = ContributionFactory(number="77A7", access="number", entered_by=UserFactory(seen_at=now()))
    proposal = ProposalFactory(resolution=resolution, contribution=contribution, identifier="EUR/77A7/1", action="NOC")

    def told(reader):
        client.force_login(reader)
        answer = client.get(PAGE)
        return len(answer.context["page"].standing), "77A7" in answer.content.decode()

    assert told(user) == (0, False)
    assert told(contribution.entered_by) == (1, True)
    proposal.action = "MOD"
    proposal.save()
    assert told(contribution.entered_by) == (1, False)


# --- Versions ---------------------------------------------------------------------------------------------------------


def test_the_latest_text_in_the_readers_language_is_shown(client, user, resolution, revision):
    enter(revision, FRENCH, "fr")
    assert client.get(PAGE).context["text"].language == "fr"
    enter(revision)
    assert client.get(PAGE).context["text"].language == "en"
    later = enter(RevisionFactory(resolution=resolution), FRENCH, "fr")
    answer = client.get(PAGE)
    assert answer.context["text"] == later
    assert '<p lang="fr" dir="auto">de publier' in answer.content.decode()


def test_an_earlier_text_is_read_without_what_is_proposed_now(client, user, resolution, revision):
    earlier = enter(revision)
    enter(RevisionFactory(resolution=resolution))
    propose(resolution, "EUR/38A7/1", (KEPT, None))
    answer = client.get(PAGE, {"version": earlier.public_id})
    assert (answer.context["page"].is_last, "agreed" in answer.content.decode()) == (False, False)
    assert list(lines(answer)[KEPT].wishes) == []


def test_where_clauses_come_from_is_said_when_asked_for(client, user, resolution, revision):
    enter(revision)
    enter(RevisionFactory(resolution=resolution, label_en="Rev. Nextville, 2028"), TEXT.replace("1\tto keep", "1\tto begin;\n2\tto keep"))
    assert "came from" not in client.get(PAGE).content.decode()
    page = client.get(PAGE, {"lineage": 1}).content.decode()
    assert "renumbered — came from <bdi>resolves 1</bdi> of <bdi>Rev. New Delhi, 2024</bdi>" in page
    assert "new in this revision" in page


@pytest.mark.parametrize("wanted", ["50", NOBODY])
def test_a_version_that_is_not_there_is_not_found(client, user, revision, wanted):
    enter(revision)
    assert client.get(PAGE, {"version": wanted}).status_code == 404


def test_the_text_of_another_resolution_is_not_found_here(client, user, resolution):
    other = enter(RevisionFactory(resolution=ResolutionFactory(number=52)))
    assert client.get(PAGE, {"version": other.public_id}).status_code == 404


# --- Who entered and checked it ---------------------------------------------------------------------------------------


def test_a_text_is_to_be_checked_until_another_person_has(client, revision):
    ours = coalition()
    author, checker = (member(ours, seen_at=now()) for _ in range(2))
    text = enter(revision, by=author)

    def told(reader):
        client.force_login(reader)
        page = client.get(PAGE).content.decode()
        return "to be checked" in page, "Check it against the official text" in page, "<bdi>you</bdi>" in page

    assert told(author) == (True, False, True)
    assert told(checker) == (True, True, False)
    assert told(observer(ours)) == (True, False, False)
    check_text(text, by=checker)
    assert told(checker) == (False, False, True)
    assert told(author) == (False, False, True)


def test_an_example_says_that_it_is_one(client, user, revision):
    enter(revision, is_example=True)
    assert "It is not the official text of the ITU." in client.get(PAGE).content.decode()


def test_a_text_entered_again_leads_to_the_current_one(client, user, revision):
    first = enter(revision)
    enter(revision)
    assert "This text has since been entered again." in client.get(PAGE, {"version": first.public_id}).content.decode()


def test_where_nobody_entered_a_text_whoever_works_in_a_coalition_is_invited_to(client, user, revision):
    assert "/texts/new/" not in client.get(PAGE).content.decode()
    client.force_login(member(coalition()))
    page = client.get(PAGE).content.decode()
    assert "Nobody has entered this text yet" in page
    assert '<a class="button" href="/resolutions/50/texts/new/">' in page


def without_text(client, reader):
    client.force_login(reader)
    page = client.get(PAGE).content.decode()
    return " ".join(page.split()), 'href="/resolutions/50/texts/new/"' in page


def test_a_draft_says_that_no_assembly_adopted_it_and_offers_nothing_to_enter(client):
    ResolutionFactory(slug="50", number=None, label="[IAP-1]", status="draft")
    page, may_enter = without_text(client, member(coalition()))
    assert ("A draft: there is no text in force" in page, "No assembly has adopted it." in page, may_enter) == (True, True, False)


@pytest.mark.parametrize("status", ["in-force", "new", "doubtful"])
def test_of_what_was_adopted_it_is_said_that_its_text_is_not_entered(client, resolution, status):
    resolution.status = status
    resolution.save()
    ours = coalition()
    for reader, may_enter in ((lead(ours), True), (member(ours), True), (observer(ours), False), (UserFactory(), False)):
        page, is_offered = without_text(client, reader)
        assert ("Nobody has entered this text yet" in page, is_offered) == (True, may_enter)
        assert "Which assemblies revised it is not established here either" in page
        assert ("No assembly has adopted it" in page, "It may have been suppressed" in page) == (False, status == "doubtful")


def test_what_is_suppressed_says_which_assembly_suppressed_it(client, resolution):
    resolution.status = "suppressed"
    resolution.save()
    reader = member(coalition())
    page, may_enter = without_text(client, reader)
    assert "Which assembly suppressed it is not established here." in page
    resolution.outcomes.create(assembly=AssemblyFactory(), action="SUP", summary_en="Its subject is elsewhere.")
    page, may_enter = without_text(client, reader)
    assert "<bdi>WTSA-28</bdi> suppressed it. Its subject is elsewhere." in page
    assert ("Nobody has entered" in page, may_enter) == (False, True)


def test_the_last_text_of_what_is_suppressed_is_not_said_to_be_in_force(client, user, resolution, revision):
    enter(revision)
    resolution.status = "suppressed"
    resolution.save()
    page = client.get(PAGE).content.decode()
    assert "Suppressed: no text of it is in force" in page
    assert "Text in force, with the state of each clause" not in page


def test_the_text_of_another_body_is_asked_for_with_its_conference(client):
    ResolutionFactory(slug="50", number=102, series="pp")
    page, may_enter = without_text(client, member(coalition()))
    assert ("whoever enters the text says in which year it was adopted, and where." in page, may_enter) == (True, True)


# --- Languages --------------------------------------------------------------------------------------------------------

SAME_IN_FRENCH = "de continuer d'étudier comment mesurer la confiance;"


def propose_in(language, resolution, identifier, text, *, before="", change="modified"):
    """Other words for the first operative clause, whose verb line is English enough to be found by its place."""
    calls = {"call": "resolves", "call_before": "resolves" if before else ""}
    draft = ClauseDraft("operative", text, before, number="1", number_before="1" if before else "", change=change, **calls)
    asked = ProposalDraft(resolution, "MOD", identifier, sources=("EUR",), clauses=(draft,))
    number = identifier.split("/")[1]
    proposal = record(ContributionDraft(AssemblyFactory(), number, (asked,), language=language), by=None).proposals.get()
    clause = Clause.objects.get(text=KEPT, version__superseded_at=None)
    proposal.clauses.filter(text=text).update(identity=clause.identity, base_clause=clause, is_doubtful=False)
    return proposal


def test_proposals_in_every_language_stand_under_their_clause_each_marked_in_its_own(client, user, resolution, revision):
    enter(revision)
    enter(revision, FRENCH, "fr")
    propose_in("fr", resolution, "EUR/1A1/1", SAME_IN_FRENCH.replace("comment", "partout comment"), before="d'étudier la confiance;")
    propose_in("ru", resolution, "RCC/2A1/1", "изучать доверие [сетей];", before="изучать доверие;")
    propose_in("zh", resolution, "APT/3A1/1", "研究网络；", change="unknown")
    answer = client.get(PAGE)
    html = answer.content.decode()
    line = lines(answer)[KEPT]
    assert [(wish.what, wish.language, wish.start) for wish in line.wishes] == [
        ("unmarked", "zh", "unknown"),
        ("changes", "fr", "in-force"),
        ("changes", "ru", "before"),
    ]
    assert '<p class="compare" lang="fr" dir="ltr">de continuer d&#x27;étudier <ins>partout </ins>comment mesurer la confiance;' in html
    assert '<p class="compare" lang="ru" dir="ltr">изучать доверие<ins> <mark>[сетей]</mark></ins>;' in html
    assert '<p lang="zh" dir="ltr">研究网络；' in html
    assert (html.count("marked against the words it starts from"), html.count("shown whole: there is nothing here")) == (1, 1)
    assert '<span class="language" lang="zh">中文</span>' in html


def test_arabic_runs_from_right_to_left(client, user, resolution, revision):
    enter(revision)
    propose_in("ar", resolution, "ARB/1A1/1", "دراسة الثقة؛", before="دراسة؛")
    assert '<p class="compare" lang="ar" dir="rtl">دراسة<ins> الثقة</ins>؛' in client.get(PAGE).content.decode()


def test_words_without_marks_in_another_language_do_not_open_a_clause(client, user, resolution, revision):
    enter(revision)
    propose_in("zh", resolution, "APT/3A1/1", "研究网络；", change="unknown")
    line = lines(client.get(PAGE))[KEPT]
    assert (line.state, [wish.what for wish in line.wishes]) == ("agreed", ["unmarked"])


def test_what_says_in_french_what_is_in_force_in_french_asks_nothing(client, user, resolution, revision):
    enter(revision)
    enter(revision, FRENCH, "fr")
    french = Clause.objects.get(version__language="fr", text=SAME_IN_FRENCH)
    propose_in("fr", resolution, "EUR/1A1/1", SAME_IN_FRENCH, before="d'étudier la confiance;").clauses.update(call=french.call)
    assert list(lines(client.get(PAGE))[KEPT].wishes) == []


def test_what_she_does_not_read_is_counted_and_one_tap_away(client, user, resolution, revision):
    User.objects.update(languages_read=["fr"])
    enter(revision)
    propose(resolution, "EUR/38A7/1", (KEPT, "to study."))
    propose_in("ar", resolution, "ARB/1A1/1", "دراسة الثقة؛", before="دراسة؛")
    propose_in("ru", resolution, "RCC/2A1/1", "изучать доверие [сетей];", before="изучать доверие;")
    answer = client.get(PAGE)
    html = " ".join(answer.content.decode().split())
    shown, unread = html.split("<summary>2 more in Arabic and Russian </summary>")
    assert ("EUR/38A7/1" in shown, "دراسة" in shown, "دراسة" in unread, "изучать" in unread) == (True, False, True, True)
    assert lines(answer)[KEPT].state == "brackets"


def test_where_she_reads_nothing_of_what_is_proposed_its_number_is_said(client, user, resolution, revision):
    User.objects.update(languages_read=["fr"])
    enter(revision)
    propose_in("ru", resolution, "RCC/2A1/1", "изучать доверие [сетей];", before="изучать доверие;")
    assert "<summary>Proposed for this clause: 1 in Russian</summary>" in " ".join(client.get(PAGE).content.decode().split())


def test_a_text_that_is_not_in_her_language_is_shown_in_one_that_she_reads(client, user, resolution, revision):
    User.objects.update(language="es", languages_read=["fr"])
    enter(revision)
    enter(revision, FRENCH, "fr")
    assert client.get(PAGE).context["text"].language == "fr"
    User.objects.update(languages_read=[])
    assert client.get(PAGE).context["text"].language == "en"


@pytest.mark.parametrize("number", [6, 60])
def test_sixty_proposals_in_four_languages_cost_the_queries_of_six(client, user, resolution, revision, number, django_assert_num_queries):
    enter(revision)
    enter(revision, FRENCH, "fr")
    for place in range(number):
        language = ("en", "fr", "ar", "ru")[place % 4]
        propose_in(language, resolution, f"EUR/{place}A1/1", f"words {place} in {language};", before="words;")
    # Of two texts in force, one is asked for the clauses that are changed in its language.
    with django_assert_num_queries(12):
        client.get(PAGE)


# --- Cost -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_whatever_its_length(client, user, resolution, rows, django_assert_num_queries):
    for number in range(rows):
        assembly = AssemblyFactory(code=f"WTSA-{number}", starts_on=f"20{number}0-01-01")
        enter(RevisionFactory(resolution=resolution, assembly=assembly), TEXT * rows, by=UserFactory())
    for number in range(rows):
        propose(resolution, f"EUR/{number}/1", (("after", KEPT), f"to do thing {number};"))

    with django_assert_num_queries(12):
        client.get(PAGE)


def test_a_long_text_that_many_want_to_change_stays_within_its_weight(client, user, resolution):
    """Sixty clauses over four revisions, and twelve proposals that each change five of them and add two."""
    said = [f"to study number {place} of the things that were asked for, {'and to say so ' * (place % 7)}again;" for place in range(60)]
    words = "resolves\n" + "".join(f"{place}\t{text}\n" for place, text in enumerate(said, start=1))
    for year in (2012, 2016, 2020, 2024):
        assembly = AssemblyFactory(code=f"WTSA-{year}", starts_on=f"{year}-10-15")
        enter(RevisionFactory(resolution=resolution, assembly=assembly), words.replace("things", f"things of {year}"))
    latest = [text.replace("things", "things of 2024") for text in said]
    for number in range(12):
        drafts = []
        for place, text in enumerate(latest):
            wanted = text.replace("study", f"[standardize, {number}]") if place % 12 == number else text
            change = "unchanged" if wanted == text else "modified"
            drafts.append(ClauseDraft("operative", wanted, text, "resolves", "resolves", str(place + 1), change=change))
            if place % 30 == number:
                drafts.append(ClauseDraft("operative", f"to add something, says number {number};", call="resolves", change="added"))
        wants = ProposalDraft(resolution, "MOD", f"EUR/{number}A7/1", sources=("EUR",), clauses=tuple(drafts))
        record(ContributionDraft(AssemblyFactory(), f"{number}A7", (wants,), language="en"), by=None)

    answer = client.get(PAGE, {"lineage": 1})
    page = answer.content.decode()

    assert (page.count(" changes it"), page.count(" adds it")) == (60, 24)
    assert len(gzip.compress(answer.content)) < 40 * 1024
    drawing = page[page.index("<figure") : page.index("</figure>")]
    assert (len(drawing) < 8 * 1024, len(gzip.compress(drawing.encode())) < 1536) == (True, True)


# --- Brackets and words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nothing here", []),
        ("one [passage] and [another]", ["[passage]", "[another]"]),
        ("one [in [another] one]", ["[in [another] one]"]),
        ("a footnote[^2] is none", []),
        ("opened [and not closed", ["[and not closed"]),
        ("closed] and not opened", ["closed]"]),
        ("［方括号］里", ["［方括号］"]),
        ("", []),
    ],
)
def test_passages_in_brackets_are_found(text, found):
    assert passages(text) == found
    assert "".join(stretch.text for stretch in split_at_brackets(text)) == text


@pytest.mark.parametrize(
    ("old", "new", "cut"),
    [
        ("a [b] c d.", "a [b x] y [d].", ["|a ", "|([b", "ins|( x", "|(]", "| ", "del|c d", "ins|y ", "ins|([d]", "|."]),
        ("[one] two", "[one] two", ["|([one]", "| two"]),
        ("[one two]", "one two", ["del|[", "|one two", "del|]"]),
        ("one", "", ["del|one"]),
        ("", "[one", ["ins|([one"]),
    ],
)
def test_changes_are_cut_where_brackets_of_the_new_text_are(old, new, cut):
    parts = split_changes_at_brackets(diff(old, new))
    assert [f"{part.mark}|{'(' * each.is_bracketed}{each.text}" for part in parts for each in part.stretches] == cut
    assert "".join(each.text for part in parts if part.mark != "del" for each in part.stretches) == new


def test_words_in_brackets_are_counted_with_the_others():
    drawn = word_counts_of([length("2022", ["one two", "three"]), length("draft", ["one [two three]", "four"], is_draft=True)])
    assert length("draft", ["one [two] three, [four] five"]) == Length("draft", 5, 2)
    assert [(bar.length.words, bar.length.in_brackets) for bar in drawn.bars] == [(3, 0), (4, 2)]
    assert (drawn.bars[0].bracketed, drawn.bars[1].bracketed * 2 == drawn.bars[1].height) == (0, True)


def test_only_the_latest_versions_are_drawn_all_are_listed():
    drawn = word_counts_of([length(str(number), ["word"] * number) for number in range(12)])
    assert (len(drawn.lengths), [bar.length.label for bar in drawn.bars]) == (12, [str(number) for number in range(4, 12)])
    assert all(bar.x + bar.width <= 340 for bar in drawn.bars)


def test_where_very_much_is_proposed_the_text_is_shown_without_it_and_says_so(client, monkeypatch):
    monkeypatch.setattr(text_page, "MOST_WISHES", 1)
    resolution = ResolutionFactory(number=50, slug="50")
    before = AssemblyFactory(code="WTSA-24", starts_on="2024-10-15")
    text = RevisionTextFactory(revision=RevisionFactory(resolution=resolution, assembly=before))
    clauses = [ClauseFactory(version=text, position=n, text=f"to do thing {n};") for n in range(2)]
    proposal = ProposalFactory(resolution=resolution, base=text)
    for clause in clauses:
        words = {"part": "operative", "change": "modified", "text": "to do nothing;", "before": clause.text}
        proposal.clauses.create(action="MOD", position=clause.position, identity=clause.identity, base_clause=clause, **words)
    client.force_login(UserFactory())
    html = client.get(f"/resolutions/{resolution.slug}/text/").content.decode()
    assert "There are too many proposals for this text to show them beneath each clause." in html
    assert "to do thing 1;" in html
    assert "nobody proposes a change" not in html
    monkeypatch.setattr(text_page, "MOST_WISHES", 2)
    html = client.get(f"/resolutions/{resolution.slug}/text/").content.decode()
    assert "There are too many proposals" not in html
    assert proposal.name in html

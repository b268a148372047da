"""A link that somebody gives is a plain web address, or it is refused; an older one that is none is shown and not linked."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from amnt.core.errors import RuleBroken
from amnt.core.links import check_link, is_clean_link
from coalitions.services import follow_ups
from resolutions.models import Resolution
from tests.factories import ContributionFactory, FollowUpFactory, ProposalFactory, coalition, member

CLEAN = [
    "https://www.itu.int/en/ITU-T/Pages/default.aspx?lang=fr&x=1#part",
    "http://example.org",
    "https://example.org:8443/a_(b)/~c;d,e!f$g*h+i%20j",
    "https://xn--bcher-kva.example/",
    "https://bücher.example/größe",
    "https://[2001:db8::1]/",
]
UNCLEAN = [
    'https://example.org/"><script>alert(1)</script>',
    "https://example.org/'onmouseover=alert(1)",
    "https://example.org/`x`",
    "https://example.org/a\\b",
    "https://example.org/a b",
    "https://example.org/a\tb",
    "https://example.org/a\nb",
    "https://example.org/\u202egnp.exe",
    "https://example.org/\u2066x\u2069",
    "https://example.org/\u200bx",
    "https://exa\u00admple.org/",
    "https://user:password@example.org/",
    "https://itu.int@example.org/",
    "https://@example.org/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https://example.org/",
    "data:text/html,<b>x</b>",
    "ftp://example.org/",
    "//example.org/",
    "https:///path",
    "https://",
    "https://example.org:99999/",
    "https://[::1/",
    "",
]


@pytest.mark.parametrize("link", CLEAN)
def test_a_plain_web_address_passes(link):
    assert is_clean_link(link)
    check_link(link)


@pytest.mark.parametrize("link", UNCLEAN)
def test_any_other_link_is_refused_with_a_sentence(link):
    assert not is_clean_link(link)
    with pytest.raises(ValidationError, match="plain web address"):
        check_link(link)


@pytest.mark.django_db
@pytest.mark.parametrize("link", [link for link in UNCLEAN if link and not link.startswith("//")])
def test_evidence_is_a_clean_link_by_form_by_api_and_by_service(client, link):
    owner = member(coalition())
    row = FollowUpFactory(created_by=owner, owner=owner, state="in-hand", circle=owner.memberships.get().coalition.everyone)
    client.force_login(owner)
    client.post(reverse("coalitions:follow-up-done", args=[row.public_id]), {"evidence": link})
    client.post(f"/api/v1/follow-ups/{row.public_id}/done/", {"evidence": link}, content_type="application/json")
    with pytest.raises(RuleBroken, match="plain web address"):
        follow_ups.done(row, by=owner, evidence=link)
    row.refresh_from_db()
    assert (row.state, row.evidence) == ("in-hand", "")


@pytest.mark.django_db
def test_a_link_stored_before_that_is_not_clean_is_not_linked(client):
    owner = member(coalition())
    link = 'https://example.org/"><script>alert(1)</script>'
    row = FollowUpFactory(created_by=owner, owner=owner, circle=owner.memberships.get().coalition.everyone, evidence=link)
    proposal = ProposalFactory(contribution=ContributionFactory(url=link))
    Resolution.objects.update(source=link)
    client.force_login(owner)
    for path in (row.get_absolute_url(), proposal.get_absolute_url(), proposal.resolution.get_absolute_url()):
        page = client.get(path)
        assert page.status_code == 200
        assert 'href="https://example.org' not in page.text
        assert "<script>alert" not in page.text

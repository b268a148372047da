import pytest
from django.urls import reverse

from tests.factories import AssemblyFactory, ResolutionFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_frame_says_which_text_it_is_and_leads_to_its_three_parts(client):
    client.force_login(UserFactory())
    resolution = ResolutionFactory(number=50, title_en="Cybersecurity", adopted="Florianópolis, 2004")
    resolution.revisions.create(assembly=AssemblyFactory(), label_en="Rev. New Delhi, 2024")

    page = client.get(reverse("resolutions:detail", args=["50"])).content.decode()

    assert "Resolution 50 (Rev. New Delhi, 2024)" in page
    assert "<h1>Cybersecurity</h1>" in page
    assert '<a href="/resolutions/50/" aria-current="page">Resolution</a>' in page
    assert '<a href="/resolutions/50/follow-ups/">Follow-ups</a>' in page
    assert '<a href="/resolutions/50/dates/">Dates</a>' in page

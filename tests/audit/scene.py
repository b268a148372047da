"""A coalition and an account of which every name, address, word and secret is known, for the tests of what the audit keeps."""

import re
import uuid
from io import StringIO
from urllib.parse import urlsplit

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from amnt.audit.models import AuditEntry, Pseudonym
from coalitions.models import Circle, Membership
from coalitions.services import circles
from tests.accounts.conftest import PASSWORD, confirm_it_is_me, letters, log_in
from tests.factories import UserFactory, coalition, lead, member

# In every name, address and text of the scene, and in no code, public id, name of a column or digest.
MARK = "zz"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NEW_PASSWORD = "zz millet under a wider sky"
NEW_ADDRESS = "zz-new@example.org"


def code(secret: str = SECRET) -> str:
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


class Scene:
    """Two leads and a member of one coalition, someone who looks after the instance, and their browsers.

    secrets -- what opened something and carries no mark: session keys, API keys, keys of links
    """

    def __init__(self, clock, folder, browser_class):
        self.clock, self.folder, self.browser_class = clock, folder, browser_class
        self.ours = coalition("zz-coalition")
        self.boss = lead(self.ours, name="zz-boss", email="zz-boss@example.org", password=PASSWORD)
        self.second = lead(self.ours, name="zz-second", email="zz-second@example.org", password=PASSWORD)
        self.wanjiru = member(self.ours, name="zz-wanjiru", email="zz-wanjiru@example.org", password=PASSWORD)
        self.samuel = member(self.ours, name="zz-samuel", email="zz-samuel@example.org", password=PASSWORD)
        self.staff = UserFactory(name="zz-staff", email="zz-staff@example.org", password=PASSWORD, is_staff=True, is_superuser=True)
        self.secrets: list[str] = []
        self.begun = AuditEntry.objects.count()

    # --- People -------------------------------------------------------------------------------------------------------

    def browser(self, user=None, *, confirmed: bool = False) -> Client:
        """Logged in as this person, who may have just proved again that it is she."""
        browser = self.browser_class(headers={"accept-language": "en"})
        if user:
            log_in(browser, user.email)
            self.secrets.append(browser.session.session_key)
        if confirmed:
            confirm_it_is_me(browser)
        return browser

    def seat(self, user) -> Membership:
        return Membership.objects.get(user=user, coalition=self.ours, left_at=None)

    def circle(self, *people, kind: str = "restricted", owner=None) -> Circle:
        owner = owner or self.boss
        named = [self.seat(person) for person in people]
        return circles.open_circle(self.ours, name="zz-circle", purpose="zz-purpose", by=owner, kind=kind, people=named)

    # --- Factors and mail ---------------------------------------------------------------------------------------------

    def has_app(self, user) -> None:
        """With recovery codes, for a month already."""
        TOTP.activate(user, SECRET)
        RecoveryCodes.activate(user)
        self.clock.shift(30 * 24 * 3600)

    def browser_with_app(self, user) -> Client:
        browser = self.browser(user)
        self.clock.shift(120)
        browser.post(reverse("mfa_authenticate"), {"code": code()})
        return browser

    def confirm_with_app(self, browser, page: str) -> None:
        browser.get(reverse(page))
        self.clock.shift(120)
        browser.post(reverse("mfa_reauthenticate"), {"code": code()})

    def path_in_mail(self, part: str, *, to: str = "") -> str:
        text = next(letter.text for letter in reversed(letters()) if part in letter.text and to in letter.address)
        path = urlsplit(re.search(rf"http\S+{part}\S*", text)[0]).path
        self.secrets += [key for key in path.split("/") if len(key) > 20]
        return path

    def reset_page(self, user):
        browser = self.browser()
        browser.post(reverse("account_reset_password"), {"email": user.email})
        return browser, browser.get(self.path_in_mail("/password/reset/key/"), follow=True)

    # --- Commands -----------------------------------------------------------------------------------------------------

    def command(self, *words, **options) -> str:
        said = StringIO()
        call_command(*words, stdout=said, **options)
        return said.getvalue()

    # --- What was recorded --------------------------------------------------------------------------------------------

    def entries(self) -> list[AuditEntry]:
        return list(AuditEntry.objects.order_by("pk")[self.begun :])

    def name_of(self, value: str | uuid.UUID | None):
        """The person of a pseudonym; else the value itself."""
        found = Pseudonym.objects.filter(name=value).select_related("user").first() if value and len(str(value)) == 36 else None
        return found.user if found else value

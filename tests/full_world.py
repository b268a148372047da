"""The world of test_scoping with a word of its own in every column that is encrypted, of every class, and in every other kept text."""

from uuid import uuid4

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.utils.timezone import now

from amnt.accounts import known_places
from amnt.accounts.models import AddressChange
from amnt.accounts.services import recoveries
from amnt.accounts.tokens import create_token
from amnt.audit import chain
from amnt.mail.models import Email
from calendar_app.models import DateChange
from coalitions.models import Circle, Coalition, Delegation, DelegationNote, FollowUp, HintDismissal, KeptCopy, Membership, Position
from coalitions.services import approvals
from resolutions.models import KeptComparison, Resolution, Upload, WordingRule
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    ProposalFactory,
    RevisionFactory,
    RevisionTextFactory,
)

PASSWORD = "sorghum under a wide sky"
SHA256 = "5a5a" * 16


class FullWorld:
    """hidden, readable -- what a dump must not show, and what docs/what_is_readable.md says that it shows"""

    def __init__(self, world):
        self.world = world
        self.insider, self.member = world.people["insider"], world.people["member"]
        self.ours = Coalition.objects.get(name="zz-coalition-ours")
        self.boss = Membership.objects.get(coalition=self.ours, user__name="zz-lead Lead").user
        self.hidden: list[str] = []
        self.readable: list[str] = []
        for circle in Circle.objects.filter(coalition=self.ours):
            if circle.name != "zz-lost":
                self.fill(circle)
        self.bring_in()
        self.have_an_account()
        self.let_someone_back_in()
        self.compare()
        chain.seal_new()

    def hide(self, word: str) -> str:
        self.hidden.append(word)
        return word

    def show(self, word: str) -> str:
        self.readable.append(word)
        return word

    # --- What a circle holds: C1, C2 and C3 -------------------------------------------------------------------------

    def fill(self, circle: Circle) -> None:
        level, hide = {"everyone": "c1", "restricted": "c2", "delegation": "c3"}[circle.kind], self.hide
        if not circle.is_everyone:
            circle.purpose = hide(f"zz-{level}-purpose")
            circle.save()
        task = FollowUpFactory(
            circle=circle,
            created_by=self.boss,
            title=hide(f"zz-{level}-task"),
            done_means=hide(f"zz-{level}-done"),
            evidence=f"https://example.org/{hide(f'zz-{level}-evidence')}",
            state=FollowUp.State.DONE,
            closed_at=now(),
        )
        # Changed, so that the first version is what a file could still hold.
        task.title = hide(f"zz-{level}-retitled")
        task.save()
        titles = {f"title_{language}": hide(f"zz-{level}-call-{language}") for language in ("en", "fr", "es")}
        place = {"source": f"https://example.org/{hide(f'zz-{level}-link')}", "city": hide(f"zz-{level}-city")}
        call = MeetingFactory(kind="call", circle=circle, group=None, **titles, **place)
        titles = {f"title_{language}": hide(f"zz-{level}-until-{language}") for language in ("en", "fr", "es")}
        DeadlineFactory(meeting=call, kind="document", source=f"https://example.org/{hide(f'zz-{level}-list')}", **titles)
        old = {"at": now().isoformat(), "has_hour": True, "zone": "UTC", "date_status": "confirmed"}
        source = f"https://example.org/{hide(f'zz-{level}-moved')}"
        DateChange.objects.create(meeting=call, old=old, new=old, source=source, proposed_by=self.boss)
        rule, proposal = WordingRule.objects.get(code="role"), ProposalFactory(resolution=Resolution.objects.get(slug="50"))
        about = {"rule": rule, "proposal": proposal, "clause": uuid4(), "by": self.boss}
        HintDismissal.objects.create(circle=circle, words=hide(f"zz-{level}-hinted"), reason=hide(f"zz-{level}-why"), **about)
        card, _made = Delegation.objects.get_or_create(assembly=AssemblyFactory(), country="KE")
        DelegationNote.objects.create(circle=circle, delegation=card, text=hide(f"zz-{level}-heard"), by=self.boss)
        content = {"title": hide(f"zz-{level}-overwritten")}
        KeptCopy.objects.create(kind="coalitions.follow_up_words", about=task.public_id, circle=circle, content=content, by=self.boss)
        resolution = Resolution.objects.get(slug="60")
        stance, words = Position.Stance.SUPPORT, hide(f"zz-{level}-words")
        Position.objects.create(circle=circle, resolution=resolution, version=1, stance=stance, words=words, by=self.boss)

    # --- What one person alone has ----------------------------------------------------------------------------------

    def bring_in(self) -> None:
        hide, own = self.hide, {"kind": "contribution", "brought_by": self.member, "assembly": AssemblyFactory()}
        data, choices = hide("zz-own-data").encode() * 9, {"source": hide("zz-own-choice")}
        name, number = f"{hide('zz-own-file')}.docx", hide("zz-own-import")
        Upload.objects.create(state="waiting", file_name=name, sha256=hide(SHA256), number=number, data=data, choices=choices, **own)
        gone = Upload.objects.create(state="waiting", data=hide("zz-own-gone").encode(), **own)
        gone.delete()
        content = {"file_name": hide("zz-own-discarded")}
        KeptCopy.objects.create(kind="coalitions.incoming", about=gone.public_id, owner=self.member, content=content, by=self.member)
        revision = RevisionFactory(assembly=AssemblyFactory(code="WTSA-20"))
        RevisionTextFactory(revision=revision, file_name=f"{hide('zz-own-text')}.docx")

    def have_an_account(self) -> None:
        """Sessions, devices, factors, keys, addresses and mail."""
        self.insider.set_password(PASSWORD)
        self.insider.save()
        browser = Client(headers={"user-agent": self.hide("zz-browser/1.0")})
        browser.post("/account/login/", {"login": self.insider.email, "password": PASSWORD}, REMOTE_ADDR="198.51.100.77")
        self.hide("198.51.100")
        for circle in Circle.objects.of(self.insider).filter(kind="restricted"):
            assert browser.get(circle.get_absolute_url()).status_code == 200
        session = browser.session
        session["kept_text"] = {"text": self.hide("zz-kept-text")}
        session.save()
        self.hide(session.session_key)
        TOTP.activate(self.boss, self.hide("JBSWY3DPEHPK3PXP" * 2))
        self.hide(browser.cookies[known_places.COOKIE].value)
        self.hide(default_token_generator.make_token(self.insider))
        _token, key = create_token(self.insider, name=self.show("zz-label"), days=30, submission=uuid4())
        self.hide(key)
        Authenticator.objects.create(user=self.insider, type="webauthn", data={"name": self.show("zz-passkey"), "credential": {}})
        AddressChange.objects.create(user=self.insider, old=self.show("zz-before@example.org"))
        said = {"subject": self.hide("zz-subject"), "trouble": self.show("zz-trouble")}
        Email.objects.create(to=self.insider, kind="accounts/security", state="refused", finished_at=now(), **said)

    def let_someone_back_in(self) -> None:
        """One recovery that waits for a second lead, and one that the host has announced."""
        about = {"membership": self.membership_of(self.member).pk, "removes_factors": True}
        about["new_address"] = self.hide("zz-asked-for@example.org")
        approvals.file("coalitions.recover_account", coalition=self.ours, about=about, by=self.boss)
        said = {"asked_by": self.hide("zz-asked-by"), "reason": self.hide("zz-reason")}
        recoveries.start_recovery(self.insider, by=None, new_address=self.show("zz-new@example.org"), **said)

    def membership_of(self, person) -> Membership:
        return Membership.objects.get(coalition=self.ours, user=person)

    def compare(self) -> None:
        kept = KeptComparison.objects.create(key="c" * 64, versions=["text", "proposal"], compared_at=now(), summary={"operative": [1, 2]})
        kept.pages.create(number=1, rows=[])

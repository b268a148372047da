"""The world of test_scoping with a word of its own in every column that is encrypted, of every class, and in every other kept text."""

from datetime import timedelta
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
from calendar_app.models import (
    CalendarImport,
    CalendarSource,
    DateChange,
    DateOrigin,
    Debrief,
    Meeting,
    PlanMark,
    PlanMove,
    SessionReminder,
    SourcePage,
)
from calendar_app.services.calendar_feeds import create_feed
from coalitions.models import (
    AssemblySession,
    Circle,
    Coalition,
    Contact,
    DeclaredPresence,
    Delegation,
    DelegationNote,
    FollowUp,
    HintDismissal,
    KeptCopy,
    Membership,
    Naming,
    NamingConsent,
    OfficeCheck,
    Organisation,
    OwnRoute,
    Position,
    PositionAnswer,
    PublicPageEntry,
    RedLine,
    ReportLine,
    SessionNote,
    Statement,
    StatementAnswer,
    StatementReminder,
    TalkingPoints,
    Verdict,
)
from coalitions.models.decisions import Decision
from coalitions.models.handovers import HandoverNote
from coalitions.models.media import EmbargoNote, Outlet, OutletFollower
from coalitions.models.priorities import CharterVersion, Priority
from coalitions.models.rights_impacts import RightsImpact
from coalitions.services import approvals, availability, confidential_notes, seats
from resolutions.models import KeptComparison, Resolution, Upload, WordingRule
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    OrganisationFactory,
    ProposalFactory,
    RevisionFactory,
    RevisionTextFactory,
    plan_of,
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
        self.agree()
        self.have_an_account()
        self.let_someone_back_in()
        self.compare()
        self.keep_secrets()
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
        asked = {"detail": hide(f"zz-{level}-detail"), "next_step": hide(f"zz-{level}-step"), "organisation": OrganisationFactory()}
        documents = [{"name": hide(f"zz-{level}-paper"), "done": False}]
        route = OwnRoute.objects.create(circle=circle, way="associate", documents=documents, created_by=self.boss, **asked)
        route.events.create(state="asked", by=self.boss)
        said = {"ask": hide(f"zz-{level}-ask"), "wording": hide(f"zz-{level}-wording"), "office": hide(f"zz-{level}-office")}
        about = {"resolution": Resolution.objects.get(slug="60"), "channel": "call", "asked_on": now().date(), "by": self.boss}
        contact = Contact.objects.create(circle=circle, delegation=card, clause_name=hide(f"zz-{level}-clause"), **said, **about)
        contact.events.create(kind="answered", answer="yes", words=hide(f"zz-{level}-answer"), day=now().date(), by=self.boss)
        about = {"delegation": card, "coalition": self.ours, "language": "en", "by": self.boss, "expires_at": now()}
        OfficeCheck.objects.create(digest=uuid4().hex, **about)
        content = {"title": hide(f"zz-{level}-overwritten")}
        KeptCopy.objects.create(kind="coalitions.follow_up_words", about=task.public_id, circle=circle, content=content, by=self.boss)
        link = f"https://example.org/{hide(f'zz-{level}-pad')}"
        asked = [{"organisation": 0, "name": hide(f"zz-{level}-asked"), "naming": ""}]
        closing = {"closes_at": now() + timedelta(days=3), "asked": asked}
        signed = Statement.objects.create(circle=circle, title=hide(f"zz-{level}-to-sign"), draft_link=link, by=self.boss, **closing)
        text = signed.versions.create(number=1, text=hide(f"zz-{level}-frozen"), by=self.boss)
        house = Organisation.objects.get(name="zz-organisation")
        said = {"choice": StatementAnswer.Choice.RESERVATION, "reservation": hide(f"zz-{level}-except"), "naming": Naming.OUTSIDE}
        said |= {"name": hide(f"zz-{level}-house"), "fingerprint": hide(f"zz-{level}-fingerprint")}
        text.answers.create(organisation=house, by=self.boss, **said)
        words = {"name": hide(f"zz-{level}-invited"), "contact": hide(f"zz-{level}-contact")}
        invited = signed.invitations.create(digest=uuid4().hex, by=self.boss, **words)
        text.answers.create(invitation=invited, **said)
        StatementReminder.objects.create(statement=signed, user=self.boss, hours=24, closes_at=signed.closes_at)
        resolution = Resolution.objects.get(slug="60")
        stance, words = Position.Stance.SUPPORT, hide(f"zz-{level}-words")
        about = {"resolution": resolution, "assembly": AssemblyFactory(), "version": 1, "result": "partly", "by": self.boss}
        Verdict.objects.create(circle=circle, words=hide(f"zz-{level}-verdict"), **about)
        if circle.is_everyone:
            of_report = {"coalition": circle.coalition, "assembly": AssemblyFactory()}
            ReportLine.objects.create(**of_report, resolution=resolution, part="why", text=hide("zz-report-line"), proposed_by=self.boss)
            NamingConsent.objects.create(**of_report, user=self.member, name=hide("zz-named"))
            shown_name = {"shown_name": self.show("zz-shown-name")}
            entry, _is_new = PublicPageEntry.objects.update_or_create(coalition=circle.coalition, defaults=shown_name)
            entry.statements.add(signed)
        position = Position.objects.create(circle=circle, resolution=resolution, version=1, stance=stance, words=words, by=self.boss)
        said = {"organisation": OrganisationFactory(), "kind": "reservation", "words": hide(f"zz-{level}-reservation")}
        PositionAnswer.objects.create(position=position, by=self.boss, **said)
        TalkingPoints.objects.create(position=position, language="en", text=hide(f"zz-{level}-points"))
        RedLine.objects.create(position=position, circle=circle, kind="red", text=hide(f"zz-{level}-red-line"), by=self.boss)

    def agree(self) -> None:
        """On a charter and on priorities, one in words of its own and one that the guide suggests; and what each circle shares."""
        hide, by = self.hide, {"by": self.boss}
        CharterVersion.objects.create(coalition=self.ours, version=9, text=hide("zz-agreed-line"), **by)
        words = {"own_title": hide("zz-agreed-title"), "own_why": hide("zz-agreed-reason")}
        about = {"resolutions": [], "clauses": [], "rights": [hide("zz-agreed-right")]}
        Priority.objects.create(coalition=self.ours, place=8, about=about, **words, **by)
        Priority.objects.create(coalition=self.ours, place=9, suggestion=self.show("zz-suggested"), **by)
        facts = {"name": hide("zz-outlet-name"), "website": f"https://example.org/{hide('zz-outlet-site')}"}
        outlet = Outlet.objects.create(coalition=self.ours, covers=hide("zz-outlet-subjects"), **facts, **by)
        OutletFollower.objects.create(outlet=outlet, membership=self.membership_of(self.member))
        PlanMark.objects.update_or_create(pk=1, defaults={"read_until": now(), "troubles": ["disk"]})
        card, resolution = Delegation.objects.get(country="KE"), Resolution.objects.get(slug="50")
        held = Meeting.objects.filter(circle=None).order_by("pk").first()
        for circle in Circle.objects.filter(coalition=self.ours).exclude(pk__in=self.lost()):
            level = {"everyone": "c1", "restricted": "c2", "delegation": "c3"}[circle.kind]
            said = {"text": hide(f"zz-{level}-decided"), "decided_by": hide(f"zz-{level}-deciders")}
            Decision.objects.create(circle=circle, decided_on=now().date(), **said, **by)
            said = {"right": hide(f"zz-{level}-right"), "mechanism": hide(f"zz-{level}-means"), "said_by": hide(f"zz-{level}-says")}
            said["source"] = f"https://example.org/{hide(f'zz-{level}-report')}"
            RightsImpact.objects.create(circle=circle, resolution=resolution, **said, **by)
            EmbargoNote.objects.create(circle=circle, text=hide(f"zz-{level}-embargo"), until=now(), **by)
            HandoverNote.objects.create(circle=circle, delegation=card, text=hide(f"zz-{level}-handover"), **by)
            said = {"result": hide(f"zz-{level}-told"), "link": f"https://example.org/{hide(f'zz-{level}-page')}"}
            Debrief.objects.create(circle=circle, meeting=held, **said, **by)
            said = {"title": hide(f"zz-{level}-sitting"), "room": hide(f"zz-{level}-room"), "starts_at": now() - timedelta(hours=2)}
            session = AssemblySession.objects.create(circle=circle, assembly=AssemblyFactory(), **said)
            session.resolutions.add(resolution)
            session.reports.create(by=self.boss)
            session.attendees.create(user=self.boss, day=now().date())
            said = {"moved": hide(f"zz-{level}-moved-in"), "clause_name": hide(f"zz-{level}-noted")}
            SessionNote.objects.create(session=session, circle=circle, resolution=resolution, clause_state="open", **said, **by)
            about = {"rule": "RR-15", "assembly": session.assembly, "day": now().date(), "step": f"zz{level}"}
            SessionReminder.objects.create(user=self.boss, plan_digest=uuid4().hex, **about)
            plan = plan_of(circle, self.boss, resolution=resolution)
            state = {"counted_from": plan.counted_from.isoformat(), "steps": {}}
            PlanMove.objects.create(plan=plan, old=state, new=state, **by)
            circle.subjects = {"resolutions": [], "topics": [hide(f"zz-{level}-subject")], "regions": []}
            circle.save()

        DeclaredPresence.objects.create(coalition=self.ours, user=self.boss, day=now().date(), half="morning", place="on-site")

    def lost(self) -> list[int]:
        return [circle.pk for circle in Circle.objects.filter(coalition=self.ours) if circle.name == "zz-lost"]

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
        events = [{"uid": "x", "title": hide("zz-own-event"), "on": "2028-08-07", "until": "2028-08-07"}]
        address = f"https://example.org/{hide('zz-own-calendar')}.ics"
        CalendarImport.objects.create(brought_by=self.member, address=address, assembly=AssemblyFactory(), language="en", events=events)
        shown = {"uid": self.show("zz-uid"), "address": f"https://example.org/{self.show('zz-origin')}.ics"}
        DateOrigin.objects.create(meeting=Meeting.objects.filter(circle=None).first(), **shown)
        said = {
            "etag": "x",
            "last_modified": "y",
            "events": [{"uid": "public", "trouble": "unreadable"}],
            "settled": {"public": "0" * 16},
            "added_by": self.boss,
        }
        followed = f"https://example.org/{self.show('zz-followed')}.ics"
        CalendarSource.objects.create(address=followed, assembly=AssemblyFactory(), language="en", trouble="refused", **said)
        SourcePage.objects.create(address=f"https://example.org/{self.show('zz-page')}", digest="0" * 64, trouble="refused")
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
        _feed, key = create_feed(self.insider, name=self.show("zz-phone"), has_own=True, submission=uuid4())
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

    # --- What nobody is to know ---------------------------------------------------------------------------------------

    def keep_secrets(self) -> None:
        seat = seats.declare(self.insider, AssemblyFactory(), country="UY", people=[self.boss])
        seat.sealed |= {"country": self.hide("zz-seat-country")}
        seat.save()
        card = Delegation.objects.filter(country="KE").first()
        about = {"by": self.insider, "readers": [self.boss], "submission": uuid4()}
        confidential_notes.write(card, text=self.hide("zz-in-confidence"), **about)
        availability.set_unavailable(self.insider, resolution=Resolution.objects.get(slug="60"), hides=True)

    def compare(self) -> None:
        kept = KeptComparison.objects.create(key="c" * 64, versions=["text", "proposal"], compared_at=now(), summary={"operative": [1, 2]})
        kept.pages.create(number=1, rows=[])

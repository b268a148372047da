"""Which versions are compared: those an address names or, if it names none, those one would ask for first."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext

from amnt.accounts.models import User
from amnt.core.forms import one_line, whole_number
from amnt.core.languages import current_language, language_names
from resolutions.domain.comparing import MOST
from resolutions.folding import fold
from resolutions.models import Proposal, RegionWatch, Resolution
from resolutions.read_models.askers import asker_name
from resolutions.read_models.versions import Version, named, versions_of, with_references

FIRST = 3  # columns beside the base that nobody asked for
MOST_LINKS = 12  # to other columns; more are in the form


@dataclass(frozen=True, slots=True)
class Link:
    """A version that is not shown, and what adding it to the address takes. has_badge -- it is in another language than the base"""

    version: Version
    name: str
    has_badge: bool


@dataclass(frozen=True, slots=True)
class Option:
    """A version as the form offers it."""

    key: str
    label: str
    is_base: bool
    is_shown: bool


@dataclass
class Choice:
    """offered -- all there is to choose from; base and others -- what is compared; all without their clauses
    other -- another resolution whose versions are offered too, and what was typed to find it
    notes -- sentences on what was asked for and cannot be shown
    more, unread -- proposals of the time of the base that are not shown, in languages one reads and in others, most different first
    """

    resolution: Resolution
    offered: list[Version] = field(default_factory=list)
    base: Version | None = None
    others: list[Version] = field(default_factory=list)
    other: Resolution | None = None
    other_typed: str = ""
    notes: list[str] = field(default_factory=list)
    more: list[Version] = field(default_factory=list)
    unread: list[Version] = field(default_factory=list)
    was_asked: bool = False

    @property
    def is_amiss(self) -> bool:
        """Whether what was asked for is not what is shown."""
        return bool(self.notes) and self.was_asked

    @property
    def keys(self) -> list[str]:
        return [version.key for version in self.others]

    @cached_property
    def versions(self) -> list[Version]:
        """What is compared, the base first, those in other languages with their references. One query at most."""
        return with_references([self.base, *self.others]) if self.base else []

    @property
    def options(self) -> list[Option]:
        shown = set(self.keys)
        return [
            Option(each.key, _label(each, self.resolution), self.base is not None and each.key == self.base.key, each.key in shown)
            for each in self.offered
        ]

    @property
    def has_room(self) -> bool:
        return len(self.others) < MOST - 1

    @property
    def links(self) -> list[Link]:
        return self._links(self.more)

    @property
    def unread_links(self) -> list[Link]:
        return self._links(self.unread)

    @property
    def not_linked(self) -> int:
        return max(0, len(self.more) - MOST_LINKS)

    @property
    def unread_languages(self) -> str:
        return language_names({version.language for version in self.unread})

    def _links(self, versions: Iterable[Version]) -> list[Link]:
        found = [(version, asker_name(version.proposal)) for version in list(versions)[:MOST_LINKS] if version.proposal]
        names = Counter(name for _version, name in found)
        return [
            Link(
                version,
                name if names[name] == 1 else f"{name}, {version.label}",
                self.base is not None and version.language != self.base.language,
            )
            for version, name in found
        ]


def choose(asked: MultiValueDict[str, str], resolution: Resolution, user: User, circles: Collection[int] | None = None) -> Choice:
    """What `of`, `with` and `other` ask for. What this person may not read is passed over like what is not there, with a sentence."""
    choice = Choice(resolution, versions_of(resolution, user, circles))
    choice.was_asked = any(name in asked for name in ("of", "with", "other"))
    choice.other_typed = one_line(asked.get("other", ""))[:60]
    if choice.other_typed:
        _offer_other(choice, resolution, user, circles)
    known = {version.key: version for version in choice.offered}
    of, wanted = asked.get("of", ""), [key for key in dict.fromkeys(asked.getlist("with")) if key]
    elsewhere = [key for key in (of, *wanted) if key and key not in known][: 2 * MOST]
    if elsewhere:
        known |= {version.key: version for version in named(elsewhere, user, circles)}
        choice.offered = list(known.values())
    if any(key not in known for key in (of, *wanted) if key):
        choice.notes.append(gettext("One of the versions in this address does not exist, or you are not allowed to read it."))
    first = _FirstChoice(choice.offered, user)
    base = known.get(of)
    others = [known[key] for key in wanted if key in known and key != of]
    if base is None and not others:
        base, others = first.of_all()
    elif base is None:
        base = first.text()
        others = [version for version in others if version != base]
    elif not others:
        others = first.beside(base)
    if len(others) >= MOST:
        choice.notes.append(gettext("At most eight columns can be shown side by side: the others are left out."))
    if base and others[: MOST - 1]:
        choice.base, *choice.others = base, *others[: MOST - 1]
        left = [version for version in first.proposals_of_the_time_of(base) if version not in choice.others]
        choice.more = [version for version in left if user.reads(version.language)]
        choice.unread = [version for version in left if not user.reads(version.language)]
    return choice


def _label(version: Version, resolution: Resolution) -> str:
    """ "EUR/38A7/1: Europe (CEPT), MOD [en]", "Rev. Geneva, 2022 (WTSA-22) [fr]"."""
    of = "" if version.resolution == resolution else f"{version.resolution.short_name}, "
    language = f" [{version.language}]" if version.language else ""
    proposal = version.proposal
    if proposal is None:
        return f"{of}{version.label} ({version.assembly}){language}"
    name = asker_name(proposal)
    said = f"{proposal.action} {version.label}" if name == version.label else f"{name}, {proposal.action} {version.label}"
    return f"{of}{said}{language}{f' — {proposal.get_status_display()}' if proposal.is_withdrawn else ''}"


def _offer_other(choice: Choice, resolution: Resolution, user: User, circles: Collection[int] | None) -> None:
    number = choice.other_typed
    found = Resolution.objects.visible_to(user).exclude(pk=resolution.pk)
    known = whole_number(number, digits=4)
    by_number = found.none() if known is None else found.of_assembly().filter(number=known)
    choice.other = by_number.first() or found.filter(slug=fold(number).strip("[]")).first()
    if choice.other:
        choice.offered += versions_of(choice.other, user, circles)
    else:
        choice.notes.append(gettext("No other resolution has the number “%(number)s”.") % {"number": number})


class _FirstChoice:
    """What one person would ask for first of these versions."""

    def __init__(self, offered: list[Version], user: User) -> None:
        self.user = user
        self.texts = [each for each in offered if each.is_text]
        self.proposals = [each for each in offered if each.proposal]
        self.watched = set(RegionWatch.objects.visible_to(user).values_list("group", flat=True))
        self.proposals.sort(key=self._rank)

    def of_all(self) -> tuple[Version | None, list[Version]]:
        """The latest text and proposals on it; without proposals, the text before it and the latest one."""
        base = self.text()
        if base is None:
            return (self.proposals[0], self.proposals[1 : FIRST + 1]) if self.proposals else (None, [])
        others = self.beside(base)
        if others and others[0].is_text:
            return others[0], [base]  # from the older to the newer
        return (base, others) if others or len(self.texts) < 2 else (base, [text for text in self.texts if text != base][-1:])

    def text(self) -> Version | None:
        """The latest text, in the reader's language if it is here in it, else in one she reads, else in that of most proposals."""
        if not self.texts:
            return None
        last = self.texts[-1]
        latest = [text for text in self.texts if text.assembly == last.assembly and text.resolution == last.resolution]
        counts = Counter(proposal.language for proposal in self.proposals)
        mine = current_language()
        return max(latest, key=lambda text: (text.language == mine, self.user.reads(text.language), counts[text.language]))

    def beside(self, base: Version) -> list[Version]:
        """Proposals of its time in languages one reads, or in any; without proposals the text before this one."""
        proposals = self.proposals_of_the_time_of(base)
        read = [each for each in proposals if self.user.reads(each.language)]
        if read or proposals:
            return (read or proposals)[:FIRST]
        return [each for each in self.texts if each != base and each.language == base.language][-1:]

    def proposals_of_the_time_of(self, base: Version) -> list[Version]:
        """Beside a proposal those to the same assembly, beside a text those that were made to the assemblies until the next text."""
        proposals = [each for each in self.proposals if each.key != base.key]
        if not base.is_text:
            return [each for each in proposals if each.assembly == base.assembly]
        later = [each.assembly for each in self.texts if each.resolution == base.resolution and each.assembly.is_after(base.assembly)]
        return [
            each for each in proposals if each.assembly.is_after(base.assembly) and not any(each.assembly.is_after(text) for text in later)
        ]

    def _rank(self, version: Version) -> tuple[bool, bool, int]:
        """Watched regions first, then suppressions, then those that change most clauses."""
        proposal = version.proposal
        assert proposal is not None  # noqa: S101 - only proposals are ranked
        changes = getattr(proposal, "changed_clauses", 0)
        return proposal.group_id not in self.watched, proposal.action != Proposal.Action.SUP, -changes

"""Which versions are compared: those an address names or, if it names none, those one would ask for first."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, gettext, ngettext

from amnt.accounts.models import User
from amnt.core.forms import one_line, whole_number
from resolutions.domain.comparing import MOST
from resolutions.folding import fold
from resolutions.models import Resolution
from resolutions.read_models.versions import Version, named, versions_of


@dataclass
class Choice:
    """offered -- all there is to choose from; base and others -- what is compared; all without their clauses
    other -- another resolution whose versions are offered too, and what was typed to find it
    notes -- sentences on what was asked for and cannot be shown
    """

    offered: list[Version] = field(default_factory=list)
    base: Version | None = None
    others: list[Version] = field(default_factory=list)
    other: Resolution | None = None
    other_typed: str = ""
    notes: list[str] = field(default_factory=list)
    was_asked: bool = False

    @property
    def is_amiss(self) -> bool:
        """Whether what was asked for is not what is shown."""
        return bool(self.notes) and self.was_asked

    @property
    def keys(self) -> list[str]:
        return [version.key for version in self.others]

    @property
    def versions(self) -> list[Version]:
        return [self.base, *self.others] if self.base else []


def choose(asked: MultiValueDict[str, str], resolution: Resolution, user: User, circles: Collection[int] | None = None) -> Choice:
    """What `of`, `with` and `other` ask for. What this person may not read is passed over like what is not there, with a sentence."""
    choice = Choice(versions_of(resolution, user, circles))
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
    base = known.get(of)
    others = [known[key] for key in wanted if key in known and key != of]
    if base is None and not others:
        base, others = _first_of(choice.offered)
        choice.notes += _left_out(base, choice.offered)
    elif base is None:
        base = _text_for(others, choice.offered)
        others = [version for version in others if version != base]
    elif not others:
        others = _beside(base, choice.offered)
    if len(others) >= MOST:
        choice.notes.append(gettext("At most eight columns can be shown side by side: the others are left out."))
    if base and others[: MOST - 1]:
        choice.base, *choice.others = base, *others[: MOST - 1]
    return choice


def _left_out(base: Version | None, offered: list[Version]) -> list[str]:
    """What one should know of a choice one did not make: proposals in other languages stand on another page."""
    n = sum(not version.is_text and base is not None and version.language != base.language for version in offered)
    if not n:
        return []
    said = ngettext(
        "%(n)s proposal is in another language and not shown here: to see it, choose the text in its language as the first column.",
        "%(n)s proposals are in another language and not shown here: to see them, choose the text in their language as the first column.",
        n,
    )
    return [said % {"n": n}]


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


def _first_of(offered: list[Version]) -> tuple[Version | None, list[Version]]:
    """The latest text and the proposals in its language; without proposals, the text before it and the latest one."""
    texts, proposals = [each for each in offered if each.is_text], [each for each in offered if not each.is_text]
    # What was asked of the assembly that adopted the latest text, or of one before it, is decided.
    base = _text_for([each for each in proposals if not texts or each.assembly.is_after(texts[-1].assembly)], offered)
    if base is None:
        return (proposals[0], proposals[1:MOST]) if proposals else (None, [])
    others = _beside(base, offered)
    if others and others[0].is_text:
        return others[0], [base]  # from the older to the newer
    return (base, others) if others or len(texts) < 2 else (base, [text for text in texts if text != base][-1:])


def _text_for(proposals: list[Version], offered: list[Version]) -> Version | None:
    """The latest text, in the reader's language if proposals are in it, else in the language of most of them."""
    texts = [version for version in offered if version.is_text]
    if not texts:
        return None
    latest = [text for text in texts if text.assembly == texts[-1].assembly and text.resolution == texts[-1].resolution]
    counts = Counter(proposal.language for proposal in proposals)
    mine = (get_language() or "")[:2]
    return max(latest, key=lambda text: (text.language == mine and (not counts or counts[mine] > 0), counts[text.language]))


def _of_the_time_of(base: Version, offered: list[Version]) -> list[Version]:
    """Beside a proposal those to the same assembly, beside a text those that were made to the assemblies until the next text."""
    proposals = [each for each in offered if not each.is_text and each != base]
    if not base.is_text:
        return [each for each in proposals if each.assembly == base.assembly]
    later = [
        each.assembly for each in offered if each.is_text and each.resolution == base.resolution and each.assembly.is_after(base.assembly)
    ]
    return [each for each in proposals if each.assembly.is_after(base.assembly) and not any(each.assembly.is_after(text) for text in later)]


def _beside(base: Version, offered: list[Version]) -> list[Version]:
    """Proposals of its time in the same language, or in any; without proposals the text before this one."""
    proposals = _of_the_time_of(base, offered)
    same = [each for each in proposals if each.language == base.language]
    if same or proposals:
        return (same or proposals)[: MOST - 1]
    return [each for each in offered if each.is_text and each != base and each.language == base.language][-1:]

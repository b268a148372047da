"""The words of a statement: its paragraphs, and what differs between two texts, paragraph by paragraph."""

from difflib import SequenceMatcher

from resolutions.domain.wording import Diff, diff, same_wording


def paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def words_of(text: str) -> int:
    return len(text.split())


def changed_paragraphs(old: str, new: str) -> list[Diff]:
    """Only the paragraphs that differ, each word by word against the one it took the place of."""
    before, after = paragraphs(old), paragraphs(new)
    changed: list[Diff] = []
    for _kind, start, end, other_start, other_end in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if _kind == "equal":
            continue
        gone, come = before[start:end], after[other_start:other_end]
        for place in range(max(len(gone), len(come))):
            one, other = gone[place] if place < len(gone) else "", come[place] if place < len(come) else ""
            if not same_wording(one, other):
                changed.append(diff(one, other))
    return changed

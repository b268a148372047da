"""What a scenario found, and whether that is as it should be."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field


@dataclass
class Result:
    """What a scenario found. `copies_allowed` is what a fault may cost at worst."""

    mails: int
    lost: int
    copies: int
    copies_allowed: int = 0
    trouble: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, written: Collection[str], arrived: Counter[str], copies_allowed: int = 0, notes: Iterable[str] = ()) -> "Result":
        """Of the mails that were written and those that arrived, by their identities."""
        copies = arrived.total() - len(arrived)
        return cls(len(written), len(set(written) - arrived.keys()), copies, copies_allowed, notes=list(notes))

    @property
    def holds(self) -> bool:
        return not self.lost and self.copies <= self.copies_allowed and not self.trouble

    def line(self, name: str, seconds: float) -> str:
        figures = f"{self.mails:5} mails  {self.lost} lost  {self.copies} copies (≤ {self.copies_allowed})"
        words = "; ".join([f"{seconds:.0f} s", *self.notes, *self.trouble])
        return f"{'✔' if self.holds else '✖'} {name:33} {figures:45} {words}"


def exit_code(results: Iterable[Result]) -> int:
    """What bin/faults ends with: 1 if any of them is not as it should be."""
    return 0 if all(result.holds for result in results) else 1

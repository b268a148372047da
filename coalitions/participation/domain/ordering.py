"""The order of the ways to take part by three answers: does our State agree with us, can we pay, is the delegation of our country open?

No way is left out. Those that fit come in the order of the file, the most effective first; those that do not come after them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNSAID = ""


class Remark(StrEnum):
    """Why a way comes where it does."""

    FIRST = "first"
    POSSIBLE = "possible"
    ASKS_STATE = "asks-state"
    DISAGREES = "disagrees"
    HAS_FEE = "has-fee"
    NOT_OPEN = "not-open"


AGAINST = frozenset({Remark.DISAGREES, Remark.HAS_FEE, Remark.NOT_OPEN})


class Way(Protocol):
    @property
    def state(self) -> str: ...
    @property
    def fee(self) -> str: ...


@dataclass(frozen=True)
class Placed[W: Way]:
    way: W
    remark: Remark

    @property
    def fits(self) -> bool:
        return self.remark not in AGAINST


def placed[W: Way](ways: Iterable[W], *, agrees: Answer, pays: Answer, is_open: Answer) -> list[Placed[W]]:
    """
    is_open -- whether the delegation of the country is open to civil society, as far as its card says
    """
    found = [Placed(way, remark_on(way, agrees, pays, is_open)) for way in ways]
    fitting, others = [each for each in found if each.fits], [each for each in found if not each.fits]
    if fitting and (agrees or pays or is_open):
        fitting[0] = Placed(fitting[0].way, Remark.FIRST)
    return [*fitting, *others]


def remark_on(way: Way, agrees: Answer, pays: Answer, is_open: Answer) -> Remark:
    if way.state == "follows" and agrees == Answer.NO:
        return Remark.DISAGREES
    if way.state == "follows" and is_open == Answer.NO:
        return Remark.NOT_OPEN
    if way.fee == "yes" and pays == Answer.NO:
        return Remark.HAS_FEE
    if way.state == "approves" and agrees == Answer.NO:
        return Remark.ASKS_STATE
    return Remark.POSSIBLE

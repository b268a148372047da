"""How long the estimator looks at the worst passwords: signs that stand for letters, whose readings it all tries."""

import random
import time

from amnt.accounts.passwords import LOOKED_AT, StrengthValidator

SIGNS = "4@8({[<369&#!1/|0$5+7%2"
MOST_SECONDS = 1.0


def measured() -> float:
    """The processor's seconds for the slowest of some such passwords, a thousand characters each."""
    chance = random.Random(7)
    worst = 0.0
    for word in [(SIGNS * 60)[:1000], *("".join(chance.choices(SIGNS, k=1000)) for _ in range(5))]:
        begun = time.process_time()
        StrengthValidator().validate(word)
        worst = max(worst, time.process_time() - begun)
    return worst


def verdicts(seconds: float) -> list[tuple[str, str, bool]]:
    return [(f"a password of {LOOKED_AT} signs and more", f"{seconds:.2f} s ≤ {MOST_SECONDS}", seconds <= MOST_SECONDS)]

"""The wording rules of this instance, compiled for `domain.hints`."""

import logging
from dataclasses import dataclass
from functools import lru_cache

from amnt.accounts.models import User
from resolutions.domain.hints import BadPattern, HintRule, Rules, compiled
from resolutions.importers.wording_rules import rules_of
from resolutions.models import WordingRule

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RulesInUse:
    ready: Rules
    by_code: dict[str, WordingRule]


def rules_in_use(user: User) -> RulesInUse:
    """One query. A row that cannot be compiled is skipped."""
    rows = list(WordingRule.objects.visible_to(user).active().defer("reference_values"))
    rules = tuple(rule for row in rows for rule in rules_of(row.code, row.family, row.patterns) if _is_readable(rule))
    return RulesInUse(_ready(rules), {row.code: row for row in rows})


# Cached: compiling the patterns costs more than matching.
_ready = lru_cache(maxsize=4)(compiled)


@lru_cache(maxsize=500)
def _is_readable(rule: HintRule) -> bool:
    try:
        compiled([rule])
    except BadPattern as error:
        logger.warning("Wording rule %s (%s) is left out: %s", rule.code, rule.language, error)
        return False
    return True

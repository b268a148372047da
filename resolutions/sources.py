"""Who stands behind the codes of an identifier: `EUR/38A7/1` is CEPT's, `B/45/1` is Brazil's. Codes are data, never acronyms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resolutions.importers.docx import Code, parse_code
from resolutions.models import RegionalGroup, StateSymbol


@dataclass(frozen=True, slots=True)
class Who:
    """group -- the regional group whose common proposal it is; countries -- ISO codes of the States; unknown -- codes of nobody we know"""

    group: RegionalGroup | None = None
    countries: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sources:
    """groups -- by each code printed on their proposals, and by their own code; symbols -- of States, to ISO codes"""

    groups: Mapping[str, RegionalGroup]
    symbols: Mapping[str, str]

    def who(self, codes: Sequence[str]) -> Who:
        """A single group; of several codes those that are States."""
        known = [self.groups[code] for code in codes if code in self.groups]
        countries = tuple(dict.fromkeys(self.symbols[code] for code in codes if code in self.symbols and code not in self.groups))
        unknown = tuple(code for code in codes if code not in self.groups and code not in self.symbols)
        return Who(known[0] if known else None, countries, unknown)


def known_sources() -> Sources:
    """Two queries."""
    groups: dict[str, RegionalGroup] = {}
    for group in RegionalGroup.objects.all():
        groups.setdefault(group.code.upper(), group)
        groups.update(dict.fromkeys(group.proposal_codes, group))
    return Sources(groups, {row.symbol.upper(): str(row.country) for row in StateSymbol.objects.all()})


def read_identifier(said: str, action: str = "") -> Code | None:
    """`EUR/38A7/1`, with its action before it or not."""
    return parse_code(said) or parse_code(f"{action or 'MOD'} {said}")


def document_of(code: Code) -> tuple[str, int]:
    """Number and revision of the document: ("38A7", 1) of `EUR/38A7R1/2`."""
    return f"{code.document}{''.join(f'A{addendum}' for addendum in code.addenda)}", code.revision or 0

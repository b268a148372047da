"""One page of a comparison of versions, as page, mail, API and export use it."""

from collections.abc import Mapping
from dataclasses import dataclass

from resolutions.domain.comparing import ComparedClause, Comparison
from resolutions.domain.comparison_pages import PartCount
from resolutions.read_models.starting_points import StartingPoint
from resolutions.read_models.versions import Version


@dataclass(frozen=True, slots=True)
class ComparedPage:
    """A page of a comparison, its words marked.

    versions -- the base first; parts -- of the whole; starts -- by the key of a version
    whole -- the whole comparison, if it has one page only and was compared in this request
    """

    versions: tuple[Version, ...]
    rows: tuple[ComparedClause, ...]
    parts: tuple[PartCount, ...]
    starts: Mapping[str, StartingPoint]
    number: int = 1
    count: int = 1
    whole: Comparison | None = None

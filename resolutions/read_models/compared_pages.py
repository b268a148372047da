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

    def compared_with(self, place: int) -> str:
        """What the words of this version are marked against: "base", in the language of which it is; "text", the text in force in its own
        language; "before", what its document says it starts from; "" where neither is known.
        """
        version = self.versions[place]
        if version.language == self.versions[0].language:
            return "base"
        if version.reference:
            return "text"
        cells = [row.cells[place - 1] for row in self.rows]
        return "before" if any(cell and cell.reference for cell in cells) else ""

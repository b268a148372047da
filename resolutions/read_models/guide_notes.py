"""What the guide teaches about one resolution."""

from collections.abc import Iterable

from resolutions.importers.glossary_and_notes import GuideNote, shipped_guide_notes
from resolutions.models import Resolution, Topic


def notes_about(resolution: Resolution, topics: Iterable[Topic]) -> list[GuideNote]:
    tags = [topic.tag for topic in topics]
    is_of_assembly = resolution.series == Resolution.Series.WTSA
    return [note for note in shipped_guide_notes() if note.is_about(resolution.slug, tags, is_of_assembly=is_of_assembly)]

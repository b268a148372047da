"""The words for notes on sources that ship (`resolutions/data/source_notes.yaml`)."""

from functools import cache
from pathlib import Path

import yaml

from resolutions.domain.source_notes import Vocabulary, compiled_pattern

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "source_notes.yaml"


@cache
def shipped_vocabulary() -> Vocabulary:
    """Read once: it changes with the version only."""
    content = yaml.safe_load(SHIPPED.read_text())
    return Vocabulary(content["phrases"], tuple((compiled_pattern(words["en"]), words) for words in content["patterns"]))

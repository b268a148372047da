"""The words for notes on sources that ship (`resolutions/data/source_notes.yaml`)."""

from functools import cache
from pathlib import Path

import yaml

from resolutions.domain.source_notes import Vocabulary, compiled_pattern

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "source_notes.yaml"


@cache
def shipped_vocabulary() -> Vocabulary:
    """Read once: it changes with the version only."""
    content = yaml.load(SHIPPED.read_bytes(), Loader=yaml.CSafeLoader)
    return Vocabulary(content["phrases"], tuple((compiled_pattern(words["en"]), words) for words in content["patterns"]))

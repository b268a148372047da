class RuleBroken(Exception):
    """An act that may not happen now. Its text is a sentence for the person, already translated."""

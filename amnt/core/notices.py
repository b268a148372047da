"""What a notice carries beside its sentence: the token that undoes the act it speaks of."""

UNDO = "undo="


def undo_tag(token: str) -> str:
    return f"{UNDO}{token}" if token else ""


def undo_token(extra_tags: str | None) -> str:
    """The token in the extra tags of a message; empty if there is none."""
    return next((tag.removeprefix(UNDO) for tag in (extra_tags or "").split() if tag.startswith(UNDO)), "")

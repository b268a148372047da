"""Identifiers as people type them: `EUR/38A7/1`, with or without an action before it, and the document they name."""

from resolutions.importers.docx import Code, parse_code


def read_identifier(said: str, action: str = "") -> Code | None:
    return parse_code(said) or parse_code(f"{action or 'MOD'} {said}")


def document_of(code: Code) -> tuple[str, int]:
    """Number and issue of the document: ("38A7", 1) of `EUR/38A7R1/2`."""
    return f"{code.document}{''.join(f'A{addendum}' for addendum in code.addenda)}", code.revision or 0

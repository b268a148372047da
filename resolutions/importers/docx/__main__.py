"""python -m resolutions.importers.docx FILE.docx [--json]: what a Word contribution holds."""

import argparse
import json
import sys
from pathlib import Path

from . import Extraction, FileRefused, as_json, read_contribution, refusal_as_json


def main(arguments: list[str] | None = None) -> int:
    """0 when the file was read, 1 when it is refused, 2 when there is no such file."""
    parser = argparse.ArgumentParser(prog="python -m resolutions.importers.docx", description="Print what a Word contribution holds.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="everything, as JSON; without it, one line a proposal")
    chosen = parser.parse_args(arguments)
    try:
        data = chosen.file.read_bytes()
    except OSError as error:
        sys.stderr.write(f"{chosen.file}: {error.strerror}\n")
        return 2
    try:
        extraction = read_contribution(data, file=chosen.file.name)
    except FileRefused as refused:
        refusal = refusal_as_json(refused, file=chosen.file.name)
        sys.stdout.write(f"{json.dumps(refusal, ensure_ascii=False, indent=1)}\n" if chosen.json else f"refused: {refused.code}\n")
        return 1
    sys.stdout.write(f"{json.dumps(as_json(extraction), ensure_ascii=False, indent=1)}\n" if chosen.json else _in_short(extraction))
    return 0


def _in_short(extraction: Extraction) -> str:
    lines = [
        f"{proposal.action} {proposal.code}: {proposal.resolution.heading_after or proposal.resolution.heading_before or '?'}, "
        f"{len(proposal.clauses)} clauses, {sum(clause.change != 'unchanged' for clause in proposal.clauses)} of them changed"
        for proposal in extraction.proposals
    ]
    lines += [f"paragraph {warned.place}: {warned.code} {warned.text}".rstrip() for warned in extraction.warnings]
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())

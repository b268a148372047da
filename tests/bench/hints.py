"""How well the wording hints do on the labelled clauses, and how fast: `python -m tests.bench.hints`. No database."""

import sys
import time

from tests.resolutions.hints.labelled import HALVES, labelled, scores, shipped


def measured() -> dict[str, dict[str, float]]:
    """Precision and recall for each half of the labelled set, by family and language; only `development` was tuned on."""
    rules, clauses = shipped(), labelled()
    result: dict[str, dict[str, float]] = {}
    for half in HALVES:
        found = scores([clause for clause in clauses if clause.half == half], rules)
        result[f"hints, {half}"] = {
            f"{name}, {figure}": round(getattr(score, figure), 3)
            for name, score in sorted(found.items())
            for figure in ("precision", "recall")
        }
    result["hints"] = {"clauses": len(clauses), "clauses/s": clauses_per_second()}
    return result


def clauses_per_second(times: int = 3) -> float:
    rules, clauses = shipped(), labelled()
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        for clause in clauses:
            clause.found(rules)
        spent.append(time.perf_counter() - start)
    return round(len(clauses) / min(spent))


def main() -> int:
    for what, figures in measured().items():
        sys.stdout.write(f"{what}\n")
        for name, figure in figures.items():
            sys.stdout.write(f"    {name:32} {figure:10,.3f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

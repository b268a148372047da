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


def verdicts(figures: dict[str, dict[str, float]]) -> list[tuple[str, str, bool]]:
    """Limits a little below what was measured. The evasive clauses say what they want in words that no list holds."""
    held_out, evasive, pace = figures["hints, held-out"], figures["hints, evasive"], figures["hints"]["clauses/s"]
    families = {name: figure for name, figure in held_out.items() if not name.startswith(("all", "fr", "en", "es"))}
    languages = {name: figure for name, figure in held_out.items() if name.startswith(("fr", "en", "es"))}
    worst_family, worst_language = min(families, key=families.__getitem__), min(languages, key=languages.__getitem__)
    return [
        ("hints, held-out: precision", f"{held_out['all, precision']:.3f} ≥ 0.9", held_out["all, precision"] >= 0.9),
        ("hints, held-out: recall", f"{held_out['all, recall']:.3f} ≥ 0.9", held_out["all, recall"] >= 0.9),
        (
            "hints, held-out: worst language",
            f"{languages[worst_language]:.3f} ≥ 0.85 ({worst_language})",
            languages[worst_language] >= 0.85,
        ),
        ("hints, held-out: worst family", f"{families[worst_family]:.3f} ≥ 0.7 ({worst_family})", families[worst_family] >= 0.7),
        ("hints, evasive wording: precision", f"{evasive['all, precision']:.3f} ≥ 0.9", evasive["all, precision"] >= 0.9),
        ("hints, evasive wording: recall", f"{evasive['all, recall']:.3f} ≥ 0.3", evasive["all, recall"] >= 0.3),
        ("hints", f"{pace:,.0f} clauses/s ≥ 2,000", pace >= 2000),
    ]


def main() -> int:
    for what, figures in measured().items():
        sys.stdout.write(f"{what}\n")
        for name, figure in figures.items():
            sys.stdout.write(f"    {name:32} {figure:10,.3f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

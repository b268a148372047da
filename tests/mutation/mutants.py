"""Small changes to a module, made by the operators of cosmic-ray and by three of our own that fit Django's querysets."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator
from parso.python.tree import ExprStmt, Keyword, Name, PythonNode

ROOT = Path(__file__).parent.parent.parent

# What may be changed: who may do what, the acts, the sets of rows, and the planning of reminders.
TARGETS = (
    "*/permissions.py",
    "amnt/accounts/permissions.py",
    "*/services/*.py",
    "amnt/*/services/*.py",
    "amnt/*/services.py",
    "*/*/services/*.py",
    "*/models/*.py",
    "amnt/*/models.py",
    "calendar_app/reminders/planning.py",
    "calendar_app/reminders/placement.py",
    "calendar_app/reminders/promises.py",
    "calendar_app/reminders/notices.py",
)


class SwapFilterAndExclude(Operator):
    """`filter(…)` becomes `exclude(…)` and the other way round."""

    others = {"filter": "exclude", "exclude": "filter"}

    def mutation_positions(self, node):
        if isinstance(node, PythonNode) and node.type == "trailer" and node.children[0] == "." and node.children[1].value in self.others:
            yield node.start_pos, node.end_pos

    def mutate(self, node, index):
        node.children[1].value = self.others[node.children[1].value]
        return node

    @classmethod
    def examples(cls):
        return ()


class DropKeyword(Operator):
    """One of several arguments given by keyword is left out: `filter(circle=c, closed=None)` becomes `filter(closed=None)`."""

    def mutation_positions(self, node):
        return [(node.children[index].start_pos, node.children[index].end_pos) for index in self._arguments(node)]

    def mutate(self, node, index):
        at = self._arguments(node)[index]
        del node.children[at : at + 2]
        return node

    def _arguments(self, node):
        if node.type != "arglist":
            return []
        return [
            index
            for index, child in enumerate(node.children)
            if child.type == "argument" and isinstance(child.children[0], Name) and child.children[1] == "="
        ]

    @classmethod
    def examples(cls):
        return ()


class DropStatement(Operator):
    """A statement that calls something, or sets an attribute, is left out."""

    def mutation_positions(self, node):
        if node.type == "simple_stmt" and self._acts(node.children[0]):
            yield node.children[0].start_pos, node.children[0].end_pos

    def mutate(self, node, index):
        first = node.children[0].get_first_leaf()
        node.children[0] = Keyword("pass", first.start_pos, first.prefix)
        return node

    def _acts(self, node):
        if isinstance(node, ExprStmt):
            return not isinstance(node.children[0], Name)
        return node.type == "atom_expr"

    @classmethod
    def examples(cls):
        return ()


OWN = (SwapFilterAndExclude, DropKeyword, DropStatement)
# Of cosmic-ray's operators those that turn a thing into its opposite or its neighbour. Its others replace each comparison and each
# arithmetic sign by every other: on keys and words most of those change nothing, or fail at once.
OF_COSMIC_RAY = (
    "AddNot",
    "ExceptionReplacer",
    "NumberReplacer",
    "ReplaceAndWithOr",
    "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_BitAnd_BitOr",
    "ReplaceBinaryOperator_BitOr_BitAnd",
    "ReplaceBinaryOperator_Div_Mul",
    "ReplaceBinaryOperator_Mul_Div",
    "ReplaceBinaryOperator_Sub_Add",
    "ReplaceBreakWithContinue",
    "ReplaceComparisonOperator_Eq_NotEq",
    "ReplaceComparisonOperator_Gt_GtE",
    "ReplaceComparisonOperator_Gt_LtE",
    "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_GtE_Lt",
    "ReplaceComparisonOperator_IsNot_Is",
    "ReplaceComparisonOperator_Is_IsNot",
    "ReplaceComparisonOperator_Lt_GtE",
    "ReplaceComparisonOperator_Lt_LtE",
    "ReplaceComparisonOperator_LtE_Gt",
    "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_NotEq_Eq",
    "ReplaceContinueWithBreak",
    "ReplaceFalseWithTrue",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceUnaryOperator_Delete_Invert",
    "ReplaceUnaryOperator_Delete_Not",
    "ZeroIterationForLoop",
)


@dataclass(frozen=True)
class Mutant:
    path: str
    operator: str
    occurrence: int
    line: int
    source: str

    @property
    def name(self) -> str:
        return f"{self.path}:{self.line} {self.operator} #{self.occurrence}"

    def difference(self) -> str:
        """The lines that differ, as `- before` and `+ after`."""
        before, after = (ROOT / self.path).read_text().splitlines(), self.source.splitlines()
        while before and after and before[-1] == after[-1]:
            before.pop(), after.pop()
        first = next((i for i, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), min(len(before), len(after)))
        return "\n".join([f"    - {line.strip()}" for line in before[first:]] + [f"    + {line.strip()}" for line in after[first:]])


def paths() -> list[str]:
    found = {path.relative_to(ROOT) for pattern in TARGETS for path in ROOT.glob(pattern)}
    return sorted(str(path) for path in found if path.parts[0] != "tests" and path.name != "__init__.py")


def operators() -> Iterator[tuple[str, Operator]]:
    for name in OF_COSMIC_RAY:
        yield name, get_operator(f"core/{name}")()
    for operator in OWN:
        yield operator.__name__, operator()


def mutants_of(path: str, seed: int) -> Iterator[Mutant]:
    """Every change that an operator can make to this file, whether it matters or not, in an order that the seed decides."""
    source = (ROOT / path).read_text()
    nodes = list(ast_nodes(get_ast(source)))
    places = [
        (name, operator, occurrence, line)
        for name, operator in operators()
        for occurrence, line in enumerate(start[0] for node in nodes for start, _ in operator.mutation_positions(node))
    ]
    random.Random(f"{seed} {path}").shuffle(places)
    for name, operator, occurrence, line in places:
        changed = mutate_code(source, operator, occurrence)
        if changed is not None and changed != source and compiles(changed) and not is_unseen(name, source.splitlines()[line - 1]):
            yield Mutant(path, name, occurrence, line, changed)


def compiles(source: str) -> bool:
    """The `*` that makes arguments keyword-only is no multiplication."""
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def is_unseen(operator: str, line: str) -> bool:
    """What no test on SQLite can notice: a lock, which only PostgreSQL takes (`test_at_once.py` holds those), and words in a log."""
    return "select_for_update" in line or (operator == "DropStatement" and bool(re.match(r"\s*(\w+\.lock\(|logger\.)", line)))

"""A change to a module that is loaded already: its functions get other code, its constants other values.

So a process forked from one that has everything loaded, the database made included, tries a change within a fraction of a second.
What only a fresh import would see (fields, Meta, decorators, defaults of arguments) is not changed.
"""

import ast
import gc
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType

from tests.mutation.mutants import ROOT, Mutant

PACKAGES = ("amnt", "resolutions", "coalitions", "calendar_app")


def functions(code: CodeType) -> Iterator[CodeType]:
    """The code of the functions and methods of a module, outermost only, in the order in which they stand."""
    for constant in code.co_consts:
        if not isinstance(constant, CodeType) or constant.co_name == "<genexpr>":  # which runs once, at the import
            continue
        # CO_NEWLOCALS: a function; a class body has none, and the scope of type parameters holds one.
        if constant.co_flags & 0x2 and not constant.co_name.startswith("<generic parameters of "):
            yield constant
        else:
            yield from functions(constant)


def does(code: CodeType) -> tuple[object, ...]:
    """What a function does, without where it stands."""
    constants = tuple(does(each) if isinstance(each, CodeType) else (type(each), each) for each in code.co_consts)
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_exceptiontable


def constants(source: str) -> dict[str, ast.stmt]:
    """`NAME = …` at the module's outermost level."""
    found: dict[str, ast.stmt] = {}
    for statement in ast.parse(source).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found[name] = statement
    return found


class Change:
    """What is different in a mutant's module: pairs of code, and constants by name."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        original = (ROOT / mutant.path).read_text()
        where = str(ROOT / mutant.path)
        before = list(functions(compile(original, where, "exec")))
        after = list(functions(compile(mutant.source, where, "exec")))
        self.code = [
            (old, new) for old, new in zip(before, after, strict=False) if does(old) != does(new) and old.co_freevars == new.co_freevars
        ]
        old_constants, new_constants = constants(original), constants(mutant.source)
        self.constants = {
            name: new_constants[name]
            for name, statement in old_constants.items()
            if name in new_constants and ast.dump(new_constants[name]) != ast.dump(statement)
        }

    def __bool__(self) -> bool:
        return bool(self.code or self.constants)

    @property
    def module(self) -> ModuleType | None:
        return sys.modules.get(self.mutant.path.removesuffix(".py").replace("/", "."))

    def apply(self) -> None:
        wanted = {(old.co_filename, old.co_qualname, old.co_firstlineno): new for old, new in self.code}
        for function in gc.get_objects():
            # A proxy of an object that has gone answers no question about its class.
            if type(function) is FunctionType:
                code = function.__code__
                new = wanted.get((code.co_filename, code.co_qualname, code.co_firstlineno))
                if new is not None:
                    function.__code__ = new
        module = self.module
        for name, statement in self.constants.items():
            before = getattr(module, name)
            values = dict(vars(module))
            exec(compile(ast.Module([statement], []), self.mutant.path, "exec"), values)
            for other in list(sys.modules.values()):
                if getattr(other, "__name__", "").partition(".")[0] in PACKAGES and vars(other).get(name) is before:
                    setattr(other, name, values[name])

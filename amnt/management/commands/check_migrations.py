import sys

from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations import operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field
from django.db.models.fields import NOT_PROVIDED

# Operations that are safe for the version of the program before them.
HARMLESS = (
    operations.CreateModel,
    operations.AddIndex,
    operations.RemoveIndex,
    operations.RenameIndex,
    operations.RemoveConstraint,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.AlterModelTableComment,
)


class Command(BaseCommand):
    help = "Says whether the version that runs now could go on while the waiting migrations are applied. Exits with 1 if not."
    requires_system_checks = []

    def handle(self, **options):
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        state = executor.loader.project_state([key for key in executor.loader.applied_migrations if key in executor.loader.graph.nodes])
        is_safe = True
        for migration, _backwards in plan:
            for operation in migration.operations:
                if not is_harmless(operation, migration.app_label, state):
                    is_safe = False
                    self.stdout.write(f"{migration}: the version that runs now would not work with this: {operation.describe()}.")
                operation.state_forwards(migration.app_label, state)
        if is_safe:
            self.stdout.write(f"{len(plan)} migrations wait; the version that runs now can go on meanwhile.")
        else:
            sys.exit(1)


def is_harmless(operation: Operation, app: str, state: ProjectState) -> bool:
    """Whether the program of this state can still read and write the database after this operation. When in doubt, no."""
    if isinstance(operation, operations.SeparateDatabaseAndState):
        return all(is_harmless(inner, app, state) for inner in operation.database_operations)
    if isinstance(operation, operations.AddField):
        field = operation.field
        return bool(field.null or field.many_to_many or field.db_default is not NOT_PROVIDED)
    if isinstance(operation, operations.AlterField):
        before = state.models[app, operation.model_name_lower].fields[operation.name]
        return used_by_program(before) == used_by_program(operation.field)
    return isinstance(operation, HARMLESS)


def used_by_program(field: Field) -> tuple[object, ...]:
    """The parts of a field that a program reads and writes: an index makes it faster or slower, not different."""
    _name, path, arguments, options = field.deconstruct()
    return path, arguments, {name: value for name, value in options.items() if name not in (*field.non_db_attrs, "db_index")}

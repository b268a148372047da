# ruff: noqa: S608 -- the statements are made of the names in this file alone
"""Database triggers that make the audit append-only.

UPDATE is always refused. DELETE is refused unless a checkpoint covers the row, and a checkpoint is deleted only after a later one.
"""

from django.db import connections, transaction

ENTRY, SEAL, CHECKPOINT = "audit_auditentry", "audit_auditseal", "audit_auditcheckpoint"
SENTENCE = "The audit is append-only."

# The condition under which a row may be deleted.
MAY_GO = {
    ENTRY: f"EXISTS (SELECT 1 FROM {SEAL} s JOIN {CHECKPOINT} c ON c.position >= s.position WHERE s.entry_id = OLD.id)",
    SEAL: f"EXISTS (SELECT 1 FROM {CHECKPOINT} c WHERE c.position >= OLD.position)",
    CHECKPOINT: f"EXISTS (SELECT 1 FROM {CHECKPOINT} c WHERE c.position > OLD.position)",
}
KEY = {ENTRY: "id", SEAL: "position", CHECKPOINT: "position"}


def names() -> set[str]:
    return {f"{table}_{what}" for table in MAY_GO for what in ("no_update", "no_delete", "no_other")}


def statements(vendor: str) -> list[str]:
    """Triggers for UPDATE, for DELETE, and for what bypasses these (TRUNCATE, INSERT OR REPLACE)."""
    return [statement for table in MAY_GO for statement in (_postgresql(table) if vendor == "postgresql" else _sqlite(table))]


def _sqlite(table: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
    key = KEY[table]
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT {MAY_GO[table]} {refuse}",
        # INSERT OR REPLACE deletes the older row without firing a trigger for DELETE.
        f"CREATE TRIGGER {table}_no_other BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) {refuse}",
    ]


def _postgresql(table: str) -> list[str]:
    function = f"{table}_append_only"
    return [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' THEN IF {MAY_GO[table]} THEN RETURN OLD; END IF; END IF; "
        f"RAISE EXCEPTION '{SENTENCE}'; END $$",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
        f"CREATE TRIGGER {table}_no_other BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
    ]


def installed(using: str = "default") -> set[str]:
    connection = connections[using]
    in_catalogue = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgrelid::regclass::text = ANY(%s)"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(in_catalogue, [list(MAY_GO)] if connection.vendor == "postgresql" else [])
        return {name for (name,) in cursor.fetchall()} & names()


def are_installed(using: str = "default") -> bool:
    return installed(using) == names()


def install(using: str = "default") -> None:
    """Create the triggers if any is missing, so that an update of a running instance takes no lock for nothing."""
    tables = set(connections[using].introspection.table_names())
    if not tables.issuperset(MAY_GO) or are_installed(using):
        return
    remove(using)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for statement in statements(connections[using].vendor):
            cursor.execute(statement)


def remove(using: str = "default") -> None:
    there = installed(using)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for table in MAY_GO:
            for what in ("no_update", "no_delete", "no_other"):
                if f"{table}_{what}" in there:
                    on = f" ON {table}" if connections[using].vendor == "postgresql" else ""
                    cursor.execute(f"DROP TRIGGER {table}_{what}{on}")

"""Loads the reference data, repeatedly, without overwriting what people changed.

Field by field: values unchanged since the last load follow the data; values that someone changed stay, unless forced. Rows that someone
deleted are not loaded again, nor what refers to them. A decision, revision or link that the data no longer holds to be sure is taken
back, unless someone changed it, checked it or built on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, models, transaction
from django.utils.translation import override
from django_countries.fields import Country

from amnt.core.languages import LANGUAGE_CODES
from resolutions.importers.reference import (
    ASSEMBLIES,
    OUTCOMES,
    REGIONAL_GROUPS,
    RESOLUTIONS,
    REVISIONS,
    STATE_SYMBOLS,
    STUDY_GROUP_LINKS,
    STUDY_GROUPS,
    TOPICS,
    BadReference,
    FileContent,
    FileSchema,
    ReferenceEntry,
    read_reference_file,
)
from resolutions.importers.wording_rules import WORDING_RULES
from resolutions.models import (
    Assembly,
    Fact,
    Outcome,
    Reference,
    RegionalGroup,
    Resolution,
    Revision,
    StateSymbol,
    StudyGroup,
    StudyGroupLink,
    Topic,
    WordingRule,
)

SHIPPED = Path(__file__).resolve().parent.parent / "data"
FILES: Mapping[str, FileSchema] = {
    f"{shape.name}.yaml": shape
    for shape in (
        *(ASSEMBLIES, REGIONAL_GROUPS, TOPICS, RESOLUTIONS, REVISIONS, OUTCOMES),
        *(STUDY_GROUPS, STUDY_GROUP_LINKS, STATE_SYMBOLS, WORDING_RULES),
    )
}
# The author in the history of a row.
REASON = "reference data"
# How sure a date is was said of its day and of its source: where those of a person are kept, so is what she said of them.
NOTHING: frozenset[str] = frozenset()
SAID_OF = {"date_status": frozenset({"starts_on", "ends_on", "at", "source"})}

Links = Mapping[str, Reference]


@dataclass
class LoadReport:
    """The result of loading one file. `kept` names the fields where a person's value was kept, `deleted` the rows that people
    deleted, `taken_back` those that the data no longer holds to be sure."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    unsure: int = 0
    kept: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ReferenceTable:
    """The target of rows. `links` and `many` are the rows that foreign keys may point at, by column; `natural` are sets of columns that
    identify a row made by hand."""

    model: type[Reference]
    columns: Iterable[str]
    links: Mapping[str, Links] = field(default_factory=dict)
    many: Mapping[str, Links] = field(default_factory=dict)
    natural: tuple[tuple[str, ...], ...] = ()
    # A version column that is raised when one of these columns changes.
    versioned: frozenset[str] = frozenset()
    # Whether a row is taken back once the data is no longer sure of it.
    takes_back: bool = False


def read_file(path: Path, shape: FileSchema) -> FileContent:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadReference(f"{path.name}: cannot be read: {error.strerror}") from error
    return read_reference_file(data, file=path.name, shape=shape)


@transaction.atomic
def store_texts(contents: Mapping[str, FileContent], *, force: bool = False) -> dict[str, LoadReport]:
    """Assemblies, groups, symbols of States, topics, resolutions, revisions, outcomes and study groups, as read from their files."""
    tallies = {}
    with override(settings.LANGUAGE_CODE):
        for name, table in (
            ("assemblies", ReferenceTable(Assembly, ASSEMBLIES.columns, natural=(("code",),))),
            ("regional_groups", ReferenceTable(RegionalGroup, REGIONAL_GROUPS.columns, natural=(("code",),))),
            ("topics", ReferenceTable(Topic, TOPICS.columns, natural=(("tag",),))),
            ("state_symbols", ReferenceTable(StateSymbol, STATE_SYMBOLS.columns, natural=(("symbol",),))),
            ("study_groups", ReferenceTable(StudyGroup, STUDY_GROUPS.columns, natural=(("period", "number"),))),
            ("wording_rules", ReferenceTable(WordingRule, WORDING_RULES.columns, natural=(("code",),))),
        ):
            tallies[name] = store(contents[name], table, force=force)
        topics = links_to(Topic, "tag")
        into = ReferenceTable(Resolution, RESOLUTIONS.columns, many={"topics": topics}, natural=(("slug",), ("series", "number")))
        tallies["resolutions"] = store(contents["resolutions"], into, force=force)
        links = {"resolution": links_to(Resolution, "slug"), "assembly": links_to(Assembly, "code")}
        pair = (("resolution", "assembly"),)
        for name, model, columns in (("revisions", Revision, REVISIONS.columns), ("outcomes", Outcome, OUTCOMES.columns)):
            into = ReferenceTable(model, columns, links, natural=pair, takes_back=True)
            tallies[name] = store(contents[name], into, force=force)
        links = {"resolution": links["resolution"], "study_group": links_to(StudyGroup, "reference_key")}
        into = ReferenceTable(StudyGroupLink, STUDY_GROUP_LINKS.columns, links, natural=(("resolution", "study_group"),), takes_back=True)
        tallies["study_group_links"] = store(contents["study_group_links"], into, force=force)
    return tallies


def links_to(model: type[Reference], name: str) -> Links:
    """Rows by their key in the data files or, for those made by hand, by `name`."""
    rows = list(model._default_manager.all())
    return {getattr(row, name): row for row in rows} | {row.reference_key: row for row in rows if row.reference_key}


def deleted_here(model: type[models.Model]) -> set[str]:
    """Keys of rows that were loaded and that people then deleted, by the history of this table."""
    if (history := getattr(model, "history", None)) is None:
        return set()
    gone = set(
        history.filter(history_type="-")
        .exclude(reference_key=None)
        .exclude(history_change_reason=REASON)
        .values_list("reference_key", flat=True)
    )
    return gone - set(model._default_manager.filter(reference_key__in=gone).values_list("reference_key", flat=True))


def store(content: FileContent, into: ReferenceTable, *, force: bool) -> LoadReport:
    """In the caller's transaction: one row that cannot be stored refuses all."""
    tally = LoadReport(unsure=len(content.unsure))
    known = _Known(into, content.rows)
    gone = _Gone(into, nothing=force)
    for row in content.rows:
        found = known.find(row)
        if found is None and gone.has(row):
            tally.deleted.append(row.key)
            continue
        try:
            _store_row(gone.left_of(row), found, into, force, tally)
        except DatabaseError as error:
            raise row.refuse(f"contradicts what is stored already: {error}") from error
    if into.takes_back:
        tally.taken_back = _take_back(content.unsure, into)
    return tally


def _take_back(keys: list[str], into: ReferenceTable) -> list[str]:
    """Delete the rows of these keys that stand as they were loaded and that nobody checked or built on."""
    taken = []
    for thing in into.model._default_manager.filter(reference_key__in=keys).order_by("pk"):
        stands = {column: value_of(thing, column, into) for column in flat(into.model, dict.fromkeys(into.columns))}
        is_as_loaded = all(_is_as_loaded(column, thing.reference_values, value) for column, value in stands.items())
        is_checked = isinstance(thing, Fact) and thing.verified_at is not None
        if is_as_loaded and not is_checked and not _is_used(thing):
            thing._change_reason = REASON  # type: ignore[attr-defined]
            taken.append(str(thing.reference_key))
            thing.delete()
    return taken


def _is_used(thing: Reference) -> bool:
    """Whether other rows hang on it."""
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: thing}).exists() for relation in thing._meta.related_objects
    )


def _store_row(row: ReferenceEntry, found: Reference | None, into: ReferenceTable, force: bool, tally: LoadReport) -> None:
    thing = found or into.model(reference_key=row.key)
    wanted = {column: _blank(column, into) if value is None else value for column, value in flat(into.model, row.values).items()}
    loaded = dict(thing.reference_values)
    stands = {column: value_of(thing, column, into) for column in flat(into.model, dict.fromkeys(into.columns))}
    wanted_values = {column: _named(wish, column, into) for column, wish in wanted.items()}
    differing = [column for column, value in wanted_values.items() if value != stands[column]]
    kept = [column for column in differing if found and not force and not _is_as_loaded(column, loaded, stands[column])]
    kept += [column for column in differing if column not in kept and SAID_OF.get(column, NOTHING).intersection(kept)]
    tally.kept += [f"{row.key}: {column}" for column in kept]
    changed = [column for column in differing if column not in kept]
    loaded |= wanted_values
    # Columns that the data leaves out are remembered as they are, so that they can follow the data later.
    values = stands | loaded if found is None else loaded
    _save(thing, {column: wanted[column] for column in changed}, values, row, into)
    if found is None:
        tally.added += 1
    elif changed:
        tally.changed += 1
    else:
        tally.unchanged += 1


def _is_as_loaded(column: str, loaded: dict[str, Any], stands: Any) -> bool:
    """Whether it is unchanged since it was loaded. In a row made by hand, only a blank column is."""
    return stands == loaded[column] if column in loaded else stands in (None, [])


def _save(thing: Reference, changes: dict[str, Any], values: dict[str, Any], row: ReferenceEntry, into: ReferenceTable) -> None:
    is_new = thing.pk is None
    for column, value in changes.items():
        if column in into.links:
            setattr(thing, column, _linked(into.links[column], value, column, row) if value else None)
        elif column not in into.many:
            setattr(thing, column, value)
    if not is_new and not changes:
        if (thing.reference_key, thing.reference_values) != (row.key, values):
            # Bookkeeping only: no history, no new `changed_at`.
            into.model._default_manager.filter(pk=thing.pk).update(reference_key=row.key, reference_values=values)
        return
    if not is_new and into.versioned & changes.keys():
        thing.version += 1  # type: ignore[attr-defined]
    if isinstance(thing, Fact):
        # The check was of other values.
        thing.verified_at = thing.verified_by = None
    thing.reference_key, thing.reference_values = row.key, values
    thing._change_reason = REASON  # type: ignore[attr-defined]
    thing.save()
    for column, links in into.many.items():
        if column in changes:
            getattr(thing, column).set([_linked(links, key, column, row) for key in changes[column] or []])


def _linked(links: Links, key: str, column: str, row: ReferenceEntry) -> Reference:
    try:
        return links[key]
    except KeyError:
        raise row.refuse(f"“{column}” names “{key}”, which is not there") from None


def _blank(column: str, into: ReferenceTable) -> Any:
    """The value of a column that the data leaves out."""
    if column in into.many:
        return []
    model_field = into.model._meta.get_field(column)
    return None if model_field.null else model_field.get_default()  # type: ignore[union-attr]


def _named(value: Any, column: str, into: ReferenceTable) -> Any:
    """Rows pointed at by their key, whatever other name the data used for them."""
    links = into.links.get(column) or into.many.get(column) or {}
    if isinstance(value, list):
        return sorted((links[key].reference_key or key) if key in links else as_json(key) for key in value)
    if isinstance(value, Mapping):
        return as_json(value)
    return (links[value].reference_key or value) if value in links else as_json(value)


class _Known:
    """The stored rows, found by key or, if made by hand, by natural columns."""

    def __init__(self, into: ReferenceTable, rows: list[ReferenceEntry]):
        self.into = into
        things = into.model._default_manager.prefetch_related(*into.many)
        keys = [row.key for row in rows]
        self.by_key = {thing.reference_key: thing for thing in things.filter(reference_key__in=keys)}
        self.by_hand: dict[tuple[tuple[str, ...], tuple[Any, ...]], Reference] = {}
        for thing in things.filter(reference_key=None) if into.natural else []:
            for columns in into.natural:
                self.by_hand[columns, tuple(value_of(thing, column, into) for column in columns)] = thing

    def find(self, row: ReferenceEntry) -> Reference | None:
        if row.key in self.by_key:
            return self.by_key[row.key]
        for columns in self.into.natural:
            values = tuple(as_json(row.values.get(column) or _blank(column, self.into)) for column in columns)
            if None not in values and (found := self.by_hand.get((columns, values))):
                return found
        return None


class _Gone:
    """Deleted rows, of this table and of those it refers to."""

    def __init__(self, into: ReferenceTable, *, nothing: bool):
        self.into = into
        self.keys = set() if nothing else deleted_here(into.model)
        pointed_at = {} if nothing else {**into.links, **into.many}
        self.links = {
            column: deleted_here(into.model._meta.get_field(column).related_model)  # type: ignore[arg-type]
            - links.keys()
            for column, links in pointed_at.items()
        }

    def has(self, row: ReferenceEntry) -> bool:
        return row.key in self.keys or any(row.values.get(column) in self.links.get(column, ()) for column in self.into.links)

    def left_of(self, row: ReferenceEntry) -> ReferenceEntry:
        """The row without deleted rows in its many-to-many columns."""
        lists = {column: row.values[column] for column in self.into.many if row.values.get(column) and self.links.get(column)}
        left = {column: [key for key in keys if key not in self.links[column]] for column, keys in lists.items()}
        return replace(row, values=row.values | left) if left else row


# --- What a row says, in the one form that data, database and memory of the last loading are compared in ------------------


def flat(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by database column: one per language for translated ones."""
    columns = {model_field.name for model_field in model._meta.get_fields()}
    found: dict[str, Any] = {}
    for column, value in values.items():
        if f"{column}_{LANGUAGE_CODES[0]}" in columns:
            found |= {f"{column}_{code}": (value or {}).get(code) for code in LANGUAGE_CODES}
        else:
            found[column] = value
    return found


def value_of(thing: Reference, column: str, into: ReferenceTable) -> Any:
    if column in into.many:
        chosen = {row.pk for row in getattr(thing, column).all()} if thing.pk else set()
        return sorted({row.reference_key or key for key, row in into.many[column].items() if row.pk in chosen})
    if column in into.links:
        pk = getattr(thing, f"{column}_id")
        return next((row.reference_key or key for key, row in into.links[column].items() if row.pk == pk), None) if pk else None
    return as_json(getattr(thing, column))


def as_json(value: Any) -> Any:
    """Blank is None; lists are sorted, for their order says nothing; instants are in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Country):
        return value.code or None
    if isinstance(value, Mapping):
        return {name: as_json(item) for name, item in value.items()} or None
    if isinstance(value, Iterable) and not isinstance(value, str):
        return sorted(as_json(item) for item in value)
    return None if value == "" else value

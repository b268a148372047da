"""What a deletion would cascade to, by primary keys: no row is loaded."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.db.models import CASCADE, PROTECT, RESTRICT, Model
from django.db.models.deletion import get_candidate_relations_to_delete

KEYS_A_QUERY = 500


@dataclass(frozen=True, slots=True)
class Cascade:
    """Primary keys by model.

    deleted -- the objects and what is deleted with them; protected -- what prevents the deletion
    """

    deleted: dict[type[Model], set[Any]]
    protected: dict[type[Model], set[Any]]


def cascade_of(objs: Sequence[Model]) -> Cascade:
    """One query per relation of each model reached and per 500 keys of that model."""
    deleted: defaultdict[type[Model], set[Any]] = defaultdict(set)
    protected: defaultdict[type[Model], set[Any]] = defaultdict(set)
    for obj in objs:
        deleted[type(obj)].add(obj.pk)
    waiting = deque((model, set(keys)) for model, keys in deleted.items())
    while waiting:
        model, keys = waiting.popleft()
        relations: Iterable[Any] = get_candidate_relations_to_delete(model._meta)
        for relation in relations:
            related, on_delete = relation.related_model, relation.on_delete
            if on_delete not in (CASCADE, PROTECT, RESTRICT):
                continue
            found: set[Any] = set()
            for batch in batched(sorted(keys), KEYS_A_QUERY):
                rows = related._base_manager.filter(**{f"{relation.field.name}__pk__in": batch})
                found.update(rows.order_by().values_list("pk", flat=True).iterator())
            if on_delete is not CASCADE:
                protected[related] |= found
            elif new := found - deleted[related]:
                deleted[related] |= new
                waiting.append((related, new))
    return Cascade({model: keys for model, keys in deleted.items() if keys}, {model: keys for model, keys in protected.items() if keys})

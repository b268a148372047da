"""The OpenAPI document of the API as the values a page shows. Pure."""

import json
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]

# What stands in an example for a value of this kind.
SAMPLES: dict[str, Any] = {
    "boolean": True,
    "date": "2028-10-15",
    "date-time": "2028-10-15T09:00:00Z",
    "email": "someone@example.org",
    "integer": 1,
    "string": "…",
    "uri": "https://example.org/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


@dataclass(frozen=True)
class Field:
    """A parameter, or one property of what is sent or answered. `links` to the shape it consists of, if it has one."""

    name: str
    kind: str
    note: str
    is_required: bool
    links: str = ""


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    summary: str
    note: str
    parameters: list[Field]
    body: list[Field]
    answers: list[tuple[str, str]]  # status, name of the shape
    example: str  # the least that can be sent, as JSON; "" where nothing is

    @property
    def opens(self) -> bool:
        """Whether it can be opened as a link in a browser that is logged in."""
        return self.method == "GET" and "{" not in self.path and not any(field.is_required for field in self.parameters)


@dataclass(frozen=True)
class Group:
    name: str
    operations: list[Operation]


@dataclass(frozen=True)
class SchemaShape:
    name: str
    fields: list[Field]


def groups(document: Document) -> list[Group]:
    """The operations grouped by tag."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_operation(document, method.upper(), path, operation))
    return [Group(name, operations) for name, operations in found.items()]


def shapes(document: Document) -> list[SchemaShape]:
    """The shapes of responses, each once."""
    used = {shape for group in groups(document) for operation in group.operations for _status, shape in operation.answers if shape}
    return [SchemaShape(name, _fields(document, document["components"]["schemas"][name])) for name in sorted(_with_inner(document, used))]


def _operation(document: Document, method: str, path: str, operation: Document) -> Operation:
    parameters = [
        Field(row["name"], _kind(document, row["schema"]), _first_lines(row), row.get("required", False))
        for row in operation.get("parameters", [])
    ]
    sent = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    answers = [(code, _answered(document, answer)) for code, answer in operation["responses"].items() if code < "400"]
    return Operation(
        name=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        note=operation.get("description", ""),
        parameters=parameters,
        body=_fields(document, _resolved(document, sent)),
        answers=sorted(answers),
        example=_example(document, _resolved(document, sent), path),
    )


def _example(document: Document, schema: Document, path: str = "") -> str:
    """The required properties, or, where there are none, one optional property that the address does not hold."""
    properties = schema.get("properties", {})
    names = schema.get("required") or [name for name in properties if f"{{{name}}}" not in path][:1]
    return json.dumps({name: _sample(document, properties[name]) for name in names}, ensure_ascii=False) if names else ""


def _sample(document: Document, schema: Document) -> Any:
    if examples := schema.get("examples"):
        return examples[0]
    if schema.get("type") == "array":
        return [_sample(document, schema["items"])]
    if name := _inner(document, schema):
        return json.loads(_example(document, document["components"]["schemas"][name]))
    first = _kind(document, schema).split(" | ")[0]
    return SAMPLES["string"] * max(1, schema.get("minLength", 1)) if first == "string" else SAMPLES.get(first, first)


def _answered(document: Document, answer: Document) -> str:
    """The shape of an answer; for a page of a list, that of its rows."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    rows = _resolved(document, schema).get("properties", {}).get("results")
    return _name(rows["items"] if rows else schema)


def _fields(document: Document, schema: Document) -> list[Field]:
    required = schema.get("required", [])
    return [
        Field(name, _kind(document, row), _first_lines(row), name in required, _inner(document, row))
        for name, row in schema.get("properties", {}).items()
    ]


def _kind(document: Document, schema: Document) -> str:
    """One word or a few: "string", "uuid", "MOD | ADD", "integer | null", "Person[]"."""
    if "enum" in schema:
        return " | ".join("“”" if value == "" else "null" if value is None else str(value) for value in schema["enum"])
    if several := schema.get("oneOf") or schema.get("anyOf") or schema.get("allOf"):
        return " | ".join(_kind(document, one) for one in several)
    if name := _name(schema):
        resolved = document["components"]["schemas"][name]
        return _kind(document, resolved) if "enum" in resolved else name
    if schema.get("type") == "array":
        return f"{_kind(document, schema['items'])}[]"
    if "format" in schema and isinstance(schema.get("type"), list):
        return f"{schema['format']} | null"
    kind = schema.get("format") if schema.get("type") == "string" else None
    kind = kind or schema.get("type", "any")
    return " | ".join(kind) if isinstance(kind, list) else kind


def _inner(document: Document, schema: Document) -> str:
    """The shape a field consists of, alone, in a list, or or null."""
    for one in (schema, schema.get("items", {}), *(schema.get("allOf") or schema.get("oneOf") or [])):
        if (name := _name(one)) and "properties" in document["components"]["schemas"][name]:
            return name
    return ""


def _with_inner(document: Document, names: set[str]) -> set[str]:
    """These shapes and those they consist of."""
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        inner = {field.links for field in _fields(document, document["components"]["schemas"][name]) if field.links}
        waiting |= inner - found
    return found


def _first_lines(row: Document) -> str:
    """The description without the list of values that `_kind` shows."""
    return row.get("description", "").split("* `")[0].strip()


def _name(schema: Document) -> str:
    return schema.get("$ref", "").rsplit("/", 1)[-1]


def _resolved(document: Document, schema: Document) -> Document:
    return document["components"]["schemas"][name] if (name := _name(schema)) else schema

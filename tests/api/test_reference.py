from html import unescape

import pytest

from amnt.api import reference
from amnt.api.reference import Field, groups, shapes
from tests.factories import UserFactory

DOCUMENT = {
    "paths": {
        "/things/": {
            "get": {
                "operationId": "things_list",
                "tags": ["things"],
                "summary": "Things",
                "parameters": [{"name": "state", "in": "query", "description": "In words.\n\n* `a` - A", "schema": {"enum": ["a", "b"]}}],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}},
                    "401": {"content": {}},
                },
            },
            "post": {
                "operationId": "things_create",
                "tags": ["things"],
                "summary": "Make one",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/ThingRequest"}}}},
                "responses": {"201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}},
            },
        }
    },
    "components": {
        "schemas": {
            "Page": {
                "properties": {"count": {"type": "integer"}, "results": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}
            },
            "State": {"type": "string", "enum": ["a", "b"]},
            "Person": {"properties": {"id": {"type": "string", "format": "uuid"}}},
            "ThingRequest": {"properties": {"due": {"type": ["string", "null"], "format": "date-time"}}, "required": ["due"]},
            "Thing": {
                "properties": {
                    "state": {"$ref": "#/components/schemas/State"},
                    "owner": {"oneOf": [{"$ref": "#/components/schemas/Person"}, {"type": "null"}]},
                    "people": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
                    "size": {"type": ["integer", "null"]},
                }
            },
        }
    },
}


def test_operations_stand_under_their_noun_with_what_they_take_and_answer():
    [group] = groups(DOCUMENT)
    listed, made = group.operations
    assert (group.name, listed.method, listed.path, listed.answers) == ("things", "GET", "/things/", [("200", "Thing")])
    assert listed.parameters == [Field("state", "a | b", "In words.", is_required=False)]
    assert made.body == [Field("due", "date-time | null", "", is_required=True)]
    assert made.answers == [("201", "Thing")]


def test_an_example_holds_what_is_required_and_only_a_plain_question_opens():
    [group] = groups(DOCUMENT)
    listed, made = group.operations
    assert (listed.opens, made.opens) == (True, False)
    assert (listed.example, made.example) == ("", '{"due": "2028-10-15T09:00:00Z"}')


def test_a_field_that_has_an_example_shows_it():
    """Two letters would be no country."""
    schema = {"properties": {"country": {"type": "string", "minLength": 2, "examples": ["KE"]}, "name": {"type": "string", "minLength": 2}}}
    assert reference._example(DOCUMENT, schema | {"required": ["country", "name"]}) == '{"country": "KE", "name": "……"}'


@pytest.mark.django_db
def test_no_example_of_the_page_is_a_country_of_dots(client):
    client.force_login(UserFactory())
    page = unescape(client.get("/api/v1/docs/").content.decode())
    assert ('"country": "KE"' in page, '"country": "…' in page) == (True, False)


def test_shapes_bring_the_shapes_they_consist_of():
    assert [shape.name for shape in shapes(DOCUMENT)] == ["Person", "Thing"]
    thing = shapes(DOCUMENT)[1]
    assert [(field.name, field.kind, field.links) for field in thing.fields] == [
        ("state", "a | b", ""),
        ("owner", "Person | null", "Person"),
        ("people", "Person[]", "Person"),
        ("size", "integer | null", ""),
    ]

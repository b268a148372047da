import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from hypothesis import given
from hypothesis import strategies as st

from amnt.core.json_stream import PIECE, pieces

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.datetimes() | st.uuids()
ANY = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20)


@given(st.dictionaries(st.text(), ANY, max_size=5))
def test_the_pieces_together_are_what_json_writes(data):
    assert "".join(pieces(data)) == json.dumps(data, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False)


@pytest.mark.parametrize("rows", [[], [{}], ["é", None, 1.5], [{"a": [], "b": {}}, [], {"c": [1, {"d": "\n"}]}]])
def test_what_is_walked_once_is_written_as_a_list(rows):
    expected = json.dumps({"rows": rows, "in": {"it": rows}}, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False)
    assert "".join(pieces({"rows": iter(rows), "in": {"it": iter(rows)}})) == expected


def test_a_piece_is_written_before_all_rows_are_read():
    read = []
    written = pieces({"rows": (read.append(number) or {"words": "x" * 1000} for number in range(1000))})
    assert len(next(written)) < PIECE + 2000
    assert len(read) < 100


def test_what_broke_off_is_no_json():
    def rows():
        yield {"a": 1}
        raise LookupError

    written = pieces({"rows": rows()})
    with pytest.raises(LookupError):
        "".join(written)

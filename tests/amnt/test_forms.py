import pytest

from amnt.forms import whole_number


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("7", 7),
        ("042", 42),
        ("999", 999),
        ("٤٢", 42),
        ("1000", None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
        ("²", None),
        ("1e2", None),
    ],
)
def test_a_whole_number_is_one_of_so_many_digits_and_nothing_else(said, number):
    assert whole_number(said, digits=3) == number

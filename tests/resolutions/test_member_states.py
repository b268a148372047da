"""States as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutions.member_states import state, states

SYMBOLS = {"B": "BR", "F": "FR", "USA": "US"}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Kenya", "KE"),
        ("kenia", "KE"),
        ("Brésil", "BR"),
        ("bresil", "BR"),
        ("ke", "KE"),
        ("KEN", "KE"),
        ("B", "BR"),
        ("USA", "US"),
        ("États-Unis", "US"),
        ("États-Unis d'Amérique", "US"),
        ("Côte d'Ivoire", "CI"),
        ("cote d’ivoire", "CI"),
        ("Andorra", "AD"),
        ("República Centroafricana", "CF"),
        ("Chipre", "CY"),
        ("Yibuti", "DJ"),
        ("Guyana", "GY"),
        ("Guyane", "GF"),
        ("État de Palestine", "PS"),
        ("Chad", "TD"),
        ("Trinidad y Tobago", "TT"),
        ("Nowhere", ""),
        ("", ""),
        ("B.", "BR"),
    ],
)
def test_a_state_is_known_by_symbol_code_or_name_in_three_languages(said, code):
    assert state(said, SYMBOLS) == code


def test_a_list_of_states_is_read_in_its_order_each_once():
    assert states("Kenya; B, France\nKE , Atlantis", SYMBOLS) == (["KE", "BR", "FR"], ["Atlantis"])


@given(st.text(max_size=80))
def test_whatever_is_said_each_part_is_either_a_state_or_told(said):
    found, unknown = states(said, SYMBOLS)
    assert len(set(found)) == len(found)
    assert all(len(code) == 2 for code in found)
    assert all(part in said for part in unknown)

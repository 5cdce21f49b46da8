import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.contacts.names import joined_name, split_name

words = st.text(st.characters(exclude_categories=["Zs", "Cc", "Cs"]), min_size=1)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Anna Maria van Berg", ("Anna Maria", "van", "Berg")),
        ("Cher", ("Cher", "", "")),
        ("Anna Berg", ("Anna", "", "Berg")),
        ("  Anna   Berg ", ("Anna", "", "Berg")),
        ("", ("", "", "")),
    ],
)
@pytest.mark.case("CONT-010")
def test_a_name_falls_into_its_parts(name, parts):
    assert split_name(name) == parts


@pytest.mark.case("CONT-010")
def test_a_part_is_cut_to_its_length():
    assert split_name("x" * 40).first_name == "x" * 30


@pytest.mark.case("CONT-010")
@given(st.lists(words, max_size=6))
def test_short_parts_make_the_name_again(parts):
    name = " ".join(parts)
    found = split_name(name)

    if max(map(len, found)) < 30:
        assert joined_name(*found) == name

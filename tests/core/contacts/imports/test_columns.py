import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.contacts.imports.columns import (
    FIELDS,
    check_mapping,
    proposed_mapping,
    refuse_unknown_columns,
)
from core.errors import RefusedError


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("E-Mail", "email"),
        ("e_mail", "email"),
        ("Mail", "email"),
        ("Company", "company_name"),
        ("Salesperson", "salesperson_code"),
        ("SALESPERSON_CODE", "salesperson_code"),
        ("ZIP code", "post_code"),
        ("Shoe size", None),
        ("", None),
    ],
)
def test_a_column_is_recognised_by_its_name(name, field):
    assert proposed_mapping([name]) == [field]


def test_the_first_of_two_equal_columns_wins():
    assert proposed_mapping(["Name", "name"]) == ["name", None]


@given(st.lists(st.text()))
def test_a_proposal_never_fills_a_field_twice(header):
    chosen = [field for field in proposed_mapping(header) if field]

    assert len(chosen) == len(set(chosen))
    assert set(chosen) <= set(FIELDS)


@pytest.mark.parametrize(
    "mapping",
    [[None, None], ["city", None], ["name", "name"], ["name", "hat"], ["name"]],
)
def test_a_mapping_must_say_who_the_contacts_are(mapping):
    with pytest.raises(RefusedError) as error:
        check_mapping(["A", "B"], mapping)

    assert error.value.code == "E-CSV-COLUMN"


def test_every_unknown_column_is_named():
    with pytest.raises(RefusedError) as error:
        refuse_unknown_columns(["Name", "Hat", "Shoe"], ["name", None, None])

    assert ["Hat" in f.detail or "Shoe" in f.detail for f in error.value.faults] == [
        True,
        True,
    ]

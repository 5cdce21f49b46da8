"""The form and the structured filter say the same, in both directions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from core.segments.contact_filter import contacts_matching
from web.segments.filter_form import (
    QUICK,
    FilterForm,
    filters_of,
    form_of,
    read_form,
)

FILTERS = [
    {},
    {"contact": {"no": ["C1"]}},
    {"contact": {"no": ["C1", "", "C3"], "salesperson_code": ["JR"]}},
    {"contact": {"no": {"from": "A", "to": "B", "ne": ["B1", "B2"]}}},
    {"contact": {"name": {"contains": "Ltd, Inc; |"}, "territory_code": [""]}},
    {"contact": {"privacy_blocked": True, "exclude_from_segment": False}},
    {"contact": {"email": {"ne": ""}}},
    {"contact": {"text": {"contains": ["a", "b"]}}},
    {"profile_answer": {"questionnaire_code": ["Q"], "line_no": ["20000", "30000"]}},
    {"profile_answer": {"questionnaire_code": ["Q", "R"], "line_no": ["20000"]}},
    {"profile_answer": {"line_no": {"from": "5"}}},
    {"interaction_log_entry": {"date": {"from": "2026-01-01"}, "canceled": True}},
    {"interaction_log_entry": {"evaluation": ["", "positive"]}},
    {"mailing_group": {"code": ["A"]}, "job_responsibility": {"code": {"ne": "B"}}},
    {"segment": {"no": ["SM1"], "not_in": ["SM2", "SM3"]}},
]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_a_filter_survives_the_form(filters):
    assert submitted(form_of(filters)) == filters


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_and_is_one_that_the_core_takes(filters):
    contacts_matching(submitted(form_of(filters)))


lines = (
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)
    .map(str.strip)
    .filter(lambda text: text and text != '""')
)


@given(values=st.lists(lines, min_size=1, max_size=4))
def test_whatever_the_values_are(values):
    filters = {"contact": {"search_name": values}}

    assert submitted(form_of(filters)) == filters


def submitted(form: FilterForm):
    """What a browser would send of it, read again."""
    fields = MultiDict({name: form.quick.get(name, "") for name in QUICK})
    for number, row in enumerate(form.rows):
        fields[f"row{number}_where"] = row.where
        fields[f"row{number}_how"] = row.how
        fields.setlist(f"row{number}_values", ["\r\n".join(row.values)])
    return filters_of(read_form(fields))

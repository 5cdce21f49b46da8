import pytest

from core.errors import Fault, RefusedError
from web.forms import refusal_of


@pytest.mark.parametrize(
    ("detail", "beside", "above"),
    [
        (
            "unit_cost: Must be a number.",
            "Must be a number.",
            "Unit cost: Must be a number.",
        ),
        ("There is no campaign X (unit_cost).", *["There is no campaign X."] * 2),
        ("Segment 1 (contact 2) is full.", *["Segment 1 (contact 2) is full."] * 2),
    ],
)
def test_a_form_does_not_repeat_the_names_programs_read(detail, beside, above):
    fault = Fault("E-FIELD", detail, field="unit_cost")

    refusal = refusal_of(RefusedError("E-FIELD", detail, faults=(fault,)))

    assert refusal.by_field == {"unit_cost": beside}
    assert refusal.headline == above


def test_a_refusal_without_fields_is_told_as_it_is():
    refusal = refusal_of(RefusedError("E-COUNT", "Look again: it changed."))

    assert refusal.headline == "Look again: it changed."
    assert refusal.by_field == {}

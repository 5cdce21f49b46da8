import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.numbering.increment import has_digits, incremented, is_within

PREFIXES = st.text("ABC-", max_size=5)
WIDTHS = st.integers(1, 6)
COUNTS = st.integers(0, 99999)
STEPS = st.integers(1, 500)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SM00001", "SM00002"),
        ("SM00099", "SM00100"),
        ("A9", "A10"),
        ("99", "100"),
        ("2026-0009-X", "2026-0010-X"),
        ("A1B", "A2B"),
    ],
)
def test_the_last_group_of_digits_counts(before, after):
    assert incremented(before) == after


def test_a_number_without_digits_cannot_count():
    assert not has_digits("SEGMENT")

    with pytest.raises(ValueError, match="no digits"):
        incremented("SEGMENT")


@given(prefix=PREFIXES, width=WIDTHS, count=COUNTS, step=STEPS)
def test_counting_adds_the_step_and_keeps_the_width(prefix, width, count, step):
    number = f"{prefix}{count:0{width}d}"

    after = incremented(number, step)

    assert after.startswith(prefix)
    assert int(after.removeprefix(prefix)) == count + step
    assert len(after) == max(len(number), len(f"{prefix}{count + step}"))


@given(prefix=PREFIXES, width=WIDTHS, bounds=st.tuples(COUNTS, COUNTS), count=COUNTS)
def test_a_range_is_made_of_the_counts_between_its_ends(prefix, width, bounds, count):
    first, last = (f"{prefix}{bound:0{width}d}" for bound in sorted(bounds))

    within = is_within(f"{prefix}{count:0{width}d}", first, last)

    assert within == (min(bounds) <= count <= max(bounds))


@pytest.mark.parametrize(
    "stranger", ["SN00050", "SM0050", "SM000500", "SM00050X", "50"]
)
def test_other_letters_and_other_lengths_are_not_in_the_range(stranger):
    assert not is_within(stranger, "SM00001", "SM99999")


def test_without_an_ending_number_only_the_length_of_a_number_ends_the_range():
    assert is_within("A" + "9" * 19, "A1", "")
    assert not is_within("A" + "9" * 20, "A1", "")

"""How a number grows: its last group of digits counts (NOS-011)."""

import re

MAX_LENGTH = 20
"The longest number a record can carry."

_LAST_DIGITS = re.compile(r"^(.*?)([0-9]+)([^0-9]*)$", re.DOTALL)


def incremented(number: str, step: int = 1) -> str:
    """Raise the last group of digits, keeping its width; it may grow by a digit.

    Raises ValueError when there is no digit to count with.
    """
    match = _LAST_DIGITS.match(number)
    if match is None:
        msg = f"{number!r} has no digits to count with"
        raise ValueError(msg)
    before, digits, after = match.groups()
    return f"{before}{int(digits) + step:0{len(digits)}d}{after}"


def has_digits(number: str) -> bool:
    return _LAST_DIGITS.match(number) is not None


def is_within(number: str, first: str, last: str) -> bool:
    """Whether a number belongs to the range of a series line (NOS-006).

    A blank `last` leaves the range open; then only the column's length ends it.
    """
    return (
        _without_digits(number) == _without_digits(first)
        and len(number) <= MAX_LENGTH
        and _rank(first) <= _rank(number)
        and (not last or _rank(number) <= _rank(last))
    )


def _without_digits(number: str) -> str:
    return re.sub(r"[0-9]", "", number)


def _rank(number: str) -> tuple[int, str]:
    # Shorter before longer, so that 99 comes before 100. Numbers of one range
    # share their other characters, so equal lengths compare digit by digit.
    return (len(number), number)

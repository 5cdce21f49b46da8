"""One record of a file as it goes into the staging table, with what is wrong in it."""

import json
from collections.abc import Callable, Sequence
from typing import Final

from core.contacts.field_rules import text_trouble, tidied
from core.contacts.fields import CAPTIONS, NAME_PARTS
from core.contacts.imports.columns import FIELDS, Mapping
from core.contacts.imports.csv_file import Record
from core.contacts.names import joined_name, parts_agreeing, split_name
from core.vocabulary import ContactType, CorrespondenceType

_YES_OR_NO: dict[str, object] = {
    **dict.fromkeys(("yes", "y", "true", "1", "x", "on"), True),
    **dict.fromkeys(("no", "n", "false", "0", "off"), False),
}
WORDS: dict[str, dict[str, object]] = {
    "type": {
        "company": ContactType.COMPANY.value,
        "person": ContactType.PERSON.value,
    },
    "correspondence_type": {
        "hard copy": CorrespondenceType.HARD_COPY.value,
        "email": CorrespondenceType.EMAIL.value,
    },
    "exclude_from_segment": _YES_OR_NO,
    "privacy_blocked": _YES_OR_NO,
    "minor": _YES_OR_NO,
    "parental_consent_received": _YES_OR_NO,
}
"Fields that are no text, and the words a file may use for their values."

TEXT_FIELDS = tuple(field for field in FIELDS if field not in WORDS)
SPLIT_FIELDS = tuple(f"split_{part}" for part in NAME_PARTS)
COLUMNS: Final = ("line_no", "cells", "problems", *FIELDS, *SPLIT_FIELDS)

_NAME_AT = FIELDS.index("name")
_PARTS_AT = [FIELDS.index(part) for part in NAME_PARTS]

Problem = dict[str, str | None]


def staging(mapping: Mapping) -> Callable[[Record], tuple[object, ...]]:
    """A function from records of a file with these columns to rows of `COLUMNS`.

    An empty cell is None: it leaves the contact's value as it is.
    """
    width = len(mapping)
    columns = [
        (position, FIELDS.index(field), field)
        for position, field in enumerate(mapping)
        if field is not None
    ]

    def staged(record: Record) -> tuple[object, ...]:
        cells, problems = record.cells, []
        values: list[object] = [None] * len(FIELDS)
        if _has_other_width(cells, width):
            problems.append(_wrong_width(len(cells), width))
        else:
            for position, index, field in columns:
                cell = cells[position].strip()
                if cell:
                    values[index], trouble = _value(field, cell)
                    if trouble:
                        problems.append(_problem(field, trouble))
        split = _names(values)  # Completes the values, so before they are handed on.
        return (
            record.line_no,
            json.dumps(cells, ensure_ascii=False),
            json.dumps(problems, ensure_ascii=False) if problems else "[]",
            *values,
            *split,
        )

    return staged


def _has_other_width(cells: Sequence[str], width: int) -> bool:
    # Spreadsheets like to add empty cells at the end of a row.
    return len(cells) < width or (len(cells) > width and any(cells[width:]))


def _wrong_width(found: int, width: int) -> Problem:
    detail = f"The row has {found} cells; the file has {width} columns."
    return {"code": "E-CSV-FORMAT", "field": None, "detail": detail}


def _problem(field: str, detail: str) -> Problem:
    return {"code": "E-FIELD", "field": field, "detail": detail}


def _value(field: str, cell: str) -> tuple[object, str | None]:
    words = WORDS.get(field)
    if words is None:
        text = tidied(field, cell)
        return text, text_trouble(field, text)
    known = words.get(cell.lower().replace("_", " ").replace("-", ""), None)
    if known is None:
        allowed = ", ".join(dict.fromkeys(words))
        return None, f"{CAPTIONS[field]} cannot be “{cell[:50]}”; use: {allowed}."
    return known, None


def _names(values: list[object]) -> tuple[str, str, str]:
    """Parts make the name (CONT-010), and are completed by one that says the same.
    Returns the parts the name falls into."""
    parts = [str(values[at] or "") for at in _PARTS_AT]
    name = str(values[_NAME_AT] or "")
    agreeing = parts_agreeing(name, dict(zip(NAME_PARTS, parts, strict=True)))
    if agreeing:
        for at, part in zip(_PARTS_AT, agreeing, strict=True):
            values[at] = part
    elif any(parts):
        values[_NAME_AT] = joined_name(*parts)
    return split_name(str(values[_NAME_AT] or ""))

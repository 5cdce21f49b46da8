"""Filters as sentences: "Salesperson JR, city contains Oslo, profile LEAD: Size? Large".

The only way to put a filter into words: what it says, and in which order, is the same
wherever it is read.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from itertools import groupby
from typing import NamedTuple

from sqlalchemy.orm import Session

from core.contacts.classification.questions import answers_with_questions
from core.segments.contact_filter import Filters
from core.segments.filter_tables import TABLES
from core.segments.filter_values import CODE, NUMBER
from core.vocabulary import (
    ContactType,
    CorrespondenceType,
    Evaluation,
    InformationFlow,
    InitiatedBy,
    LinkToTable,
)

MOST_VALUES = 8
"""Of a longer list only the number of the others is said."""

BEGINNINGS = {
    "contact": "",
    "profile_answer": "profile",
    "interaction_log_entry": "had an interaction with",
}
"""What comes before the field; other tables are called by their own name."""

PROFILE = "profile_answer"
ANSWER = ("questionnaire_code", "line_no")
"""Which answer of a profile is meant is said by two fields at once."""

MEMBERSHIP = {
    "no": "in segment",
    "also_in": "also in segment",
    "not_in": "not in segment",
}

LABELS_IN_TABLE = {("interaction_log_entry", "date"): "had an interaction dated"}
"""Where the name of the field does not follow what comes before it."""

LABELS = {
    "questionnaire_code": "questionnaire",
    "line_no": "answer",
    "campaign_no": "campaign",
    "interaction_template_code": "template",
    "interaction_group_code": "interaction group",
    "segment_no": "segment",
    "no": "number",
    "text": "number, name or e-mail",
    "name": "name",
    "search_name": "search name",
    "type": "type",
    "company_no": "company number",
    "company_name": "company name",
    "salesperson_code": "salesperson",
    "territory_code": "territory",
    "language_code": "language",
    "post_code": "post code",
    "city": "city",
    "country_region_code": "country",
    "email": "e-mail",
}

WORDS: dict[tuple[str, str], type[IntEnum]] = {
    ("contact", "type"): ContactType,
    ("contact", "correspondence_type"): CorrespondenceType,
    ("business_relation", "link_to_table"): LinkToTable,
    ("interaction_log_entry", "evaluation"): Evaluation,
    ("interaction_log_entry", "information_flow"): InformationFlow,
    ("interaction_log_entry", "initiated_by"): InitiatedBy,
    ("interaction_log_entry", "correspondence_type"): CorrespondenceType,
}
"""Fields whose values are words of ours, spelled as the API spells them."""

OPERATORS = {"from": "from", "to": "to", "ne": "is not", "contains": "contains"}
"""In the order in which they are said."""

# The database keeps no order within a filter, so the order is that of the tables.
_ORDER = {
    (table, field): place
    for place, (table, field) in enumerate(
        (table, field) for table, known in TABLES.items() for field in known.fields
    )
}

Answers = Mapping[tuple[str, int], tuple[str, str]]
"""Questionnaire and line number to the question and the answer."""


class Said(NamedTuple):
    """A condition in words, and where it stands in the filter."""

    table: str
    fields: tuple[str, ...]
    words: str


def filters_in_words(session: Session, *several: Filters) -> list[str]:
    """A sentence for each; blank for no filter, which means everybody. One statement,
    however many filters."""
    answers = _answers_asked_for(session, several)
    return [_sentence(_said(filters, answers)) for filters in several]


def conditions_in_words(session: Session, filters: Filters) -> list[Said]:
    return _said(filters, _answers_asked_for(session, [filters]))


def label_of(table: str, field: str) -> str:
    if table == "segment":
        return MEMBERSHIP.get(field, field)
    if (table, field) in LABELS_IN_TABLE:
        return LABELS_IN_TABLE[table, field]
    of_table = BEGINNINGS.get(table, table.replace("_", " "))
    of_field = LABELS.get(field, field.replace("_", " "))
    # "mailing group GIFT" rather than "mailing group code GIFT".
    parts = [of_table] if field == "code" else [of_table, of_field]
    return " ".join(filter(None, parts))


def _sentence(said: Iterable[Said]) -> str:
    sentence = ", ".join(condition.words for condition in said)
    return sentence[:1].upper() + sentence[1:]


def _said(filters: Filters, answers: Answers) -> list[Said]:
    places = sorted(
        ((table, field) for table, fields in filters.items() for field in fields),
        key=lambda place: (_ORDER.get(place, len(_ORDER)), place),
    )
    code = _only_questionnaire(filters)
    said = []
    for table, field in places:
        condition = filters[table][field]
        if code is None or table != PROFILE:
            said.append(Said(table, (field,), _condition(table, field, condition)))
        elif field == "line_no":
            words = _answer(code, condition, answers)
            said.append(Said(table, ANSWER, f"profile {code}: {words}"))
    return said


# --- any field ------------------------------------------------------------------------


def _condition(table: str, field: str, condition: object) -> str:
    has_words = (table, field) in WORDS
    if table == "logged_segment":
        left = _values(condition)
        return f"lines left behind when segment {left} was logged"
    if field == "logged_segment_entry_no" and not isinstance(condition, Mapping):
        return f"the contacts of logged segment {_values(condition)}"
    label = label_of(table, field)
    if not isinstance(condition, Mapping):
        return f"{label} {_values(condition, has_words=has_words)}"
    parts = (
        f"{word} {_values(value, has_words=has_words)}"
        for word, value in _operations(condition)
    )
    return " ".join([label, *parts])


def _operations(condition: Mapping[str, object]) -> list[tuple[str, object]]:
    known = [name for name in OPERATORS if name in condition]
    others = [name for name in condition if name not in OPERATORS]
    return [(OPERATORS.get(name, name), condition[name]) for name in known + others]


def _values(condition: object, *, has_words: bool = False) -> str:
    shown, more = _first_values(condition)
    spoken = [_spoken(value, has_words=has_words) for value in shown]
    return " or ".join(spoken + more)


def _first_values(condition: object) -> tuple[Sequence[object], list[str]]:
    """Those that are said, and how many others there are."""
    if isinstance(condition, str) or not isinstance(condition, Sequence):
        return [condition], []
    others = len(condition) - MOST_VALUES
    return condition[:MOST_VALUES], [f"{others} more"] if others > 0 else []


def _spoken(value: object, *, has_words: bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return (text.replace("_", " ") if has_words else text) or "blank"


# --- answers of a profile (CRIT-034) --------------------------------------------------


def _answers_asked_for(session: Session, several: Iterable[Filters]) -> Answers:
    places = {
        (code, line_no)
        for filters in several
        if (code := _only_questionnaire(filters)) is not None
        for value in _line_numbers(filters[PROFILE]["line_no"])
        if (line_no := _line_number(value)) is not None
    }
    return answers_with_questions(session, places)


def _only_questionnaire(filters: Filters) -> str | None:
    """The one that the answers asked for belong to; None where that cannot be told."""
    fields = filters.get(PROFILE, {})
    if fields.keys() != {*ANSWER}:
        return None
    condition = fields["questionnaire_code"]
    if isinstance(condition, list):
        condition = condition[0] if len(condition) == 1 else None
    try:
        return str(CODE.parse(condition)) or None
    except ValueError:  # A filter is also said before the core has judged it.
        return None


def _line_numbers(condition: object) -> list[object]:
    alone = condition.values() if isinstance(condition, Mapping) else [condition]
    return [value for values in alone for value in _first_values(values)[0]]


def _line_number(value: object) -> int | None:
    try:
        line_no = NUMBER.parse(value)
    except (ValueError, TypeError):
        return None
    return line_no if isinstance(line_no, int) and line_no < 2**31 else None


def _answer(code: str, condition: object, answers: Answers) -> str:
    if not isinstance(condition, Mapping):
        return _answers(code, condition, answers)
    return " ".join(
        f"{word} {_answers(code, value, answers)}"
        for word, value in _operations(condition)
    )


def _answers(code: str, condition: object, answers: Answers) -> str:
    """The question is said once for answers to it that follow each other."""
    shown, more = _first_values(condition)
    pairs = [_question_and_answer(code, value, answers) for value in shown]
    spoken = []
    for question, of_question in groupby(pairs, key=lambda pair: pair[0]):
        said = " or ".join(answer for _, answer in of_question)
        spoken.append(f"{question} {said}" if question else said)
    return " or ".join(spoken + more)


def _question_and_answer(code: str, value: object, answers: Answers) -> tuple[str, str]:
    line_no = _line_number(value)
    found = answers.get((code, line_no)) if line_no is not None else None
    return found or ("", f"an answer that is gone (line {value})")

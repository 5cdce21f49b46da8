"""Criteria as sentences: "Salesperson JR, city contains Oslo"."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.contacts.classification.questionnaires import answers_with_questions
from core.segments.models import SavedCriteriaAction, SegmentAction
from core.vocabulary import ActionKind

MOST_VALUES = 8
"""Of a longer list only the number of the others is said."""

TABLES = {
    "contact": "",
    "profile_answer": "profile",
    "interaction_log_entry": "had an interaction with",
}
"""What comes before the field; other tables are called by their own name."""

PROFILE = "profile_answer"

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
OPTIONS = {
    "allow_existing_contacts": "also those already in the segment",
    "expand_companies": "with all people of their companies",
    "allow_related_companies": "with their companies",
    "ignore_exclusion": "also those marked to be excluded",
    "entire_companies": "whole companies",
}


Filters = Mapping[str, Mapping[str, object]]

Answers = Mapping[tuple[str, int], str]
"""Questionnaire and line number to the question and the answer in words."""


def filters_in_words(filters: Filters, answers: Answers | None = None) -> str:
    """Blank when there is no filter, which means everybody. The one answer that a
    filter asks for reads as `answers` has it."""
    answer = (answers or {}).get(_only_answer(filters))  # type: ignore[arg-type]
    parts: list[str] = []
    for table, fields in filters.items():
        if table == PROFILE and answer:
            parts.append(answer)
        else:
            of_table = conditions_in_words({table: fields})
            parts.extend(words for _, _, words in of_table)
    sentence = ", ".join(parts)
    return sentence[:1].upper() + sentence[1:]


def answers_in_words(session: Session, several: Iterable[Filters]) -> Answers:
    """The answers that filters ask for by themselves (CRIT-034): one statement, however
    many filters."""
    places = {place for filters in several if (place := _only_answer(filters))}
    found = answers_with_questions(session, places)
    return {
        (code, line_no): " ".join(filter(None, [f"profile {code}:", question, answer]))
        for (code, line_no), (question, answer) in found.items()
    }


def _only_answer(filters: Filters) -> tuple[str, int] | None:
    fields = filters.get(PROFILE, {})
    if fields.keys() != {"questionnaire_code", "line_no"}:
        return None
    code, line_no = _only(fields["questionnaire_code"]), _only(fields["line_no"])
    if not isinstance(code, str) or not str(line_no).isdecimal():
        return None
    return code.strip().upper(), int(str(line_no))


def _only(condition: object) -> object:
    """The value of a condition that has just one; None for any other."""
    if isinstance(condition, list):
        return condition[0] if len(condition) == 1 else None
    return None if isinstance(condition, Mapping) else condition


def conditions_in_words(filters: Filters) -> list[tuple[str, str, str]]:
    """Table, field and words of each condition."""
    return [
        (table, name, _condition(table, name, condition))
        for table, fields in filters.items()
        for name, condition in fields.items()
    ]


class SavedStep(NamedTuple):
    verb: str
    criteria: str
    options: str


VERBS = {
    ActionKind.ADD_CONTACTS: "Add",
    ActionKind.REDUCE_CONTACTS: "Take out",
    ActionKind.REFINE_CONTACTS: "Keep only",
}


def steps_in_words(
    actions: Iterable[SavedCriteriaAction],
) -> dict[str, list[SavedStep]]:
    """What saved criteria do, step by step, by their code."""
    found: dict[str, list[SavedStep]] = {}
    for action in actions:
        step = SavedStep(
            VERBS[ActionKind(action.kind)],
            filters_in_words(action.filters) or "Everybody",
            options_in_words(action),
        )
        found.setdefault(action.code, []).append(step)
    return found


def options_in_words(action: SegmentAction | SavedCriteriaAction | Row[Any]) -> str:
    chosen = (words for name, words in OPTIONS.items() if getattr(action, name))
    return ", ".join(chosen)


def _condition(table: str, name: str, condition: object) -> str:
    if table == "logged_segment":
        return f"lines left behind when segment {_values(condition)} was logged"
    if name == "logged_segment_entry_no" and not isinstance(condition, Mapping):
        return f"the contacts of logged segment {_values(condition)}"
    label = label_of(table, name)
    if isinstance(condition, Mapping):
        return " ".join([label, *(_word(*item) for item in condition.items())])
    return f"{label} {_values(condition)}"


def label_of(table: str, name: str) -> str:
    if table == "segment":
        return MEMBERSHIP.get(name, name)
    if (table, name) in LABELS_IN_TABLE:
        return LABELS_IN_TABLE[table, name]
    of_table = TABLES.get(table, table.replace("_", " "))
    of_field = LABELS.get(name, name.replace("_", " "))
    # "mailing group GIFT" rather than "mailing group code GIFT".
    parts = [of_table] if name == "code" else [of_table, of_field]
    return " ".join(filter(None, parts))


def _word(word: str, value: object) -> str:
    spoken = {"contains": "contains", "from": "from", "to": "to", "ne": "is not"}
    return f"{spoken.get(word, word)} {_values(value)}"


def _values(condition: object) -> str:
    if isinstance(condition, Sequence) and not isinstance(condition, str):
        spoken = [_spoken(value) for value in condition[:MOST_VALUES]]
        more = len(condition) - len(spoken)
        return " or ".join(spoken) + (f" or {more} more" if more else "")
    return _spoken(condition)


def _spoken(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ") or "blank"

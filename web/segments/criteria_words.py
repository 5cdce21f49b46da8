"""Criteria as sentences: "Salesperson JR, city contains Oslo"."""

from collections.abc import Mapping, Sequence

from core.segments.models import SegmentAction

TABLES = {
    "contact": "",
    "profile_answer": "profile",
    "interaction_log_entry": "had an interaction with",
}
"""What comes before the field; other tables are called by their own name."""

LABELS = {
    "questionnaire_code": "questionnaire",
    "line_no": "answer",
    "campaign_no": "campaign",
    "interaction_template_code": "template",
    "interaction_group_code": "interaction group",
    "segment_no": "segment",
    "no": "number",
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


def filters_in_words(filters: Mapping[str, Mapping[str, object]]) -> str:
    """Blank when there is no filter, which means everybody."""
    parts = [
        _condition(table, name, condition)
        for table, fields in filters.items()
        for name, condition in fields.items()
    ]
    sentence = ", ".join(parts)
    return sentence[:1].upper() + sentence[1:]


def options_in_words(action: SegmentAction) -> str:
    chosen = (words for name, words in OPTIONS.items() if getattr(action, name))
    return ", ".join(chosen)


def _condition(table: str, name: str, condition: object) -> str:
    if table == "logged_segment":
        return f"lines left behind when segment {_values(condition)} was logged"
    if name == "logged_segment_entry_no":
        return f"the contacts of logged segment {_values(condition)}"
    label = _label(table, name)
    if isinstance(condition, Mapping):
        return " ".join([label, *(_word(*item) for item in condition.items())])
    return f"{label} {_values(condition)}"


def _label(table: str, name: str) -> str:
    of_table = TABLES.get(table, table.replace("_", " "))
    of_field = LABELS.get(name, name.replace("_", " "))
    # "mailing group GIFT" rather than "mailing group code GIFT".
    parts = [of_table] if name == "code" else [of_table, of_field]
    return " ".join(filter(None, parts))


def _word(word: str, value: object) -> str:
    spoken = {"contains": "contains", "from": "from", "to": "to", "ne": "is not"}
    return f"{spoken.get(word, word)} {value}"


def _values(condition: object) -> str:
    if isinstance(condition, Sequence) and not isinstance(condition, str):
        return " or ".join(_spoken(value) for value in condition)
    return _spoken(condition)


def _spoken(value: object) -> str:
    return str(value).replace("_", " ") or "blank"

"""What the form of a filter offers: fields by table, comparisons, and values to choose
from lists."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from sqlalchemy.orm import Session

from core.segments.filter_tables import TABLES
from core.segments.filter_values import DAY, FLAG, NUMBER, PART, Kind
from web import choices
from web.choices import Choices
from web.segments.filter_form import ANSWER, BLANK, FilterForm, Row
from web.segments.filter_words import WORDS, label_of

GROUPS = {
    "contact": "Contact",
    "interaction_log_entry": "Had an interaction",
    "profile_answer": "Profile",
    "mailing_group": "Groups and relations",
    "industry_group": "Groups and relations",
    "business_relation": "Groups and relations",
    "job_responsibility": "Groups and relations",
    "segment": "Segments",
}

HOWS = {
    "any": "is any of",
    "ne": "is not",
    "contains": "contains",
    "from": "from",
    "to": "to",
    "blank": "is blank",
    "filled": "is filled",
}

_ENTRY = "interaction_log_entry"

LISTS: dict[tuple[str, str], Callable[[Session], Choices]] = {
    ("contact", "salesperson_code"): choices.salespeople,
    ("contact", "territory_code"): choices.territories,
    ("contact", "language_code"): choices.languages,
    ("contact", "salutation_code"): choices.salutations,
    ("contact", "organizational_level_code"): choices.organizational_levels,
    ("profile_answer", "questionnaire_code"): choices.questionnaires,
    ANSWER: choices.profile_answers,
    ("mailing_group", "code"): choices.mailing_groups,
    ("industry_group", "code"): choices.industry_groups,
    ("business_relation", "code"): choices.business_relations,
    ("job_responsibility", "code"): choices.job_responsibilities,
    (_ENTRY, "campaign_no"): choices.campaigns,
    (_ENTRY, "interaction_template_code"): choices.templates,
    (_ENTRY, "interaction_group_code"): choices.groups,
    (_ENTRY, "salesperson_code"): choices.salespeople,
    ("segment", "no"): choices.segments,
    ("segment", "also_in"): choices.segments,
    ("segment", "not_in"): choices.segments,
}

LEFT_OUT = {("profile_answer", "line_no")}
"""Said by choosing an answer; shown only where a filter has it by itself."""


class Control(NamedTuple):
    """A condition as the page shows it."""

    row: Row
    label: str
    hows: Choices
    kind: str
    "list, flag, day, none or lines."
    choices: Choices

    @property
    def text(self) -> str:
        return "\n".join(self.row.values)


def offered() -> list[tuple[str, Choices]]:
    """Every field a condition can be on, by group."""
    groups: dict[str, Choices] = {}
    for table, group in GROUPS.items():
        for field in (*TABLES[table].fields, *_virtual(table)):
            if (table, field) not in LEFT_OUT:
                option = (f"{table}.{field}", label_in_group(table, field))
                groups.setdefault(group, []).append(option)
    return list(groups.items())


def _virtual(table: str) -> Iterable[str]:
    return [ANSWER[1]] if table == ANSWER[0] else []


def label_in_group(table: str, field: str) -> str:
    """Without the name of the table where the group says it."""
    words = label_of(table, field)
    for prefix in ("profile ", "had an interaction with ", "had an interaction "):
        words = words.removeprefix(prefix)
    return words[:1].upper() + words[1:]


def controls(session: Session, form: FilterForm) -> list[Control]:
    """One list is read once, however many conditions take from it."""
    read: dict[Callable[[Session], Choices], Choices] = {}
    found = []
    for row in form.rows:
        place = (row.table, row.field)
        options: Choices = []
        if place in LISTS:
            loader = LISTS[place]
            if loader not in read:
                read[loader] = loader(session)
            options = read[loader]
        found.append(_control(row, options))
    return found


def _control(row: Row, options: Choices) -> Control:
    place = (row.table, row.field)
    if place in WORDS:
        blank = [(BLANK, "(blank)")] if hasattr(WORDS[place], "BLANK") else []
        options = [*choices.words(WORDS[place]), *blank]
    for value in row.values if options else ():
        options = choices.including(options, value)
    return Control(
        row,
        _label(row),
        _hows(row),
        _kind_of_control(row, options),
        options,
    )


def _label(row: Row) -> str:
    words = label_of(row.table, row.field)
    for beginning in ("had an interaction with ", "had an interaction "):
        words = words.replace(beginning, "interaction: ")
    return words[:1].upper() + words[1:]


def _kind_of_control(row: Row, options: Choices) -> str:
    if row.how in {"blank", "filled"}:
        return "none"
    kind = _kind(row)
    if kind is FLAG:
        return "flag"
    if options and row.how in {"any", "ne"}:
        return "list"
    if kind is DAY and len(row.values) <= 1:
        return "day"
    return "lines"


def _hows(row: Row) -> Choices:
    place, kind = (row.table, row.field), _kind(row)
    if place == ANSWER or row.table == "segment":
        names = ["any"]
    elif kind is FLAG:
        return [("any", "is")]
    elif kind is PART:
        names = ["contains"]
    elif kind is DAY:
        names = ["from", "to", "any", "ne"]
    elif kind is NUMBER:
        names = ["any", "ne", "from", "to"]
    elif place in WORDS or row.field == "code":
        names = ["any", "ne"]
    elif place in LISTS:
        names = ["any", "ne", "blank", "filled"]
    else:
        names = ["any", "ne", "contains", "from", "to", "blank", "filled"]
    if row.how not in names:
        names.append(row.how)
    return [(name, HOWS.get(name, name)) for name in names]


def _kind(row: Row) -> Kind | None:
    table = TABLES.get(row.table)
    field = table.fields.get(row.field) if table else None
    return field.kind if field else None

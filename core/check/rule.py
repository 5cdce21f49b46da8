from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Select, Text, TextualSelect, column, text

Offenders = Select[str] | TextualSelect


@dataclass(frozen=True, slots=True)
class Rule:
    """What is true of the database at every moment, and how to find where it is not."""

    name: str
    sentence: str
    "What is true of a sound database, for people."
    offenders: Offenders
    "One text for each row that breaks the rule, naming the row for people."


def sql(statement: str, *parameters: BindParameter[Any]) -> TextualSelect:
    """Offenders found by hand-written SQL with one text column."""
    named = text(f"SELECT key FROM ({statement}) AS offender (key)")  # noqa: S608  ours
    return named.bindparams(*parameters).columns(column("key", Text))

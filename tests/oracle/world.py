"""A small world of contacts, templates and one segment, as plain Python values.

Everything that decides what a log writes, and nothing of how the product stores it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

NO_DATE = "no date"
"""A line whose date the user blanked; None would mean that it inherits."""


@dataclass(frozen=True)
class Range:
    first: date
    last: date | None
    address: str


@dataclass(frozen=True)
class Person:
    """A contact of either type."""

    id: int
    no: str
    company: int | None
    is_company: bool
    email: str
    salesperson: str
    language: str
    correspondence: int
    is_privacy_blocked: bool
    addresses: Mapping[str, str] = field(default_factory=dict)
    "Alternative address code to its e-mail."
    ranges: tuple[Range, ...] = ()


@dataclass(frozen=True)
class Template:
    code: str
    description: str
    group: str
    cost: Decimal
    duration: Decimal
    flow: int
    initiated_by: int
    campaign: str
    target: bool
    response: bool
    correspondence: int
    ignores_contact: bool
    language: str
    attachments: Mapping[str, int | None] = field(default_factory=dict)
    "Language of each language row to its attachment."


@dataclass(frozen=True)
class Header:
    no: str
    description: str
    campaign: str
    salesperson: str
    date: date | None
    template: str
    group: str
    cost: Decimal
    duration: Decimal
    flow: int
    initiated_by: int
    target: bool
    response: bool
    correspondence: int
    ignores_contact: bool
    language: str
    subject: str
    sends_word_docs: bool


@dataclass(frozen=True)
class Content:
    """The segment's content in one language."""

    subject: str
    attachment: int | None


Own = Mapping[str, object]
"""The values a line sets itself, by the names of its columns."""


@dataclass(frozen=True)
class Adding:
    """An action that appended lines: the contact and the own values of each."""

    lines: tuple[tuple[int, Own], ...]


@dataclass(frozen=True)
class Removing:
    """An action that took lines out, by their place in the order of adding."""

    places: frozenset[int]


@dataclass(frozen=True)
class Leftover:
    """A campaign entry that an earlier log under the same number left."""

    campaign: str
    logged_segment: int | None


@dataclass(frozen=True)
class Asker:
    username: str
    salesperson: str
    work_date: date


@dataclass(frozen=True)
class World:
    contacts: Mapping[int, Person]
    templates: Mapping[str, Template]
    campaigns: frozenset[str]
    languages: tuple[str, ...]
    groups: tuple[str, ...]
    salespeople: Mapping[str, bool]
    "Code to whether it is blocked."
    header: Header
    contents: Mapping[str, Content]
    actions: tuple[Adding | Removing, ...]
    steps_back: int
    "How often Go Back was pressed after the last action."
    leftovers: tuple[Leftover, ...]
    was_logged_before: bool
    numbers: tuple[str, ...] | str
    "What the series still has to give, or the fault of the setup."
    asker: Asker
    wants_follow_up: bool
    skips: bool

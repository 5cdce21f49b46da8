"""Contacts and what they are sorted by, as plain Python values: all that decides who
is chosen by a criteria action, and nothing of how the product stores it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

Filters = Mapping[str, Mapping[str, object]]
"""As programs write them: table, field, condition."""


@dataclass(frozen=True)
class Somebody:
    """A contact of either type."""

    id: int
    no: str
    name: str
    is_company: bool
    company: int | None
    salesperson: str
    is_excluded: bool
    is_blocked: bool
    mailing_groups: frozenset[str]
    industries: frozenset[str]
    "Only of companies."


@dataclass(frozen=True)
class Entry:
    """An interaction, with the company the contact had then."""

    no: int
    contact: int | None
    "None: the contact was deleted."
    company: int | None
    campaign: str
    date: date
    evaluation: int
    is_canceled: bool
    is_postponed: bool
    logged_segment: int | None


@dataclass(frozen=True)
class Crowd:
    contacts: Mapping[int, Somebody]
    entries: tuple[Entry, ...]
    logged_segments: frozenset[int]
    campaign: str
    "Of the header of the segment they are chosen for."


@dataclass(frozen=True)
class Options:
    """By the names of the product, so that both can be called with them."""

    allow_existing_contacts: bool = False
    expand_companies: bool = False
    allow_related_companies: bool = False
    ignore_exclusion: bool = False
    entire_companies: bool = False


# --- what a user does ------------------------------------------------------------------


@dataclass(frozen=True)
class Adding:
    filters: Filters
    options: Options


@dataclass(frozen=True)
class Removing:
    """Reduce, or refine."""

    keeps_what_matches: bool
    filters: Filters
    options: Options
    resets: bool


@dataclass(frozen=True)
class AddingByHand:
    contact: int


@dataclass(frozen=True)
class RemovingByHand:
    place: int
    "Which of the lines, counted around."
    resets: bool


@dataclass(frozen=True)
class Replacing:
    place: int
    contact: int


@dataclass(frozen=True)
class GoingBack:
    pass


@dataclass(frozen=True)
class GoingForward:
    pass


@dataclass(frozen=True)
class Saving:
    code: str


@dataclass(frozen=True)
class Replaying:
    code: str
    resets: bool


@dataclass(frozen=True)
class Reusing:
    logged_segment: int


Deed = (
    Adding
    | Removing
    | AddingByHand
    | RemovingByHand
    | Replacing
    | GoingBack
    | GoingForward
    | Saving
    | Replaying
    | Reusing
)

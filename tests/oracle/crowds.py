"""Random contacts, filters and things a user does with them."""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from core.vocabulary import Evaluation
from tests.oracle.crowd import (
    Adding,
    AddingByHand,
    Crowd,
    Deed,
    Entry,
    Filters,
    GoingBack,
    GoingForward,
    Options,
    Removing,
    RemovingByHand,
    Replacing,
    Replaying,
    Reusing,
    Saving,
    Somebody,
)
from tests.oracle.matching import EVALUATIONS

MOST_CONTACTS = 9
NAMES = ("", "alpha", "Alpha", "ALPHA", "älpha", "Alphb", "beta", "straße", "STRASSE")
SALESPEOPLE = ("", "JR", "BC")
GROUPS = ("GIFT", "NEWS")
INDUSTRIES = ("ADVERT", "FOOD")
CAMPAIGNS = ("", "CP1", "CP2")
LOGGED = (41, 42)
DAYS = (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
CODES = ("ONE", "TWO")

assert len(EVALUATIONS) == len(Evaluation)


def one_of(*values: object) -> SearchStrategy[Any]:
    return st.sampled_from(values)


def some(values: tuple[Any, ...]) -> SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(values))


@st.composite
def crowds(draw: DrawFn) -> Crowd:
    number = draw(st.integers(1, MOST_CONTACTS))
    companies = draw(st.integers(0, min(3, number)))
    contacts = {each: draw(_somebody(each, companies)) for each in range(1, number + 1)}
    entries = [draw(_entry(no, contacts)) for no in range(1, draw(st.integers(0, 8)))]
    return Crowd(contacts, tuple(entries), frozenset(LOGGED), draw(one_of(*CAMPAIGNS)))


@st.composite
def _somebody(draw: DrawFn, number: int, companies: int) -> Somebody:
    """The first few are companies, the others people of theirs or of none."""
    is_company = number <= companies
    company = number if is_company else draw(one_of(None, *range(1, companies + 1)))
    return Somebody(
        id=number,
        # Not in the order of the ids, so that nothing is ordered by accident.
        no=f"C{(number * 7) % 10}",
        name=draw(one_of(*NAMES)),
        is_company=is_company,
        company=company,
        salesperson=draw(one_of(*SALESPEOPLE)),
        is_excluded=draw(one_of(False, False, True)),
        is_blocked=draw(one_of(False, False, True)),
        mailing_groups=draw(some(GROUPS)),
        industries=draw(some(INDUSTRIES)) if is_company else frozenset(),
    )


@st.composite
def _entry(draw: DrawFn, no: int, contacts: dict[int, Somebody]) -> Entry:
    contact = draw(one_of(None, *contacts))
    now = contacts[contact].company if contact else None
    logged = draw(one_of(None, *LOGGED))
    return Entry(
        no=no,
        contact=contact,
        company=draw(one_of(now, now, None, *contacts)),
        campaign=draw(one_of(*CAMPAIGNS)),
        date=draw(one_of(*DAYS)),
        evaluation=draw(one_of(0, 1, 3)),
        is_canceled=draw(st.booleans()),
        is_postponed=logged is None and draw(st.booleans()),
        logged_segment=logged,
    )


# --- filters ---------------------------------------------------------------------------


def _codes(*values: str) -> SearchStrategy[object]:
    """Every way to write a condition on a text."""
    value = st.sampled_from(values)
    bounds = st.fixed_dictionaries({}, optional={"from": value, "to": value})
    return st.one_of(
        value,
        st.lists(value, min_size=1, max_size=2),
        st.fixed_dictionaries({"ne": value}),
        bounds.filter(bool),
    )


_NUMBERS = tuple(f"C{number}" for number in range(10))
_DAYS = tuple(day.isoformat() for day in DAYS)
_FIELDS: dict[str, dict[str, SearchStrategy[object]]] = {
    "contact": {
        "no": _codes(*_NUMBERS),
        "company_no": _codes(*_NUMBERS),
        "salesperson_code": _codes(*SALESPEOPLE),
        "type": one_of("company", "person", ["company"], {"ne": "company"}),
        "name": st.builds(dict, contains=one_of("a", "LP", "bet")),
        "company_name": st.builds(dict, contains=one_of("a", "LP", "bet")),
        "exclude_from_segment": st.booleans(),
        "privacy_blocked": st.booleans(),
    },
    "mailing_group": {"code": _codes(*GROUPS)},
    "industry_group": {"code": _codes(*INDUSTRIES)},
    "interaction_log_entry": {
        "campaign_no": _codes(*CAMPAIGNS),
        "date": _codes(*_DAYS),
        "evaluation": one_of("", "very_positive", ["neutral", ""], {"ne": "neutral"}),
        "canceled": st.booleans(),
        "logged_segment_entry_no": one_of(41, ["42"], [41, "42"], {"from": 42}),
    },
}


@st.composite
def filters(draw: DrawFn) -> Filters:
    """Up to two conditions in each of two tables; often none, which is everybody."""
    tables = draw(st.sets(st.sampled_from(sorted(_FIELDS)), max_size=2))
    return {
        table: {
            name: draw(_FIELDS[table][name]) for name in sorted(draw(_names_of(table)))
        }
        for table in sorted(tables)
    }


def _names_of(table: str) -> SearchStrategy[set[str]]:
    return st.sets(st.sampled_from(sorted(_FIELDS[table])), max_size=2)


# --- what a user does ------------------------------------------------------------------


def adding() -> SearchStrategy[Adding]:
    flags = st.booleans()
    return st.builds(Adding, filters(), st.builds(Options, flags, flags, flags, flags))


def removing() -> SearchStrategy[Removing]:
    options = st.builds(Options, entire_companies=st.booleans())
    return st.builds(Removing, st.booleans(), filters(), options, st.booleans())


@st.composite
def replays(draw: DrawFn) -> list[Deed]:
    """Steps that are saved, some of them undone, and all of them done again."""
    chosen = [draw(adding()), *draw(st.lists(st.one_of(adding(), removing())))[:3]]
    back = draw(st.integers(0, len(chosen)))
    again = Replaying("ONE", resets=draw(st.booleans()))
    return [*chosen, draw(removing()), Saving("ONE"), *[GoingBack()] * back, again]


def deeds() -> SearchStrategy[list[Deed]]:
    """Adding comes first more often than not: there has to be somebody to work on."""
    contact = st.integers(1, MOST_CONTACTS)
    place = st.integers(0, MOST_CONTACTS)
    deed: SearchStrategy[Deed] = st.one_of(
        adding(),
        adding(),
        removing(),
        removing(),
        st.builds(AddingByHand, contact),
        st.builds(RemovingByHand, place, st.booleans()),
        st.builds(Replacing, place, contact),
        st.builds(GoingBack),
        st.builds(GoingBack),
        st.builds(GoingForward),
        st.builds(Saving, one_of(*CODES)),
        st.builds(Replaying, one_of(*CODES), st.booleans()),
        st.builds(Reusing, one_of(*LOGGED)),
    )
    return st.lists(deed, min_size=1, max_size=12)

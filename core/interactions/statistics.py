"""What interactions cost and how many there were: only those that really happened."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.contacts.statistics import EVER, Days
from core.interactions.models import InteractionLogEntry

Entry = InteractionLogEntry


class Totals(NamedTuple):
    no_of_interactions: int
    cost: Decimal
    duration: Decimal

    @property
    def average_cost(self) -> Decimal:
        return average(self.cost, self.no_of_interactions)

    @property
    def average_duration(self) -> Decimal:
        return average(self.duration, self.no_of_interactions)


def totals_of_group(session: Session, code: str, days: Days = EVER) -> Totals:
    return _totals(session, Entry.interaction_group_code == code, days)


def totals_of_template(session: Session, code: str, days: Days = EVER) -> Totals:
    return _totals(session, Entry.interaction_template_code == code, days)


def totals_of_salesperson(session: Session, code: str, days: Days = EVER) -> Totals:
    """Of every interaction in its name (STAT-006)."""
    return _totals(session, Entry.salesperson_code == code, days)


def counted(days: Days = EVER) -> Sequence[ColumnElement[bool]]:
    """Neither canceled nor only planned, and dated within the days."""
    conditions: list[ColumnElement[bool]] = [
        Entry.canceled.is_(False),
        Entry.postponed.is_(False),
    ]
    if days.first is not None:
        conditions.append(Entry.date >= days.first)
    if days.last is not None:
        conditions.append(Entry.date <= days.last)
    return conditions


def average(total: Decimal, number: int) -> Decimal:
    """To two decimals, half away from zero; of nothing it is 0."""
    share = total / number if number else Decimal(0)
    return share.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _totals(session: Session, belongs: ColumnElement[bool], days: Days) -> Totals:
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(Entry.cost), 0),
            func.coalesce(func.sum(Entry.duration), 0),
        ).where(belongs, *counted(days))
    ).one()
    return Totals(*row)

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.numbering.models import (
    NumberSeries,
    NumberSeriesLine,
    NumberSeriesRelationship,
)


def series_by_code(session: Session, code: str) -> NumberSeries | None:
    return session.get(NumberSeries, code)


def lock_series(session: Session, code: str) -> NumberSeries | None:
    """The series, so that nobody else draws from it or edits its lines meanwhile."""
    statement = (
        select(NumberSeries)
        .where(NumberSeries.code == code)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return session.scalar(statement)


def lines_of_series(session: Session, code: str) -> Sequence[NumberSeriesLine]:
    """The lines as they are now, in the order in which they are tried."""
    statement = (
        select(NumberSeriesLine)
        .where(NumberSeriesLine.series_code == code)
        .order_by(NumberSeriesLine.line_no)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).all()


def is_related(session: Session, code: str, other: str) -> bool:
    """Whether `other` may be used where `code` is configured (NOS-010)."""
    return code == other or (
        session.get(NumberSeriesRelationship, (code, other)) is not None
    )

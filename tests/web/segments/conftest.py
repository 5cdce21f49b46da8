"""What the pages of a segment are tried on."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from core.segments.change_line import change_line
from core.segments.line_list import LineFilter, lines
from core.segments.models import Segment, SegmentLine
from core.segments.queries import totals
from core.segments.request_log import request_log
from tests import factories
from tests.support.spring_mailing import masters, people, segment, work

__all__ = ["masters", "people", "segment", "work"]


@pytest.fixture
def frozen(work, segment) -> str:
    """The address of the job that is logging SM1."""
    with work() as session:
        job = request_log(session, factories.actor(), segment)
    return f"/jobs/{job.public_id}"


@pytest.fixture
def state(work) -> SimpleNamespace:
    """What the database says."""

    def segment_of(no: str = "SM1"):
        with work() as session:
            return session.scalar(select(Segment).where(Segment.no == no))

    def own(line_no: int, field: str) -> object:
        with work() as session:
            column = getattr(SegmentLine, field)
            return session.scalar(select(column).where(SegmentLine.line_no == line_no))

    def line(line_no: int):
        with work() as session:
            found = session.scalars(select(Segment)).one()
            return lines(session, found, LineFilter(line_no=line_no))[0]

    def number_of_lines() -> int:
        with work() as session:
            return totals(session, session.scalars(select(Segment)).one()).no_of_lines

    return SimpleNamespace(
        segment=segment_of, own=own, line=line, number_of_lines=number_of_lines
    )


@pytest.fixture
def personalise(work, segment):
    """Give a line own values."""

    def change(line_no, **values):
        with work() as session:
            found = session.scalars(select(Segment)).one()
            change_line(session, found, line_no, values)  # type: ignore[arg-type]

    return change

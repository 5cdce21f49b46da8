"""A small installation: masters, some contacts, and a segment SM1 with three lines."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core.database import transaction
from core.segments.change_line import change_line
from core.segments.models import Segment, SegmentLine
from core.segments.queries import LineFilter, lines, totals
from core.segments.request_log import request_log
from tests import factories

NAMES = ("Anna Berg", "Bert Çelik", "Cora Novák")


@pytest.fixture
def work(committing_engine: Engine) -> Callable[[], AbstractContextManager[Session]]:
    """A transaction as the product makes it, for a with statement."""
    return lambda: transaction(committing_engine)


@pytest.fixture
def masters(work) -> None:
    with work() as session:
        factories.marketing_setup(session)
        factories.salesperson(session, "JR", name="John Roberts")
        factories.salesperson(session, "LM", name="Linda Martin")
        factories.campaign(session, "CP1", description="Spring fair")
        factories.template(session, "GOLF", description="Golf", unit_cost=8)
        factories.template(session, "BUS", description="Letter", unit_cost=2)


@pytest.fixture
def people(work, masters) -> SimpleNamespace:
    """Three people of Cronus whose salesperson is JR."""
    with work() as session:
        cronus = factories.company(
            session, no="C1", name="Cronus", search_name="CRONUS"
        )
        made = [
            factories.person(
                session,
                cronus,
                no=f"P{number}",
                name=name,
                search_name=name.upper(),
                salesperson_code="JR",
            )
            for number, name in enumerate(NAMES, start=1)
        ]
    return SimpleNamespace(cronus=cronus, anna=made[0], bert=made[1], cora=made[2])


@pytest.fixture
def segment(work, people) -> str:
    """Lines 10000, 20000, 30000; template GOLF; every line may be logged."""
    with work() as session:
        actor = factories.actor()
        made = factories.segment(
            session,
            actor,
            description="Spring mailing",
            interaction_template_code="GOLF",
            campaign_no="CP1",
        )
        for person in (people.anna, people.bert, people.cora):
            factories.line(session, actor, made, person)
        made.no = "SM1"
    return "SM1"


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

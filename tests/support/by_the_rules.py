"""What a log on a real installation left, held against the oracle, line by line."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.interactions.models import LoggedSegment
from tests.oracle import database, model
from tests.oracle.world import Asker, World
from tests.support.installation import SALESPERSON, USERNAME

WHO_LOGS = Asker(USERNAME, SALESPERSON, work_date=date.min)
"""In an installation; on which day is told by what was logged."""


def assert_logged_by_the_rules(session: Session, world: World) -> None:
    """The world as it was before the log; its one number is that of the follow-up, whose
    day is taken for the day of the log."""
    assert isinstance(world.numbers, tuple)
    (follow_up_no,) = world.numbers
    left = database.segment_left(session, follow_up_no)
    day = left.header["date"]
    assert isinstance(day, date)
    expected = model.log(replace(world, asker=replace(WHO_LOGS, work_date=day)))
    of_segment = LoggedSegment.segment_no == world.header.no
    log = session.scalars(select(LoggedSegment.entry_no).where(of_segment)).one()
    entries = database.entries(session, of=log)
    assert len(entries) == len(expected.entries)
    differing = [
        pair
        for pair in zip(entries, expected.entries, strict=True)
        if pair[0] != pair[1]
    ]
    assert not differing, differing[:3]
    assert left == expected.follow_up

"""What a log on a real installation left, held against the oracle, line by line."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import today
from core.interactions.models import LoggedSegment
from tests.oracle import database, model
from tests.oracle.world import Asker, World
from tests.support.installation import SALESPERSON, USERNAME


def asker() -> Asker:
    """Who logs in an installation."""
    return Asker(username=USERNAME, salesperson=SALESPERSON, work_date=today())


def assert_logged_by_the_rules(session: Session, world: World) -> None:
    """The world as it was before the log; its one number is that of the follow-up."""
    expected = model.log(world)
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
    assert isinstance(world.numbers, tuple)
    (follow_up_no,) = world.numbers
    assert database.segment_left(session, follow_up_no) == expected.follow_up

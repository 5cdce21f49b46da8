"""What statements over every row tell the planner ends where it should."""

import pytest
from sqlalchemy import text

from core.database import transaction
from core.segments.bulk import every_row_meant, is_every_row_meant


def told(session):
    may_loop = session.scalar(text("SHOW enable_nestloop")) == "on"
    return not may_loop, is_every_row_meant(session)


def test_one_inside_another_leaves_the_outer_one_as_it_was(engine):
    with transaction(engine) as session:
        with every_row_meant(session):
            with every_row_meant(session):
                assert told(session) == (True, True)
            assert told(session) == (True, True)
        assert told(session) == (False, False)


def test_what_is_undone_leaves_nothing_behind(engine):
    with transaction(engine) as session:
        with (
            pytest.raises(ValueError, match="no"),
            session.begin_nested(),
            every_row_meant(session),
        ):
            raise ValueError("no")
        assert told(session) == (False, False)

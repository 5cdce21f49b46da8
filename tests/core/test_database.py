"""Sessions of the database: which one is taken, and what is told to its planner."""

from sqlalchemy import text

from core.database import make_engine, transaction
from core.segments.bulk import tell_planner
from core.segments.models import SegmentLine

SERVER_PROCESS = text("SELECT pg_backend_pid()")
CHANGES_NOT_LOOKED_AT = text(
    "SELECT n_mod_since_analyze FROM pg_stat_user_tables WHERE relname = 'segment_line'"
)
EXPECTED = text("SELECT reltuples FROM pg_class WHERE relname = 'segment_line'")
LINES = 1000


def test_the_session_used_last_is_taken_first(database_url):
    engine = make_engine(database_url, pool_size=2)
    with engine.connect() as one, engine.connect() as another:
        processes = [c.scalar(SERVER_PROCESS) for c in (one, another)]
        another.close()
        one.close()
        with engine.connect() as next_one:
            again = next_one.scalar(SERVER_PROCESS)
    engine.dispose()
    assert len(set(processes)) == 2
    assert again == processes[0]


def test_the_planner_is_told_and_the_server_still_looks_closer(own_engine):
    with transaction(own_engine) as session:
        session.execute(
            text(
                "INSERT INTO segment_line (segment_id, line_no, contact_id, added_by)"
                " SELECT 1, n, n, 0 FROM generate_series(1, :lines) n"
            ),
            {"lines": LINES},
        )
        session.execute(text("SELECT pg_stat_force_next_flush()"))
    with transaction(own_engine) as session:
        tell_planner(session, SegmentLine)
    with transaction(own_engine) as session:
        assert session.scalar(EXPECTED) == LINES
        assert session.scalar(CHANGES_NOT_LOOKED_AT) == LINES

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.database import make_engine, transaction
from core.errors import RefusedError
from core.numbering.models import NumberSeries, NumberSeriesLine
from core.numbering.next_number import next_number, peek_number

MAY = date(2026, 5, 4)
JUNE = date(2026, 6, 1)


def series(session, *lines, **values):
    session.add(NumberSeries(code="S", **values))
    session.flush()
    for position, line in enumerate(lines, start=1):
        session.add(NumberSeriesLine(series_code="S", line_no=position * 10000, **line))
    session.flush()


def refusal(session, on=MAY):
    with pytest.raises(RefusedError) as refused:
        next_number(session, "S", on)
    return refused.value


def test_the_first_number_is_the_starting_number(session):
    series(session, {"starting_no": "S001"})

    assert [next_number(session, "S", MAY) for _ in range(3)] == [
        "S001",
        "S002",
        "S003",
    ]


def test_the_increment_of_the_line_is_the_step(session):
    series(session, {"starting_no": "S010", "increment_by": 10})

    next_number(session, "S", MAY)

    assert next_number(session, "S", MAY) == "S020"


def test_looking_ahead_draws_nothing(session):
    series(session, {"starting_no": "S001"})

    assert peek_number(session, "S", MAY) == peek_number(session, "S", MAY) == "S001"


def test_the_latest_line_that_has_started_gives_the_numbers(session):
    series(
        session,
        {"starting_no": "A1"},
        {"starting_no": "M1", "starting_date": date(2026, 5, 1)},
        {"starting_no": "J1", "starting_date": JUNE},
    )

    assert next_number(session, "S", date(2026, 4, 30)) == "A1"
    assert next_number(session, "S", MAY) == "M1"
    assert next_number(session, "S", JUNE) == "J1"


def test_within_one_starting_date_the_first_open_line_is_used(session):
    series(
        session,
        {"starting_no": "A1", "open": False},
        {"starting_no": "B1"},
        {"starting_no": "C1"},
    )

    assert next_number(session, "S", MAY) == "B1"


def test_a_closed_line_of_today_never_falls_back_to_an_earlier_date(session):
    series(
        session,
        {"starting_no": "A1"},
        {"starting_no": "B1", "starting_date": MAY, "open": False},
    )

    assert refusal(session).code == "E-SERIES-DATE"


def test_the_line_closes_with_its_last_number(session):
    series(session, {"starting_no": "S1", "ending_no": "S2"})
    line = session.get(NumberSeriesLine, ("S", 10000))

    next_number(session, "S", MAY)
    assert line.open
    next_number(session, "S", MAY)

    assert not line.open
    assert line.last_date_used == MAY


def test_the_line_closes_when_the_next_step_would_pass_its_end(session):
    series(session, {"starting_no": "S1", "ending_no": "S9", "increment_by": 5})
    next_number(session, "S", MAY)

    assert next_number(session, "S", MAY) == "S6"
    assert not session.get(NumberSeriesLine, ("S", 10000)).open


def test_an_exhausted_series_names_its_last_number(session):
    series(session, {"starting_no": "S1", "ending_no": "S1"})
    next_number(session, "S", MAY)

    error = refusal(session)

    assert error.code == "E-SERIES-RANGE"
    assert "S1" in error.detail


def test_a_series_without_lines_has_no_number(session):
    series(session)

    assert refusal(session).code == "E-SERIES-NONE"


def test_a_series_that_does_not_exist_has_no_number(session):
    assert refusal(session).code == "E-SERIES-NONE"


def test_a_line_of_the_future_is_refused_for_the_date(session):
    series(session, {"starting_no": "S1", "starting_date": JUNE})

    assert refusal(session).code == "E-SERIES-DATE"


def test_date_order_refuses_an_earlier_day(session):
    series(session, {"starting_no": "S1"}, date_order=True)
    next_number(session, "S", JUNE)

    assert refusal(session).code == "E-SERIES-ORDER"
    assert next_number(session, "S", JUNE) == "S2"


def test_a_number_may_not_outgrow_the_ending_number(session):
    series(session, {"starting_no": "S8", "ending_no": "S9"})
    line = session.get(NumberSeriesLine, ("S", 10000))
    line.last_no_used, line.open = "S9", True

    assert refusal(session).code == "E-SERIES-RANGE"


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=st.integers(0, 120), size=st.integers(0, 12), step=st.integers(1, 4))
def test_a_series_gives_exactly_the_numbers_of_its_range(session, first, size, step):
    last = first + size
    width = len(str(last))
    ends = {"starting_no": f"S{first:0{width}d}", "ending_no": f"S{last:0{width}d}"}
    with session.begin_nested() as undo:
        series(session, {**ends, "increment_by": step})

        wanted = [f"S{n:0{width}d}" for n in range(first, last + 1, step)]
        assert [next_number(session, "S", MAY) for _ in wanted] == wanted
        assert refusal(session).code == "E-SERIES-RANGE"
        undo.rollback()
    session.expunge_all()


def test_two_at_once_never_draw_the_same_number(own_database):
    engine = make_engine(own_database)
    with transaction(engine) as session:
        series(session, {"starting_no": "S001"})

    def draw(_):
        with transaction(engine) as session:
            return next_number(session, "S", MAY)

    with ThreadPoolExecutor(8) as threads:
        drawn = list(threads.map(draw, range(40)))
    engine.dispose()

    assert sorted(drawn) == [f"S{n:03d}" for n in range(1, 41)]

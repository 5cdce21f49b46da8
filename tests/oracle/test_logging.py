"""The set-based log against the model that goes line by line, on random segments."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import today
from core.errors import RollcallError
from core.interactions.models import LoggedSegment
from core.jobs.models import JobState
from core.segments.frozen import unfreeze
from core.segments.line_list import LineFilter, lines
from core.segments.log_segment import log_segment
from core.segments.models import Segment
from core.segments.preflight import preflight
from core.segments.queries import totals
from core.segments.request_log import OnLineError, request_log
from tests.core.segments.logging import run_of
from tests.oracle import database, model
from tests.oracle.database import scratch
from tests.oracle.world import World
from tests.oracle.worlds import worlds

pytestmark = pytest.mark.timeout(0)


@given(world=worlds())
def test_a_log_writes_what_the_rules_say_line_by_line(engine, world):
    expected = model.log(world)
    with scratch(engine) as session:
        segment = database.put(session, world)
        before = database.everything(session)

        made = attempt(session, segment, world)

        if expected.is_logged:
            assert_logged(session, made, expected)
        else:
            assert_refused(made, expected)
            assert database.everything(session) == before


@given(world=worlds())
def test_the_preflight_promises_what_the_log_does(engine, world):
    expected = model.preflight(world)
    with scratch(engine) as session:
        segment = database.put(session, world)

        shown = preflight(
            session,
            database.actor_of(world),
            segment,
            create_follow_up=world.wants_follow_up,
        )

        assert (
            model.Preflight(
                planned=shown.planned,
                will_log=shown.will_log,
                refused=shown.refused,
                cost=shown.cost,
                duration=shown.duration,
                by_type={int(k): n for k, n in shown.by_correspondence_type.items()},
                by_problem=shown.by_problem,
                faults=[fault.code for fault in shown.faults],
            )
            == expected
        )


@given(world=worlds())
def test_the_list_shows_every_line_as_it_will_be_logged(engine, world):
    with scratch(engine) as session:
        segment = database.put(session, world)

        shown = [row._asdict() for row in lines(session, segment, LineFilter())]

        expected = model.lines_in_force(world)
        assert [row["line_no"] for row in shown] == [line.no for line in expected]
        for row, line in zip(shown, expected, strict=True):
            values = model.show(world, line)
            assert {name: row[name] for name in values} == values
            assert set(row["personal"]) == set(line.own)


@given(world=worlds())
def test_the_totals_are_the_sums_over_the_lines(engine, world):
    with scratch(engine) as session:
        segment = database.put(session, world)

        assert model.Totals(*totals(session, segment)) == model.totals(world)


@dataclass
class Attempt:
    """A log as the web requests and the worker does it, within one transaction."""

    result: Mapping[str, object] = field(default_factory=dict)
    error: RollcallError | None = None
    refusals: list[model.Refusal] = field(default_factory=list)


def attempt(session: Session, segment: Segment, world: World) -> Attempt:
    actor = database.actor_of(world)
    try:
        with session.begin_nested():
            job = request_log(
                session,
                actor,
                segment.no,
                create_follow_up=world.wants_follow_up,
                on_line_error=OnLineError.SKIP if world.skips else OnLineError.REFUSE,
            )
    except RollcallError as refusal:
        return Attempt(error=refusal)
    run = run_of(session, actor, job)
    made = Attempt()
    try:
        with session.begin_nested():
            made.result = log_segment(run)
    except RollcallError as refusal:
        made.error = refusal
        for record in run.error_recorders:
            record(session)
        unfreeze(session, run.job, JobState.FAILED)
        session.flush()
    made.refusals = database.refusals(session, job.id)
    return made


def assert_refused(made: Attempt, expected: model.Outcome) -> None:
    """By the codes, each with its line; the first one is the headline."""
    assert made.error is not None
    listed = [(fault.line_no, fault.code) for fault in made.error.faults]
    wanted: list[tuple[int | None, str]] = [(None, code) for code in expected.faults]
    wanted += [(each.line_no, each.code) for each in expected.refusals]
    assert (listed or [(None, made.error.code)]) == wanted
    assert made.error.code == wanted[0][1]
    assert made.refusals == expected.refusals


def assert_logged(session: Session, made: Attempt, expected: model.Outcome) -> None:
    result, filed = made.result, expected.logged_segment
    assert made.error is None
    assert made.refusals == expected.refusals
    assert database.entries(session) == expected.entries
    assert database.campaign_entries(session) == expected.campaign_entries
    assert database.logged_segment(session) == filed
    assert database.attachments(session) == expected.attachments
    assert session.scalars(select(LoggedSegment.creation_date)).one() == today()
    assert [result[name] for name in ("planned", "logged", "skipped")] == [
        filed[name] for name in ("no_of_lines", "no_of_interactions", "no_skipped")
    ]
    left = {
        "follow_up_segment_no": expected.follow_up,
        "left_behind_segment_no": expected.left_behind,
    }
    for name, segment in left.items():
        assert (name in result) == (segment is not None)
        if segment is not None:
            assert result[name] == segment.header["no"]
            assert database.segment_left(session, str(result[name])) == segment
    numbers = {segment.header["no"] for segment in left.values() if segment}
    assert database.segment_numbers(session) == {*numbers, database.BYSTANDER}

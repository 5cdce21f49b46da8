"""Each bottleneck is named, and a quiet system gives no reasons."""

from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import func, text

from core.database import transaction
from core.jobs.work_connection import mark_connection
from core.operations.broker import BrokerFacts, BrokerWatch
from core.operations.database_facts import Disk, disks
from core.operations.lock_waits import lock_waits
from core.operations.models import Pulse
from core.operations.pause_queue import pause_queue
from core.operations.pulse import Beating, record_pulse, seconds_since_pulses
from core.operations.reasons import Severity, reasons
from core.operations.situation import Outside, Schema, look
from tests import factories
from tests.core.operations.conftest import ago
from tests.support.programs import wait_until

WELL = Outside(BrokerFacts(answers=True), Schema("7", "7"), Path())


@pytest.fixture
def well(session, worker):
    """A worker is alive, beat beats."""
    record_pulse(session, Beating.BEAT)
    record_pulse(session, Beating.SWEEP)
    return worker()


def found(session, outside=WELL, **limits):
    return {reason.code: reason for reason in reasons(look(session, limits, outside))}


def test_all_is_well(session, well):
    assert found(session) == {}


def test_no_worker(session, submit, well):
    well.last_seen_at = ago(100)
    submit()
    session.flush()

    named = found(session)

    assert named["no_worker"].severity == Severity.STOPPED
    assert "alpha:7 has been silent for 100 s" in named["silent_worker"].title


def test_every_worker_drained(session, well):
    well.drain_requested_at = func.now()
    session.flush()

    assert "drained" in found(session)


def test_queue_paused(session, submit, well):
    submit()
    pause_queue(session, factories.actor(), "jobs")

    named = found(session)["paused"]

    assert named.severity == Severity.STOPPED
    assert "paused by anna; 1 job waits" in named.title


def test_all_slots_busy(session, submit, well, run_on):
    run_on(well)
    run_on(well)
    submit()

    assert found(session)["busy"].title == "All 2 slots are busy, and 1 job waits."


def test_a_kind_at_its_limit(session, submit, well, run_on):
    run_on(well, kind="import")
    submit(kind="import")

    assert "full_kind" in found(session, **{"import": 1})


def test_jobs_wait_for_their_next_attempt(session, submit, well):
    submit(run_after=ago(-60))

    assert found(session)["later"].severity == Severity.NOTE


@pytest.mark.parametrize("severity", [Severity.SLOW, Severity.STOPPED])
def test_broker_away(session, well, submit, severity):
    if severity == Severity.STOPPED:
        submit()
    outside = replace(WELL, broker=BrokerFacts(answers=False))

    assert found(session, outside)["broker"].severity == severity


def test_beat_silent(session, well):
    session.merge(Pulse(name="beat", at=ago(45)))
    session.flush()

    assert "silent for 45 s" in found(session)["beat"].title


def test_nobody_hears_beat(session, well):
    session.merge(Pulse(name="sweep", at=ago(45)))
    session.flush()

    assert "sweep" in found(session)


@pytest.mark.parametrize(
    ("schema", "code"),
    [
        (Schema("6", "7"), "schema"),
        (Schema(None, "7"), "schema"),
        (Schema("8", "7", is_newer=True), "upgrade"),
    ],
)
def test_another_schema(session, well, schema, code):
    assert set(found(session, replace(WELL, schema=schema))) == {code}


def test_little_room_on_a_disk(session, well):
    now = look(session, {}, WELL)
    now = replace(now, disks=[Disk("uploads", 9, 100), Disk("database", 11, 100)])

    (reason,) = reasons(now)

    assert reason.title == "Only 9 % of the disk of the uploads is free."


def test_broken_rules(session, well):
    assert "unsound" in found(session, replace(WELL, broken_rules=2))


def test_the_worst_comes_first(session, well, submit):
    submit(run_after=ago(-60))
    outside = replace(WELL, schema=Schema("6", "7"), broker=BrokerFacts(answers=False))

    severities = [each.severity for each in reasons(look(session, {}, outside))]

    assert severities == [Severity.STOPPED, Severity.SLOW, Severity.NOTE]


def test_a_lock_is_named_with_who_holds_it(own_engine):
    with transaction(own_engine) as session:
        session.execute(
            text(
                "INSERT INTO job (id, kind, title, arguments, work_date)"
                " OVERRIDING SYSTEM VALUE"
                " VALUES (42, 'log_segment', 'Log SM1', '{}', now())"
            )
        )
    is_over = Event()
    with transaction(own_engine) as holder:
        mark_connection(holder.connection(), 42)
        holder.execute(text("LOCK TABLE segment"))
        waiting = Thread(target=_read_segments, args=[own_engine, is_over])
        with transaction(own_engine) as session:
            # Whoever looked before in this transaction sees those who came since.
            assert lock_waits(session, longer_than_seconds=0) == []
            session.execute(text("SELECT count(*) FROM pg_stat_activity"))
            waiting.start()
            wait_until(lambda: lock_waits(session, longer_than_seconds=0))
            (wait,) = lock_waits(session, longer_than_seconds=0)
    waiting.join()

    assert (wait.waiting, wait.holder) == (
        *("a page or a request", "the job “Log SM1”"),
    )
    assert wait.is_holder_idle
    assert wait.held_seconds >= wait.seconds > 0
    assert is_over.is_set()


def _read_segments(engine, is_over):
    with transaction(engine) as session:
        session.execute(text("SELECT FROM segment"))
    is_over.set()


def test_pulses_are_told_by_the_clock_of_the_database(session):
    assert seconds_since_pulses(session) == {}

    record_pulse(session, Beating.BEAT)
    record_pulse(session, Beating.BEAT)

    assert 0 <= seconds_since_pulses(session)[Beating.BEAT] < 60


def test_the_disk_of_the_uploads_is_seen(tmp_path):
    (disk,) = disks(tmp_path, "/nowhere/else")

    assert disk.what == "uploads"
    assert 0 < disk.free_bytes < disk.total_bytes


def test_a_broker_that_answers(redis_url):
    facts = BrokerWatch(redis_url).facts()

    assert facts.answers
    assert facts.version


def test_a_broker_that_is_away_is_known_within_a_second_and_asked_seldom():
    watch = BrokerWatch("redis://127.0.0.1:9/0")

    assert watch.facts() is watch.facts()
    assert not watch.facts().answers

from uuid import uuid4

from core.jobs.sweep import to_ring

PROMISES = [uuid4(), uuid4()]


def test_rings_that_are_missing_are_made_up_for():
    assert to_ring(PROMISES, messages_waiting=0) == PROMISES
    assert to_ring(PROMISES, messages_waiting=1) == PROMISES


def test_busy_workers_are_not_rung_for_again():
    assert to_ring(PROMISES, messages_waiting=2) == []

"""A worker is killed, frozen or told to go at a chosen moment of a log."""

import signal

import pytest

from tests.support import one_log
from tests.support.one_log import assert_logged_once, held, wait_until_held, worker_of
from tests.support.programs import wait_until

pytestmark = pytest.mark.crash


@pytest.fixture
def segment_no(client):
    return one_log.segment_of(client)


@pytest.mark.parametrize("point", [one_log.BEGINNING, one_log.END])
def test_a_worker_killed_at_any_point_loses_and_repeats_nothing(
    installation, client, segment_no, point
):
    with held(installation, point):
        job = one_log.log(client, segment_no)
        wait_until_held(installation)
        worker_of(installation, job).send(signal.SIGKILL)
        one_log.let_lease_lapse(installation, job)
        one_log.assert_nothing_is_seen(installation, job)

    found = assert_logged_once(installation, client, job)
    assert found["attempt"] == 2


def test_a_frozen_worker_that_wakes_up_writes_nothing(installation, client, segment_no):
    with held(installation, one_log.END):
        job = one_log.log(client, segment_no)
        wait_until_held(installation)
        frozen = worker_of(installation, job)
        frozen.send(signal.SIGSTOP)
        one_log.let_lease_lapse(installation, job)

    # It has written every entry, but nobody will ever see these.
    found = assert_logged_once(installation, client, job)
    frozen.send(signal.SIGCONT)
    wait_until(lambda: frozen.said("as=lost"))
    assert_logged_once(installation, client, job)
    assert found["attempt"] == 2


def test_a_worker_told_to_go_hands_its_log_over_unharmed(
    installation, client, segment_no
):
    with held(installation, one_log.END):
        job = one_log.log(client, segment_no)
        wait_until_held(installation)
        leaving = worker_of(installation, job)
        leaving.send_main(signal.SIGTERM)
        assert leaving.process.wait() == 0

    found = assert_logged_once(installation, client, job)
    assert leaving.said("as=handed_back")
    assert found["attempt"] == 2

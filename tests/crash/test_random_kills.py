"""Processes die at random instants while several people log without pause."""

import pytest

from tests.support.logging_in_a_storm import log_in_a_storm

pytestmark = [pytest.mark.crash, pytest.mark.timeout(400)]

KILLS = 25


def test_whatever_dies_at_whatever_moment_every_line_is_logged_once(
    installation, crash_seed, tell
):
    told = log_in_a_storm(installation, seed=crash_seed, kills=KILLS)

    tell(f"CRASH_SEED={crash_seed}: {told}")

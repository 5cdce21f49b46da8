"""Processes die at random instants while several people log without pause."""

import pytest

from tests.support.installation import CONTACTS, installed
from tests.support.logging_in_a_storm import LEASE_SECONDS, log_in_a_storm

pytestmark = [pytest.mark.crash, pytest.mark.timeout(1200)]

KILLS = 25


def test_whatever_dies_at_whatever_moment_every_line_is_logged_once(crash_seed, tell):
    with installed(contacts=CONTACTS, lease_seconds=LEASE_SECONDS) as installation:
        told = log_in_a_storm(installation, seed=crash_seed, kills=KILLS)

    tell(f"CRASH_SEED={crash_seed}: {told}")

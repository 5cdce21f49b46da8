import os
from collections.abc import Iterator
from random import SystemRandom

import pytest
from celery import Celery

from core.task_names import BROKER_KEY_PREFIX, JOBS_QUEUE, RUN_JOB
from tests.support.api_client import ApiClient
from tests.support.installation import CONTACTS, Installation, installed

# Real processes on a machine that may be busy: only a test that hangs takes so long.
LONGEST_SECONDS = 600


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if item.get_closest_marker("crash") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LONGEST_SECONDS))


def pytest_terminal_summary(terminalreporter, config) -> None:
    for line in config.stash.get(what_was_done, []):
        terminalreporter.write_line(line)


what_was_done = pytest.StashKey[list[str]]()


@pytest.fixture
def tell(request):
    """Say something in the summary of the run."""
    return request.config.stash.setdefault(what_was_done, []).append


@pytest.fixture(scope="session")
def crash_seed() -> int:
    """CRASH_SEED repeats a run; without it every run is a new one."""
    return int(os.environ.get("CRASH_SEED") or SystemRandom().randrange(1_000_000))


@pytest.fixture(scope="session")
def shared_installation() -> Iterator[Installation]:
    with installed(contacts=CONTACTS) as installation:
        yield installation


@pytest.fixture
def installation(shared_installation: Installation) -> Installation:
    """Everything runs, whatever the test before did to it."""
    shared_installation.heal()
    for program in shared_installation.programs:
        program.wait_until_ready()
    return shared_installation


@pytest.fixture
def send(installation: Installation):
    """Put a message for the workers into the broker, whatever it says."""
    celery = Celery(broker=installation.redis_url, set_as_current=False)
    celery.conf.broker_transport_options = {"global_keyprefix": BROKER_KEY_PREFIX}
    yield lambda *words: celery.send_task(RUN_JOB, words, queue=JOBS_QUEUE)
    celery.close()


@pytest.fixture
def client(installation: Installation) -> Iterator[ApiClient]:
    client = installation.client()
    yield client
    client.close()

import os
from collections.abc import Iterator
from random import SystemRandom

import pytest

from tests.support.api_client import ApiClient
from tests.support.installation import Installation, installed

CONTACTS = 40_000


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
def shared_installation(tmp_path_factory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installation")
    with installed(folder, contacts=CONTACTS) as installation:
        yield installation


@pytest.fixture
def installation(shared_installation: Installation) -> Installation:
    """Everything runs, whatever the test before did to it."""
    shared_installation.heal()
    for program in shared_installation.programs:
        program.wait_until_ready()
    return shared_installation


@pytest.fixture
def client(installation: Installation) -> Iterator[ApiClient]:
    client = installation.client()
    yield client
    client.close()

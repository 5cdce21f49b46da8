from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from core.commands.seed import seed
from core.database import make_engine, transaction
from tests.support.servers import Servers, new_database


@pytest.fixture(scope="module")
def seeded_engine(servers: Servers) -> Iterator[Engine]:
    """A database with what a new installation has, for tests that keep what they do."""
    with new_database(servers.database_url, servers.template) as url:
        engine = make_engine(url)
        with transaction(engine) as session:
            seed(session)
        yield engine
        engine.dispose()

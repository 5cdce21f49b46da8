from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from core.database import make_engine
from tests.support import tally


@pytest.fixture
def tally_engine(own_database: str) -> Iterator[Engine]:
    """A database of its own with the tables of the test kind."""
    engine = make_engine(own_database)
    tally.make_tables(engine)
    yield engine
    engine.dispose()

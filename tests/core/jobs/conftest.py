import pytest

from tests.support import tally


@pytest.fixture
def tally_engine(committing_engine):
    """The shared database with the tables of the test kind."""
    tally.make_tables(committing_engine)
    return committing_engine

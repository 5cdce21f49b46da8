"""Which trouble passes by itself, and how long to leave it alone."""

from sqlalchemy import exc

from core.errors import TransientError

RETRY_DELAYS_SECONDS = (2, 5, 15, 60, 180, 300, 600, 600)
"""One delay for each retry; after the last one the job fails."""

PASSING_STATES = (
    "08",  # the connection broke
    "25P03",  # this process stood still for too long, and the server let go of it
    "40001",  # two transactions got in each other's way
    "40P01",  # a deadlock, and this transaction was chosen to give way
    "53",  # the server has no room: connections, memory, disk
    "55P03",  # somebody else held a lock for too long
    "57P",  # the server is going down, or is not up yet
)


def passes_by_itself(error: Exception) -> bool:
    if isinstance(error, TransientError | exc.TimeoutError):
        return True
    if not isinstance(error, exc.DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        # Without a word from the server: the connection is gone.
        return isinstance(error, exc.OperationalError | exc.InterfaceError)
    return str(state).startswith(PASSING_STATES)


def words_for(error: Exception, left: str) -> str:
    if isinstance(error, TransientError):
        return error.detail
    return f"The database was not able to go on just then. {left}"

"""Numbers for interaction log entries: unique, ascending, gaps allowed."""

from sqlalchemy import BigInteger, Engine, Sequence, func, literal, select

from core.base import Base
from core.database import transaction

entry_no_sequence = Sequence(
    "interaction_log_entry_no", metadata=Base.metadata, data_type=BigInteger
)

_LOCK = 0x456E7472  # Any number nobody else uses.


def reserve_entry_numbers(engine: Engine, count: int) -> int:
    """Take `count` consecutive numbers and return the first of them.

    Runs in a transaction of its own, so that a long log never makes others wait.
    Numbers of work that is undone are lost, as in the reference product.
    """
    after = entry_no_sequence.next_value() + literal(count - 1, BigInteger)
    with transaction(engine) as session:
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        last: int = session.scalars(
            select(func.setval(entry_no_sequence.name, after))
        ).one()
    return last - count + 1

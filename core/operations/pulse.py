"""When beat and the sweep were last alive, by the database's clock."""

from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.operations.models import Pulse


class Beating(StrEnum):
    BEAT = "beat"
    "Beat has sent its message to the broker."
    SWEEP = "sweep"
    "A worker has looked for unkept promises, so messages arrive."


def record_pulse(session: Session, name: Beating) -> None:
    """Any number of beats may say so; the latest counts."""
    session.execute(
        insert(Pulse)
        .values(name=name)
        .on_conflict_do_update(
            index_elements=[Pulse.name], set_={"at": func.clock_timestamp()}
        )
    )


def seconds_since_pulses(session: Session) -> dict[Beating, float]:
    rows = session.execute(
        select(Pulse.name, func.extract("epoch", func.clock_timestamp() - Pulse.at))
    )
    return {Beating(name): float(seconds) for name, seconds in rows}

from uuid import UUID

from sqlalchemy import BigInteger, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from core.base import ZERO, Base, CreatedAt, Flag, Moment, Text30, Text50, Text80


class WorkerProcess(Base):
    """One start of a worker. It is alive as long as it says so."""

    __tablename__ = "worker_process"

    id: Mapped[UUID] = mapped_column(PG_UUID(as_uuid=True), primary_key=True)
    "Made at the start: the same host and process number may come again."
    host: Mapped[Text80]
    pid: Mapped[int]
    version: Mapped[Text30]
    queues: Mapped[list[str]] = mapped_column(JSONB)
    slots: Mapped[int]
    "How many jobs it can run at the same time."
    memory_bytes: Mapped[int] = mapped_column(BigInteger, server_default=ZERO)
    "Resident memory of the process and its children."
    started_at: Mapped[CreatedAt]
    last_seen_at: Mapped[CreatedAt]
    stopped_at: Mapped[Moment | None]
    "When it said good-bye; a worker that was killed never does."
    drain_requested_at: Mapped[Moment | None]
    drain_requested_by: Mapped[Text50]
    is_draining: Mapped[Flag]
    "The worker's own word that it takes no job any more."


class Pulse(Base):
    """When something that has to happen again and again happened last."""

    __tablename__ = "pulse"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[CreatedAt]

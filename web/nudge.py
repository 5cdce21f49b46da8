from typing import Protocol
from uuid import UUID


class Nudge(Protocol):
    """Rings the worker's doorbell: never blocks, never raises."""

    def ring(self, job_public_id: UUID) -> None: ...

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, captured at the edge and carried into jobs (TRAP-11)."""

    user_id: int
    username: str
    role: str
    salesperson_code: str
    work_date: date

"""Who waits for a lock, and who holds it: asked of the database itself."""

import re
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.jobs.models import Job

_WAITS = text("""
    SELECT waiting.application_name AS waiting, waiting.usename AS waiting_user,
           holder.application_name AS holder, holder.usename AS holder_user,
           holder.pid AS holder_pid, holder.state AS holder_state,
           extract(epoch FROM clock_timestamp() - wait.since) AS seconds,
           extract(epoch FROM clock_timestamp() - holder.xact_start) AS held_seconds
    FROM (
        SELECT pid, min(waitstart) AS since
        FROM pg_locks
        WHERE NOT granted
        GROUP BY pid
    ) AS wait
    JOIN pg_stat_activity AS waiting ON waiting.pid = wait.pid
    CROSS JOIN LATERAL unnest(pg_blocking_pids(wait.pid)) AS blocking (pid)
    JOIN pg_stat_activity AS holder ON holder.pid = blocking.pid
    WHERE waiting.datname = current_database()
      AND clock_timestamp() - wait.since > make_interval(secs => :seconds)
    ORDER BY wait.since, holder.pid
""")

# Within a transaction the server remembers its first answer about sessions, while locks
# are told as they are: a session that came later would wait unseen.
_FORGET = text("SELECT pg_stat_clear_snapshot()")

_JOB_CONNECTION = re.compile(r"rollcall job ([0-9]+)")


@dataclass(frozen=True, slots=True)
class LockWait:
    waiting: str
    holder: str
    holder_pid: int
    is_holder_idle: bool
    "It holds the lock and asks for nothing: somebody left a transaction open."
    seconds: float
    held_seconds: float


def lock_waits(session: Session, *, longer_than_seconds: float = 1) -> list[LockWait]:
    session.execute(_FORGET)
    rows = session.execute(_WAITS, {"seconds": longer_than_seconds}).all()
    names = {name for row in rows for name in (row.waiting, row.holder)}
    titles = _titles_of_jobs(session, names)
    return [
        LockWait(
            waiting=titles.get(row.waiting) or _in_words(row.waiting, row.waiting_user),
            holder=titles.get(row.holder) or _in_words(row.holder, row.holder_user),
            holder_pid=row.holder_pid,
            is_holder_idle=row.holder_state.startswith("idle in transaction"),
            seconds=float(row.seconds),
            held_seconds=float(row.held_seconds or 0),
        )
        for row in rows
    ]


def _titles_of_jobs(session: Session, names: set[str]) -> dict[str, str]:
    """Work connections carry the id of their job in their name."""
    ids = {int(match[1]): name for name in names if (match := _of_job(name))}
    jobs = session.execute(select(Job.id, Job.title).where(Job.id.in_(ids)))
    return {ids[job_id]: f"the job “{title}”" for job_id, title in jobs}


def _of_job(name: str) -> re.Match[str] | None:
    return _JOB_CONNECTION.fullmatch(name)


def _in_words(application: str, user: str) -> str:
    if application == "rollcall":
        return "a page or a request"
    return f"{application or 'a program without a name'} (database user {user})"

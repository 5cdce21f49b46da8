from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil
from sqlalchemy import text
from sqlalchemy.orm import Session

_FACTS = text("""
    SELECT current_setting('server_version') AS version,
           pg_database_size(current_database()) AS bytes,
           current_setting('max_connections')::int
               - current_setting('superuser_reserved_connections')::int
               AS most_connections,
           (SELECT count(*) FROM pg_stat_activity
            WHERE backend_type = 'client backend') AS connections,
           pg_postmaster_start_time() AS started_at,
           (SELECT extract(epoch FROM max(clock_timestamp() - xact_start))
            FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
              AND state LIKE 'idle in transaction%') AS idle_transaction_seconds,
           (SELECT setting FROM pg_settings WHERE name = 'data_directory')
               AS data_folder
""")


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    version: str
    bytes: int
    connections: int
    most_connections: int
    started_at: datetime
    idle_transaction_seconds: float
    "How long the oldest transaction is open whose owner asks for nothing."
    data_folder: str | None
    "Told to privileged database users only; it may be on another machine."


@dataclass(frozen=True, slots=True)
class Disk:
    what: str
    free_bytes: int
    total_bytes: int

    @property
    def free_percent(self) -> int:
        return self.free_bytes * 100 // self.total_bytes


def database_facts(session: Session) -> DatabaseFacts:
    row = session.execute(_FACTS).one()
    return DatabaseFacts(
        version=row.version,
        bytes=row.bytes,
        connections=row.connections,
        most_connections=row.most_connections,
        started_at=row.started_at,
        idle_transaction_seconds=float(row.idle_transaction_seconds or 0),
        data_folder=row.data_folder,
    )


def disks(upload_folder: Path, data_folder: str | None) -> list[Disk]:
    """Those that can be seen from this machine."""
    folders = {"uploads": upload_folder, "database": Path(data_folder or "/nowhere")}
    by_device: dict[int, list[str]] = defaultdict(list)
    for what, folder in folders.items():
        if folder.exists():
            by_device[folder.stat().st_dev].append(what)
    return [_disk(names, folders[names[0]]) for names in by_device.values()]


def _disk(names: list[str], folder: Path) -> Disk:
    usage = psutil.disk_usage(str(folder))
    return Disk(" and ".join(names), usage.free, usage.total)

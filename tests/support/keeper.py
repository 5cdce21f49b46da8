"""Holds the servers of one test run and stops them when the run is over.

The run is over when standard input ends, which also happens when it is killed: so
nothing is left behind, whatever became of the run.
"""

import json
import shutil
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from core.embedded import broker, postgres

# A test database is thrown away: nothing has to survive a power cut. But what was
# committed survives the killing of the server, as the crash tests rely on: it was handed
# to the operating system, which an asynchronous commit would put off.
FORGETFUL = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "max_wal_size": "4GB",
    "max_connections": "200",
    "jit": "off",
    "autovacuum_naptime": "5min",
}


def main() -> None:
    # Ctrl-C is for the run; its end reaches us through standard input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="rollcall-tests-"))
        stack.callback(shutil.rmtree, folder)
        # PostgreSQL may run under another account and has to get in.
        folder.chmod(0o711)
        database = postgres.start(folder / "postgres", FORGETFUL)
        stack.callback(postgres.stop, database)
        queue = broker.start(folder / "broker")
        stack.callback(broker.stop, queue)
        addresses = [database.url("postgres"), queue.url()]
        sys.stdout.write(json.dumps(addresses) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()

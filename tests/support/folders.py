import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """An empty folder that PostgreSQL can get into, which may run under another account.

    Not one of pytest's: every start of pytest closes the folder above all of those to
    others, in the middle of another run as well.
    """
    with tempfile.TemporaryDirectory(
        prefix="rollcall-tests-", ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder

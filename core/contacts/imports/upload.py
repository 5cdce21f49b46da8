"""Taking a file in: its name is random, its size limited, its shape understood."""

import secrets
import time
from pathlib import Path
from typing import IO, NamedTuple

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.imports.columns import proposed_mapping
from core.contacts.imports.csv_file import DELIMITERS, ENCODINGS, shape_of
from core.contacts.models import ContactImport
from core.errors import Fault, FaultList, RefusedError

MOST_BYTES = 64 * 1024 * 1024
KEPT_SECONDS = 7 * 24 * 60 * 60

_CHUNK = 1 << 20
_PREFIX = "contacts-"


class FileChoices(NamedTuple):
    """What the user says about the file; None: find out."""

    encoding: str | None = None
    delimiter: str | None = None


FIND_OUT = FileChoices()


def take_file(
    session: Session,
    actor: Actor,
    folder: Path,
    stream: IO[bytes],
    file_name: str,
    choices: FileChoices = FIND_OUT,
) -> ContactImport:
    """Store and inspect an uploaded file; propose what its columns mean.

    A file that is refused is not kept. One that is kept survives a week.
    """
    _check_choices(choices)
    _forget_old_files(folder)
    path = folder / f"{_PREFIX}{secrets.token_hex(16)}.csv"
    try:
        size = _store(stream, path)
        shape = shape_of(path, encoding=choices.encoding, delimiter=choices.delimiter)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    taken = ContactImport(
        file_name=_shown_name(file_name),
        stored_name=path.name,
        size=size,
        lines=shape.lines,
        encoding=shape.encoding,
        delimiter=shape.delimiter,
        header=shape.header,
        mapping=proposed_mapping(shape.header),
        requested_by=actor.username,
    )
    session.add(taken)
    session.flush()  # for its public id
    return taken


def read_anew(taken: ContactImport, folder: Path, choices: FileChoices) -> None:
    """Look at the same file with another encoding or delimiter."""
    _check_choices(choices)
    path = stored_file(taken, folder)
    shape = shape_of(path, encoding=choices.encoding, delimiter=choices.delimiter)
    if shape.header != taken.header:
        taken.mapping = proposed_mapping(shape.header)
    taken.encoding, taken.delimiter = shape.encoding, shape.delimiter
    taken.header, taken.lines = shape.header, shape.lines
    taken.checked_at = taken.counts = None


def stored_file(taken: ContactImport, folder: Path) -> Path:
    path = folder / taken.stored_name
    if not path.exists():
        raise RefusedError(
            "E-CSV-GONE",
            f"The file {taken.file_name} is no longer kept. Upload it anew.",
        )
    return path


def _store(stream: IO[bytes], path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with path.open("xb") as file:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > MOST_BYTES:
                raise _refused(
                    "E-CSV-SIZE",
                    f"The file has more than {MOST_BYTES // 1024**2} MB. Split it.",
                )
            file.write(chunk)
    if not size:
        raise _refused("E-CSV-EMPTY", "The file is empty.")
    return size


def _refused(code: str, detail: str) -> RefusedError:
    return RefusedError(code, detail, faults=(Fault(code, detail, field="file"),))


def _check_choices(choices: FileChoices) -> None:
    faults = FaultList()
    if choices.encoding is not None and choices.encoding not in ENCODINGS:
        faults.add("encoding", "E-FIELD", f"Encoding is one of {', '.join(ENCODINGS)}.")
    if choices.delimiter is not None and choices.delimiter not in DELIMITERS:
        faults.add("delimiter", "E-FIELD", "Delimiter is one of , ; | and tab.")
    faults.refuse_if_any()


def _shown_name(file_name: str) -> str:
    """Browsers may send a path, and programs anything; only its last part is shown."""
    last = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[:255] or "contacts.csv"


def _forget_old_files(folder: Path) -> None:
    oldest = time.time() - KEPT_SECONDS
    for path in folder.glob(f"{_PREFIX}*.csv"):
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
        except FileNotFoundError:
            continue  # somebody else tidied up at the same time

"""Reading a CSV file somebody made somewhere: its encoding, its shape, its records.

Nothing is guessed silently: what cannot be read is refused with the line it is on.
"""

import codecs
import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from core.errors import RefusedError

ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252 (Western Europe)",
    "cp1250": "Windows-1250 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "iso8859-15": "ISO 8859-15 (Western Europe)",
    "mac-roman": "Mac OS Roman",
}
"Encodings a user may choose, with their names on the page."

DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}

MOST_COLUMNS = 200

_CHUNK = 1 << 20
_SAMPLE_LINES = 30


class FileShape(NamedTuple):
    encoding: str
    delimiter: str
    lines: int
    header: list[str]


class Record(NamedTuple):
    line_no: int
    "The line of the file it starts on, counted from 1."
    cells: list[str]


def shape_of(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None
) -> FileShape:
    """Look at the whole file once; refuse what cannot be read as text."""
    encoding = encoding or _encoding_of(path)
    lines = _count_lines(path, encoding)
    delimiter = delimiter or _delimiter_of(path, encoding)
    rows = records(path, encoding, delimiter)
    header = [name.strip() for name in next(rows, Record(1, [])).cells]
    if not any(header):
        raise RefusedError("E-CSV-EMPTY", "The file is empty.")
    if len(header) > MOST_COLUMNS:
        raise RefusedError(
            "E-CSV-COLUMN",
            f"The file has {len(header)} columns; {MOST_COLUMNS} are the most.",
        )
    if next(rows, None) is None:
        raise RefusedError(
            "E-CSV-EMPTY", "The file has a line of column names, but no contacts."
        )
    return FileShape(encoding, delimiter, lines, header)


def records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    """Every record with something in it, the header first. Memory stays small."""
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        while True:
            line_no = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise _malformed(line_no, error) from error
            if cells is None:
                return
            if any(cells):
                yield Record(line_no, cells)


def _encoding_of(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _first_undecodable(path, "utf-8") is None:
        return "utf-8-sig"
    bad = _first_undecodable(path, "cp1252")
    if bad is None:
        return "cp1252"
    raise _undecodable(bad, "neither UTF-8 nor Windows-1252")


def _count_lines(path: Path, encoding: str) -> int:
    bad = _first_undecodable(path, encoding)
    if bad is not None:
        raise _undecodable(bad, f"no {ENCODINGS.get(encoding, encoding)}")
    lines = 0
    with path.open(encoding=encoding, newline="") as file:
        while chunk := file.read(_CHUNK):
            if "\0" in chunk:
                raise RefusedError(
                    "E-CSV-KIND",
                    "This is no text file. Save the sheet as CSV and upload that.",
                )
            lines += chunk.count("\n")
    return lines


class _BadByte(NamedTuple):
    line_no: int
    byte: int


def _first_undecodable(path: Path, encoding: str) -> _BadByte | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line_no = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            waiting = decoder.getstate()[0]
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                seen = (waiting + chunk)[: error.start]
                byte = error.object[error.start]
                return _BadByte(line_no + seen.count(b"\n"), byte)
            if not chunk:
                return None
            line_no += chunk.count(b"\n")


def _undecodable(bad: _BadByte, what: str) -> RefusedError:
    return RefusedError(
        "E-CSV-ENCODING",
        f"Line {bad.line_no} holds the byte 0x{bad.byte:02X}, which is {what} text. "
        "Choose the encoding of the file, or save it as UTF-8.",
    )


def _delimiter_of(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        sample = "".join(line[:1000] for line in islice(file, _SAMPLE_LINES))
    try:
        return csv.Sniffer().sniff(sample, delimiters="".join(DELIMITERS)).delimiter
    except csv.Error:
        # One column only, or too little to tell.
        return ","


def _malformed(line_no: int, error: csv.Error) -> RefusedError:
    words = str(error)
    if "unexpected end" in words:
        detail = f"The quotation mark opened on line {line_no} is never closed."
    elif "field limit" in words:
        detail = (
            f"The row on line {line_no} has a cell of more than "
            f"{csv.field_size_limit():,} characters. Is a quotation mark not closed?"
        )
    elif "expected after" in words:
        detail = (
            f"The row on line {line_no} has a quotation mark inside a quoted cell. "
            "Write it twice there."
        )
    else:
        detail = f"The row on line {line_no} cannot be read: {words}."
    return RefusedError("E-CSV-FORMAT", detail)

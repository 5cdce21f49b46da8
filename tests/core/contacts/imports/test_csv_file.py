import codecs

import pytest

from core.contacts.imports.csv_file import FileShape, records, shape_of
from core.errors import RefusedError


@pytest.fixture
def file(tmp_path):
    def write(content: str | bytes):
        path = tmp_path / "file.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def refusal(path, **choices):
    with pytest.raises(RefusedError) as error:
        list(records(path, *shape_of(path, **choices)[:2]))
    return error.value


def cells(path, **choices):
    encoding, delimiter, *_ = shape_of(path, **choices)
    return [record.cells for record in records(path, encoding, delimiter)]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Name\nÆrøskøbing\n".encode(), "utf-8-sig"),
        (codecs.BOM_UTF8 + "Name\nÆrøskøbing\n".encode(), "utf-8-sig"),
        ("Name\nÆrøskøbing\n".encode("cp1252"), "cp1252"),
        ("Name\nÆrøskøbing\n".encode("utf-16"), "utf-16"),
    ],
)
def test_the_encoding_is_found_out(file, content, encoding):
    path = file(content)

    assert shape_of(path).encoding == encoding
    assert cells(path) == [["Name"], ["Ærøskøbing"]]


def test_an_encoding_can_be_chosen(file):
    path = file("Name\nŁódź\n".encode("cp1250"))

    assert cells(path, encoding="cp1250") == [["Name"], ["Łódź"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(file, delimiter):
    lines = [["Name", "City", "Phone"], ["Cronus, Ltd", "Bath", "1"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)

    assert cells(file(text)) == lines


def test_one_column_is_a_file_too(file):
    assert cells(file("Name\nCronus\n")) == [["Name"], ["Cronus"]]


def test_the_header_is_told_from_the_rows(file):
    shape = shape_of(file("Name, City \nCronus,Bath\n"))

    assert shape == FileShape("utf-8-sig", ",", 2, ["Name", "City"])


def test_a_record_knows_its_line(file):
    path = file('Name,City\n"two\nlines",Bath\n\nCronus,York\n')

    lines = [record.line_no for record in records(path, "utf-8", ",")]

    assert lines == [1, 2, 5]


def test_an_undecodable_byte_is_named_with_its_line(file):
    error = refusal(file(b"Name\nCronus\n\x8d\x81\n"))

    assert error.code == "E-CSV-ENCODING"
    assert "Line 3" in error.detail
    assert "0x8D" in error.detail


def test_a_chosen_encoding_must_fit(file):
    error = refusal(file("Name\nÆrø\n".encode("cp1252")), encoding="utf-8-sig")

    assert "Line 2" in error.detail
    assert "0xC6" in error.detail


def test_a_bad_byte_is_found_behind_the_first_megabyte(file):
    error = refusal(file(b"Name\n" + b"Cronus\n" * 200_000 + b"\x8d\x81\n"))

    assert "Line 200002" in error.detail


@pytest.mark.parametrize("content", ["", "\n\n", ",,\n,,\n", "Name,City\n"])
def test_an_empty_file_is_refused(file, content):
    assert refusal(file(content)).code == "E-CSV-EMPTY"


def test_a_spreadsheet_is_no_text(file):
    assert refusal(file(b"PK\x03\x04\x00\x00Name")).code == "E-CSV-KIND"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('Name,City\nA,B\n"never closed,Bath\n', "line 3 is never closed"),
        ('Name,City\n"Bob "The Rock" Smith",Bath\n', "line 2 has a quotation mark"),
        (f"Name,City\n{'x' * 140_000},Bath\n", "more than 131,072"),
    ],
)
def test_a_broken_record_is_refused_with_its_line(file, content, words):
    error = refusal(file(content), delimiter=",")

    assert error.code == "E-CSV-FORMAT"
    assert words in error.detail


def test_quotation_marks_inside_plain_cells_are_fine(file):
    path = file('Name,City\nBob "The Rock" Smith,Bath\n')

    assert cells(path, delimiter=",")[1] == ['Bob "The Rock" Smith', "Bath"]


def test_too_many_columns_are_refused(file):
    assert refusal(file(",".join(["Name"] * 201) + "\n")).code == "E-CSV-COLUMN"

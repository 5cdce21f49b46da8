import os
import time

import pytest

from core.contacts.imports import upload
from core.contacts.imports.upload import FileChoices, read_anew, stored_file
from core.errors import RefusedError
from tests.support.imports import take

CONTENT = "Name;City\nCronus;Bath\n"


def test_a_file_is_kept_under_a_random_name(session, tmp_path):
    taken = take(session, tmp_path, CONTENT, name="../../etc/pass\nwd.csv")

    assert taken.file_name == "passwd.csv"
    assert stored_file(taken, tmp_path).read_text() == CONTENT
    assert stored_file(taken, tmp_path).parent == tmp_path


def test_columns_are_proposed(session, tmp_path):
    taken = take(session, tmp_path, CONTENT)

    assert (taken.header, taken.mapping) == (["Name", "City"], ["name", "city"])
    assert (taken.delimiter, taken.lines) == (";", 2)


def test_a_refused_file_is_not_kept(session, tmp_path):
    for content in ("", b"\0\0", b"Name\n\x81\x8d"):
        with pytest.raises(RefusedError):
            take(session, tmp_path, content)

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_too_large_is_refused(session, tmp_path, monkeypatch):
    monkeypatch.setattr(upload, "MOST_BYTES", 10)

    with pytest.raises(RefusedError) as error:
        take(session, tmp_path, CONTENT)

    assert error.value.code == "E-CSV-SIZE"


def test_a_file_can_be_read_another_way(session, tmp_path):
    taken = take(session, tmp_path, CONTENT)

    read_anew(taken, tmp_path, FileChoices(delimiter=","))

    assert taken.header == ["Name;City"]


def test_unknown_choices_are_refused(session, tmp_path):
    with pytest.raises(RefusedError) as error:
        take(session, tmp_path, CONTENT, FileChoices("klingon", "x"))

    assert {fault.field for fault in error.value.faults} == {"encoding", "delimiter"}


def test_files_are_kept_for_a_week(session, tmp_path):
    old = stored_file(take(session, tmp_path, CONTENT), tmp_path)
    eight_days_ago = time.time() - 8 * 24 * 60 * 60
    os.utime(old, (eight_days_ago, eight_days_ago))

    take(session, tmp_path, CONTENT)

    assert not old.exists()


def test_a_file_that_is_gone_is_refused(session, tmp_path):
    taken = take(session, tmp_path, CONTENT)
    stored_file(taken, tmp_path).unlink()

    with pytest.raises(RefusedError) as error:
        stored_file(taken, tmp_path)

    assert error.value.code == "E-CSV-GONE"

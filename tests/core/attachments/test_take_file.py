"""Which files are taken in, and under what name."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from core.attachments.models import Attachment
from core.attachments.queries import content_of, required_attachment
from core.attachments.take_file import MOST_BYTES, take_file
from core.errors import NotFoundError, RefusedError
from tests import factories


def take(session, name, content=b"some bytes"):
    return take_file(session, factories.actor(), BytesIO(content), name)


def test_a_file_is_kept_with_who_brought_it(session):
    taken = take(session, "letter.pdf")

    facts = required_attachment(session, taken.id, "It")
    assert content_of(session, facts) == b"some bytes"
    assert (facts.file_name, facts.size, facts.read_only) == ("letter.pdf", 10, False)
    assert taken.created_by == "anna"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\letters\\Brief.PDF", "Brief.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ('a"b\r\nc.txt', "a_bc.txt"),
        ("\u202etxt.exe.pdf", "txt.exe.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("...hidden.odt ", "hidden.odt"),
        ("\u00e6\u00f8.odt", "\u00e6\u00f8.odt"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("letter.tar.docx", "letter.tar.docx"),
    ],
)
def test_a_name_is_cleaned_of_what_is_not_a_name(session, sent, kept):
    assert take(session, sent).file_name == kept


@pytest.mark.parametrize(
    "name", ["run.exe", "page.svg", "noending", ".pdf", "a.pdf.js", "", "a.pdf/"]
)
def test_a_file_of_an_unknown_kind_is_refused(session, name):
    with pytest.raises(RefusedError) as refused:
        take(session, name)

    assert refused.value.code == "E-ATTACHMENT-KIND"
    assert refused.value.faults[0].field == "file"
    assert session.scalar(select(func.count()).select_from(Attachment)) == 0


def test_ten_megabytes_are_taken_and_not_one_byte_more(session):
    taken = take(session, "a.pdf", b"x" * MOST_BYTES)
    assert required_attachment(session, taken.id, "It").size == MOST_BYTES

    with pytest.raises(RefusedError, match="more than 10 MB"):
        take(session, "a.pdf", b"x" * (MOST_BYTES + 1))


def test_an_empty_file_is_refused(session):
    with pytest.raises(RefusedError, match="empty"):
        take(session, "a.pdf", b"")


def test_who_has_no_attachment_is_named(session):
    with pytest.raises(NotFoundError, match="Line 10000 has no attachment"):
        required_attachment(session, None, "Line 10000")

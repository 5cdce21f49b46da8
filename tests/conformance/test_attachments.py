"""What goes along with an interaction: files and subjects, in the reader's language."""

from io import BytesIO

import pytest

from core.attachments.models import Attachment
from core.database import transaction
from tests.conformance.program import refusal

case = pytest.mark.case


@pytest.fixture
def letters(desk):
    """The template GOLF in English and Danish, each with a file; a contact for each
    language, and one who speaks neither."""
    for code in ("ENU", "DAN", "DEU"):
        desk.create("languages", code=code, description=code)
    desk.change("interaction-templates/GOLF", language_code_default="ENU")
    desk.create("interaction-templates/GOLF/languages", language_code="DAN")
    attach(desk, "interaction-templates/GOLF/languages/ENU", "letter.docx", b"Hello")
    attach(desk, "interaction-templates/GOLF/languages/DAN", "brev.docx", b"Hej")
    desk.change("contacts/C1", language_code="DAN")
    desk.change("contacts/C2", language_code="ENU")
    desk.change("contacts/C3", language_code="DEU")
    return desk


@pytest.fixture
def spring(letters):
    """A segment with that template and all three contacts."""
    segment = letters.segment(interaction_template_code="GOLF", salesperson_code="JR")
    for contact in ("C1", "C2", "C3"):
        letters.line(segment, contact)
    return segment


def put(desk, record, name, content):
    file = (BytesIO(content), name)
    return desk.ask("PUT", f"{record}/attachment", data={"file": file})


def attach(desk, record, name="a.pdf", content=b"some bytes"):
    return desk.attach(record, name, content)


def fetched(desk, record):
    answer = desk.get(f"{record}/attachment")
    assert answer.status_code == 200, answer.json
    return answer.data


def is_there(desk, record):
    return desk.get(f"{record}/attachment").status_code == 200


def attachment_nos(desk, segment):
    return [line["attachment_no"] for line in desk.lines(segment)]


# --- files ----------------------------------------------------------------------------


@case("TMPL-042", "ATT-001")
def test_a_file_comes_back_as_it_was_uploaded(letters):
    taken = attach(letters, "interaction-templates/GOLF/languages/ENU", "A b.PDF", b"x")

    answer = letters.get("interaction-templates/GOLF/languages/ENU/attachment")
    shown = letters.read("interaction-templates/GOLF/languages/ENU")
    assert answer.data == b"x"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "A b.pdf" in answer.headers["Content-Disposition"]
    assert shown["attachment"] == taken
    assert (taken["size"], taken["kind"], taken["read_only"]) == (1, "other", False)
    assert shown["attachment_no"] == taken["no"]


@case("ATT-004")
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.doc", "word"),
        ("A.DOCX", "word"),
        ("a.Html", "html"),
        ("a.htm", "html"),
        ("a.pdf", "other"),
    ],
)
def test_the_kind_of_a_file_follows_from_its_name(letters, name, kind):
    taken = attach(letters, "interaction-templates/GOLF/languages/ENU", name)

    assert taken["kind"] == kind


@case("ATT-004")
@pytest.mark.parametrize("name", ["page.html", "page.HTM"])
def test_a_page_is_handed_out_as_a_file_that_no_browser_shows(letters, name):
    attach(letters, "interaction-templates/GOLF/languages/ENU", name, b"<script>")

    answer = letters.get("interaction-templates/GOLF/languages/ENU/attachment")

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["run.exe", "page.svg", "noending", ".pdf", "a.js"])
def test_a_file_of_an_unknown_kind_is_refused_and_nothing_changes(letters, name):
    before = letters.read("interaction-templates/GOLF/languages/ENU")

    answer = put(letters, "interaction-templates/GOLF/languages/ENU", name, b"x")

    assert refusal(answer) == (422, "E-ATTACHMENT-KIND")
    assert answer.json["errors"][0]["field"] == "file"
    assert letters.read("interaction-templates/GOLF/languages/ENU") == before


@case("ATT-005")
def test_an_empty_file_is_refused(letters):
    answer = put(letters, "interaction-templates/GOLF/languages/ENU", "a.pdf", b"")

    assert refusal(answer) == (422, "E-ATTACHMENT-EMPTY")


def test_no_file_is_refused(letters):
    answer = letters.ask(
        "PUT", "interaction-templates/GOLF/languages/ENU/attachment", data={}
    )

    assert refusal(answer) == (422, "E-FIELD")


def test_who_replaces_a_file_may_say_which_one_it_was(letters):
    record = "interaction-templates/GOLF/languages/ENU"
    tag = letters.get(f"{record}/attachment").headers["ETag"]
    attach(letters, record, "newer.pdf")

    late = letters.ask(
        "PUT",
        f"{record}/attachment",
        data={"file": (BytesIO(b"x"), "late.pdf")},
        headers={"If-Match": tag},
    )

    assert refusal(late) == (412, "E-CHANGED")
    assert letters.read(record)["attachment"]["file_name"] == "newer.pdf"


def test_a_file_that_the_reader_has_is_not_sent_again(letters):
    record = "interaction-templates/GOLF/languages/ENU/attachment"
    tag = letters.get(record).headers["ETag"]

    again = letters.get(record, headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")


# --- templates (TMPL-04x) -----------------------------------------------------------------


@case("BCT-TPL-15", "TMPL-043")
def test_an_attachment_is_removed_from_a_template(letters):
    record = "interaction-templates/GOLF/languages/ENU"

    letters.remove(f"{record}/attachment")

    assert letters.read(record)["attachment"] is None
    assert refusal(letters.get(f"{record}/attachment")) == (404, "E-NOT-FOUND")
    assert refusal(letters.delete(f"{record}/attachment")) == (404, "E-NOT-FOUND")


@case("TMPL-043")
def test_an_attachment_is_copied_from_another_language(letters):
    danish = "interaction-templates/GOLF/languages/DAN"

    letters.do(f"{danish}/attachment/copy", language_code="ENU")

    assert fetched(letters, danish) == b"Hello"
    attach(letters, "interaction-templates/GOLF/languages/ENU", "new.pdf", b"New")
    assert fetched(letters, danish) == b"Hello"


@case("TMPL-043")
def test_an_attachment_is_copied_from_another_template(letters):
    letters.create("interaction-templates/BUS/languages", language_code="DEU")
    record = "interaction-templates/BUS/languages/DEU"

    shown = letters.do(
        f"{record}/attachment/copy",
        interaction_template_code="GOLF",
        language_code="DAN",
    )

    assert shown["attachment"]["file_name"] == "brev.docx"
    answer = letters.post(
        "interaction-templates/GOLF/languages/DAN/attachment/copy",
        {"interaction_template_code": "BUS", "language_code": "XX"},
    )
    assert refusal(answer) == (404, "E-NOT-FOUND")


@case("TMPL-041")
def test_the_default_language_goes_along_when_its_row_is_renamed(letters):
    changed = letters.change(
        "interaction-templates/GOLF/languages/ENU", language_code="DEU"
    )

    assert changed["language_code"] == "DEU"
    assert changed["attachment"]["file_name"] == "letter.docx"
    template = letters.read("interaction-templates/GOLF")
    assert template["language_code_default"] == "DEU"


@case("TMPL-041")
def test_a_row_cannot_take_the_language_of_another(letters):
    answer = letters.patch(
        "interaction-templates/GOLF/languages/ENU", {"language_code": "DAN"}
    )

    assert refusal(answer) == (409, "E-EXISTS")


@case("ATT-007")
def test_a_template_that_gets_another_file_leaves_open_segments_alone(letters, spring):
    attach(letters, "interaction-templates/GOLF/languages/ENU", "new.docx", b"New")

    assert fetched(letters, f"segments/{spring}/languages/ENU") == b"Hello"
    assert fetched(letters, "interaction-templates/GOLF/languages/ENU") == b"New"


@case("TMPL-041", "TMPL-002")
def test_a_template_that_goes_leaves_open_segments_their_files(letters, spring):
    letters.change(f"segments/{spring}", interaction_template_code="BUS")
    segment = letters.segment(interaction_template_code="GOLF")

    letters.remove("interaction-templates/GOLF/languages/ENU")

    assert fetched(letters, f"segments/{segment}/languages/ENU") == b"Hello"


def test_who_reads_templates_may_read_their_files_and_nobody_else_changes(
    letters, program_as
):
    record = "interaction-templates/GOLF/languages/ENU"

    assert fetched(program_as("operator"), record) == b"Hello"
    answer = put(program_as("viewer"), record, "a.pdf", b"x")
    assert refusal(answer) == (403, "E-ROLE")


# --- the content of a segment (LANG-0xx) --------------------------------------------------


@case("LANG-001", "LANG-020", "ATT-007")
def test_a_segment_takes_its_content_from_the_template(letters, spring):
    rows = letters.items(f"segments/{spring}/languages")

    assert [row["language_code"] for row in rows] == ["DAN", "ENU"]
    assert [row["subject"] for row in rows] == [None, None]
    assert fetched(letters, f"segments/{spring}/languages/DAN") == b"Hej"
    english = letters.read(f"segments/{spring}/languages/ENU")
    assert (
        letters.read(f"segments/{spring}")["attachment_no"]
        == (english["attachment_no"])
    )


@case("LANG-021", "LINE-030", "DEC-02")
def test_a_line_takes_the_file_in_its_contact_s_language_or_the_default(
    letters, spring
):
    danish, english = (
        row["attachment_no"] for row in letters.items(f"segments/{spring}/languages")
    )

    lines = letters.lines(spring)

    assert [line["language_code"] for line in lines] == ["DAN", "ENU", "ENU"]
    assert [line["attachment_no"] for line in lines] == [danish, english, english]
    assert {line["attachment_kind"] for line in lines} == {"inherited"}


@case("LANG-020")
def test_another_template_brings_other_content(letters, spring):
    letters.change(f"segments/{spring}", interaction_template_code="BUS")

    assert letters.items(f"segments/{spring}/languages") == []
    assert attachment_nos(letters, spring) == [None, None, None]
    assert {line["attachment_kind"] for line in letters.lines(spring)} == {None}


@case("LANG-021")
def test_content_in_one_more_language_reaches_those_who_speak_it(letters, spring):
    letters.create(f"segments/{spring}/languages", language_code="DEU", subject="Hallo")
    taken = attach(letters, f"segments/{spring}/languages/DEU", "brief.pdf", b"Hallo")

    lines = letters.lines(spring)
    assert [line["language_code"] for line in lines] == ["DAN", "ENU", "DEU"]
    assert lines[2]["subject"] == "Hallo"
    assert lines[2]["attachment_no"] == taken["no"]
    row = letters.read(f"segments/{spring}/languages/DEU")
    assert row["description"] == "GOLF DEU"


@case("LANG-021")
def test_the_first_content_of_a_segment_reaches_everybody(letters):
    segment = letters.segment(interaction_template_code="BUS", subject_default="Hi")
    letters.line(segment, "C1")

    letters.create(f"segments/{segment}/languages", language_code="DEU")

    assert letters.read(f"segments/{segment}")["language_code_default"] == "DEU"
    (line,) = letters.lines(segment)
    assert (line["language_code"], line["subject"]) == ("DEU", "Hi")


def test_a_segment_has_a_language_once(letters, spring):
    answer = letters.post(f"segments/{spring}/languages", {"language_code": "ENU"})

    assert refusal(answer) == (409, "E-EXISTS")


@case("LANG-010")
def test_another_default_language_brings_its_subject(letters, spring):
    letters.change(f"segments/{spring}/languages/DAN", subject="Kaere ven")

    header = letters.change(f"segments/{spring}", language_code_default="DAN")

    assert header["subject_default"] == "Kaere ven"
    lines = letters.lines(spring)
    assert [line["language_code"] for line in lines] == ["DAN", "ENU", "DAN"]


@case("LANG-010")
def test_a_default_language_without_content_gets_some(letters, spring):
    letters.change(f"segments/{spring}", subject_default="Hello")

    header = letters.change(f"segments/{spring}", language_code_default="DEU")

    assert header["subject_default"] is None
    row = letters.read(f"segments/{spring}/languages/DEU")
    assert (row["description"], row["attachment"]) == ("GOLF DEU", None)


@case("LANG-010")
def test_a_default_language_without_content_is_refused_on_request(letters, spring):
    before = letters.read(f"segments/{spring}")

    answer = letters.patch(
        f"segments/{spring}",
        {"language_code_default": "DEU", "create_language": False},
    )

    assert refusal(answer) == (422, "E-NO-LANGUAGE")
    assert letters.read(f"segments/{spring}") == before


@case("LANG-010", "SEG-013")
def test_lines_may_keep_what_they_show_under_another_default_language(letters, spring):
    letters.change(f"segments/{spring}/languages/DAN", subject="Kaere ven")
    before = [
        (line["language_code"], line["subject"], line["attachment_no"])
        for line in letters.lines(spring)
    ]

    letters.change(
        f"segments/{spring}", language_code_default="DAN", update_lines=False
    )

    assert [
        (line["language_code"], line["subject"], line["attachment_no"])
        for line in letters.lines(spring)
    ] == before


@case("LANG-032")
def test_a_new_subject_reaches_the_lines_that_show_the_old_one(letters, spring):
    letters.change(f"segments/{spring}/languages/ENU", subject="Hello")
    letters.change(f"segments/{spring}/lines/20000", subject="Hello")
    letters.change(f"segments/{spring}/lines/30000", subject="My own")

    letters.change(f"segments/{spring}/languages/ENU", subject="Good day")

    subjects = [line["subject"] for line in letters.lines(spring)]
    assert subjects == [None, "Good day", "My own"]
    assert letters.read(f"segments/{spring}")["subject_default"] == "Good day"


@case("LANG-032")
def test_lines_may_keep_the_old_subject(letters, spring):
    letters.change(f"segments/{spring}/languages/ENU", subject="Hello")

    letters.change(
        f"segments/{spring}/languages/ENU", subject="Good day", update_subjects=False
    )

    subjects = [line["subject"] for line in letters.lines(spring)]
    assert subjects == [None, "Hello", "Hello"]
    assert letters.line(spring, "C2")["subject"] == "Good day"


@case("LANG-030")
def test_lines_of_a_deleted_language_take_the_default(letters, spring):
    letters.change(f"segments/{spring}/lines/20000", language_code="DAN")

    letters.remove(f"segments/{spring}/languages/DAN")

    lines = letters.lines(spring)
    assert {line["language_code"] for line in lines} == {"ENU"}
    assert {line["attachment_kind"] for line in lines} == {"inherited"}
    assert lines[1]["personal"] == []


@case("LANG-030")
def test_a_deleted_default_language_hands_over_to_the_first_that_is_left(
    letters, spring
):
    letters.change(f"segments/{spring}/languages/DAN", subject="Hej")

    letters.remove(f"segments/{spring}/languages/ENU")

    header = letters.read(f"segments/{spring}")
    assert header["language_code_default"] == "DAN"
    assert header["subject_default"] == "Hej"
    letters.remove(f"segments/{spring}/languages/DAN")
    header = letters.read(f"segments/{spring}")
    assert (header["language_code_default"], header["subject_default"]) == (None, None)


@case("LANG-030", "ATT-003")
def test_removing_the_file_of_a_language_takes_it_from_its_lines(letters, spring):
    letters.remove(f"segments/{spring}/languages/ENU/attachment")

    kinds = [line["attachment_kind"] for line in letters.lines(spring)]
    assert kinds == ["inherited", None, None]
    assert is_there(letters, "interaction-templates/GOLF/languages/ENU")


def test_a_language_of_a_segment_is_not_deleted_under_it(letters, spring):
    letters.create(f"segments/{spring}/languages", language_code="DEU")
    letters.change("contacts/C3", language_code=None)

    assert refusal(letters.delete("languages/DEU")) == (409, "E-IN-USE")


# --- the attachment of one line (LANG-002, LANG-003, LINE-052) ------------------------------


@case("LANG-002", "LANG-003", "ATT-008")
def test_a_line_may_have_an_attachment_of_its_own(letters, spring):
    taken = attach(letters, f"segments/{spring}/lines/10000", "mine.pdf", b"Mine")

    line = letters.read(f"segments/{spring}/lines/10000")
    assert line["attachment_no"] == taken["no"]
    assert line["attachment_kind"] == "unique"
    assert line["personal"] == ["attachment_no"]
    assert fetched(letters, f"segments/{spring}/lines/10000") == b"Mine"
    assert fetched(letters, f"segments/{spring}/lines/20000") == b"Hello"


@case("LANG-021")
def test_a_line_with_its_own_attachment_keeps_it_when_the_content_changes(
    letters, spring
):
    attach(letters, f"segments/{spring}/lines/20000", "mine.pdf", b"Mine")

    attach(letters, f"segments/{spring}/languages/ENU", "new.pdf", b"New")

    assert fetched(letters, f"segments/{spring}/lines/20000") == b"Mine"
    assert fetched(letters, f"segments/{spring}/lines/30000") == b"New"


@case("LANG-002", "LANG-031")
def test_an_attachment_is_taken_from_one_line_and_handed_back(letters, spring):
    letters.remove(f"segments/{spring}/lines/10000/attachment")

    line = letters.read(f"segments/{spring}/lines/10000")
    assert (line["attachment_no"], line["attachment_kind"]) == (None, None)
    assert line["personal"] == ["attachment_no"]

    line = letters.change(f"segments/{spring}/lines/10000", inherit=["attachment_no"])
    assert (line["attachment_kind"], line["personal"]) == ("inherited", [])


@case("LANG-031")
def test_attachments_of_many_lines_are_found_and_handed_back(letters, spring):
    attach(letters, f"segments/{spring}/lines/10000", "mine.pdf", b"Mine")
    letters.remove(f"segments/{spring}/lines/20000/attachment")
    address = f"segments/{spring}/lines"

    found = letters.items(f"{address}?own=attachment_no")
    answer = letters.change(
        address, filter={"own": "attachment_no"}, inherit=["attachment_no"]
    )

    assert [line["line_no"] for line in found] == [10000, 20000]
    assert (answer["lines_changed"], answer["personal_lines"]) == (2, 0)
    assert {line["attachment_kind"] for line in letters.lines(spring)} == {"inherited"}


@case("LINE-052")
def test_subject_and_attachment_follow_the_language_of_a_line(letters, spring):
    letters.change(f"segments/{spring}/languages/DAN", subject="Hej")
    letters.change(f"segments/{spring}/lines/20000", subject="Mine")
    attach(letters, f"segments/{spring}/lines/20000", "mine.pdf")

    line = letters.change(f"segments/{spring}/lines/20000", language_code="DAN")

    danish = letters.read(f"segments/{spring}/languages/DAN")
    assert line["subject"] == "Hej"
    assert line["attachment_no"] == danish["attachment_no"]
    assert line["personal"] == ["language_code"]


@case("LINE-052")
def test_a_language_without_content_leaves_a_line_without(letters, spring):
    letters.change(f"segments/{spring}", subject_default="Hello")

    line = letters.change(f"segments/{spring}/lines/20000", language_code="DEU")

    assert (line["subject"], line["attachment_no"]) == (None, None)


@case("LINE-052")
def test_a_language_that_stays_changes_nothing_else(letters, spring):
    letters.change(f"segments/{spring}/lines/20000", subject="Mine")

    line = letters.change(f"segments/{spring}/lines/20000", language_code="ENU")

    assert line["subject"] == "Mine"


@case("LINE-052")
def test_a_line_without_template_takes_no_language(letters):
    segment = letters.segment()
    letters.line(segment, "C1")

    answer = letters.patch(f"segments/{segment}/lines/10000", {"language_code": "DAN"})

    assert refusal(answer) == (422, "E-FIELD")
    assert answer.json["errors"][0]["field"] == "language_code"


@case("LANG-022", "DEC-15")
def test_a_line_with_its_own_template_has_that_one_s_attachment(letters):
    segment = letters.segment(description=None, interaction_template_code="BUS")
    letters.line(segment, "C1", interaction_template_code="GOLF")

    (line,) = letters.lines(segment)

    template = letters.read("interaction-templates/GOLF/languages/DAN")
    assert line["attachment_no"] == template["attachment_no"]
    assert (line["attachment_kind"], line["language_code"]) == ("unique", "DAN")


@case("BCT-SEG-22", "LINE-005")
def test_another_contact_on_a_line_does_not_delete_the_shared_attachment(
    letters, spring
):
    letters.change(f"segments/{spring}/lines/20000", contact_no="C3")

    line = letters.read(f"segments/{spring}/lines/20000")
    header = letters.read(f"segments/{spring}")
    assert line["attachment_no"] == header["attachment_no"] is not None
    assert fetched(letters, f"segments/{spring}/languages/ENU") == b"Hello"


@case("LINE-005")
def test_another_contact_on_a_line_comes_without_the_own_attachment(letters, spring):
    attach(letters, f"segments/{spring}/lines/20000", "mine.pdf", b"Mine")

    line = letters.change(f"segments/{spring}/lines/20000", contact_no="C3")

    assert line["attachment_kind"] == "inherited"


@case("LINE-041")
def test_another_template_on_a_line_ends_its_own_attachment(letters, spring):
    attach(letters, f"segments/{spring}/lines/20000", "mine.pdf", b"Mine")

    line = letters.change(
        f"segments/{spring}/lines/20000", interaction_template_code="BUS"
    )

    assert (line["attachment_no"], line["attachment_kind"]) == (None, None)


@case("BCT-ATT-01", "BCT-ATT-02")
def test_a_line_s_attachment_is_a_page_only_if_it_is_one(letters, spring):
    """A line without attachment has none that could be a page."""
    letters.remove(f"segments/{spring}/lines/10000/attachment")
    record = f"segments/{spring}/lines"

    assert refusal(letters.get(f"{record}/10000/attachment")) == (404, "E-NOT-FOUND")
    assert attach(letters, f"{record}/10000", "a.txt")["kind"] == "other"
    assert attach(letters, f"{record}/10000", "a.html")["kind"] == "html"


def test_a_line_that_is_not_there_has_no_attachment(letters, spring):
    record = f"segments/{spring}/lines/90000"

    assert refusal(letters.get(f"{record}/attachment")) == (404, "E-NOT-FOUND")
    assert refusal(put(letters, record, "a.pdf", b"x")) == (404, "E-NOT-FOUND")


def test_operators_see_content_but_no_attachment_of_a_line(letters, spring, program_as):
    attach(letters, f"segments/{spring}/lines/10000", "mine.pdf", b"Mine")
    operator = program_as("operator")

    assert fetched(operator, f"segments/{spring}/languages/ENU") == b"Hello"
    answer = operator.get(f"segments/{spring}/lines/10000/attachment")
    assert refusal(answer) == (403, "E-ROLE")


# --- frozen and logged (LOG-050, ATT-002, ATT-009, INV-007) -------------------------------


@case("LOG-028")
def test_nothing_of_the_content_changes_while_a_job_works_on_the_segment(
    letters, spring
):
    letters.promise_log(spring)
    language = f"segments/{spring}/languages/ENU"
    line = f"segments/{spring}/lines/10000"

    refused = (409, "E-FROZEN")
    assert refusal(put(letters, language, "a.pdf", b"x")) == refused
    assert refusal(letters.delete(f"{language}/attachment")) == refused
    assert refusal(letters.patch(language, {"subject": "New"})) == refused
    assert refusal(letters.delete(language)) == refused
    added = letters.post(f"segments/{spring}/languages", {"language_code": "DEU"})
    assert refusal(added) == refused
    assert refusal(put(letters, line, "a.pdf", b"x")) == refused
    assert refusal(letters.delete(f"{line}/attachment")) == refused


@case("LOG-050", "ATT-009", "ATT-002", "INV-007")
def test_logged_attachments_are_kept_as_long_as_their_entries(letters, spring):
    own = attach(letters, f"segments/{spring}/lines/30000", "mine.pdf", b"Mine")
    letters.create(f"segments/{spring}/languages", language_code="DEU")
    unused = attach(letters, f"segments/{spring}/languages/DEU", "unused.pdf", b"No")
    expected = attachment_nos(letters, spring)

    job = letters.log(spring)

    logged = job["result"]["logged_segment_entry_no"]
    entries = letters.items(f"logged-segments/{logged}/entries")
    by_no = sorted(entries, key=lambda entry: entry["entry_no"])
    assert [entry["attachment_no"] for entry in by_no] == expected
    assert expected[2] == own["no"]
    for entry, content in zip(by_no, (b"Hej", b"Hello", b"Mine"), strict=True):
        record = f"interaction-log-entries/{entry['entry_no']}"
        assert fetched(letters, record) == content
        assert letters.read(record)["attachment"]["read_only"] is True
    assert unused["no"] not in expected


@pytest.fixture
def sent_alone(letters, spring, committing_engine):
    """The entry of a line with an attachment of its own, and whether that still is
    there."""
    number = attach(letters, f"segments/{spring}/lines/30000", "a.pdf", b"Mine")["no"]
    letters.log(spring)
    (entry,) = (
        entry
        for entry in letters.items("interaction-log-entries")
        if entry["attachment_no"] == number
    )

    def exists():
        with transaction(committing_engine) as session:
            return session.get(Attachment, number) is not None

    return entry["entry_no"], exists


@case("BCT-ILE-03", "INT-070")
def test_an_attachment_goes_with_the_only_entry_that_has_it(letters, sent_alone):
    entry_no, exists = sent_alone
    letters.do(f"interaction-log-entries/{entry_no}/cancel")
    assert exists()

    letters.do("interaction-log-entries/delete-canceled", entry_no=entry_no)

    assert not exists()


@case("BCT-ILE-04", "INT-071")
@pytest.mark.parametrize("both", [True, False])
def test_an_attachment_of_two_entries_goes_with_the_last(
    letters, spring, committing_engine, both
):
    for contact in ("C1", "C3"):
        letters.change(f"contacts/{contact}", language_code="ENU")
    letters.remove(f"segments/{spring}/lines/10000")
    letters.log(spring)
    first, second = letters.items("interaction-log-entries")
    for language in ("ENU", "DAN"):
        letters.remove(f"interaction-templates/GOLF/languages/{language}/attachment")
    assert first["attachment_no"] == second["attachment_no"]
    for entry in (first, second)[: 2 if both else 1]:
        letters.do(f"interaction-log-entries/{entry['entry_no']}/cancel")

    found = letters.do("interaction-log-entries/delete-canceled")

    assert found["deleted"] == (2 if both else 1)
    with transaction(committing_engine) as session:
        left = session.get(Attachment, first["attachment_no"])
    assert (left is None) == both


@case("INT-061")
@pytest.mark.parametrize("by_filter", [True, False])
def test_canceling_takes_the_attachment_only_if_it_is_asked_to(
    letters, sent_alone, by_filter
):
    entry_no, exists = sent_alone
    address, chosen = f"interaction-log-entries/{entry_no}", {}
    if by_filter:
        address, chosen = "interaction-log-entries", {"entry_no": entry_no}

    letters.do(f"{address}/cancel", **chosen)
    letters.do(f"{address}/uncancel", **chosen)
    assert exists()

    letters.do(f"{address}/cancel", remove_attachments=True, **chosen)

    entry = letters.read(f"interaction-log-entries/{entry_no}")
    assert (entry["canceled"], entry["attachment_no"]) == (True, None)
    assert not exists()
    letters.do(f"{address}/uncancel", **chosen)
    assert letters.read(f"interaction-log-entries/{entry_no}")["attachment_no"] is None


@case("INT-061")
def test_what_other_entries_were_sent_too_stays_with_them(letters, spring):
    letters.change("contacts/C3", language_code="ENU")
    letters.log(spring)
    entries = letters.items("interaction-log-entries")
    numbers = {entry["entry_no"]: entry["attachment_no"] for entry in entries}

    letters.do("interaction-log-entries/cancel", expected=3, remove_attachments=True)

    left = {
        entry["entry_no"]: entry["attachment_no"]
        for entry in letters.items("interaction-log-entries")
    }
    danish = min(numbers)
    assert left == numbers | {danish: None}
    # It is the template's as well, so only the entry lost it.
    assert fetched(letters, "interaction-templates/GOLF/languages/DAN") == b"Hej"


def test_content_that_was_sent_to_nobody_is_there_again_after_an_undo(letters, spring):
    letters.create(f"segments/{spring}/languages", language_code="DEU")
    attach(letters, f"segments/{spring}/languages/DEU", "unused.pdf", b"Nobody")
    letters.change("contacts/C3", language_code="ENU")
    job = letters.log(spring)

    letters.do(f"logged-segments/{job['result']['logged_segment_entry_no']}/undo")

    assert fetched(letters, f"segments/{spring}/languages/DEU") == b"Nobody"


@case("ATT-002", "TMPL-042")
def test_what_was_logged_stays_when_the_template_gets_another_file(letters, spring):
    letters.log(spring)
    entry = letters.items("interaction-log-entries")[0]["entry_no"]

    attach(letters, "interaction-templates/GOLF/languages/ENU", "new.docx", b"New")
    letters.remove("interaction-templates/GOLF/languages/DAN")

    assert fetched(letters, f"interaction-log-entries/{entry}") == b"Hello"


@case("LOG-050")
def test_a_refused_log_freezes_nothing(letters, spring):
    letters.change(f"segments/{spring}/lines/20000", date=None)

    letters.fail_to_log(spring)

    row = letters.read(f"segments/{spring}/languages/ENU")
    assert row["attachment"]["read_only"] is False


@case("FUP-001")
def test_a_follow_up_comes_without_content(letters, spring):
    attach(letters, f"segments/{spring}/lines/10000", "mine.pdf", b"Mine")

    job = letters.log(spring, create_follow_up=True)

    follow_up = job["result"]["follow_up_segment_no"]
    assert letters.items(f"segments/{follow_up}/languages") == []
    assert attachment_nos(letters, follow_up) == [None, None, None]


def test_lines_left_behind_keep_content_and_attachment(letters, spring):
    letters.change(f"segments/{spring}/lines/20000", date=None)
    attach(letters, f"segments/{spring}/lines/20000", "mine.pdf", b"Mine")

    job = letters.log(spring, on_line_error="skip")

    rest = job["result"]["left_behind_segment_no"]
    assert fetched(letters, f"segments/{rest}/lines/20000") == b"Mine"
    assert fetched(letters, f"segments/{rest}/languages/DAN") == b"Hej"


def test_an_entry_without_attachment_has_none_to_download(desk):
    segment = desk.segment(interaction_template_code="GOLF", salesperson_code="JR")
    desk.line(segment, "C1")
    desk.log(segment)
    (entry,) = desk.items("interaction-log-entries")

    assert entry["attachment_no"] is None
    answer = desk.get(f"interaction-log-entries/{entry['entry_no']}/attachment")
    assert refusal(answer) == (404, "E-NOT-FOUND")


def test_operators_get_no_attachment_of_an_entry(letters, spring, program_as):
    letters.log(spring)
    entry = letters.items("interaction-log-entries")[0]["entry_no"]

    answer = program_as("operator").get(f"interaction-log-entries/{entry}/attachment")

    assert refusal(answer) == (403, "E-ROLE")


@case("SEG-016")
@pytest.mark.parametrize(
    ("template", "new", "update_lines", "expected"),
    [
        ("GOLF", "hard_copy", True, "hard_copy"),
        ("GOLF", "hard_copy", False, "email"),
        ("GOLF", None, True, "email"),
        ("BUS", "hard_copy", True, "email"),
    ],
)
def test_a_type_for_all_ends_own_ones_where_there_is_something_to_send(
    letters, template, new, update_lines, expected
):
    segment = letters.segment(
        interaction_template_code=template, ignore_contact_corres_type=True
    )
    letters.change(f"segments/{segment}", correspondence_type_default="email")
    letters.line(segment, "C1", correspondence_type="email")

    letters.change(
        f"segments/{segment}",
        correspondence_type_default=new,
        update_lines=update_lines,
    )

    assert letters.lines(segment)[0]["correspondence_type"] == expected

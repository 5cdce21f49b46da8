"""The tab with subject and attachment in each language, and the attachment of a line."""

from io import BytesIO

import pytest
from sqlalchemy import select

from core.segments.languages import segment_languages
from core.segments.models import Segment
from tests import factories
from tests.support.queries import counted_queries

CONTENT = "/segments/SM1/content"
LINE = "/segments/SM1/lines/20000"


@pytest.fixture
def content(work, segment):
    """SM1 has content in English, the default, and in Danish."""
    with work() as session:
        for code in ("DAN", "ENU"):
            factories.template_language(session, "GOLF", code)
    return CONTENT


@pytest.fixture
def english(content, client):
    client.post(content, data={"language_code": "ENU", "subject": "Hello"})
    client.post(content, data={"language_code": "DAN", "subject": "Hej"})
    return f"{content}/ENU"


def upload(client, address, name="letter.pdf", content=b"Dear Bert"):
    file = (BytesIO(content), name)
    return client.post(f"{address}/attachment", data={"file": file})


def words_of(page):
    return " ".join(page.text.split())


@pytest.fixture
def rows(work):
    def rows():
        with work() as session:
            found = session.scalars(select(Segment)).one()
            return {row.language_code: row for row in segment_languages(session, found)}

    return rows


def test_the_first_language_becomes_the_default(client, content, state):
    page = client.post(
        content,
        data={"language_code": "ENU", "subject": "Hello"},
        follow_redirects=True,
    )

    assert "Content in ENU" in page.text
    assert state.segment().language_code_default == "ENU"
    assert state.segment().subject_default == "Hello"
    assert state.line(10000).subject == "Hello"


def test_a_language_that_is_there_is_not_offered_again(client, english):
    page = client.get(CONTENT).text

    assert '<option value="DAN">' not in page
    again = client.post(CONTENT, data={"language_code": "DAN", "subject": "Typed"})
    assert again.status_code == 409
    assert 'value="Typed"' in again.text


def test_a_file_is_attached_downloaded_replaced_and_removed(client, english, state):
    upload(client, english)
    assert "letter.pdf" in client.get(CONTENT).text
    answer = client.get(f"{english}/attachment")
    assert answer.data == b"Dear Bert"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert state.line(10000).attachment_id

    upload(client, english, "other.pdf", b"Dear all")
    assert client.get(f"{english}/attachment").data == b"Dear all"

    client.post(f"{english}/attachment/remove")
    assert client.get(f"{english}/attachment").status_code == 404
    assert state.line(10000).attachment_id is None


@pytest.mark.parametrize(
    ("name", "file", "said"),
    [
        ("run.exe", b"x", "cannot be attached: run.exe"),
        ("a.pdf", b"", "The file is empty"),
        ("", b"x", "Choose a file first"),
    ],
)
def test_a_file_that_is_refused_is_told_beside_its_field(
    client, english, name, file, said
):
    page = upload(client, english, name, file)

    assert page.status_code == 422
    assert said in page.text
    assert 'id="file-fault"' in page.text


def test_the_subject_of_a_language_reaches_its_lines(client, english, state):
    client.post(
        english, data={"subject": "Good day", "description": "", "update_subjects": "y"}
    )

    assert state.line(10000).subject == "Good day"
    assert state.segment().subject_default == "Good day"


def test_a_subject_that_is_too_long_stays_in_the_form(client, english, rows):
    page = client.post(english, data={"subject": "x" * 101, "description": "Kept"})

    assert page.status_code == 422
    assert 'value="Kept"' in page.text
    assert rows()["ENU"].subject == "Hello"


def test_another_default_is_one_click(client, english, state):
    client.post(f"{CONTENT}/DAN/default")

    assert state.segment().language_code_default == "DAN"
    assert state.line(10000).subject == "Hej"


def test_a_deleted_language_is_gone(client, english, rows, state):
    client.post(f"{english}/delete")

    assert list(rows()) == ["DAN"]
    assert state.segment().language_code_default == "DAN"
    assert client.get(english).status_code == 404


def test_the_header_asks_before_it_creates_content(client, english, save_header, rows):
    page = save_header(language_code_default="DEU")

    assert "There is no content in DEU yet" in page.text
    assert "DEU" not in rows()

    save_header(language_code_default="DEU", create_language="yes")
    assert "DEU" in rows()


def test_no_leaves_the_default_language_as_it_was(client, english, save_header, state):
    page = save_header(language_code_default="DEU", create_language="no")

    assert page.status_code == 422
    assert "has no content in language DEU" in page.text
    assert state.segment().language_code_default == "ENU"


@pytest.fixture
def save_header(client, english, work):
    import json

    from tests.support.pages import hidden

    with work() as session:
        factories.template_language(session, "BUS", "DEU")

    def post(**changes: str):
        address = "/segments/SM1/header"
        was = hidden(client.get(address).text, "was")
        return client.post(address, data=json.loads(was) | changes | {"was": was})

    return post


def test_the_list_of_languages_asks_no_more_for_more_of_them(
    client, english, committing_engine
):
    with counted_queries(committing_engine) as few:
        client.get(CONTENT)
    for code in ("ENU", "DAN"):
        upload(client, f"{CONTENT}/{code}", content=code.encode())
    with counted_queries(committing_engine) as more:
        client.get(CONTENT)

    # One more for all the files, however many there are.
    assert len(more) == len(few) + 1


def test_without_a_template_the_tab_says_what_comes_first(client, work, people):
    with work() as session:
        factories.segment(session, factories.actor(), description="Empty").no = "SM2"

    page = client.get("/segments/SM2/content").text

    assert "Choose a template" in page


def test_a_locked_segment_shows_its_content_and_takes_none(
    client, english, frozen, rows
):
    page = client.get(english).text

    assert "Delete…" not in page
    assert upload(client, english).status_code == 409
    assert client.post(f"{english}/delete").status_code == 409
    assert client.post(english, data={"subject": "New"}).status_code == 409
    assert upload(client, LINE).status_code == 409
    assert rows()["ENU"].subject == "Hello"


def test_operators_see_content_and_change_none(client_as, english):
    operator = client_as("operator")

    assert operator.get(CONTENT).status_code == 200
    assert operator.get(english).status_code == 200
    assert upload(operator, english).status_code == 403
    assert operator.get(f"{LINE}/attachment").status_code == 403


# --- a line -----------------------------------------------------------------------------


def test_a_line_says_that_its_attachment_is_inherited(client, english):
    upload(client, english)

    page = words_of(client.get(LINE))

    assert "Inherited from the content in ENU" in page
    assert "letter.pdf" in page


def test_a_line_gets_an_attachment_of_its_own_and_gives_it_back(client, english, state):
    upload(client, english)
    upload(client, LINE, "mine.pdf", b"Mine")

    page = words_of(client.get(LINE))
    assert "mine.pdf" in page
    assert "Without its own the line has letter.pdf." in page
    assert client.get(f"{LINE}/attachment").data == b"Mine"
    assert "Attachment" in words_of(client.get("/segments/SM1"))

    client.post(f"{LINE}/attachment/give-back")
    assert state.line(20000).personal == []
    assert client.get(f"{LINE}/attachment").data == b"Dear Bert"


def test_an_attachment_is_taken_from_one_line_only(client, english, state):
    upload(client, english)

    client.post(f"{LINE}/attachment/remove")

    assert "Taken away from this line" in words_of(client.get(LINE))
    assert state.line(20000).attachment_id is None
    assert state.line(10000).attachment_id


def test_a_line_whose_template_is_its_own_says_where_the_file_is_from(
    client, english, work, personalise
):
    with work() as session:
        factories.template_language(
            session, "BUS", "ENU", factories.attachment(session)
        )
    personalise(20000, interaction_template_code="BUS")

    page = words_of(client.get(LINE))

    assert "From template BUS" in page


def test_a_refused_file_keeps_the_page_of_the_line(client, english):
    page = upload(client, LINE, "run.exe")

    assert page.status_code == 422
    assert "cannot be attached" in page.text

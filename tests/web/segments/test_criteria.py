import pytest
from sqlalchemy import select

from core.contacts.classification.questionnaires import (
    add_line,
    create_questionnaire,
)
from core.segments.actions import ActionOptions
from core.segments.add_contacts import add_contacts
from core.segments.models import Segment, SegmentAction
from core.vocabulary import ProfileLineType
from tests import factories
from web.segments.criteria_words import filters_in_words, options_in_words

MINUS = "\N{MINUS SIGN}"


def only_segment(session):
    return session.scalars(select(Segment)).one()


def steps(page: str) -> str:
    return " ".join(page.split())


def test_every_step_says_what_it_changed_and_what_was_left(client, segment):
    client.post("/segments/SM1/take-out", data={"name": "berg"})

    page = steps(client.get("/segments/SM1/criteria").text)

    assert "Took out" in page
    assert "Name contains berg" in page
    assert f'<td class="num">{MINUS} 1</td> <td class="num">2</td>' in page
    assert "Number P1" in page
    assert '<td class="num">+ 1</td> <td class="num">1</td>' in page


def ask_for_answers(work, *line_nos):
    """A step of SM1 by these answers of the questionnaire Q."""
    kinds = ProfileLineType
    with work() as session:
        create_questionnaire(session, {"code": "Q"})
        for kind, words in (
            (kinds.QUESTION, "Colour?"),
            (kinds.ANSWER, "Red"),
            (kinds.QUESTION, "Size?"),
            (kinds.ANSWER, "Small"),
            (kinds.ANSWER, "Large"),
        ):
            add_line(session, "Q", {"type": kind, "description": words})
        filters = {
            "contact": {"city": ["Oslo"]},
            "profile_answer": {"questionnaire_code": ["Q"], "line_no": [*line_nos]},
        }
        add_contacts(
            session, factories.actor(), only_segment(session), filters, ActionOptions()
        )


@pytest.mark.case("CRIT-034")
@pytest.mark.parametrize(
    ("line_nos", "words"),
    [
        ([50000], "City Oslo, profile Q: Size? Large"),
        ([20000], "City Oslo, profile Q: Colour? Red"),
        # No answer stands there, or several are meant.
        ([30000], "City Oslo, profile answer 30000, profile questionnaire Q"),
        ([70000], "City Oslo, profile answer 70000, profile questionnaire Q"),
        (
            [40000, 50000],
            "City Oslo, profile answer 40000 or 50000, profile questionnaire Q",
        ),
    ],
)
def test_the_only_answer_that_is_asked_for_reads_as_question_and_answer(
    client, segment, work, line_nos, words
):
    ask_for_answers(work, *line_nos)

    assert f"<td>{words}</td>" in client.get("/segments/SM1/criteria").text


def test_go_back_and_go_forward_walk_along_the_steps(client, segment, state):
    back = client.post("/segments/SM1/criteria/go-back", follow_redirects=True)
    after_back = state.number_of_lines()
    forward = client.post("/segments/SM1/criteria/go-forward", follow_redirects=True)

    assert "Gone back. The segment has 2 lines now." in back.text
    assert "Go Forward: redo step 3" in back.text
    assert "undone" in back.text
    assert after_back == 2
    assert "The segment has 3 lines now." in forward.text
    assert "Go Forward" not in forward.text


def test_there_is_nothing_to_go_back_from_in_the_beginning(client, masters):
    client.post("/segments/new", data={"no": "SM1"})

    assert "No criteria actions yet" in client.get("/segments/SM1/criteria").text
    assert client.post("/segments/SM1/criteria/go-back").status_code == 409


def test_a_frozen_segment_does_not_move(client, frozen, state):
    answer = client.post("/segments/SM1/criteria/go-back")

    assert answer.status_code == 409
    assert "Go Back" not in client.get("/segments/SM1/criteria").text
    assert state.number_of_lines() == 3


def test_a_viewer_sees_the_steps_and_cannot_move(client_as, segment):
    viewer = client_as("viewer")

    assert "Go Back" not in viewer.get("/segments/SM1/criteria").text
    assert viewer.post("/segments/SM1/criteria/go-back").status_code == 403


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({}, ""),
        ({"contact": {"salesperson_code": ["JR", "LM"]}}, "Salesperson JR or LM"),
        ({"contact": {"no": {"from": "C1", "to": "C9"}}}, "Number from C1 to C9"),
        ({"contact": {"city": {"ne": "Oslo"}}}, "City is not Oslo"),
        ({"contact": {"type": "company"}}, "Type company"),
        ({"contact": {"salesperson_code": ""}}, "Salesperson blank"),
        ({"mailing_group": {"code": ["GIFT"]}}, "Mailing group GIFT"),
        (
            {"interaction_log_entry": {"evaluation": ["very_positive"]}},
            "Had an interaction with evaluation very positive",
        ),
        (
            {"interaction_log_entry": {"date": {"from": "2026-01-01"}}},
            "Had an interaction dated from 2026-01-01",
        ),
        (
            {"interaction_log_entry": {"logged_segment_entry_no": ["7"]}},
            "The contacts of logged segment 7",
        ),
        (
            {"logged_segment": {"not_logged_from": ["SM1"]}},
            "Lines left behind when segment SM1 was logged",
        ),
    ],
)
def test_filters_read_as_sentences(filters, words):
    assert filters_in_words(filters) == words


def test_options_read_as_words():
    action = SegmentAction(expand_companies=True, ignore_exclusion=True)

    assert options_in_words(action) == (
        "with all people of their companies, also those marked to be excluded"
    )

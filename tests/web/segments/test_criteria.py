import pytest

from core.segments.models import SegmentAction
from web.segments.criteria_words import filters_in_words, options_in_words

MINUS = "\N{MINUS SIGN}"


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

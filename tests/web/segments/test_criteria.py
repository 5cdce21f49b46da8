from core.segments.models import SegmentAction
from web.segments.criteria_words import options_in_words

MINUS = "\N{MINUS SIGN}"


def steps(page: str) -> str:
    return " ".join(page.split())


def test_every_step_says_what_it_changed_and_what_was_left(client, segment):
    client.post("/segments/SM1/take-out", data={"name": "berg"})

    page = steps(client.get("/segments/SM1/criteria").text)

    assert "Took out" in page
    assert "Name contains berg" in page
    assert f'data-label="Change" class="num">{MINUS} 1</td>' in page
    assert 'data-label="Lines after" class="num">2</td>' in page
    assert "Number P1" in page
    assert 'data-label="Change" class="num">+ 1</td>' in page
    assert 'data-label="Lines after" class="num">1</td>' in page


def test_go_back_and_go_forward_walk_along_the_steps(client, segment, state):
    back = client.post("/segments/SM1/criteria/go-back", follow_redirects=True)
    after_back = state.number_of_lines()
    forward = client.post("/segments/SM1/criteria/go-forward", follow_redirects=True)

    assert "Step 3 is undone: “Added number P3”." in back.text
    assert "The segment has 2 lines now." in back.text
    assert "Go Forward: redo step 3" in back.text
    assert "undone" in back.text
    assert after_back == 2
    assert "Step 3 is done again: “Added number P3”." in forward.text
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


def test_options_read_as_words():
    action = SegmentAction(expand_companies=True, ignore_exclusion=True)

    assert options_in_words(action) == (
        "with all people of their companies, also those marked to be excluded"
    )

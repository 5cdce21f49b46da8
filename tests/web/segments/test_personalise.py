"""Personalising many lines on a page: the scope in numbers, the values, the outcome."""

import pytest
from sqlalchemy import select

from core.jobs.models import Job
from core.segments import personalise_many
from tests.support.queries import counted_queries

TICKED = {"scope": "chosen", "line": ["10000", "30000"], "expected": "2"}
ALL = {"scope": "matching", "expected": "3"}


def post(client, **fields):
    return client.post("/segments/SM1/personalise", data=fields)


def test_lines_are_ticked_or_meant_as_a_whole(client, segment):
    page = client.get("/segments/SM1").text

    assert '<input type="checkbox" form="ticked" name="line" value="10000"' in page
    assert "Personalise all 3 lines…" in page
    assert 'href="/segments/SM1/personalise?scope=matching"' in page


def test_the_scope_is_said_in_numbers(client, segment, personalise):
    personalise(10_000, cost=1)
    address = "/segments/SM1/personalise"

    ticked = client.get(f"{address}?scope=chosen&line=10000&line=30000").text
    matching = client.get(f"{address}?scope=matching&contact=an&own=cost").text
    everything = client.get(f"{address}?scope=matching").text
    nothing = client.get(f"{address}?scope=chosen").text

    assert "Personalise 2 selected lines" in ticked
    assert "Anna Berg, Cora Novák." in ticked
    assert "all 1 line matching contact <strong>an</strong>" in matching
    assert "own value of <strong>Cost</strong>" in matching
    assert "all 3 lines of the segment" in everything
    assert "Go Back does not undo it" in everything
    assert "No line is meant" in nothing


def test_ticked_lines_get_what_was_typed(client, segment, state):
    answer = post(client, **TICKED, value_cost="1.50", what_description="set")

    assert answer.status_code == 303
    assert [state.line(line_no).cost for line_no in (10_000, 20_000, 30_000)] == [
        pytest.approx(1.5),
        8,
        pytest.approx(1.5),
    ]
    assert state.own(10_000, "description") == ""
    assert state.own(20_000, "description") is None


def test_values_are_given_back_to_all_that_match(client, segment, state, personalise):
    for line_no in (10_000, 20_000):
        personalise(line_no, cost=1, subject="Mine")

    answer = post(
        client,
        scope="matching",
        own="cost",
        expected="2",
        what_cost="inherit",
        what_campaign_target="set",
        value_campaign_target="yes",
    )

    assert answer.headers["Location"].endswith("/segments/SM1?own=cost")
    assert state.own(10_000, "cost") is None
    assert state.own(10_000, "subject") == "Mine"
    assert state.own(10_000, "campaign_target") is True
    assert state.own(30_000, "campaign_target") is None


def test_other_lines_than_the_person_was_told_are_not_changed(client, segment, state):
    answer = post(client, scope="matching", expected="2", value_cost="1.50")

    assert answer.status_code == 422
    assert "3 lines match now; it was 2 when you looked" in answer.text
    assert 'name="expected" value="3"' in answer.text
    assert 'value="1.50"' in answer.text
    assert state.own(10_000, "cost") is None


def test_faults_keep_what_was_typed_and_name_their_field(client, segment, state):
    nothing = post(client, **ALL)
    wrong = post(client, **ALL, value_cost="a lot", value_description="Mine")

    assert nothing.status_code == 422
    assert "Choose at least one value" in nothing.text
    assert wrong.status_code == 422
    assert "Must be a number." in wrong.text
    assert 'value="a lot"' in wrong.text
    assert 'value="Mine"' in wrong.text
    assert state.own(10_000, "description") is None


def test_lines_whose_contact_lacks_the_address_are_named(client, segment, state):
    answer = post(client, **ALL, value_contact_alt_address_code="HOME")

    assert answer.status_code == 422
    assert "3 of the lines" in answer.text
    assert '<a href="/segments/SM1/lines/20000">Line 20000</a>' in answer.text


def test_many_lines_are_a_job(client, segment, work, nudge, monkeypatch):
    monkeypatch.setitem(personalise_many.personalise_many.__kwdefaults__, "at_once", 2)

    answer = post(client, **ALL, value_cost="1.50")

    with work() as session:
        job = session.scalars(select(Job)).one()
    assert answer.headers["Location"] == f"/jobs/{job.public_id}"
    assert (job.kind, nudge.rung) == ("personalise_lines", [job.public_id])


def test_a_frozen_segment_is_not_personalised(client, frozen, state):
    answer = post(client, **ALL, value_cost="1.50")

    assert answer.status_code == 409
    assert f'href="{frozen}"' in answer.text
    assert 'name="line"' not in client.get("/segments/SM1").text


def test_a_viewer_personalises_nothing(client_as, segment):
    viewer = client_as("viewer")

    assert "Personalise all" not in viewer.get("/segments/SM1").text
    assert post(viewer, **ALL, value_cost="1").status_code == 403


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("own=cost", {"10000"}),
        ("own=nonsense", {"10000", "20000", "30000"}),
        ("salesperson_code=LM", {"20000"}),
        ("salesperson_code=-", set()),
        ("interaction_template_code=bus", {"30000"}),
        ("interaction_template_code=-", set()),
    ],
)
def test_the_list_is_narrowed_by_what_lines_show(
    client, segment, personalise, query, shown
):
    personalise(10_000, cost=1)
    personalise(20_000, salesperson_code="LM")
    personalise(30_000, interaction_template_code="BUS")

    page = client.get(f"/segments/SM1?{query}").text

    found = {no for no in ("10000", "20000", "30000") if f'id="line-{no}"' in page}
    assert found == shown


def test_the_page_asks_as_much_of_many_lines_as_of_one(
    client, segment, committing_engine
):
    address = "/segments/SM1/personalise?scope=matching"
    with counted_queries(committing_engine) as one:
        client.get(f"{address}&contact=anna")
    with counted_queries(committing_engine) as all_lines:
        client.get(address)

    assert len(all_lines) == len(one)

"""The page that puts another contact on a line."""

from decimal import Decimal

import pytest

from tests import factories

LINE = "/segments/SM1/lines/20000"
ADDRESS = f"{LINE}/contact"


@pytest.mark.case("CRIT-042", "LINE-007")
def test_another_contact_takes_the_line_as_two_steps(
    client, segment, state, personalise
):
    personalise(20000, cost=Decimal(3), contact_via="555")
    before = state.segment().head

    answer = client.post(ADDRESS, data={"contact": "p1"})

    assert (answer.status_code, answer.location) == (303, LINE)
    line = state.line(20000)
    assert (line.contact_no, line.personal) == ("P1", ["contact_via"])
    assert state.segment().head == before + 2
    assert "Line 20000 is for Anna Berg now." in client.get(LINE).text


@pytest.mark.case("CRIT-042")
def test_the_contact_that_is_there_already_changes_nothing(
    client, segment, state, personalise
):
    personalise(20000, cost=Decimal(3))
    before = state.segment().head

    client.post(ADDRESS, data={"contact": "Bert"})

    assert (state.segment().head, state.line(20000).personal) == (before, ["cost"])
    assert "Nothing was changed." in client.get(LINE).text


@pytest.mark.parametrize("typed", ["", "Nobody at all"])
def test_what_means_nobody_is_refused_and_kept(client, segment, state, typed):
    answer = client.post(ADDRESS, data={"contact": typed})

    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert state.line(20000).contact_no == "P2"


def test_who_is_meant_is_asked_where_several_begin_so(client, work, people, segment):
    with work() as session:
        factories.person(
            session, people.cronus, no="P4", name="Anna Aas", search_name="ANNA AAS"
        )

    answer = client.post(ADDRESS, data={"contact": "Anna"})

    assert answer.status_code == 422
    assert f'action="{ADDRESS}"' in answer.text
    assert 'name="contact" value="P1"' in answer.text
    assert 'name="contact" value="P4"' in answer.text


@pytest.mark.case("LINE-008")
def test_a_blocked_contact_is_taken_with_a_warning(client, work, people, segment):
    with work() as session:
        factories.person(session, people.cronus, no="P9", privacy_blocked=True)

    client.post(ADDRESS, data={"contact": "P9"})

    assert "the log will refuse the line" in client.get(LINE).text


def test_a_frozen_segment_keeps_its_contacts(client, frozen, state):
    answer = client.post(ADDRESS, data={"contact": "P1"})

    assert answer.status_code == 409
    assert state.line(20000).contact_no == "P2"


def test_a_line_that_is_gone_has_no_such_page(client, segment):
    assert client.get("/segments/SM1/lines/99/contact").status_code == 404
    answer = client.post("/segments/SM1/lines/99/contact", data={"contact": "P1"})
    assert answer.status_code == 404

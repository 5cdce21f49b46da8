import pytest
from sqlalchemy import select, update

from core.contacts.classification.models import ContactMailingGroup, MailingGroup
from core.contacts.models import Contact
from core.interactions.models import LoggedSegment
from core.segments.models import SavedCriteria, SavedCriteriaAction, Segment
from core.setup.models import MarketingSetup
from tests import factories
from tests.support.pages import hidden
from tests.support.queries import counted_queries


@pytest.fixture
def saved(client, segment) -> str:
    """Three steps by hand."""
    client.post("/segments/SM1/criteria/save", data={"code": "x", "description": "Us"})
    return "X"


@pytest.fixture
def logged(work, people) -> int:
    """Anna twice and Bert once, canceled."""
    with work() as session:
        made = LoggedSegment(
            segment_no="OLD",
            description="Winter",
            creation_date=factories.WORK_DATE,
            no_of_interactions=3,
            canceled=True,
        )
        session.add(made)
        session.flush()
        for place, contact in enumerate((people.anna, people.bert, people.anna), 1):
            factories.log_entry(
                session,
                contact,
                logged_segment_entry_no=made.entry_no,
                segment_line_no=place * 10_000,
            )
        return int(made.entry_no)


@pytest.fixture
def second(client, segment) -> str:
    """An empty segment beside SM1."""
    client.post("/segments/new", data={"no": "SM2"})
    return "SM2"


def lines_in(client, no):
    return client.get(f"/segments/{no}").text


# --- saving criteria ----------------------------------------------------------------------


def test_saving_leads_to_what_was_saved(client, segment):
    assert "Save criteria…" in client.get("/segments/SM1/criteria").text
    assert "The 3 criteria actions in force" in (
        client.get("/segments/SM1/criteria/save").text
    )

    answer = client.post(
        "/segments/SM1/criteria/save", data={"code": "x"}, follow_redirects=True
    )

    assert answer.request.path == "/saved-criteria/X"
    assert "<strong>Add</strong> Number P1" in answer.text


def test_a_code_that_is_taken_keeps_what_was_typed(client, saved):
    answer = client.post(
        "/segments/SM1/criteria/save", data={"code": "X", "description": "Others"}
    )

    assert answer.status_code == 409
    assert 'value="Others"' in answer.text
    assert "There is already" in answer.text


def test_a_missing_code_is_said_beside_the_field(client, segment):
    answer = client.post("/segments/SM1/criteria/save", data={"code": ""})

    assert answer.status_code == 422
    assert 'id="code-fault"' in answer.text


def test_what_was_undone_is_said_not_to_be_saved(client, segment):
    client.post("/segments/SM1/criteria/go-back")

    assert "undone is not saved" in client.get("/segments/SM1/criteria/save").text


# --- the saved ones ----------------------------------------------------------------------


def test_the_list_teaches_and_then_shows_the_steps_in_words(client, segment):
    assert "No saved criteria yet" in client.get("/saved-criteria").text
    client.post("/segments/SM1/criteria/save", data={"code": "X", "description": "Us"})

    page = client.get("/saved-criteria").text

    assert "1. <strong>Add</strong> Number P1" in page
    assert 'href="/saved-criteria/X"' in page
    assert "Nothing found" in client.get("/saved-criteria?q=zz").text
    assert "Saved criteria" in client.get("/setup").text


@pytest.mark.parametrize("path", ["/saved-criteria", "/saved-criteria/X"])
def test_saved_criteria_lie_within_segments(client, saved, path):
    page = client.get(path).text

    assert '<a href="/segments" aria-current="page">Segments</a>' in page


def test_the_list_asks_as_often_whatever_its_length(client, work, committing_engine):
    with work() as session:
        for number in range(60):
            code = f"X{number:03}"
            session.add(SavedCriteria(code=code))
            session.flush()
            session.add(SavedCriteriaAction(code=code, action_no=1, kind=1, filters={}))

    with counted_queries(committing_engine) as queries:
        page = client.get("/saved-criteria").text

    assert "Next page" in page
    assert len(queries) <= 4


def test_a_card_is_described_anew_and_deleted(client, saved):
    client.post("/saved-criteria/X", data={"description": "Them"})
    assert "Them" in client.get("/saved-criteria/x").text

    answer = client.post("/saved-criteria/X/delete", follow_redirects=True)

    assert "Saved criteria X deleted." in answer.text
    assert client.get("/saved-criteria/X").status_code == 404


def test_a_description_that_is_too_long_is_kept_and_said(client, saved):
    answer = client.post("/saved-criteria/X", data={"description": "a" * 101})

    assert answer.status_code == 422
    assert "a" * 101 in answer.text


def test_a_viewer_reads_and_an_operator_does_not(client_as, saved):
    viewer = client_as("viewer")

    assert "Delete…" not in viewer.get("/saved-criteria/X").text
    assert viewer.post("/saved-criteria/X/delete").status_code == 403
    assert client_as("operator").get("/saved-criteria").status_code == 403


# --- reusing criteria ----------------------------------------------------------------------


def test_criteria_are_reused_in_another_segment(client, saved, second):
    page = client.get("/segments/SM2/reuse-criteria").text
    assert "<strong>Add</strong> Number P1" in page
    assert "on top of" not in page

    answer = client.post(
        "/segments/SM2/reuse-criteria", data={"code": "X"}, follow_redirects=True
    )

    assert "3 lines came or went" in answer.text
    assert "Anna Berg" in lines_in(client, "SM2")


def test_a_segment_with_steps_is_asked_about(client, saved):
    page = client.get("/segments/SM1/reuse-criteria").text
    assert "on top of the 3 criteria actions and 3 lines" in page

    refused = client.post("/segments/SM1/reuse-criteria", data={"code": "X"})
    done = client.post(
        "/segments/SM1/reuse-criteria", data={"code": "X", "confirm": "yes"}
    )

    assert refused.status_code == 409
    assert "3 criteria actions already" in refused.text
    assert done.status_code == 303


@pytest.mark.case("LINE-072")
@pytest.mark.parametrize(("answer", "steps_left"), [({"reset": "yes"}, 0), ({}, 2)])
def test_whether_criteria_that_leave_nobody_are_cleared_is_asked(
    client, second, work, answer, steps_left
):
    """Anna is put in and taken out again."""
    client.post("/segments/SM2/lines", data={"contact": "P1"})
    client.post("/segments/SM2/lines/10000/take-out", data={})
    client.post("/segments/SM2/criteria/save", data={"code": "Z"})
    client.post("/segments/new", data={"no": "SM3"})
    page = client.get("/segments/SM3/reuse-criteria").text
    assert 'name="reset" value="yes" checked' in page

    done = client.post("/segments/SM3/reuse-criteria", data={"code": "Z"} | answer)

    assert done.status_code == 303
    with work() as session:
        segment = session.scalars(select(Segment).filter_by(no="SM3")).one()
        assert segment.head == steps_left


def test_nothing_chosen_is_said(client, saved, second):
    answer = client.post("/segments/SM2/reuse-criteria", data={})

    assert answer.status_code == 422


def test_without_saved_criteria_it_is_said_where_they_come_from(client, segment):
    assert "No saved criteria yet" in client.get("/segments/SM1/reuse-criteria").text


# --- reusing logged segments ---------------------------------------------------------------


def test_a_logged_segment_is_found_chosen_and_reused(client, second, logged):
    listing = client.get("/segments/SM2/reuse-logged-segment?text=winter").text
    assert f"logged_segment_entry_no={logged}" in listing
    page = client.get(
        f"/segments/SM2/reuse-logged-segment?logged_segment_entry_no={logged}"
    ).text
    assert "<strong>3</strong> lines would be added" in page
    assert "Canceled" in page

    answer = client.post(
        "/segments/SM2/reuse-logged-segment",
        data={"logged_segment_entry_no": hidden(page, "logged_segment_entry_no")},
        follow_redirects=True,
    )

    assert "3 contacts are added." in answer.text
    assert answer.request.path == "/segments/SM2"


def test_a_segment_with_steps_is_asked_before_a_log_is_reused(client, segment, logged):
    form = {"logged_segment_entry_no": logged}

    answer = client.post("/segments/SM1/reuse-logged-segment", data=form)

    assert answer.status_code == 409
    assert "on top of the 3 criteria actions" in answer.text


@pytest.mark.parametrize("entry_no", ["", "x", "999", "9" * 30])
def test_no_logged_segment_is_no_fault_of_ours(client, segment, entry_no):
    path = "/segments/SM1/reuse-logged-segment"

    answer = client.post(path, data={"logged_segment_entry_no": entry_no})

    assert answer.status_code == 422
    assert client.get(f"{path}?logged_segment_entry_no={entry_no}").status_code == 200


def test_the_card_leads_to_an_open_segment(client, second, logged):
    assert f"/logged-segments/{logged}/reuse" in (
        client.get(f"/logged-segments/{logged}").text
    )

    page = client.get(f"/logged-segments/{logged}/reuse?text=sm2").text

    address = f"/segments/SM2/reuse-logged-segment?logged_segment_entry_no={logged}"
    assert address in page
    assert "SM1<" not in page


def test_a_follow_up_is_created_from_the_card(client, masters, logged):
    answer = client.post(f"/logged-segments/{logged}/follow-up", follow_redirects=True)

    assert answer.request.path == "/segments/SM00001/header"
    assert "Follow-up segment SM00001 is there." in answer.text


def test_the_card_tells_what_was_made_of_it_later(client, logged, second):
    card, nothing = f"/logged-segments/{logged}", "No follow-up segment was asked for"
    assert nothing in client.get(card).text

    client.post(f"{card}/follow-up")
    client.post(
        "/segments/SM2/reuse-logged-segment",
        data={"logged_segment_entry_no": str(logged)},
    )

    page = client.get(card).text
    assert nothing not in page
    assert "Follow-up on segment OLD" in page
    assert page.count("with its contacts") == 2
    assert 'href="/segments/SM2">Segment SM2 with its contacts' in page
    client.post("/segments/SM2/criteria/go-back")
    assert client.get(card).text.count("with its contacts") == 1


def test_a_follow_up_without_a_number_says_so_on_the_card(client, logged, work):
    with work() as session:
        session.execute(update(MarketingSetup).values(segment_nos=""))

    answer = client.post(f"/logged-segments/{logged}/follow-up", follow_redirects=True)

    assert answer.request.path == f"/logged-segments/{logged}"
    assert "Marketing Setup" in answer.text
    assert "is there. Choose" not in answer.text


def test_a_viewer_is_offered_neither(client_as, logged):
    viewer = client_as("viewer")

    page = viewer.get(f"/logged-segments/{logged}").text

    assert "Create follow-up segment" not in page
    assert viewer.post(f"/logged-segments/{logged}/follow-up").status_code == 403


# --- mailing group -------------------------------------------------------------------------


@pytest.fixture
def group(work, people) -> str:
    """Anna has it, and Cronus, who is not in the segment."""
    with work() as session:
        session.add(MailingGroup(code="GIFT", description="Gifts"))
        session.flush()
        for contact in (people.anna, people.cronus):
            session.add(ContactMailingGroup(contact_id=contact.id, code="GIFT"))
    return "GIFT"


def members(work) -> list[str]:
    with work() as session:
        joined = select(Contact.no).join(
            ContactMailingGroup, ContactMailingGroup.contact_id == Contact.id
        )
        return list(session.scalars(joined.order_by(Contact.no)))


def test_the_page_says_in_numbers_what_it_will_do(client, segment, group):
    page = client.get("/segments/SM1/mailing-group/count?code=GIFT").text
    deleting = client.get(
        "/segments/SM1/mailing-group/count?code=GIFT&delete_old_assignments=yes"
    ).text

    assert "<strong>2</strong> contacts would get the group" in page
    assert "1 contact outside this segment keeps it" in page
    assert hidden(page, "expected") == "2 0"
    assert "1 contact outside this segment would lose the group" in deleting
    assert hidden(deleting, "expected") == "2 1"
    assert "Choose a mailing group" in client.get("/segments/SM1/mailing-group").text


def test_everybody_in_the_segment_gets_the_group(client, segment, group, work):
    answer = client.post(
        "/segments/SM1/mailing-group",
        data={"code": "GIFT", "delete_old_assignments": "yes", "expected": "2 1"},
        follow_redirects=True,
    )

    assert "2 contacts got mailing group GIFT, 1 lost it." in answer.text
    assert members(work) == ["P1", "P2", "P3"]


def test_other_numbers_than_were_seen_stop_it(client, segment, group, work):
    answer = client.post(
        "/segments/SM1/mailing-group", data={"code": "GIFT", "expected": "3 0"}
    )

    assert answer.status_code == 422
    assert "other numbers than when you looked" in answer.text
    assert members(work) == ["C1", "P1"]


def test_no_group_is_said_beside_the_field(client, segment, group):
    for code in ("", "NO"):
        answer = client.post("/segments/SM1/mailing-group", data={"code": code})

        assert answer.status_code == 422
        assert 'id="code-fault"' in answer.text


def test_without_groups_the_page_leads_to_them(client, segment):
    page = client.get("/segments/SM1/mailing-group").text

    assert 'href="/setup/mailing-groups"' in page


def test_a_frozen_segment_is_left_alone(client, frozen, group, logged, work):
    with work() as session:
        session.add(SavedCriteria(code="X"))
        session.flush()
        session.add(SavedCriteriaAction(code="X", action_no=1, kind=1, filters={}))
    posts = {
        "reuse-criteria": {"code": "X", "confirm": "yes"},
        "reuse-logged-segment": {"logged_segment_entry_no": logged, "confirm": "yes"},
        "mailing-group": {"code": "GIFT"},
    }

    for path, form in posts.items():
        assert client.post(f"/segments/SM1/{path}", data=form).status_code == 409
        assert client.get(f"/segments/SM1/{path}").status_code == 200

"""Each deed is asked for in numbers, and asked again when the numbers have changed."""

import pytest
from sqlalchemy import func, select

from core.access.models import AuditEvent
from core.attachments.freeze import freeze_attachments
from core.database import transaction
from core.interactions.comments import add_comment
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.jobs.models import Job
from core.ledger import cancel_entries, cancel_log
from core.ledger.cancel_entries import set_entry_canceled
from core.ledger.cancel_log import set_log_canceled
from core.ledger.change import Change
from core.segments.models import Segment
from core.vocabulary import Evaluation
from tests import factories
from tests.core.segments.logging import log
from tests.support.queries import counted_queries
from web.ledger import question

CANCEL = Change(canceled=True)


@pytest.fixture
def work(committing_engine):
    return lambda: transaction(committing_engine)


@pytest.fixture
def logged(work):
    """A logged segment of three companies, with its follow-up."""
    actor = factories.actor()
    with work() as session:
        factories.marketing_setup(session)
        factories.campaign(session, "CP1")
        segment = factories.segment(
            session,
            actor,
            description="Spring",
            campaign_no="CP1",
            salesperson_code=factories.salesperson(session, "JR"),
            interaction_template_code=factories.template(session, "GOLF"),
        )
        for number in range(3):
            contact = factories.company(session, no=f"C{number}")
            factories.line(session, actor, segment, contact)
        result = log(session, actor, segment, create_follow_up=True)
    return result["logged_segment_entry_no"]


@pytest.fixture
def entry_nos(work, logged):
    with work() as session:
        return session.scalars(
            select(InteractionLogEntry.entry_no).order_by(InteractionLogEntry.entry_no)
        ).all()


@pytest.fixture
def canceled(work):
    def canceled():
        with work() as session:
            number = select(func.count()).where(InteractionLogEntry.canceled)
            return session.execute(number).scalar_one()

    return canceled


def test_the_question_says_what_is_canceled_and_what_was_before(
    client, work, logged, entry_nos, canceled
):
    with work() as session:
        set_entry_canceled(session, factories.actor(), entry_nos[0], CANCEL)
    address = f"/logged-segments/cancel?entry_no={logged}"

    page = client.get(address).text

    assert "Cancels 2 entries and 1 campaign entry." in page
    assert "1 entry already canceled stays canceled, and will come back" in page
    form = {"entry_no": logged, "expected": "2", "reason": "Wrong letter"}
    answer = client.post("/logged-segments/cancel", data=form)
    assert (answer.status_code, answer.location) == (303, f"/logged-segments/{logged}")
    assert canceled() == 3
    with work() as session:
        told = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()))
        assert told.first().detail["reason"] == "Wrong letter"


def test_another_number_asks_again_and_keeps_the_reason(client, logged, canceled):
    form = {"entry_no": logged, "expected": "7", "reason": "Wrong letter"}

    answer = client.post("/logged-segments/cancel", data=form)

    assert answer.status_code == 422
    assert "it was 7 when you looked" in answer.text
    assert "Cancels 3 entries" in answer.text
    assert 'value="Wrong letter"' in answer.text
    assert canceled() == 0


def test_a_canceled_one_counts_again(client, work, logged, canceled):
    with work() as session:
        set_log_canceled(session, factories.actor(), logged, CANCEL)
    page = client.get(f"/logged-segments/uncancel?entry_no={logged}").text
    assert "Lets 3 entries and 1 campaign entry count again." in page
    assert "canceled one by one count again" in page

    client.post("/logged-segments/uncancel", data={"entry_no": logged, "expected": 3})

    assert canceled() == 0


def test_a_large_one_leads_to_its_job(client, work, logged, monkeypatch, nudge):
    monkeypatch.setattr(cancel_log, "AT_ONCE", 1)

    answer = client.post("/logged-segments/cancel", data={"entry_no": logged})

    with work() as session:
        job = session.scalars(
            select(Job).where(Job.kind == "cancel_logged_segment")
        ).one()
    assert answer.location == f"/jobs/{job.public_id}"
    assert nudge.rung == [job.public_id]
    again = client.post("/logged-segments/cancel", data={"entry_no": logged})
    assert again.status_code == 409
    assert f"/jobs/{job.public_id}" in again.text


@pytest.mark.parametrize("query", ["", "?entry_no=x", "?entry_no=99999"])
def test_without_a_selection_there_is_nothing_to_ask(client, query):
    assert client.get(f"/logged-segments/cancel{query}").status_code in {404, 422}


def test_undo_says_what_becomes_of_everything(client, work, logged, canceled):
    page = client.get(f"/logged-segments/{logged}/undo").text
    assert "Cancels 3 entries and 1 campaign entry" in page
    assert "with 3 lines" in page
    assert "is taken away again" in page

    answer = client.post(f"/logged-segments/{logged}/undo", data={"reason": "Oops"})

    assert answer.location == "/segments/SM00001"
    assert canceled() == 3
    with work() as session:
        assert session.scalars(select(Segment.no)).all() == ["SM00001"]
    card = client.get(f"/logged-segments/{logged}").text
    assert "The log was undone" in card
    assert "Undo the log…" not in card
    again = client.get(f"/logged-segments/{logged}/undo").text
    assert "was undone already" in again
    assert client.post(f"/logged-segments/{logged}/undo", data={}).status_code == 409


def test_the_steps_before_an_undone_log_are_shown(client, work, logged):
    address, heading = "/segments/{}/criteria", "Before the log that was undone"
    assert heading not in client.get(address.format("SM00002")).text
    client.post(f"/logged-segments/{logged}/undo", data={})

    page = client.get(address.format("SM00001")).text

    former = page[page.index(heading) :]
    assert [f"Number C{number}" in former for number in range(3)] == [True] * 3
    assert "the contacts of logged segment" not in former.lower()
    # Logged and undone once more: still the steps by which they had been chosen.
    with work() as session:
        segment = session.scalars(select(Segment)).one()
        again = log(session, factories.actor(), segment)["logged_segment_entry_no"]
    client.post(f"/logged-segments/{again}/undo", data={})
    page = client.get(address.format("SM00001")).text
    assert [f"Number C{number}" in page for number in range(3)] == [True] * 3


def test_canceled_logged_segments_are_deleted(client, work, logged):
    page = client.get("/logged-segments/delete-canceled").text
    assert "There is no canceled logged segment." in page
    with work() as session:
        set_log_canceled(session, factories.actor(), logged, CANCEL)
    page = client.get("/logged-segments/delete-canceled").text
    assert "Deletes 1 canceled logged segment." in page

    answer = client.post("/logged-segments/delete-canceled", data={"expected": "3"})

    assert answer.location == "/logged-segments"
    with work() as session:
        assert session.scalars(select(LoggedSegment)).all() == []


def test_many_that_do_not_come_back_have_to_be_typed(client, work, logged, monkeypatch):
    monkeypatch.setattr(question, "TYPE_THE_NUMBER_ABOVE", 2)
    with work() as session:
        set_log_canceled(session, factories.actor(), logged, CANCEL)
    address = "/interaction-log-entries/delete-canceled"
    assert "Type 3 to confirm" in client.get(address).text

    assert client.post(address, data={"expected": "3"}).status_code == 422
    typed = {"expected": "3", "confirm": "3"}
    assert client.post(address, data=typed).status_code == 303


def test_ticked_entries_are_canceled(client, entry_nos, canceled):
    address = "/interaction-log-entries/cancel"
    ticked = {"entry_no": list(entry_nos[:2])}
    page = client.get(address, query_string=ticked).text
    assert "Cancels 2 entries of the 2 ticked." in page

    client.post(address, data={**ticked, "expected": "2"})

    assert canceled() == 2


def test_all_that_match_are_canceled(client, entry_nos, canceled):
    address = "/interaction-log-entries/cancel"
    page = client.get(f"{address}?contact_no=c1").text
    assert "Cancels 1 entry with contact c1." in page

    answer = client.post(address, data={"contact_no": "c1", "expected": "1"})

    assert answer.location == "/interaction-log-entries?contact_no=c1"
    assert canceled() == 1


def test_attachments_are_offered_to_go_where_only_these_entries_have_them(
    client, work, entry_nos
):
    def attachments():
        with work() as session:
            found = select(InteractionLogEntry.attachment_id)
            return session.scalars(found.order_by(InteractionLogEntry.entry_no)).all()

    address, offer = "/interaction-log-entries/cancel", "Also remove"
    assert offer not in client.get(f"{address}?contact_no=C0").text
    with work() as session:
        shared, own = (factories.attachment(session) for _ in range(2))
        freeze_attachments(session, [shared, own])
        entries = session.scalars(
            select(InteractionLogEntry).order_by(InteractionLogEntry.entry_no)
        )
        for entry, number in zip(entries, (own, shared, shared), strict=True):
            entry.attachment_id = number
    page = client.get(f"{address}?contact_no=C0").text
    assert "Also remove its attachment, which no other entry has, for good" in page
    assert offer not in client.get(f"{address}?contact_no=C1").text
    form = {"expected": "2", "remove_attachments": "yes"}

    again = client.post(address, data=form)
    assert again.status_code == 422
    assert 'name="remove_attachments" type="checkbox" value="yes" checked' in again.text
    client.post(address, data=form | {"expected": "3"})

    assert attachments() == [None, shared, shared]
    assert (
        offer
        not in client.get(
            f"/interaction-log-entries/uncancel?entry_no={entry_nos[0]}"
        ).text
    )


def test_a_filter_that_got_lost_changes_nothing(client, entry_nos, canceled):
    answer = client.post("/interaction-log-entries/cancel", data={})

    assert answer.status_code == 422
    assert canceled() == 0


def test_an_entry_below_a_canceled_one_leads_to_it(client, work, logged, entry_nos):
    with work() as session:
        set_log_canceled(session, factories.actor(), logged, CANCEL)
    form = {"entry_no": entry_nos[0], "expected": "1"}

    answer = client.post("/interaction-log-entries/uncancel", data=form)

    assert answer.status_code == 409
    assert f"/logged-segments/{logged}" in answer.text


def test_canceled_campaign_entries_are_deleted(client, work, logged):
    address = "/campaigns/CP1/entries/delete-canceled"
    assert "No entry of campaign CP1 is canceled." in client.get(address).text
    assert address not in client.get("/campaigns/CP1").text
    with work() as session:
        set_log_canceled(session, factories.actor(), logged, CANCEL)
    assert address in client.get("/campaigns/CP1").text
    page = client.get(address).text
    assert "Deletes 1 canceled campaign entry and 3 entries" in page

    assert client.post(address, data={"expected": "3"}).location == "/campaigns/CP1"

    with work() as session:
        assert session.scalars(select(InteractionLogEntry)).all() == []


def test_many_entries_lead_to_a_job(client, work, entry_nos, monkeypatch):
    defaults = cancel_entries.set_entries_canceled.__kwdefaults__
    monkeypatch.setitem(defaults, "at_once", 1)

    answer = client.post("/interaction-log-entries/cancel", data={"expected": "3"})

    assert answer.location.startswith("/jobs/")


def test_undo_says_that_comments_stay(client, work, logged, entry_nos):
    address = f"/logged-segments/{logged}/undo"
    assert "comments" not in client.get(address).text
    with work() as session:
        add_comment(session, factories.actor(), entry_nos[0], {"comment": "A"})

    page = client.get(address).text

    assert "1 entry has comments. They stay with the canceled entries." in page


@pytest.fixture
def said(work):
    def said():
        with work() as session:
            entry = InteractionLogEntry
            found = select(entry.evaluation).order_by(entry.entry_no)
            return session.scalars(found).all()

    return said


def test_ticked_entries_are_evaluated(client, entry_nos, said):
    ticked = {"entry_no": entry_nos[:2]}
    page = client.get("/interaction-log-entries/evaluate", query_string=ticked).text
    assert "Says of 2 entries of the 2 ticked how they went." in page
    assert '<option value="">Choose…</option>' in page

    form = {**ticked, "expected": "2", "new_evaluation": "positive"}
    answer = client.post("/interaction-log-entries/evaluate", data=form)

    assert answer.location == "/interaction-log-entries"
    assert "Evaluated as positive: 2 entries changed." in client.get("/segments").text
    assert said() == [Evaluation.POSITIVE, Evaluation.POSITIVE, Evaluation.BLANK]


@pytest.mark.parametrize("chosen", ["", "blank", "splendid"])
def test_who_chooses_no_evaluation_is_asked_again(client, entry_nos, said, chosen):
    form = {
        "entry_no": entry_nos[0],
        "expected": "1",
        "new_evaluation": chosen,
        "reason": "Called back",
    }
    answer = client.post("/interaction-log-entries/evaluate", data=form)

    assert answer.status_code == 422
    assert "Choose how the interactions went." in answer.text
    assert 'value="Called back"' in answer.text
    assert said() == [0, 0, 0]


def test_a_refused_evaluation_keeps_what_was_chosen(client, entry_nos, said):
    form = {"expected": "7", "new_evaluation": "negative", "contact_no": "C1"}
    answer = client.post("/interaction-log-entries/evaluate", data=form)

    assert answer.status_code == 422
    assert '<option value="negative" selected>' in answer.text
    assert "it was 7 when you looked" in answer.text
    assert said() == [0, 0, 0]


def test_all_that_a_filter_finds_are_evaluated(client, entry_nos, said):
    query = "contact_no=C1"
    listed = client.get(f"/interaction-log-entries?{query}").text
    assert f"/interaction-log-entries/evaluate?{query}" in listed
    form = {"contact_no": "C1", "expected": "1", "new_evaluation": "very_negative"}

    answer = client.post("/interaction-log-entries/evaluate", data=form)

    assert answer.location == f"/interaction-log-entries?{query}"
    assert said() == [0, Evaluation.VERY_NEGATIVE, 0]


def test_the_page_of_an_entry_offers_its_evaluation(client, entry_nos):
    page = client.get(f"/interaction-log-entries/{entry_nos[0]}").text

    assert f"/interaction-log-entries/evaluate?entry_no={entry_nos[0]}" in page


def test_a_reason_may_not_be_endless(client, logged):
    form = {"entry_no": logged, "reason": "x" * 256}

    answer = client.post("/logged-segments/cancel", data=form)

    assert answer.status_code == 422
    assert "at most 255 characters" in answer.text


def test_who_only_reads_is_offered_nothing(client_as, logged, entry_nos):
    viewer = client_as("viewer")

    for address in (
        "/logged-segments",
        f"/logged-segments/{logged}",
        "/interaction-log-entries",
        f"/interaction-log-entries/{entry_nos[0]}",
    ):
        page = viewer.get(address).text
        assert "ancel ticked" not in page
        assert "Cancel…" not in page
        assert "Delete canceled…" not in page
        assert "Evaluate" not in page
        assert "Undo the log" not in page
    assert viewer.get(f"/logged-segments/cancel?entry_no={logged}").status_code == 403


def test_asking_about_many_takes_few_questions(client, committing_engine, work, logged):
    with work() as session:
        session.add_all(
            LoggedSegment(segment_no=f"X{number}", creation_date=factories.WORK_DATE)
            for number in range(9)
        )
        session.flush()
        numbers = session.scalars(select(LoggedSegment.entry_no)).all()

    def asked(those):
        with counted_queries(committing_engine) as statements:
            page = client.get(
                "/logged-segments/cancel", query_string={"entry_no": those}
            )
        assert page.status_code == 200
        return len(statements)

    assert asked(numbers) == asked(numbers[:1])

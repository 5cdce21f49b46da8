from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.campaigns.models import CampaignEntry
from core.errors import ConflictError, RefusedError
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.jobs.models import JobError
from core.segments.actions import ActionOptions
from core.segments.add_contacts import add_contacts
from core.segments.change_line import change_line
from core.segments.change_segment import change_segment
from core.segments.editing import segment_by_no
from core.segments.line_list import LineFilter, lines
from core.segments.log_segment import log_segment
from core.segments.models import Segment, SegmentLine
from core.segments.one_line import remove_line
from core.segments.queries import criteria_action_count, totals
from core.segments.request_log import OnLineError, request_log
from core.vocabulary import CorrespondenceType
from tests import factories
from tests.core.segments.logging import log, run_of

SKIP = OnLineError.SKIP


def entries(session):
    return session.scalars(
        select(InteractionLogEntry).order_by(InteractionLogEntry.entry_no)
    ).all()


def test_every_line_becomes_one_entry_in_line_order(session, actor, segment):
    contacts = [factories.company(session) for _ in range(3)]
    for contact in [*contacts, contacts[0]]:
        factories.line(session, actor, segment, contact)

    result = log(session, actor, segment)

    assert [entry.contact_id for entry in entries(session)] == [
        *(contact.id for contact in contacts),
        contacts[0].id,
    ]
    assert (result["planned"], result["logged"], result["skipped"]) == (4, 4, 0)


def test_an_entry_carries_what_the_line_said(session, actor, segment):
    factories.campaign(session, "CP1")
    company = factories.company(session)
    contact = factories.person(session, of=company, email="p@example.com")
    factories.line(
        session,
        actor,
        segment,
        contact,
        campaign_no="CP1",
        correspondence_type=CorrespondenceType.EMAIL,
        cost=Decimal("12.50"),
        contact_via="999-111",
    )

    result = log(session, actor, segment)

    (entry,) = entries(session)
    assert entry.logged_segment_entry_no == result["logged_segment_entry_no"]
    assert entry.contact_company_id == company.id
    assert (entry.description, entry.segment_no) == ("Spring mailing", "SM00001")
    assert (entry.cost, entry.duration) == (Decimal("12.50"), Decimal(1))
    assert (entry.interaction_template_code, entry.salesperson_code) == ("GOLF", "JR")
    assert entry.correspondence_type == CorrespondenceType.EMAIL
    assert (entry.date, entry.user_id) == (factories.WORK_DATE, "anna")
    assert (entry.contact_via, entry.campaign_no) == ("999-111", "CP1")
    assert (entry.canceled, entry.postponed) == (False, False)


def test_the_segment_is_gone_and_filed_under_its_number(session, actor, segment):
    factories.line(session, actor, segment, factories.company(session))

    log(session, actor, segment)

    filed = session.scalars(select(LoggedSegment)).one()
    assert (filed.segment_no, filed.description) == ("SM00001", "Spring mailing")
    assert session.scalar(select(func.count()).select_from(Segment)) == 0
    assert session.scalar(select(func.count()).select_from(SegmentLine)) == 0


def test_email_without_an_address_is_logged_as_blank(session, actor, segment):
    contact = factories.company(session, email="")
    factories.line(
        session,
        actor,
        segment,
        contact,
        correspondence_type=CorrespondenceType.EMAIL,
    )

    log(session, actor, segment)

    assert entries(session)[0].correspondence_type == CorrespondenceType.BLANK


def test_each_campaign_gets_an_entry_from_its_first_line_by_date(
    session, actor, segment
):
    for no in ("CP1", "CP2"):
        factories.campaign(session, no)
    factories.salesperson(session, "BC")
    change_segment(session, segment, {"campaign_no": "CP1"})
    company = factories.company(session)
    factories.line(session, actor, segment, company)
    factories.line(session, actor, segment, company, campaign_no="CP2")
    factories.line(
        session,
        actor,
        segment,
        company,
        date=date(2026, 1, 1),
        salesperson_code="BC",
    )
    factories.line(session, actor, segment, company, campaign_no="")

    log(session, actor, segment)

    filed = session.scalars(
        select(CampaignEntry).order_by(CampaignEntry.campaign_no)
    ).all()
    assert [(e.campaign_no, e.date, e.salesperson_code) for e in filed] == [
        ("CP1", date(2026, 1, 1), "BC"),
        ("CP2", factories.WORK_DATE, "JR"),
    ]
    assert [e.campaign_entry_no for e in entries(session)] == [
        filed[0].entry_no,
        filed[1].entry_no,
        filed[0].entry_no,
        None,
    ]


def test_one_bad_line_undoes_all_and_every_bad_line_is_named(session, actor, segment):
    good = factories.company(session)
    blocked = factories.company(session, privacy_blocked=True)
    factories.line(session, actor, segment, good)
    factories.line(session, actor, segment, good, date=None)
    factories.line(session, actor, segment, blocked)
    factories.line(session, actor, segment, good, salesperson_code="", date=None)
    job = request_log(session, actor, segment.no)
    run = run_of(session, actor, job)

    with pytest.raises(RefusedError) as refusal, session.begin_nested():
        log_segment(run)

    assert refusal.value.code == "E-LINE-DATE"
    assert [(f.line_no, f.code) for f in refusal.value.faults] == [
        (20000, "E-LINE-DATE"),
        (30000, "E-LINE-PRIVACY"),
        (40000, "E-LINE-DATE"),
    ]
    (record,) = run.error_recorders
    record(session)
    assert session.scalar(select(func.count()).select_from(JobError)) == 3
    assert entries(session) == []


def test_with_skip_the_good_lines_are_logged_and_the_others_stay_behind(
    session, actor, segment
):
    good, blocked = (
        factories.company(session),
        factories.company(session, privacy_blocked=True),
    )
    factories.line(session, actor, segment, good)
    factories.line(session, actor, segment, blocked, description="Mine")

    result = log(session, actor, segment, on_line_error=SKIP)

    assert (result["planned"], result["logged"], result["skipped"]) == (2, 1, 1)
    rest = segment_by_no(session, result["left_behind_segment_no"])
    assert rest.description == "Not logged from segment SM00001"
    (line,) = lines(session, rest, LineFilter())
    assert (line.contact_id, line.description) == (blocked.id, "Mine")
    assert totals(session, rest).no_of_lines == 1


def test_with_skip_a_segment_without_any_good_line_is_refused(session, actor, segment):
    factories.line(session, actor, segment, factories.company(session), date=None)

    with pytest.raises(RefusedError, match="has no date"):
        log(session, actor, segment, on_line_error=SKIP)


def test_a_follow_up_keeps_the_contacts_and_the_campaigns_and_nothing_else(
    session, actor, segment
):
    for no in ("CP1", "CP2"):
        factories.campaign(session, no)
    change_segment(session, segment, {"campaign_no": "CP1"})
    contacts = [factories.company(session) for _ in range(3)]
    factories.line(session, actor, segment, contacts[0], description="Mine")
    removed = factories.line(session, actor, segment, contacts[1])
    factories.line(session, actor, segment, contacts[2], campaign_no="CP2")
    remove_line(session, actor, segment, removed)

    result = log(session, actor, segment, create_follow_up=True)

    follow_up = segment_by_no(session, "SM00002")
    assert result["follow_up_segment_no"] == "SM00002"
    assert follow_up.description == "Follow-up on segment SM00001"
    assert (follow_up.campaign_no, follow_up.interaction_template_code) == ("CP1", "")
    assert (follow_up.salesperson_code, follow_up.frozen_by_job_id) == ("", None)
    assert criteria_action_count(session, follow_up) == 1
    shown = lines(session, follow_up, LineFilter())
    assert [(row.contact_id, row.campaign_no, row.personal) for row in shown] == [
        (contacts[0].id, "CP1", []),
        (contacts[2].id, "CP2", ["campaign_no"]),
    ]
    assert totals(session, follow_up)[:2] == (2, 0)


def test_a_follow_up_can_be_logged_again(session, actor, segment):
    factories.line(session, actor, segment, factories.company(session))
    log(session, actor, segment, create_follow_up=True)
    follow_up = segment_by_no(session, "SM00002")
    change_segment(
        session,
        follow_up,
        {"interaction_template_code": "GOLF", "salesperson_code": "JR"},
    )

    log(session, actor, follow_up)

    assert [entry.segment_no for entry in entries(session)] == ["SM00001", "SM00002"]


def test_a_segment_waiting_to_be_logged_leads_the_second_asker_to_the_first(
    session, actor, segment
):
    factories.line(session, actor, segment, factories.company(session))
    job = request_log(session, actor, segment.no)

    with pytest.raises(ConflictError) as refusal:
        request_log(session, actor, segment.no)

    assert refusal.value.code == "E-FROZEN"
    assert refusal.value.links == {"job": str(job.public_id)}


def test_all_that_is_wrong_with_the_header_is_said_at_once(session, actor, segment):
    factories.line(session, actor, segment, factories.company(session))
    log(session, actor, segment)
    again = factories.segment(session, actor)
    again.no = "SM00001"
    session.flush()

    with pytest.raises(ConflictError) as refusal:
        request_log(session, actor, "SM00001")

    assert [fault.code for fault in refusal.value.faults] == [
        "E-ALREADY",
        "E-DESC",
        "E-EMPTY",
    ]


def test_totals_need_not_read_the_lines_that_inherit_everything(
    session, actor, segment
):
    for _ in range(5):
        factories.company(session, territory_code="N")
    add_contacts(
        session,
        actor,
        segment,
        {"contact": {"territory_code": ["N"]}},
        ActionOptions(),
    )
    change_line(session, segment, 20000, {"cost": Decimal(20)})
    remove_line(session, actor, segment, 30000)

    assert totals(session, segment) == (4, Decimal(44), Decimal(4), 1)


def test_a_campaign_entry_left_by_an_earlier_log_outlives_one_that_refuses_its_lines(
    session, actor, segment
):
    factories.campaign(session, "CP1")
    session.add(CampaignEntry(campaign_no="CP1", segment_no=segment.no, date=date.max))
    good, refused = factories.company(session), factories.company(session)
    factories.line(session, actor, segment, good)
    factories.line(session, actor, segment, refused, campaign_no="CP1", date=None)

    log(session, actor, segment, on_line_error=SKIP)

    left = session.scalars(select(CampaignEntry)).one()
    assert (left.campaign_no, left.logged_segment_entry_no) == ("CP1", None)

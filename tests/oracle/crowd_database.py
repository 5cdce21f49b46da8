"""Puts a crowd into the database, does what a user does with it, reads what came."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.base import Base
from core.clock import now
from core.contacts.classification.models import (
    ContactIndustryGroup,
    ContactMailingGroup,
    IndustryGroup,
)
from core.contacts.models import Contact
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.jobs.models import JobState
from core.segments.actions import ActionOptions
from core.segments.change_roster import (
    AT_ONCE,
    RosterChange,
    change_roster,
    change_roster_as_job,
)
from core.segments.editing import open_for_editing
from core.segments.go_back import go_back, go_forward
from core.segments.live import in_force
from core.segments.models import Segment, SegmentAction, SegmentLine
from core.segments.one_line import add_line, remove_line, replace_contact
from core.segments.queries import actions
from core.segments.reuse_criteria import reuse_criteria
from core.segments.reuse_logged_segment import reuse_logged_segment
from core.segments.saved_criteria import save_criteria
from core.vocabulary import ActionKind, ContactType
from tests import factories
from tests.core.segments.logging import run_of
from tests.oracle.crowd import (
    Adding,
    AddingByHand,
    Crowd,
    Deed,
    GoingBack,
    GoingForward,
    Options,
    Removing,
    RemovingByHand,
    Replacing,
    Replaying,
    Reusing,
    Saving,
)
from tests.oracle.crowds import INDUSTRIES
from tests.oracle.roster import Chosen, Place, Roster

NO = "SM1"


def put(session: Session, crowd: Crowd) -> Segment:
    """Straight into the tables, with an empty segment."""
    people = crowd.contacts.values()
    _insert(
        session,
        Contact,
        [
            {
                "id": each.id,
                "no": each.no,
                "name": each.name,
                "type": ContactType.COMPANY if each.is_company else ContactType.PERSON,
                "company_id": each.company,
                "salesperson_code": each.salesperson,
                "exclude_from_segment": each.is_excluded,
                "privacy_blocked": each.is_blocked,
            }
            for each in people
        ],
    )
    _insert(session, IndustryGroup, [{"code": code} for code in INDUSTRIES])
    for link, name in (
        (ContactMailingGroup, "mailing_groups"),
        (ContactIndustryGroup, "industries"),
    ):
        _insert(
            session,
            link,
            [
                {"contact_id": each.id, "code": code}
                for each in people
                for code in getattr(each, name)
            ],
        )
    _put_entries(session, crowd)
    segment = Segment(no=NO, campaign_no=crowd.campaign)
    session.add(segment)
    session.flush()
    session.refresh(segment)
    return segment


def _put_entries(session: Session, crowd: Crowd) -> None:
    _insert(
        session,
        LoggedSegment,
        [
            {
                "entry_no": entry_no,
                "segment_no": f"OLD{entry_no}",
                "creation_date": factories.WORK_DATE,
                "campaign_no": "CP1",
            }
            for entry_no in sorted(crowd.logged_segments)
        ],
    )
    _insert(
        session,
        InteractionLogEntry,
        [
            {
                "entry_no": each.no,
                "logged_segment_entry_no": each.logged_segment,
                # Against the order of the entries: it is theirs that counts.
                "segment_line_no": 10_000 * (100 - each.no),
                "contact_id": each.contact,
                "contact_company_id": each.company,
                "campaign_no": each.campaign,
                "date": each.date,
                "evaluation": each.evaluation,
                "canceled": each.is_canceled,
                "postponed": each.is_postponed,
            }
            for each in crowd.entries
        ],
    )


def do(
    session: Session, crowd: Crowd, deed: Deed, *, by_jobs: bool = False
) -> int | None:
    """As a view would do it, or the job of a large change; the number of lines changed,
    where the product tells."""
    actor = factories.actor()
    match deed:
        case Adding() | Removing():
            return _changed(session, deed, by_job=by_jobs)
        case AddingByHand(contact):
            segment = open_for_editing(session, NO)
            add_line(session, actor, segment, crowd.contacts[contact].no)
        case RemovingByHand(place, resets):
            segment = open_for_editing(session, NO)
            line_no = _line_at(session, segment, place)
            remove_line(session, actor, segment, line_no, reset_when_empty=resets)
        case Replacing(place, contact):
            segment = open_for_editing(session, NO)
            line_no = _line_at(session, segment, place)
            no = crowd.contacts[contact].no
            replace_contact(session, actor, segment, line_no, no)
        case GoingBack():
            go_back(session, open_for_editing(session, NO))
        case GoingForward():
            go_forward(session, open_for_editing(session, NO))
        case Saving(code):
            save_criteria(session, actor, NO, code=code)
        case Replaying(code, resets):
            done = reuse_criteria(
                session, actor, NO, code, confirm=True, reset_when_empty=resets
            )
            assert isinstance(done, int)
            return done
        case Reusing(logged):
            action = reuse_logged_segment(session, actor, NO, logged, confirm=True)
            assert isinstance(action, SegmentAction)
            return action.lines_changed
    return None


def _changed(session: Session, deed: Adding | Removing, *, by_job: bool) -> int:
    actor = factories.actor()
    at_once = 0 if by_job else AT_ONCE
    done = change_roster(session, actor, NO, as_change(deed), at_once=at_once)
    if isinstance(done, SegmentAction):
        return done.lines_changed
    assert by_job
    changed = change_roster_as_job(run_of(session, actor, done))["lines_changed"]
    assert isinstance(changed, int)
    done.state, done.finished_at = JobState.SUCCEEDED, now()
    session.flush()
    return changed


def as_change(deed: Adding | Removing) -> RosterChange:
    options = ActionOptions(**asdict(deed.options))
    if isinstance(deed, Adding):
        return RosterChange(ActionKind.ADD_CONTACTS, deed.filters, options)
    refines = deed.keeps_what_matches
    kind = ActionKind.REFINE_CONTACTS if refines else ActionKind.REDUCE_CONTACTS
    return RosterChange(kind, deed.filters, options, reset_when_empty=deed.resets)


def _line_at(session: Session, segment: Segment, place: int) -> int:
    there = lines_of(session, segment)
    return there[place % len(there)].no


def lines_of(session: Session, segment: Segment) -> list[Place]:
    """The lines in force, with what is a line's own."""
    rows = session.execute(
        select(SegmentLine.line_no, SegmentLine.contact_id, SegmentLine.campaign_no)
        .where(SegmentLine.segment_id == segment.id, in_force(segment))
        .order_by(SegmentLine.line_no)
    )
    return [Place(*row) for row in rows]


def steps_of(session: Session, segment: Segment) -> list[tuple[int, Chosen, int, bool]]:
    """Number, what was chosen, lines changed, whether it is in force."""
    return [
        (
            each.action_no,
            Chosen(
                each.kind,
                each.filters,
                Options(
                    **{name.name: getattr(each, name.name) for name in fields(Options)}
                ),
            ),
            each.lines_changed,
            each.action_no <= segment.head,
        )
        for each in actions(session, segment)
    ]


def steps_expected(roster: Roster) -> list[tuple[int, Chosen, int, bool]]:
    return [
        (number, step.chosen, step.changed, number <= roster.head)
        for number, step in enumerate(roster.steps, start=1)
    ]


def _insert(
    session: Session, table: type[Base], rows: Sequence[Mapping[str, object]]
) -> None:
    if rows:
        session.execute(insert(table), [dict(row) for row in rows])

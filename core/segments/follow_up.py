"""What remains of a segment once it is logged (design idea 3).

With a follow-up the segment row lives on: it takes the next number, loses its
interaction and keeps its roster, so a million contacts cost nothing. Only what
was personal is touched.
"""

from sqlalchemy import case, delete, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.attachments.discard import discard_unreferenced
from core.contacts.salespeople import default_salesperson
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.rows import rows_written
from core.segments.held_attachments import held_attachments
from core.segments.logged_contacts import filters_of_logged
from core.segments.models import (
    OVERRIDES,
    Segment,
    SegmentAction,
    SegmentLanguage,
    SegmentLine,
    is_personal,
)
from core.segments.numbers import keep_numbered, next_segment_no
from core.vocabulary import ActionKind, CorrespondenceType

_DESCRIPTION_LENGTH = 50  # FUP-001, although the field holds more.

_HEADER_DEFAULTS = {
    "interaction_template_code": "",
    "interaction_group_code": "",
    "unit_cost": 0,
    "unit_duration": 0,
    "information_flow": 0,
    "initiated_by": 0,
    "campaign_target": False,
    "campaign_response": False,
    "correspondence_type_default": int(CorrespondenceType.BLANK),
    "ignore_contact_corres_type": False,
    "language_code_default": "",
    "subject_default": "",
    "send_word_docs_as_attmt": False,
}


def turn_into_follow_up(
    session: Session, actor: Actor, segment: Segment, logged: LoggedSegment
) -> str:
    """Make the logged segment its own follow-up; return its new number.

    Campaign as before, salesperson the user's, date the work date (FUP-001); each
    line keeps the campaign it was logged with (FUP-010). Raises RefusedError
    E-SERIES-*, E-SALES-DEFAULT.
    """
    old_no = segment.no
    no, series = next_segment_no(session, actor)
    held = held_attachments(session, segment)
    _keep_line_campaigns_only(session, segment, logged)
    _drop_lines_not_in_force(session, segment)
    session.execute(
        delete(SegmentLanguage).where(SegmentLanguage.segment_id == segment.id)
    )
    discard_unreferenced(session, held)
    _replace_actions_by_one(session, actor, segment, logged)
    for name, blank in _HEADER_DEFAULTS.items():
        setattr(segment, name, blank)
    segment.no, segment.no_series = no, series
    segment.description = description_of_follow_up(old_no)
    segment.salesperson_code = default_salesperson(session, actor)
    segment.date = actor.work_date
    segment.frozen_by_job_id = None
    keep_numbered(session, segment)
    return no


def description_of_follow_up(segment_no: str) -> str:
    return f"Follow-up on segment {segment_no}"[:_DESCRIPTION_LENGTH]


def leave_behind(
    session: Session, actor: Actor, segment: Segment, logged: LoggedSegment
) -> str:
    """Move the lines that were not logged into a new segment, as they are, header
    and own values included; return its number (option `skip`)."""
    no, series = next_segment_no(session, actor)
    kept = [
        name
        for name in Segment.__table__.columns.keys()  # noqa: SIM118 (not a dict)
        if name not in {"id", "no", "no_series", "head", "frozen_by_job_id"}
    ]
    rest = Segment(
        no=no,
        no_series=series,
        head=1,
        **{name: getattr(segment, name) for name in kept if name != "created_at"},
    )
    rest.description = f"Not logged from segment {segment.no}"[:_DESCRIPTION_LENGTH]
    keep_numbered(session, rest)
    session.execute(
        insert(SegmentLanguage).from_select(
            [
                "segment_id",
                "language_code",
                "description",
                "subject",
                "attachment_id",
            ],
            select(
                literal(rest.id),
                SegmentLanguage.language_code,
                SegmentLanguage.description,
                SegmentLanguage.subject,
                SegmentLanguage.attachment_id,
            ).where(SegmentLanguage.segment_id == segment.id),
        )
    )
    entry = InteractionLogEntry
    was_logged = (
        select(entry.entry_no)
        .where(
            entry.logged_segment_entry_no == logged.entry_no,
            entry.segment_line_no == SegmentLine.line_no,
        )
        .exists()
    )
    moved = rows_written(
        session,
        update(SegmentLine)
        .where(
            SegmentLine.segment_id == segment.id,
            SegmentLine.added_by <= segment.head,
            or_(
                SegmentLine.removed_by.is_(None), SegmentLine.removed_by > segment.head
            ),
            ~was_logged,
        )
        .values(segment_id=rest.id, added_by=1, removed_by=None),
    )
    session.add(
        SegmentAction(
            segment_id=rest.id,
            action_no=1,
            kind=ActionKind.ADD_CONTACTS,
            allow_existing_contacts=True,
            filters={"logged_segment": {"not_logged_from": [segment.no]}},
            lines_changed=moved,
            created_by=actor.username,
        )
    )
    return no


def _keep_line_campaigns_only(
    session: Session, segment: Segment, logged: LoggedSegment
) -> None:
    """Personal lines lose every own value; where the logged campaign differs from
    the header's it becomes the line's own, also when it is blank."""
    entry = InteractionLogEntry
    values: dict[str, object] = dict.fromkeys(OVERRIDES)
    values["campaign_no"] = case(
        (entry.campaign_no == segment.campaign_no, None), else_=entry.campaign_no
    )
    session.execute(
        update(SegmentLine)
        .where(
            SegmentLine.segment_id == segment.id,
            is_personal(),
            entry.logged_segment_entry_no == logged.entry_no,
            entry.segment_line_no == SegmentLine.line_no,
        )
        .values(values)
        .execution_options(synchronize_session=False)
    )


def _drop_lines_not_in_force(session: Session, segment: Segment) -> None:
    session.execute(
        delete(SegmentLine)
        .where(
            SegmentLine.segment_id == segment.id,
            or_(
                SegmentLine.added_by > segment.head,
                SegmentLine.removed_by <= segment.head,
            ),
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(SegmentLine)
        .where(
            SegmentLine.segment_id == segment.id, SegmentLine.removed_by.is_not(None)
        )
        .values(removed_by=None)
        .execution_options(synchronize_session=False)
    )


def _replace_actions_by_one(
    session: Session, actor: Actor, segment: Segment, logged: LoggedSegment
) -> None:
    """The roster stands as one Add (INV-008). It takes the number of the head, so
    that every line, whichever action had added it, is in force without an update."""
    session.execute(delete(SegmentAction).where(SegmentAction.segment_id == segment.id))
    session.add(
        SegmentAction(
            segment_id=segment.id,
            action_no=segment.head,
            kind=ActionKind.ADD_CONTACTS,
            allow_existing_contacts=True,
            filters=filters_of_logged(logged.entry_no),
            lines_changed=logged.no_of_interactions,
            created_by=actor.username,
        )
    )

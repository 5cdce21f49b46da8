"""One campaign entry per campaign of the logged lines (LOG-042)."""

from sqlalchemy import (
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    union,
    update,
)
from sqlalchemy.orm import Session

from core.campaigns.models import CampaignEntry
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.segments.live import is_live
from core.segments.models import Segment, SegmentLine
from core.segments.resolve import OwnTemplate, campaign_of_line


def open_campaign_entries(
    session: Session, segment: Segment, logged: LoggedSegment, user_id: str
) -> None:
    """An entry for every campaign a line has, before the lines are logged, so that
    these can carry its number. An entry left over under the same segment number is
    used again.

    Lines without own campaign or template all have the header's campaign, so only
    the few others are read one by one.
    """
    of_segment = and_(Segment.id == segment.id, is_live())
    plain = and_(
        SegmentLine.campaign_no.is_(None),
        SegmentLine.interaction_template_code.is_(None),
    )
    lines = select(SegmentLine.line_no).join(
        Segment, Segment.id == SegmentLine.segment_id
    )
    of_plain_lines = select(literal(segment.campaign_no).label("campaign_no")).where(
        exists(lines.where(of_segment, plain))
    )
    of_personal_lines = (
        select(campaign_of_line().label("campaign_no"))
        .select_from(SegmentLine)
        .join(Segment, Segment.id == SegmentLine.segment_id)
        .outerjoin(
            OwnTemplate, OwnTemplate.code == SegmentLine.interaction_template_code
        )
        .where(of_segment, ~plain)
    )
    campaigns = union(of_plain_lines, of_personal_lines).subquery("campaigns")
    already_there = exists().where(
        CampaignEntry.segment_no == segment.no,
        CampaignEntry.campaign_no == campaigns.c.campaign_no,
    )
    session.execute(
        insert(CampaignEntry).from_select(
            [
                "campaign_no",
                "description",
                "user_id",
                "segment_no",
                "logged_segment_entry_no",
            ],
            select(
                campaigns.c.campaign_no,
                literal(segment.description),
                literal(user_id),
                literal(segment.no),
                literal(logged.entry_no),
            )
            .where(campaigns.c.campaign_no != "", ~already_there)
            .order_by(campaigns.c.campaign_no),
        )
    )


def close_campaign_entries(session: Session, logged: LoggedSegment) -> None:
    """Give each new entry the date and salesperson of its first line, by date and
    then line, and drop those whose lines were all refused. An entry that was used
    again is tied to this log if it was tied to none (DEC-09)."""
    entry = InteractionLogEntry
    ours = CampaignEntry.logged_segment_entry_no == logged.entry_no
    of_log = entry.logged_segment_entry_no == logged.entry_no
    is_used = exists().where(of_log, entry.campaign_no == CampaignEntry.campaign_no)
    session.execute(delete(CampaignEntry).where(ours, ~is_used))
    session.execute(
        update(CampaignEntry)
        .where(
            CampaignEntry.segment_no == logged.segment_no,
            CampaignEntry.logged_segment_entry_no.is_(None),
            is_used,
        )
        .values(logged_segment_entry_no=logged.entry_no)
        .execution_options(synchronize_session=False)
    )
    earliest = (
        select(entry.campaign_no, func.min(entry.date).label("date"))
        .where(of_log, entry.campaign_no != "")
        .group_by(entry.campaign_no)
        .subquery("earliest")
    )
    first_line = (
        select(
            earliest.c.campaign_no,
            earliest.c.date,
            func.min(entry.segment_line_no).label("line_no"),
        )
        .join(
            entry,
            and_(
                of_log,
                entry.campaign_no == earliest.c.campaign_no,
                entry.date == earliest.c.date,
            ),
        )
        .group_by(earliest.c.campaign_no, earliest.c.date)
        .subquery("first_line")
    )
    session.execute(
        update(CampaignEntry)
        .where(
            ours,
            CampaignEntry.date.is_(None),
            CampaignEntry.campaign_no == first_line.c.campaign_no,
            of_log,
            entry.segment_line_no == first_line.c.line_no,
        )
        .values(date=first_line.c.date, salesperson_code=entry.salesperson_code)
        .execution_options(synchronize_session=False)
    )

"""One campaign entry per campaign of the logged lines (LOG-042)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Subquery,
    and_,
    cast,
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
from core.segments.live import LINE_STEP, is_live
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
        ~_is_of_undone_log(),
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


def usable_campaign_entries(segment_no: str) -> Subquery:
    """entry_no and campaign_no of the campaign entries that lines of the segment are
    logged under: one per campaign, so that no line is ever written twice."""
    return (
        select(
            func.min(CampaignEntry.entry_no).label("entry_no"),
            CampaignEntry.campaign_no,
        )
        .where(CampaignEntry.segment_no == segment_no, ~_is_of_undone_log())
        .group_by(CampaignEntry.campaign_no)
        .subquery("usable_campaign_entry")
    )


def _is_of_undone_log() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            LoggedSegment.entry_no == CampaignEntry.logged_segment_entry_no,
            LoggedSegment.undone_at.is_not(None),
        )
        .correlate(CampaignEntry)
    )


class Written(NamedTuple):
    """What a log wrote, counted from the entries that are there (promise P8)."""

    entries: int
    cost: Decimal
    duration: Decimal
    attachment_ids: Sequence[int]
    "Every attachment that one of the entries points at."


def close_campaign_entries(session: Session, logged: LoggedSegment) -> Written:
    """Give each new entry the date and salesperson of its first line, by date and
    then line, and drop those whose lines were all refused. An entry that was used
    again is tied to this log if it was tied to none (DEC-09).

    One statement, so that a million entries are read once; the totals and the few
    attachments come with it.
    """
    entry = InteractionLogEntry
    of_log = entry.logged_segment_entry_no == logged.entry_no
    written = (
        select(
            entry.campaign_no,
            entry.attachment_id,
            func.count().label("entries"),
            func.sum(entry.cost).label("cost"),
            func.sum(entry.duration).label("duration"),
            func.min(_rank(entry)).label("first_rank"),
            func.min(entry.campaign_entry_no).label("campaign_entry_no"),
        )
        .where(of_log)
        .group_by(entry.campaign_no, entry.attachment_id)
        .cte("written")
    )
    first = (
        select(written.c.campaign_no, func.min(written.c.first_rank).label("rank"))
        .group_by(written.c.campaign_no)
        .cte("first")
    )
    is_used = CampaignEntry.campaign_no.in_(select(written.c.campaign_no))
    ours = CampaignEntry.logged_segment_entry_no == logged.entry_no
    dropped = delete(CampaignEntry).where(ours, ~is_used).cte("dropped")
    dated = (
        update(CampaignEntry)
        .where(
            ours,
            CampaignEntry.campaign_no == first.c.campaign_no,
            of_log,
            entry.segment_line_no == _line_no(first.c.rank),
        )
        .values(date=entry.date, salesperson_code=entry.salesperson_code)
        .cte("dated")
    )
    tied = (
        update(CampaignEntry)
        .where(
            CampaignEntry.logged_segment_entry_no.is_(None),
            CampaignEntry.entry_no.in_(select(written.c.campaign_entry_no)),
        )
        # It stands for this log now, which counts.
        .values(logged_segment_entry_no=logged.entry_no, canceled=False)
        .cte("tied")
    )
    totals = (
        func.coalesce(func.sum(column), 0)
        for column in (written.c.entries, written.c.cost, written.c.duration)
    )
    attachment_ids = func.array_remove(
        func.array_agg(written.c.attachment_id.distinct()), None
    )
    row = session.execute(
        select(*totals, attachment_ids).add_cte(dropped, dated, tied)
    ).one()
    return Written(int(row[0]), row[1], row[2], row[3] or ())


# A line's rank by date and then number, in one whole number: that of the date in the
# upper bits, that of the line in the lower forty.
_LINES = 1 << 40
_DAY_ZERO = date(2000, 1, 1)


def _rank(entry: type[InteractionLogEntry]) -> ColumnElement[int]:
    days = cast(entry.date - literal(_DAY_ZERO), BigInteger)
    return days * _LINES + entry.segment_line_no // LINE_STEP


def _line_no(rank: ColumnElement[int]) -> ColumnElement[int]:
    return rank.bitwise_and(_LINES - 1) * LINE_STEP

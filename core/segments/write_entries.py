"""One interaction log entry per line of a segment that may be logged (LOG-040)."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Insert,
    case,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.segments.bulk import (
    ANNOUNCE_EVERY,
    every_row_meant,
    give_hash_memory,
    order_all_joins,
)
from core.segments.campaign_entries import usable_campaign_entries
from core.segments.classify import classified_part
from core.segments.live import LINE_STEP
from core.segments.models import Segment
from core.segments.resolve import Part


@dataclass(frozen=True, slots=True)
class Numbering:
    """Entry numbers follow from line numbers, so nothing has to be sorted to make the
    order by Entry No. the order of the lines (LOG-060)."""

    first_entry_no: int
    first_line_no: int

    def position(self, line_no: ColumnElement[int]) -> ColumnElement[int]:
        # The database's `/` on whole numbers; SQLAlchemy's would make it a fraction.
        before = line_no.op("-")(self.first_line_no).self_group()
        return before.op("/")(LINE_STEP).self_group()


@dataclass(frozen=True, slots=True)
class ToWrite:
    """What all entries of a log have in common."""

    segment: Segment
    logged: LoggedSegment
    actor: Actor
    numbering: Numbering
    sending: bool


def write_entries(session: Session, to_write: ToWrite) -> None:
    """LOG-040, all lines in one INSERT … SELECT, and one more for the personal ones.

    Plan (a million lines): one pass over lines and contacts, hashed against each
    other, and a handful of masters; the rest of the time is writing the entries and
    their indexes.
    """
    give_hash_memory(session)
    order_all_joins(session)
    with every_row_meant(session):
        session.execute(_entries_of(Part.PLAIN, to_write))
    session.execute(_entries_of(Part.PERSONAL, to_write))


def _entries_of(part: Part, to_write: ToWrite) -> Insert:
    segment, numbering = to_write.segment, to_write.numbering
    line = classified_part(segment, part, sending=to_write.sending).c
    campaign_entry = usable_campaign_entries(segment.no)
    position = numbering.position(line.line_no)
    entry_no = literal(numbering.first_entry_no, BigInteger) + position
    values = {
        "entry_no": case(
            (
                position.op("%")(ANNOUNCE_EVERY) == ANNOUNCE_EVERY - 1,
                func.rollcall_announce_progress(entry_no, ANNOUNCE_EVERY),
            ),
            else_=entry_no,
        ),
        "logged_segment_entry_no": literal(to_write.logged.entry_no, BigInteger),
        "segment_line_no": line.line_no,
        "contact_id": line.contact_id,
        "contact_company_id": line.contact_company_id,
        "campaign_entry_no": campaign_entry.c.entry_no,
        "attachment_id": line.attachment_id,
        "time_of_interaction": line.time_of_interaction,
        "date": line.date,
        "correspondence_type": line.effective_correspondence_type,
        "information_flow": line.information_flow,
        "initiated_by": line.initiated_by,
        "evaluation": line.evaluation,
        "campaign_response": line.campaign_response,
        "campaign_target": line.campaign_target,
        "attempt_failed": line.attempt_failed,
        "send_word_docs_as_attmt": line.send_word_docs_as_attmt,
        "cost": line.cost,
        "duration": line.duration,
        "interaction_template_code": line.interaction_template_code,
        "interaction_group_code": line.interaction_group_code,
        "interaction_language_code": line.language_code,
        "contact_alt_address_code": line.contact_alt_address_code,
        "salesperson_code": line.salesperson_code,
        "campaign_no": line.campaign_no,
        "segment_no": literal(segment.no),
        "user_id": literal(to_write.actor.username),
        "description": line.description,
        "subject": line.subject,
        "contact_via": line.contact_via,
    }
    entries = (
        select(*values.values())
        .outerjoin(campaign_entry, campaign_entry.c.campaign_no == line.campaign_no)
        .where(line.may_be_logged)
    )
    return insert(InteractionLogEntry).from_select(
        list(values), entries, include_defaults=False
    )

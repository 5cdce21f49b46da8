"""Whether anything has happened to a follow-up segment since the log made it.

The log remembers how the follow-up began. It is untouched while its header is still
that one, its roster still the one step it began with, and no line says anything but
what the log left there. Who changes something and changes it back has changed nothing.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal_column, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from core.interactions.models import LoggedSegment
from core.segments.models import OVERRIDES, Segment, SegmentAction, SegmentLanguage

_OTHERS = ", ".join(f"line.{name}" for name in OVERRIDES if name != "campaign_no")
_ANY = ", ".join(f"line.{name}" for name in OVERRIDES)

# The first half finds own values the log did not leave, along the partial index; the
# second one line campaigns it did leave and that are gone.
_HAS_OTHER_VALUES = text(f"""
    SELECT EXISTS (
        SELECT FROM segment_line AS line
        LEFT JOIN logged_line AS kept
            ON kept.logged_segment_entry_no = :log AND kept.line_no = line.line_no
        LEFT JOIN interaction_log_entry AS entry
            ON entry.logged_segment_entry_no = :log
            AND entry.segment_line_no = line.line_no
        WHERE line.segment_id = :segment_id AND num_nonnulls({_ANY}) > 0
          AND (kept.line_no IS NULL OR num_nonnulls({_OTHERS}) > 0
               OR line.campaign_no
                  IS DISTINCT FROM nullif(entry.campaign_no, :campaign_no))
    ) OR EXISTS (
        SELECT FROM logged_line AS kept
        JOIN interaction_log_entry AS entry
            ON entry.logged_segment_entry_no = :log
            AND entry.segment_line_no = kept.line_no
        JOIN segment_line AS line
            ON line.segment_id = :segment_id AND line.line_no = kept.line_no
        WHERE kept.logged_segment_entry_no = :log
          AND line.campaign_no IS DISTINCT FROM nullif(entry.campaign_no, :campaign_no)
    )
""")  # noqa: S608  (names of our own columns)


@dataclass(frozen=True, slots=True)
class FollowUp:
    no: str
    "The number it was given by the log."
    untouched: Segment | None
    "None once something has happened to it."


def follow_up_of(
    session: Session, logged: LoggedSegment, *, lock: bool = False
) -> FollowUp | None:
    """None when the log left no follow-up."""
    began: dict[str, Any] | None = (logged.header or {}).get("follow_up")
    if began is None:
        return None
    found = _as_it_began(session, began)
    if found is not None and lock:
        session.refresh(found, with_for_update=True)
        found = _as_it_began(session, began)
    if found is None or _is_changed_below(session, logged, found):
        return FollowUp(began["no"], None)
    return FollowUp(began["no"], found)


def _as_it_began(session: Session, began: dict[str, Any]) -> Segment | None:
    """Asked without a lock first: a job may hold it, and has then frozen the segment."""
    now = func.to_jsonb(literal_column("segment"), type_=JSONB)
    return session.scalar(
        select(Segment).where(Segment.id == began["id"], now.contains(began))
    )


def _is_changed_below(
    session: Session, logged: LoggedSegment, follow_up: Segment
) -> bool:
    actions = select(func.count()).where(SegmentAction.segment_id == follow_up.id)
    languages = select(func.count()).where(SegmentLanguage.segment_id == follow_up.id)
    if session.execute(actions).scalar_one() != 1:
        return True
    if session.execute(languages).scalar_one():
        return True
    has_other_values = session.execute(
        _HAS_OTHER_VALUES,
        {
            "log": logged.entry_no,
            "segment_id": follow_up.id,
            "campaign_no": follow_up.campaign_no,
        },
    )
    return bool(has_other_values.scalar_one())

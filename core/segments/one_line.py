"""One contact at a time: add, replace, remove, by hand (CRIT-040…042)."""

from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.guard import share_contacts
from core.contacts.models import Contact
from core.errors import Fault, NotFoundError, RefusedError
from core.segments.actions import NewAction, begin_action, reset_if_empty
from core.segments.add_contacts import highest_line_no
from core.segments.live import LINE_STEP, is_live
from core.segments.models import Segment, SegmentLine
from core.segments.targets import keeping_targets
from core.vocabulary import ActionKind


def add_line(session: Session, actor: Actor, segment: Segment, contact_no: str) -> int:
    """Append the contact as the locked segment's next action. A contact may stand on
    several lines, and neither exclusion nor privacy is asked here (LINE-008).
    Returns the new line's number."""
    line_no = highest_line_no(session, segment) + LINE_STEP
    with keeping_targets(session, segment, [contact_no]):
        _insert_line(session, actor, segment, line_no, contact_no)
    return line_no


def remove_line(
    session: Session,
    actor: Actor,
    segment: Segment,
    line_no: int,
    *,
    reset_when_empty: bool = True,
) -> None:
    """Take one line out as the next action; LINE-072 when that empties the segment."""
    contact_no = contact_no_of_line(session, segment, line_no)
    with keeping_targets(session, segment, [contact_no]):
        _remove_line(session, actor, segment, line_no, contact_no)
        reset_if_empty(session, segment, wanted=reset_when_empty)


def replace_contact(
    session: Session, actor: Actor, segment: Segment, line_no: int, contact_no: str
) -> None:
    """Two actions, out with the old and in with the new (CRIT-042).

    The new contact stands under the same line number, with the few own values that do
    not hang on the contact (LINE-001). The old line, which Go Back may bring back,
    moves to the end for that.
    """
    _contact(session, contact_no)
    kept = _values_that_stay(session, segment, line_no)
    old_contact_no = contact_no_of_line(session, segment, line_no)
    with keeping_targets(session, segment, [old_contact_no, contact_no]):
        _remove_line(session, actor, segment, line_no, old_contact_no)
        session.execute(
            update(SegmentLine)
            .where(SegmentLine.segment_id == segment.id, SegmentLine.line_no == line_no)
            .values(line_no=highest_line_no(session, segment) + LINE_STEP)
            .execution_options(synchronize_session=False)
        )
        _insert_line(session, actor, segment, line_no, contact_no, **kept)


def contact_no_of_line(session: Session, segment: Segment, line_no: int) -> str:
    """Raise NotFoundError when the segment has no such line now."""
    contact_no = session.scalar(
        select(func.coalesce(Contact.no, ""))
        .select_from(SegmentLine)
        .join(Segment, Segment.id == SegmentLine.segment_id)
        .outerjoin(Contact, Contact.id == SegmentLine.contact_id)
        .where(Segment.id == segment.id, SegmentLine.line_no == line_no, is_live())
    )
    if contact_no is None:
        raise NotFoundError(
            "E-NOT-FOUND", f"Segment {segment.no} has no line {line_no}."
        )
    return contact_no


def _remove_line(
    session: Session, actor: Actor, segment: Segment, line_no: int, contact_no: str
) -> None:
    action = begin_action(
        session,
        actor,
        segment,
        NewAction(ActionKind.REDUCE_CONTACTS, _only(contact_no)),
    )
    action.lines_changed = 1
    session.execute(
        update(SegmentLine)
        .where(SegmentLine.segment_id == segment.id, SegmentLine.line_no == line_no)
        .values(removed_by=action.action_no)
    )


def _values_that_stay(
    session: Session, segment: Segment, line_no: int
) -> dict[str, Any]:
    row = session.execute(
        select(
            SegmentLine.time_of_interaction,
            SegmentLine.attempt_failed,
            SegmentLine.contact_via,
        ).where(SegmentLine.segment_id == segment.id, SegmentLine.line_no == line_no)
    ).one()
    return row._asdict()


def _insert_line(
    session: Session,
    actor: Actor,
    segment: Segment,
    line_no: int,
    contact_no: str,
    **own: object,
) -> None:
    share_contacts(session)
    contact = _contact(session, contact_no)
    action = begin_action(
        session, actor, segment, NewAction(ActionKind.ADD_CONTACTS, _only(contact_no))
    )
    action.lines_changed = 1
    session.execute(
        insert(SegmentLine).values(
            segment_id=segment.id,
            line_no=line_no,
            contact_id=contact.id,
            added_by=action.action_no,
            **own,
        )
    )


def _only(contact_no: str) -> dict[str, object]:
    return {"contact": {"no": [contact_no]}}


def _contact(session: Session, contact_no: str) -> Contact:
    contact = session.scalars(select(Contact).filter_by(no=contact_no)).one_or_none()
    if contact is None:
        detail = f"There is no contact {contact_no}."
        raise RefusedError(
            "E-UNKNOWN-CODE",
            detail,
            faults=(Fault("E-UNKNOWN-CODE", detail, "contact_no"),),
        )
    return contact

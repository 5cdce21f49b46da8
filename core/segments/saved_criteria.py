"""Criteria kept under a code, to choose contacts the same way again (SAVE-001…002)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, insert, literal, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.errors import ConflictError, RefusedError
from core.records import add_record, found_record, lock_record
from core.segments.contact_filter import contacts_matching
from core.segments.editing import segment_by_no
from core.segments.models import (
    SavedCriteria,
    SavedCriteriaAction,
    Segment,
    SegmentAction,
)

NOUN = "set of saved criteria"

_COPIED = (
    "kind",
    "allow_existing_contacts",
    "expand_companies",
    "allow_related_companies",
    "ignore_exclusion",
    "entire_companies",
    "filters",
)


def save_criteria(
    session: Session, actor: Actor, segment_no: str, *, code: str, description: str = ""
) -> SavedCriteria:
    """Keep the segment's actions in force as they stand; nothing leads back to it.

    Raises NotFoundError, ConflictError E-NO-ACTION or E-EXISTS, RefusedError E-FILTER
    where an action could never be done again.
    """
    segment = segment_by_no(session, segment_no)
    saved = SavedCriteria(code=code, description=description, user_id=actor.username)
    add_record(session, saved, NOUN, "code")
    step_no = func.row_number().over(order_by=SegmentAction.action_no)
    # The head is read by the statement that copies, so nothing can come between.
    session.execute(
        insert(SavedCriteriaAction).from_select(
            ["code", "action_no", *_COPIED],
            select(
                literal(code),
                step_no,
                *(getattr(SegmentAction, name) for name in _COPIED),
            )
            .join(Segment, Segment.id == SegmentAction.segment_id)
            .where(Segment.id == segment.id, SegmentAction.action_no <= Segment.head),
        )
    )
    actions = actions_of(session, code)
    if not actions:
        raise ConflictError(
            "E-NO-ACTION",
            f"Segment {segment.no} has no criteria actions to save. Add contacts first.",
        )
    check_repeatable(actions)
    session.refresh(saved)
    return saved


def change_saved_criteria(
    session: Session, code: str, *, description: str
) -> SavedCriteria:
    saved = lock_record(session, SavedCriteria, code, NOUN)
    saved.description = description
    return saved


def delete_saved_criteria(session: Session, actor: Actor, code: str) -> None:
    """The steps go with them; segments they were used in stay as they are."""
    saved = lock_record(session, SavedCriteria, code, NOUN)
    record_audit(
        session,
        actor,
        "saved_criteria.delete",
        code,
        {"description": saved.description},
    )
    session.delete(saved)


def saved_criteria_by_code(session: Session, code: str) -> SavedCriteria:
    """Raise NotFoundError where nothing is saved under the code."""
    return found_record(session, SavedCriteria, code, NOUN)


def saved_criteria_rows() -> Select[Any]:
    """Rows of SavedCriteria with the number of its actions. Page it by the code."""
    number = (
        select(func.count())
        .where(SavedCriteriaAction.code == SavedCriteria.code)
        .correlate(SavedCriteria)
        .scalar_subquery()
    )
    return select(SavedCriteria, number.label("no_of_actions"))


def actions_of(session: Session, *codes: str) -> Sequence[SavedCriteriaAction]:
    """Their steps, in the order in which they are done again."""
    return session.scalars(
        select(SavedCriteriaAction)
        .where(SavedCriteriaAction.code.in_(codes))
        .order_by(SavedCriteriaAction.code, SavedCriteriaAction.action_no)
    ).all()


def check_repeatable(actions: Sequence[SavedCriteriaAction]) -> None:
    """Raise E-FILTER for a step whose filter says nothing about contacts, such as the
    lines that were left behind by a log."""
    for action in actions:
        try:
            contacts_matching(action.filters)
        except RefusedError as error:
            raise RefusedError(
                "E-FILTER",
                f"Step {action.action_no} cannot be done again. {error.detail}",
            ) from error

"""What people note about a contact, each with its day."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.models import Contact, ContactComment
from core.contacts.touch import touched_contact
from core.errors import FaultList, NotFoundError


class CommentChanges(TypedDict, total=False):
    date: date | None
    comment: str


def comments_of(
    session: Session, contact: Contact, *, limit: int
) -> Sequence[ContactComment]:
    """The newest first."""
    statement = (
        select(ContactComment)
        .where(ContactComment.contact_id == contact.id)
        .order_by(ContactComment.date.desc(), ContactComment.id.desc())
        .limit(limit)
    )
    return session.scalars(statement).all()


def count_comments(session: Session, contact: Contact) -> int:
    statement = select(func.count()).where(ContactComment.contact_id == contact.id)
    return session.execute(statement).scalar_one()


def comment_found(session: Session, contact: Contact, number: int) -> ContactComment:
    comment = session.get(ContactComment, number, populate_existing=True)
    if comment is None or comment.contact_id != contact.id:
        detail = f"Contact {contact.no} has no comment {number}."
        raise NotFoundError("E-NOT-FOUND", detail)
    return comment


def add_comment(
    session: Session, actor: Actor, contact_no: str, given: CommentChanges
) -> ContactComment:
    """Without a date the comment is of the user's work date, and so is one that loses
    its date later."""
    contact = touched_contact(session, actor, contact_no)
    comment = ContactComment(
        contact_id=contact.id, written_by=actor.username, date=actor.work_date
    )
    _apply(comment, actor, {"comment": "", **given})
    session.add(comment)
    session.flush()  # its number is part of its address
    return comment


def change_comment(
    session: Session,
    actor: Actor,
    contact_no: str,
    number: int,
    changes: CommentChanges,
) -> ContactComment:
    """Who wrote it first stays."""
    contact = touched_contact(session, actor, contact_no)
    comment = comment_found(session, contact, number)
    _apply(comment, actor, changes)
    return comment


def delete_comment(
    session: Session, actor: Actor, contact_no: str, number: int
) -> None:
    contact = touched_contact(session, actor, contact_no)
    session.delete(comment_found(session, contact, number))


def _apply(comment: ContactComment, actor: Actor, changes: CommentChanges) -> None:
    if "date" in changes:
        comment.date = changes["date"] or actor.work_date
    if "comment" in changes:
        comment.comment = checked_words(changes["comment"])


def checked_words(words: str) -> str:
    """Of any comment. Raise RefusedError where there are none."""
    faults = FaultList()
    if not words.strip():
        faults.add("comment", "E-FIELD", "Comment must have a value.")
    faults.refuse_if_any()
    return words.strip()

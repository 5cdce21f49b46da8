"""Interactions that were postponed: resumed, changed, finished or dropped (POST-*)."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.attachments.models import Attachment
from core.attachments.thaw import thaw_attachments
from core.contacts.models import Contact
from core.errors import ConflictError, NotFoundError, RefusedError
from core.interactions.comments import drop_comments_of_gone_entries
from core.interactions.models import InteractionLogEntry
from core.single_interactions.changes import InteractionChanges
from core.single_interactions.complete import complete_draft
from core.single_interactions.draft import Draft, Stored, draft_of
from core.single_interactions.finish import Logged, finish, postpone
from core.single_interactions.write_entry import give_content

Entry = InteractionLogEntry


def resumed_draft(
    session: Session,
    actor: Actor,
    entry_no: int,
    said: InteractionChanges | None = None,
) -> Draft:
    """As it was left, but of today (POST-010). Raise NotFoundError, or ConflictError
    E-FINISHED once it is logged."""
    stored = _stored(session, postponed_entry(session, entry_no))
    return draft_of(
        session, actor, said or {}, opened_from=stored.opened_from, stored=stored
    )


def postponed_entry(
    session: Session, entry_no: int, *, locking: bool = False
) -> InteractionLogEntry:
    """Raises as `resumed_draft`. Locked, nobody else finishes or drops it."""
    entry = session.get(
        Entry, entry_no, with_for_update=locking, populate_existing=locking
    )
    if entry is None:
        raise NotFoundError(
            "E-NOT-FOUND", f"There is no postponed interaction {entry_no}."
        )
    if not entry.postponed:
        raise ConflictError(
            "E-FINISHED",
            f"Interaction {entry_no} is not postponed any more: it was logged.",
            links={"interaction_log_entry": str(entry_no)},
        )
    return entry


def change_postponed(
    session: Session,
    actor: Actor,
    entry_no: int,
    said: InteractionChanges,
    *,
    own_content: Attachment | None = None,
) -> None:
    """Postpone it again with these changes (POST-011). Raises as `resumed_draft`, and
    RefusedError with every field that is missing, wrong, or locked."""
    entry, draft = _resume_to_end(session, actor, entry_no, said, own_content)
    postpone(session, actor, draft, entry, own_content)


def finish_postponed(
    session: Session,
    actor: Actor,
    entry_no: int,
    said: InteractionChanges,
    *,
    own_content: Attachment | None = None,
) -> Logged:
    """Log it under the number it has, with these changes (POST-011). Raises as
    `change_postponed`, and as `log_interaction` about e-mail."""
    entry, draft = _resume_to_end(session, actor, entry_no, said, own_content)
    return finish(session, actor, draft, entry, own_content)


def give_postponed_content(
    session: Session, actor: Actor, entry_no: int, attachment: Attachment | None
) -> None:
    """Another file goes with it, or none. Raises as `postponed_entry`."""
    entry = postponed_entry(session, entry_no, locking=True)
    give_content(session, entry, attachment.id if attachment else None)
    detail = {"file_name": attachment.file_name if attachment else ""}
    record_audit(session, actor, "interaction.attach", f"{entry_no}", detail)


def delete_postponed(session: Session, actor: Actor, entry_nos: Collection[int]) -> int:
    """Drop them for good, canceled or not, with their comments and with attachments
    nobody else has (POST-020).

    Those that are gone or finished already are left alone: how many went. Raises
    RefusedError E-SELECTION where none is named.
    """
    if not entry_nos:
        raise RefusedError("E-SELECTION", "Tick the interactions to delete first.")
    rows = session.execute(
        delete(Entry)
        .where(Entry.entry_no.in_(entry_nos), Entry.postponed)
        .returning(Entry.entry_no, Entry.attachment_id)
        .execution_options(synchronize_session=False)
    ).all()
    session.expire_all()
    thaw_attachments(session, {row.attachment_id for row in rows if row.attachment_id})
    if rows:
        numbers = [row.entry_no for row in rows]
        drop_comments_of_gone_entries(session, min(numbers), max(numbers))
    for row in rows:
        record_audit(session, actor, "interaction.drop", f"{row.entry_no}")
    return len(rows)


def _resume_to_end(
    session: Session,
    actor: Actor,
    entry_no: int,
    said: InteractionChanges,
    own_content: Attachment | None,
) -> tuple[InteractionLogEntry, Draft]:
    entry = postponed_entry(session, entry_no, locking=True)
    stored = _stored(session, entry)
    draft = complete_draft(
        session,
        actor,
        said,
        opened_from=stored.opened_from,
        stored=stored,
        own_content=own_content,
    )
    return entry, draft


def _stored(session: Session, entry: InteractionLogEntry) -> Stored:
    no = session.scalar(select(Contact.no).where(Contact.id == entry.contact_id))
    return Stored(entry, no or "")

"""A draft becomes an interaction log entry, logged or postponed (INT-011, INT-043)."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.attachments.freeze import freeze_attachments
from core.attachments.models import Attachment
from core.attachments.thaw import thaw_attachments
from core.interactions.comments import write_comments
from core.interactions.entry_numbers import reserve_entry_numbers
from core.interactions.models import InteractionLogEntry
from core.single_interactions.draft import Draft

_SAME_NAMES = (
    "interaction_template_code",
    "description",
    "salesperson_code",
    "interaction_language_code",
    "date",
    "time_of_interaction",
    "information_flow",
    "initiated_by",
    "contact_alt_address_code",
    "contact_via",
    "campaign_no",
    "campaign_target",
    "campaign_response",
    "evaluation",
    "attempt_failed",
    "cost",
    "duration",
)


def new_entry(session: Session) -> InteractionLogEntry:
    """With a number of its own (INT-048), not yet written."""
    entry_no = reserve_entry_numbers(session.get_bind().engine, 1)
    return InteractionLogEntry(entry_no=entry_no, attachment_id=None)


class Ending(NamedTuple):
    """What the draft leaves open."""

    postponed: bool
    correspondence_type: int
    campaign_entry_no: int | None = None


def write_entry(
    session: Session,
    actor: Actor,
    entry: InteractionLogEntry,
    draft: Draft,
    own_content: Attachment | None,
    ending: Ending,
) -> None:
    for name in _SAME_NAMES:
        setattr(entry, name, draft.values[name])
    entry.subject = draft.values["description"]  # INT-031
    entry.contact_id = draft.contact.id if draft.contact else None
    entry.contact_company_id = draft.contact.company_id if draft.contact else None
    entry.interaction_group_code = draft.interaction_group_code
    entry.user_id = actor.username
    entry.postponed = ending.postponed
    entry.correspondence_type = ending.correspondence_type
    entry.campaign_entry_no = ending.campaign_entry_no
    session.add(entry)
    attachment_id = own_content.id if own_content else draft.attachment_id
    give_content(session, entry, attachment_id)
    if draft.values["comment"]:
        comment = draft.values["comment"]
        write_comments(session, actor, entry.entry_no, [{"comment": comment}])


def give_content(
    session: Session, entry: InteractionLogEntry, attachment_id: int | None
) -> None:
    """What goes with the entry never changes any more; what went with it before is
    dropped with its last owner (POST-012)."""
    before = entry.attachment_id
    entry.attachment_id = attachment_id
    session.flush()
    if attachment_id:
        freeze_attachments(session, [attachment_id])
    if before and before != attachment_id:
        thaw_attachments(session, [before])

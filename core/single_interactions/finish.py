"""What becomes of a complete draft: an interaction that counts, or a postponed one."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.attachments.models import Attachment
from core.delivery.account import mail_account
from core.delivery.owe import owe_mail_of_entry
from core.interactions.models import InteractionLogEntry
from core.jobs.models import Job
from core.segments.targets import admit_to_targets
from core.single_interactions.campaign_entry import shared_campaign_entry
from core.single_interactions.draft import Draft
from core.single_interactions.email_rule import effective_correspondence_type
from core.single_interactions.write_entry import Ending, new_entry, write_entry
from core.vocabulary import CorrespondenceType


class Logged(NamedTuple):
    entry_no: int
    job: Job | None
    "What sends the e-mail; ring for it after the commit."


def finish(
    session: Session,
    actor: Actor,
    draft: Draft,
    entry: InteractionLogEntry | None,
    own_content: Attachment | None,
) -> Logged:
    """Log it (INT-043): as the entry that was postponed, or as a new one (INT-013).

    Raises RefusedError E-EMAIL, E-MAIL-ACCOUNT.
    """
    kind = effective_correspondence_type(session, draft)
    is_email = kind == CorrespondenceType.EMAIL
    if is_email:
        mail_account()
    was_postponed = entry is not None
    entry = entry or new_entry(session)
    values = draft.values
    campaign_entry_no = None
    if values["campaign_no"]:
        campaign_entry_no = shared_campaign_entry(
            session,
            actor,
            values["campaign_no"],
            values["date"],
            values["salesperson_code"],
        )
    ending = Ending(
        postponed=False, correspondence_type=kind, campaign_entry_no=campaign_entry_no
    )
    write_entry(session, actor, entry, draft, own_content, ending)
    job = owe_mail_of_entry(session, actor, entry.entry_no) if is_email else None
    _audit(session, actor, "finish" if was_postponed else "log", entry, draft)
    if values["campaign_no"] and values["campaign_target"]:
        admit_to_targets(session, values["campaign_no"], values["contact_no"])
    return Logged(entry.entry_no, job)


def postpone(
    session: Session,
    actor: Actor,
    draft: Draft,
    entry: InteractionLogEntry | None,
    own_content: Attachment | None,
) -> int:
    """Keep it (POST-001): with the correspondence type as chosen, for no campaign entry
    yet, and without sending anything. Its entry number."""
    was_postponed = entry is not None
    entry = entry or new_entry(session)
    ending = Ending(
        postponed=True, correspondence_type=draft.values["correspondence_type"]
    )
    write_entry(session, actor, entry, draft, own_content, ending)
    verb = "postpone_again" if was_postponed else "postpone"
    _audit(session, actor, verb, entry, draft)
    return entry.entry_no


def _audit(
    session: Session,
    actor: Actor,
    verb: str,
    entry: InteractionLogEntry,
    draft: Draft,
) -> None:
    detail = {
        "contact_no": draft.values["contact_no"],
        "interaction_template_code": draft.values["interaction_template_code"],
    }
    record_audit(session, actor, f"interaction.{verb}", f"{entry.entry_no}", detail)

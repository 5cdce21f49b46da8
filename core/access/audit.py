from collections.abc import Mapping

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.models import AuditEvent


def record_audit(
    session: Session,
    actor: Actor,
    action: str,
    subject: str,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Keep who did what, in the transaction that does it.

    `action` is noun.verb ("user.add", "job.cancel"), `subject` names the record the
    way a person does. `detail` goes into JSON: never a password, never a token.
    """
    session.add(
        AuditEvent(
            username=actor.username,
            action=action,
            subject=subject,
            detail=dict(detail or {}),
        )
    )

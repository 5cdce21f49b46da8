"""Create Interaction: log a single interaction, or postpone it (INT-040…046)."""

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.attachments.models import Attachment
from core.single_interactions.changes import InteractionChanges, OpenedFrom
from core.single_interactions.complete import complete_draft
from core.single_interactions.finish import Logged, finish, postpone


def log_interaction(
    session: Session,
    actor: Actor,
    said: InteractionChanges,
    *,
    opened_from: OpenedFrom = OpenedFrom(),  # noqa: B008  (frozen)
    own_content: Attachment | None = None,
) -> Logged:
    """Log what was said, and what is proposed for the rest. Call it once: twice are two
    interactions.

    Raises RefusedError with every field that is missing or wrong, E-EMAIL,
    E-MAIL-ACCOUNT; nothing is written then.
    """
    draft = complete_draft(
        session, actor, said, opened_from=opened_from, own_content=own_content
    )
    return finish(session, actor, draft, None, own_content)


def postpone_interaction(
    session: Session,
    actor: Actor,
    said: InteractionChanges,
    *,
    opened_from: OpenedFrom = OpenedFrom(),  # noqa: B008  (frozen)
    own_content: Attachment | None = None,
) -> int:
    """Keep it to be finished later; until then it counts nowhere (POST-001, POST-002).
    Its entry number. Raises RefusedError with every field that is missing or wrong."""
    draft = complete_draft(
        session, actor, said, opened_from=opened_from, own_content=own_content
    )
    return postpone(session, actor, draft, None, own_content)

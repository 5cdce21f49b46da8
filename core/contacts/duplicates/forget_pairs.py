from collections.abc import Collection

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from core.contacts.models import LikelyDuplicate


def forget_pairs(session: Session, contact_ids: Collection[int]) -> None:
    """The contacts are about to go, and nobody looks like them any more."""
    pair = LikelyDuplicate
    session.execute(
        delete(pair).where(
            or_(pair.contact_id.in_(contact_ids), pair.other_id.in_(contact_ids))
        )
    )

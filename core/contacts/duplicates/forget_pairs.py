from collections.abc import Collection

from sqlalchemy import BigInteger, any_, delete, literal, or_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from core.contacts.models import LikelyDuplicate


def forget_pairs(session: Session, contact_ids: Collection[int]) -> None:
    """The contacts are about to go, and nobody looks like them any more."""
    pair = LikelyDuplicate
    # One parameter, however many people a company has.
    going = any_(literal(list(contact_ids), ARRAY(BigInteger)))
    session.execute(
        delete(pair).where(or_(pair.contact_id == going, pair.other_id == going))
    )

"""API tokens: shown once, kept as a hash. Long random text needs no slow hash."""

import hashlib
import secrets
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import func, or_, update
from sqlalchemy.orm import Session

from core.access import queries
from core.access.actor import Actor
from core.access.audit import record_audit
from core.access.models import ApiToken, User
from core.clock import now
from core.errors import FaultList, NotFoundError

PREFIX = "rc_"
"Lets secret scanners and people recognise a token that leaked."


class NewToken(NamedTuple):
    token: ApiToken
    secret: str


def create_token(
    session: Session, actor: Actor, *, name: str, days: int | None
) -> NewToken:
    """A token for the actor; `secret` cannot be had again. `days` None: no expiry."""
    faults = FaultList()
    if not name.strip() or len(name.strip()) > 80:
        faults.add("name", "E-FIELD", "Name the token, in at most 80 characters.")
    if days is not None and not 1 <= days <= 3650:
        faults.add("days", "E-FIELD", "Choose between 1 and 3650 days.")
    faults.refuse_if_any()
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user_id=actor.user_id,
        name=name.strip(),
        token_hash=_hash(secret),
        expires_at=None if days is None else now() + timedelta(days=days),
    )
    session.add(token)
    session.flush()  # for the id
    record_audit(session, actor, "token.create", token.name, {"days": days})
    return NewToken(token, secret)


def revoke_token(session: Session, actor: Actor, token_id: int) -> None:
    """Users revoke their own tokens; somebody else's does not exist for them."""
    token = session.get(ApiToken, token_id)
    if token is None or token.user_id != actor.user_id:
        raise NotFoundError("E-NOT-FOUND", "There is no such token.")
    session.delete(token)
    record_audit(session, actor, "token.revoke", token.name)


def user_of_token(session: Session, secret: str) -> User | None:
    found = queries.token_with_user(session, _hash(secret))
    if found is None:
        return None
    token, user = found
    _note_use(session, token)
    return user


def _note_use(session: Session, token: ApiToken) -> None:
    # Once a minute is enough to see which tokens live, and spares polling a write.
    session.execute(
        update(ApiToken)
        .where(
            ApiToken.id == token.id,
            or_(
                ApiToken.last_used_at.is_(None),
                ApiToken.last_used_at < func.now() - timedelta(minutes=1),
            ),
        )
        .values(last_used_at=func.now())
        .execution_options(synchronize_session=False)
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from core.access.models import ApiToken, AuditEvent, User
from core.access.roles import Role


def user_by_id(session: Session, user_id: int) -> User | None:
    return session.get(User, user_id)


def lock_user(session: Session, user_id: int) -> User | None:
    """The user as it is now, held until the transaction ends.

    The active administrators are held along, all in one order: two of them who take
    the role from each other wait in line.
    """
    administers = and_(User.active, User.role == Role.ADMINISTRATOR)
    held = session.scalars(
        select(User)
        .where(or_(User.id == user_id, administers))
        .order_by(User.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return next((user for user in held.all() if user.id == user_id), None)


def user_by_username(session: Session, username: str) -> User | None:
    return session.scalar(select(User).where(User.username == username))


def users(session: Session) -> Sequence[User]:
    return session.scalars(select(User).order_by(User.username)).all()


def has_users(session: Session) -> bool:
    return bool(session.scalar(select(select(User.id).exists())))


def lock_active_administrators(session: Session) -> Sequence[User]:
    return session.scalars(
        select(User)
        .where(User.active, User.role == Role.ADMINISTRATOR)
        .order_by(User.id)
        .with_for_update()
    ).all()


def token_with_user(session: Session, token_hash: str) -> tuple[ApiToken, User] | None:
    """The unexpired token and its active user."""
    row = session.execute(
        select(ApiToken, User)
        .join(User, User.id == ApiToken.user_id)
        .where(
            ApiToken.token_hash == token_hash,
            User.active,
            or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > func.now()),
        )
    ).one_or_none()
    return row and (row[0], row[1])


def tokens_of(session: Session, user_id: int) -> Sequence[ApiToken]:
    return session.scalars(
        select(ApiToken)
        .where(ApiToken.user_id == user_id)
        .order_by(ApiToken.created_at.desc(), ApiToken.id.desc())
    ).all()


def audit_events(
    session: Session, *, before_id: int | None = None, limit: int = 50
) -> Sequence[AuditEvent]:
    """Newest first; `before_id` is the last one of the page before."""
    newest_first = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(limit)
    if before_id is not None:
        newest_first = newest_first.where(AuditEvent.id < before_id)
    return session.scalars(newest_first).all()

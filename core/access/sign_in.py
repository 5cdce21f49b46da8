"""Sign-in with a limit on guesses.

Guesses are counted per user name and address together, per address, and per user name
from anywhere; the last is generous, so that a stranger cannot easily lock somebody out.
"""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.access import passwords, queries
from core.access.models import SignInAttempt, User

WINDOW = timedelta(minutes=15)
PER_USERNAME_AND_ADDRESS = 5
PER_ADDRESS = 30
PER_USERNAME = 60

_WRONG = "User name or password is wrong."
_TOO_MANY = (
    "Too many sign-ins failed. Wait 15 minutes and try again, "
    "or ask an administrator for a new password."
)


class SignIn(NamedTuple):
    user: User | None
    refusal: str = ""
    limited: bool = False


def sign_in(session: Session, username: str, password: str, address: str) -> SignIn:
    """Who it is, or why not. The caller commits either way: a failure is counted."""
    username = username.strip().lower()[:50]
    # Guesses at one account queue up here; side by side they would slip past the count.
    session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(username, 0)))
    )
    if _is_limited(session, username, address):
        return SignIn(None, _TOO_MANY, limited=True)
    user = queries.user_by_username(session, username)
    usable_hash = user.password_hash if user and user.active else None
    if not passwords.is_password(usable_hash, password):
        session.add(SignInAttempt(username=username, address=address[:50]))
        return SignIn(None, _WRONG)
    _forget_attempts(session, username, address)
    return SignIn(user)


def _is_limited(session: Session, username: str, address: str) -> bool:
    by_username = SignInAttempt.username == username
    by_address = SignInAttempt.address == address[:50]
    both, from_address, at_username = session.execute(
        select(
            func.count().filter(by_username & by_address),
            func.count().filter(by_address),
            func.count().filter(by_username),
        )
        .select_from(SignInAttempt)
        .where(by_username | by_address, SignInAttempt.at > func.now() - WINDOW)
    ).one()
    return bool(
        both >= PER_USERNAME_AND_ADDRESS
        or from_address >= PER_ADDRESS
        or at_username >= PER_USERNAME
    )


def _forget_attempts(session: Session, username: str, address: str) -> None:
    is_mine = (SignInAttempt.username == username) & (
        SignInAttempt.address == address[:50]
    )
    is_stale = SignInAttempt.at < func.now() - WINDOW
    session.execute(delete(SignInAttempt).where(is_mine | is_stale))

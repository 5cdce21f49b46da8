"""Deeds on user accounts. Whatever changes what a user may do ends open sessions."""

import re
from typing import NamedTuple

from sqlalchemy.orm import Session

from core.access import passwords, queries
from core.access.actor import Actor
from core.access.audit import record_audit
from core.access.models import User
from core.access.roles import Role
from core.errors import ConflictError, FaultList, NotFoundError, RefusedError

_USERNAME = re.compile(r"[\w.@-]{2,50}")


class NewUser(NamedTuple):
    username: str
    password: str
    role: str
    salesperson_code: str = ""


def add_user(session: Session, actor: Actor, new: NewUser) -> User:
    user = _insert(session, new)
    record_audit(session, actor, "user.add", user.username, {"role": user.role})
    return user


def add_first_administrator(session: Session, username: str, password: str) -> User:
    """The account an empty installation starts with; refused once there is any."""
    if queries.has_users(session):
        raise ConflictError(
            "E-EXISTS", "There are users already; an administrator adds more."
        )
    return _insert(session, NewUser(username, password, Role.ADMINISTRATOR))


def change_own_password(
    session: Session, actor: Actor, *, current: str, new: str
) -> User:
    """Ends every open session of the user; the caller renews the one it came from."""
    user = required_user(session, actor.user_id)
    faults = FaultList()
    if not passwords.is_password(user.password_hash, current):
        faults.add("current_password", "E-FIELD", "This is not your current password.")
    passwords.check_password(faults, user.username, new)
    faults.refuse_if_any()
    _replace_password(user, new)
    record_audit(session, actor, "user.password", user.username)
    return user


def set_password(session: Session, actor: Actor, user_id: int, password: str) -> User:
    user = required_user(session, user_id)
    faults = FaultList()
    passwords.check_password(faults, user.username, password)
    faults.refuse_if_any()
    _replace_password(user, password)
    record_audit(session, actor, "user.password", user.username)
    return user


def change_user(
    session: Session,
    actor: Actor,
    user_id: int,
    *,
    role: str,
    salesperson_code: str,
) -> User:
    user = required_user(session, user_id)
    faults = FaultList()
    _check_role(faults, role)
    faults.refuse_if_any()
    if user.role == Role.ADMINISTRATOR and role != Role.ADMINISTRATOR:
        _keep_an_administrator(session, user)
    record_audit(
        session,
        actor,
        "user.change",
        user.username,
        {
            "role": [user.role, role],
            "salesperson_code": [user.salesperson_code, salesperson_code],
        },
    )
    user.role = role
    user.salesperson_code = salesperson_code
    return user


def deactivate_user(session: Session, actor: Actor, user_id: int) -> User:
    user = required_user(session, user_id)
    if user.role == Role.ADMINISTRATOR:
        _keep_an_administrator(session, user)
    user.active = False
    user.session_epoch += 1
    record_audit(session, actor, "user.deactivate", user.username)
    return user


def activate_user(session: Session, actor: Actor, user_id: int) -> User:
    user = required_user(session, user_id)
    user.active = True
    record_audit(session, actor, "user.activate", user.username)
    return user


def required_user(session: Session, user_id: int) -> User:
    return _found(queries.user_by_id(session, user_id))


def locked_user(session: Session, user_id: int) -> User:
    """The user as it is now, held until the transaction ends."""
    return _found(queries.lock_user(session, user_id))


def _found(user: User | None) -> User:
    if user is None:
        raise NotFoundError("E-NOT-FOUND", "There is no such user.")
    return user


def _insert(session: Session, new: NewUser) -> User:
    username = new.username.strip().lower()
    faults = FaultList()
    if not _USERNAME.fullmatch(username):
        faults.add(
            "username",
            "E-FIELD",
            "Use 2 to 50 letters, digits or the signs . _ - @ as the user name.",
        )
    elif queries.user_by_username(session, username):
        faults.add("username", "E-EXISTS", f"There is already a user {username}.")
    _check_role(faults, new.role)
    passwords.check_password(faults, username, new.password)
    faults.refuse_if_any()
    user = User(
        username=username,
        password_hash=passwords.hash_password(new.password),
        role=new.role,
        salesperson_code=new.salesperson_code,
    )
    session.add(user)
    session.flush()  # for the id
    return user


def _replace_password(user: User, password: str) -> None:
    user.password_hash = passwords.hash_password(password)
    user.session_epoch += 1


def _check_role(faults: FaultList, role: str) -> None:
    if role not in set(Role):
        faults.add("role", "E-FIELD", f"{role!r} is not a role.")


def _keep_an_administrator(session: Session, leaving: User) -> None:
    # The lock makes two administrators who remove each other wait in line.
    others = [
        user
        for user in queries.lock_active_administrators(session)
        if user.id != leaving.id
    ]
    if leaving.active and not others:
        raise RefusedError(
            "E-LAST-ADMIN",
            f"{leaving.username} is the last active administrator. "
            "Make somebody else administrator first.",
        )

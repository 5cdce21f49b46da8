from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from core.errors import FaultList

SHORTEST = 12
LONGEST = 200

_hasher = PasswordHasher()

# Verified when there is no such user, so that the answer takes as long.
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; takes the same time when there is no hash."""
    try:
        _hasher.verify(password_hash or _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def check_password(faults: FaultList, username: str, password: str) -> None:
    if len(password) < SHORTEST:
        faults.add("password", "E-FIELD", f"Use at least {SHORTEST} characters.")
    elif len(password) > LONGEST:
        faults.add("password", "E-FIELD", f"Use at most {LONGEST} characters.")
    elif password.strip().casefold() == username.casefold():
        faults.add("password", "E-FIELD", "The password must not be the user name.")

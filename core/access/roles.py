"""What each role may do. The only place that knows."""

from enum import StrEnum


class Permission(StrEnum):
    READ = "read"
    READ_CONTACTS = "read_contacts"
    "People and companies, and what was said to them. Operators need none of it."
    EDIT = "edit"
    LOG = "log"
    OPERATE = "operate"
    ADMINISTER = "administer"


class Role(StrEnum):
    VIEWER = "viewer"
    MARKETER = "marketer"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


_ALLOWED = {
    Role.VIEWER: frozenset({Permission.READ, Permission.READ_CONTACTS}),
    Role.MARKETER: frozenset(
        {
            Permission.READ,
            Permission.READ_CONTACTS,
            Permission.EDIT,
            Permission.LOG,
        }
    ),
    Role.OPERATOR: frozenset({Permission.READ, Permission.OPERATE}),
    Role.ADMINISTRATOR: frozenset(Permission),
}


def allows(role: str, permission: Permission) -> bool:
    return permission in _ALLOWED[Role(role)]


def roles_allowing(permission: Permission) -> tuple[Role, ...]:
    """The roles a person could ask for when refused."""
    return tuple(role for role in Role if permission in _ALLOWED[role])

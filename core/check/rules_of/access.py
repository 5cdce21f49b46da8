from core.access.roles import Role
from core.check.rule import Rule, sql

_ROLES = ", ".join(f"'{role}'" for role in Role)

RULES = (
    Rule(
        "user-role",
        "Every user has a role that exists.",
        sql(f"SELECT username FROM app_user WHERE role NOT IN ({_ROLES})"),  # noqa: S608  words of ours
    ),
    Rule(
        "active-administrator",
        "Where there are users, one of them is an active administrator.",
        sql("""
            SELECT format('%s users, no active administrator', count(*))
            FROM app_user
            HAVING count(*) > 0
               AND count(*) FILTER (WHERE active AND role = 'administrator') = 0
        """),
    ),
)

"""Whether the database keeps every rule; called at the end of whatever was done to it."""

from sqlalchemy.orm import Session

from core.check.check_database import check_database


def assert_sound(session: Session) -> None:
    broken = check_database(session).broken
    words = [
        f"{finding.rule.name}: {finding.rule.sentence} "
        f"Not so: {finding.broken}, for example {'; '.join(finding.keys[:5])}."
        for finding in broken
    ]
    assert not broken, "\n".join(words)

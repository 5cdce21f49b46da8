"""What is said after a change of who is in a segment."""

from core.contacts.models import Contact
from core.segments.models import SegmentAction
from web.layout import number


def told_added(action: SegmentAction) -> str:
    changed = action.lines_changed
    return (
        f"{number(changed)} {'contact is' if changed == 1 else 'contacts are'} added."
    )


def told_taken_out(action: SegmentAction) -> str:
    changed = action.lines_changed
    return f"{number(changed)} {'line is' if changed == 1 else 'lines are'} taken out."


def told_of_flags(contact: Contact) -> str | None:
    """A contact typed by hand is taken whatever its flags say (LINE-008)."""
    name = contact.name or contact.no
    if contact.privacy_blocked:
        return f"{name} is blocked for privacy: the log will refuse the line."
    if contact.exclude_from_segment:
        return f"{name} is marked to be excluded from segments."
    return None

"""What is said after a change of who is in a segment."""

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

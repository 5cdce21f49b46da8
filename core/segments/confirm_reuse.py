from sqlalchemy.orm import Session

from core.errors import ConflictError, Fault
from core.segments.models import Segment
from core.segments.queries import criteria_action_count


def require_confirmation(
    session: Session, segment: Segment, *, confirmed: bool
) -> None:
    """Ask before anything is reused in a segment that was chosen by other actions
    (SAVE-003, FUP-021). Raise ConflictError E-CONFIRM with their number."""
    there = criteria_action_count(session, segment)
    if not there or confirmed:
        return
    actions = "a criteria action" if there == 1 else f"{there:,} criteria actions"
    detail = (
        f"Segment {segment.no} has {actions} already. What is reused comes on top of "
        "that: say so with confirm."
    )
    fault = Fault("E-CONFIRM", detail, "confirm")
    raise ConflictError(fault.code, detail, faults=(fault,))

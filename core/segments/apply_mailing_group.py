"""Put every contact of a segment into a mailing group (MG-001, DEC-10).

The lines stay as they are; a job freezes the segment only so that it knows whom it
is about.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.contacts.classification.links import MAILING_GROUPS, check_code
from core.contacts.classification.models import ContactMailingGroup
from core.errors import RefusedError
from core.jobs.models import Job
from core.jobs.run import JobRun
from core.segments.bulk import every_row_meant, tell_planner
from core.segments.change_roster import AT_ONCE
from core.segments.editing import open_for_editing
from core.segments.frozen import freeze_for_job, lock_frozen
from core.segments.mailing_group_members import (
    MembersChanged,
    change_members,
    count_members,
)
from core.segments.models import Segment
from core.segments.queries import totals

APPLY_MAILING_GROUP = "apply_mailing_group"


@dataclass(frozen=True, slots=True)
class Application:
    code: str
    delete_old_assignments: bool = False
    "Whether members outside the segment lose the group."
    expected: tuple[int, int] | None = None
    "Contacts the user was told would gain and lose it; other numbers are refused."


def apply_mailing_group(
    session: Session,
    actor: Actor,
    segment_no: str,
    wanted: Application,
    *,
    at_once: int = AT_ONCE,
) -> MembersChanged | Job:
    """What was done, or the job that will do it.

    Raises NotFoundError, ConflictError E-FROZEN, RefusedError E-UNKNOWN-CODE, E-COUNT.
    """
    segment = open_for_editing(session, segment_no)
    check_code(session, MAILING_GROUPS, wanted.code)
    if _rows(session, segment, wanted) > at_once:
        return _request(session, actor, segment, wanted)
    return _apply(session, actor, segment, wanted)


def request_application_again(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    segment = open_for_editing(session, arguments["segment_no"])
    wanted = _application_of(arguments)
    check_code(session, MAILING_GROUPS, wanted.code)
    return _request(session, actor, segment, wanted)


def apply_mailing_group_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kind apply_mailing_group."""
    session = run.session
    segment = lock_frozen(session, run.job)
    wanted = _application_of(run.job.arguments)
    check_code(session, MAILING_GROUPS, wanted.code)
    lines = totals(session, segment).no_of_lines
    run.progress.plan(lines)
    run.check()
    run.progress.phase("assigning")
    with every_row_meant(session):
        changed = _apply(session, run.job.actor, segment, wanted)
    tell_planner(session, ContactMailingGroup)
    run.progress.done(lines)
    segment.frozen_by_job_id = None
    return {
        "changed_segment_no": segment.no,
        "action": APPLY_MAILING_GROUP,
        "mailing_group_code": wanted.code,
        **changed._asdict(),
    }


def _rows(session: Session, segment: Segment, wanted: Application) -> int:
    """Lines to read and memberships to delete."""
    lines = totals(session, segment).no_of_lines
    if not wanted.delete_old_assignments:
        return lines
    return lines + count_members(session, segment, wanted.code).others


def _apply(
    session: Session, actor: Actor, segment: Segment, wanted: Application
) -> MembersChanged:
    changed = change_members(
        session,
        segment,
        wanted.code,
        delete_old_assignments=wanted.delete_old_assignments,
    )
    if wanted.expected not in {None, tuple(changed)}:
        raise RefusedError(
            "E-COUNT",
            f"{changed.added:,} contacts would join the group and {changed.removed:,} "
            "leave it now; other numbers than when you looked. Nothing was changed: "
            "look again and repeat.",
        )
    record_audit(
        session,
        actor,
        "mailing_group.apply",
        wanted.code,
        {"segment": segment.no, **changed._asdict()},
    )
    return changed


def _request(
    session: Session, actor: Actor, segment: Segment, wanted: Application
) -> Job:
    return freeze_for_job(
        session,
        actor,
        segment,
        kind=APPLY_MAILING_GROUP,
        title=f"Apply mailing group {wanted.code} to segment {segment.no}",
        arguments=asdict(wanted),
        planned=totals(session, segment).no_of_lines,
    )


def _application_of(arguments: Mapping[str, Any]) -> Application:
    expected = arguments["expected"]
    return Application(
        code=arguments["code"],
        delete_old_assignments=arguments["delete_old_assignments"],
        expected=tuple(expected) if expected else None,
    )

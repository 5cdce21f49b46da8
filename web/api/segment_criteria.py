from collections.abc import Callable

from flask import Response
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.errors import TransientError
from core.impatient import EXACT_SECONDS, begin_count, was_ended
from core.jobs.models import Job
from core.segments.change_roster import RosterChange, change_roster
from core.segments.count_contacts import count_to_add, count_to_remove
from core.segments.editing import open_for_editing, segment_by_no
from core.segments.go_back import go_back, go_forward
from core.segments.models import Segment, SegmentAction
from core.segments.queries import totals
from core.segments.step_numbers import StepNumbers, step_numbers
from core.vocabulary import ActionKind
from web.api import framework
from web.api.jobs import JobShown, answer_or_start, job_started
from web.api.segment_models import (
    ActionShown,
    CountBody,
    CountShown,
    CriteriaBody,
    SegmentShown,
)
from web.api.segments import shown
from web.context import engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "segment criteria", "How the contacts of a segment were chosen, step by step."
)


@blueprint.get(
    "/segments/<no>/criteria",
    responses=framework.lists_of_record(framework.Page[ActionShown]),
)
@requires(Permission.READ_CONTACTS)
def list_actions(path: framework.NoPath, query: framework.ListQuery) -> Response:
    """List the criteria actions, those that Go Back left ahead included."""
    with transaction(engine()) as session:
        segment = segment_by_no(session, path.no)
        numbers = step_numbers(session, segment)
        return framework.page(
            session,
            select(SegmentAction).where(SegmentAction.segment_id == segment.id),
            query,
            key=SegmentAction.action_no,
            show=lambda action: _action_shown(action, segment, numbers),
        )


# Small changes answer with the segment, large ones with the job that makes them.
_CHANGES_OR_STARTS = framework.does(SegmentShown) | framework.starts(JobShown)


@blueprint.post("/segments/<no>/count", responses=framework.does(CountShown))
@requires(Permission.READ_CONTACTS)
def count(path: framework.NoPath, body: CountBody) -> Response:
    """Count what an action with this filter would do; nothing is changed."""
    try:
        with transaction(engine()) as session:
            begin_count(session, "", seconds=EXACT_SECONDS)
            found = _counted(session, segment_by_no(session, path.no), body)
            return framework.answer(found)
    except DBAPIError as error:
        if not was_ended(error):
            raise
        detail = f"The count took longer than {EXACT_SECONDS:.0f} seconds."
        raise TransientError("E-COUNT-SLOW", detail) from error


def _counted(session: Session, segment: Segment, body: CountBody) -> CountShown:
    lines = totals(session, segment).no_of_lines
    kind = ActionKind[body.action.upper()]
    if kind is ActionKind.ADD_CONTACTS:
        found = count_to_add(session, segment, body.filters, body.options())
        return CountShown.of(
            found,
            action=body.action,
            would_change=found.would_add,
            no_of_lines=lines,
        )
    going = count_to_remove(session, segment, kind, body.filters, body.options())
    return CountShown.of(
        None,
        action=body.action,
        matching=going if kind is ActionKind.REDUCE_CONTACTS else lines - going,
        excluded=0,
        already_in=0,
        would_change=going,
        no_of_lines=lines,
    )


@blueprint.post("/segments/<no>/add-contacts", responses=_CHANGES_OR_STARTS)
@requires(Permission.EDIT)
def add(path: framework.NoPath, body: CriteriaBody) -> Response:
    """Add the contacts that match; no filter matches everybody."""
    return _act(path.no, body, ActionKind.ADD_CONTACTS)


@blueprint.post("/segments/<no>/reduce-contacts", responses=_CHANGES_OR_STARTS)
@requires(Permission.EDIT)
def reduce(path: framework.NoPath, body: CriteriaBody) -> Response:
    """Take out the contacts that match."""
    return _act(path.no, body, ActionKind.REDUCE_CONTACTS)


@blueprint.post("/segments/<no>/refine-contacts", responses=_CHANGES_OR_STARTS)
@requires(Permission.EDIT)
def refine(path: framework.NoPath, body: CriteriaBody) -> Response:
    """Keep only the contacts that match."""
    return _act(path.no, body, ActionKind.REFINE_CONTACTS)


@blueprint.post("/segments/<no>/go-back", responses=framework.does(SegmentShown))
@requires(Permission.EDIT)
def back(path: framework.NoPath) -> Response:
    """Undo the newest criteria action."""
    return _move(path.no, go_back)


@blueprint.post("/segments/<no>/go-forward", responses=framework.does(SegmentShown))
@requires(Permission.EDIT)
def forward(path: framework.NoPath) -> Response:
    """Redo the criteria action that was undone last."""
    return _move(path.no, go_forward)


def _act(no: str, body: CriteriaBody, kind: ActionKind) -> Response:
    change = RosterChange(
        kind=kind,
        filters=body.filters,
        options=body.options(),
        reset_when_empty=body.reset_when_empty,
        expected=body.expected,
    )

    def act(session: Session, actor: Actor) -> Response:
        done = change_roster(session, actor, no, change)
        if isinstance(done, Job):
            return job_started(session, done)
        return framework.answer(shown(session, no))

    return answer_or_start(act)


def _move(no: str, deed: Callable[[Session, Segment], None]) -> Response:
    def move(session: Session, _actor: Actor) -> Response:
        deed(session, open_for_editing(session, no))
        return framework.answer(shown(session, no))

    return framework.answer_once(move)


def _action_shown(
    action: SegmentAction, segment: Segment, numbers: StepNumbers
) -> ActionShown:
    return ActionShown.of(
        action,
        action_no=numbers.of(action.action_no),
        action=ActionKind(action.kind).name.lower(),
        in_force=action.action_no <= segment.head,
    )

from collections.abc import Callable

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.segments.actions import ActionOptions, reset_if_empty
from core.segments.add_contacts import add_contacts
from core.segments.contact_filter import Filters
from core.segments.editing import open_for_editing, segment_by_no
from core.segments.go_back import go_back, go_forward
from core.segments.models import Segment, SegmentAction
from core.segments.remove_contacts import reduce_contacts, refine_contacts
from core.vocabulary import ActionKind
from web.api import framework
from web.api.segment_models import ActionShown, CriteriaBody, SegmentShown
from web.api.segments import shown
from web.context import engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "segment criteria", "How the contacts of a segment were chosen, step by step."
)

Deed = Callable[[Session, Actor, Segment, Filters, ActionOptions], SegmentAction]


@blueprint.get(
    "/segments/<no>/criteria",
    responses=framework.lists_of_record(framework.Page[ActionShown]),
)
@requires(Permission.READ_CONTACTS)
def list_actions(path: framework.NoPath, query: framework.ListQuery) -> Response:
    """List the criteria actions, those that Go Back left ahead included."""
    with transaction(engine()) as session:
        segment = segment_by_no(session, path.no)
        return framework.page(
            session,
            select(SegmentAction).where(SegmentAction.segment_id == segment.id),
            query,
            key=SegmentAction.action_no,
            show=lambda action: _action_shown(action, segment),
        )


@blueprint.post("/segments/<no>/add-contacts", responses=framework.does(SegmentShown))
@requires(Permission.EDIT)
def add(path: framework.NoPath, body: CriteriaBody) -> Response:
    """Add the contacts that match; no filter matches everybody."""
    return _act(path.no, body, add_contacts)


@blueprint.post(
    "/segments/<no>/reduce-contacts", responses=framework.does(SegmentShown)
)
@requires(Permission.EDIT)
def reduce(path: framework.NoPath, body: CriteriaBody) -> Response:
    """Take out the contacts that match."""
    return _act(path.no, body, reduce_contacts)


@blueprint.post(
    "/segments/<no>/refine-contacts", responses=framework.does(SegmentShown)
)
@requires(Permission.EDIT)
def refine(path: framework.NoPath, body: CriteriaBody) -> Response:
    """Keep only the contacts that match."""
    return _act(path.no, body, refine_contacts)


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


def _act(no: str, body: CriteriaBody, deed: Deed) -> Response:
    options = ActionOptions(
        allow_existing_contacts=body.allow_existing_contacts,
        expand_companies=body.expand_companies,
        allow_related_companies=body.allow_related_companies,
        ignore_exclusion=body.ignore_exclusion,
        entire_companies=body.entire_companies,
    )

    def act(session: Session, actor: Actor) -> Response:
        segment = open_for_editing(session, no)
        deed(session, actor, segment, body.filters, options)
        session.flush()  # Whether the segment is empty is asked next.
        reset_if_empty(session, segment, wanted=body.reset_when_empty)
        return framework.answer(shown(session, no))

    return framework.answer_once(act)


def _move(no: str, deed: Callable[[Session, Segment], None]) -> Response:
    def move(session: Session, _actor: Actor) -> Response:
        deed(session, open_for_editing(session, no))
        return framework.answer(shown(session, no))

    return framework.answer_once(move)


def _action_shown(action: SegmentAction, segment: Segment) -> ActionShown:
    return ActionShown.of(
        action,
        action=ActionKind(action.kind).name.lower(),
        in_force=action.action_no <= segment.head,
    )

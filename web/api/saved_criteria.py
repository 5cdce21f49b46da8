from collections.abc import Sequence

from flask import Response
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.records import lock_record
from core.segments.models import SavedCriteria, SavedCriteriaAction
from core.segments.saved_criteria import (
    NOUN,
    actions_of,
    change_saved_criteria,
    delete_saved_criteria,
    save_criteria,
    saved_criteria_by_code,
    saved_criteria_rows,
)
from core.vocabulary import ActionKind
from web.api import framework
from web.api.framework.fields import Count, Key10, Moment, Text50, Text100
from web.api.segment_models import CriteriaShown
from web.context import current_actor, engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "saved criteria", "How contacts were chosen, kept to be done again."
)


class SavedCriteriaListed(framework.Shown):
    code: Key10
    description: Text100
    user_id: Text50
    "Who saved them."
    created_at: Moment
    no_of_actions: Count

    @classmethod
    def of_row(cls, row: object) -> "SavedCriteriaListed":
        saved, number = row[0], row[1]  # type: ignore[index]
        return cls.of(saved, no_of_actions=number)


class SavedActionShown(CriteriaShown):
    """A step as it stood in the segment it was saved from."""

    @classmethod
    def of_action(cls, action: SavedCriteriaAction) -> "SavedActionShown":
        return cls.of(action, action=ActionKind(action.kind).name.lower())


class SavedCriteriaShown(SavedCriteriaListed):
    actions: list[SavedActionShown]
    "In the order in which they are done again."

    @classmethod
    def of_saved(
        cls, saved: SavedCriteria, actions: Sequence[SavedCriteriaAction]
    ) -> "SavedCriteriaShown":
        return cls.of(
            saved,
            no_of_actions=len(actions),
            actions=[SavedActionShown.of_action(action) for action in actions],
        )


class SavedCriteriaChanges(framework.Body):
    description: Text100 = ""


class SavedCriteriaDraft(SavedCriteriaChanges):
    code: Key10


@framework.filters_on(
    SavedCriteriaListed,
    code=SavedCriteria.code,
    description=SavedCriteria.description,
    user_id=SavedCriteria.user_id,
)
class SavedCriteriaQuery(framework.ListQuery):
    pass


@blueprint.post(
    "/segments/<no>/save-criteria", responses=framework.creates(SavedCriteriaShown)
)
@requires(Permission.EDIT)
def save(path: framework.NoPath, body: SavedCriteriaDraft) -> Response:
    """Keep the segment's criteria actions in force under a code."""

    def create(session: Session, actor: Actor) -> Response:
        saved = save_criteria(
            session, actor, path.no, code=body.code, description=body.description
        )
        return framework.created(_shown(session, saved), "saved-criteria", body.code)

    return framework.answer_once(create)


@blueprint.get(
    "/saved-criteria",
    responses=framework.lists(framework.Page[SavedCriteriaListed]),
)
@requires(Permission.READ_CONTACTS)
def list_saved_criteria(query: SavedCriteriaQuery) -> Response:
    """List saved criteria."""
    with transaction(engine()) as session:
        return framework.page(
            session,
            saved_criteria_rows(),
            query,
            key=SavedCriteria.code,
            show=SavedCriteriaListed.of_row,
        )


@blueprint.get("/saved-criteria/<code>", responses=framework.shows(SavedCriteriaShown))
@requires(Permission.READ_CONTACTS)
def show_saved_criteria(path: framework.CodePath) -> Response:
    """Show saved criteria with their actions."""
    with transaction(engine()) as session:
        saved = saved_criteria_by_code(session, path.code)
        return framework.answer(_shown(session, saved))


@blueprint.patch(
    "/saved-criteria/<code>", responses=framework.changes(SavedCriteriaShown)
)
@requires(Permission.EDIT)
def patch_saved_criteria(
    path: framework.CodePath, body: SavedCriteriaChanges
) -> Response:
    """Change the description; the actions stay as they were saved."""
    with transaction(engine()) as session:
        saved = lock_record(session, SavedCriteria, path.code, NOUN)
        framework.require_match(_shown(session, saved))
        if "description" in body.given():
            change_saved_criteria(session, path.code, description=body.description)
        return framework.answer(_shown(session, saved))


@blueprint.delete("/saved-criteria/<code>", responses=framework.deletes())
@requires(Permission.EDIT)
def remove_saved_criteria(path: framework.CodePath) -> Response:
    """Delete saved criteria; segments they were used in stay as they are."""
    with transaction(engine()) as session:
        saved = lock_record(session, SavedCriteria, path.code, NOUN)
        framework.require_match(_shown(session, saved))
        delete_saved_criteria(session, current_actor(), path.code)
        return framework.no_content()


def _shown(session: Session, saved: SavedCriteria) -> SavedCriteriaShown:
    return SavedCriteriaShown.of_saved(saved, actions_of(session, saved.code))

from collections.abc import Callable
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.interactions.queries import entry_row
from core.single_interactions.begin import (
    contact_no_called,
    follow_up_of,
    refuse_blocked,
)
from core.single_interactions.draft import draft_of
from core.single_interactions.finish import Logged
from core.single_interactions.log_interaction import (
    log_interaction,
    postpone_interaction,
)
from core.single_interactions.result import lock_single_interaction, save_result
from web.api import framework
from web.api.interaction_log_entries import EntryShown
from web.api.interaction_models import (
    DefaultsBody,
    DraftShown,
    InteractionBegun,
    InteractionDraft,
    InteractionShown,
    ResultChanges,
)
from web.context import current_actor, engine, nudge
from web.permissions import requires

blueprint = framework.api_blueprint(
    "interactions",
    "Single interactions, logged or postponed. Those of a segment are logged with it.",
)


@blueprint.post("/interactions/defaults", responses=framework.does(DraftShown))
@requires(Permission.LOG)
def propose_interaction(body: DefaultsBody) -> Response:
    """Tell what is proposed for an interaction with this contact, template and so on.
    Nothing is kept."""
    with transaction(engine()) as session:
        said = _said(session, body)
        if "contact_name" in body.model_fields_set:
            said["contact_no"] = contact_no_called(session, body.contact_name)
        opened_from = body.opened_from.told()
        refuse_blocked(session, opened_from.contact_no)
        draft = draft_of(session, current_actor(), said, opened_from=opened_from)
        return framework.answer(DraftShown.of_draft(session, draft))


@blueprint.post("/interactions", responses=framework.creates(InteractionShown))
@requires(Permission.LOG)
def post_interaction(body: InteractionDraft) -> Response:
    """Log a single interaction, or postpone it. What is left out is proposed. An e-mail
    is sent by the job that `job` leads to."""

    def log(session: Session, actor: Actor) -> Logged:
        said, opened_from = _said(session, body), body.opened_from.told()
        if body.postpone:
            entry_no = postpone_interaction(
                session, actor, said, opened_from=opened_from
            )
            return Logged(entry_no, None)
        return log_interaction(session, actor, said, opened_from=opened_from)

    def show(session: Session, logged: Logged) -> Response:
        row = entry_row(session, logged.entry_no, postponed=body.postpone)
        place = "postponed-interactions" if body.postpone else "interaction-log-entries"
        shown = InteractionShown.of_row(row, logged.job)
        return framework.created(shown, place, logged.entry_no)

    return log_and_ring(log, show)


@blueprint.patch(
    "/interactions/<int:entry_no>", responses=framework.changes(EntryShown)
)
@requires(Permission.LOG)
def patch_result(path: framework.EntryNoPath, body: ResultChanges) -> Response:
    """Note how a single interaction went. Interactions of a logged segment stay as
    they were logged."""
    with transaction(engine()) as session:
        entry = lock_single_interaction(session, path.entry_no)
        framework.require_match(EntryShown.of_row(entry_row(session, path.entry_no)))
        save_result(session, current_actor(), entry, body.given())
        session.flush()
        return framework.answer(EntryShown.of_row(entry_row(session, path.entry_no)))


def log_and_ring(
    log: Callable[[Session, Actor], Logged],
    show: Callable[[Session, Logged], Response],
) -> Response:
    """Log it once, and ring for the job that sends it."""
    jobs = []

    def deed(session: Session, actor: Actor) -> Response:
        logged = log(session, actor)
        if logged.job:
            jobs.append(logged.job)
        return show(session, logged)

    response = framework.answer_once(deed)
    for job in jobs:
        nudge().ring(job.public_id)
    return response


def _said(session: Session, body: InteractionBegun) -> Any:  # noqa: ANN401
    if not body.interaction_log_entry_no:
        return body.given()
    return {**follow_up_of(session, body.interaction_log_entry_no), **body.given()}

from flask import Response
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.interactions.models import InteractionLogEntry
from core.interactions.queries import entry_row, entry_rows
from core.single_interactions.finish import Logged
from core.single_interactions.postponed import (
    change_postponed,
    delete_postponed,
    finish_postponed,
    give_postponed_content,
    postponed_entry,
)
from web.api import framework
from web.api.attachments import (
    Held,
    Operation,
    RecordWithAttachment,
    serve_attachment,
)
from web.api.interaction_log_entries import EntryQuery
from web.api.interaction_models import (
    InteractionChanges,
    InteractionShown,
    PostponedShown,
)
from web.api.interactions import log_and_ring
from web.context import current_actor, engine
from web.permissions import requires

Entry = InteractionLogEntry

blueprint = framework.api_blueprint(
    "postponed interactions",
    "Interactions to be finished later. They count nowhere until they are logged.",
)

ADDRESS = "/postponed-interactions"
ONE = f"{ADDRESS}/<int:entry_no>"


@blueprint.get(ADDRESS, responses=framework.lists(framework.Page[InteractionShown]))
@requires(Permission.READ_CONTACTS)
def list_postponed(query: EntryQuery) -> Response:
    """List postponed interactions, newest first."""
    with transaction(engine()) as session:
        return framework.page(
            session,
            entry_rows(postponed=True),
            query,
            key=Entry.entry_no,
            show=InteractionShown.of_row,
            newest_first=True,
        )


@blueprint.get(ONE, responses=framework.shows(PostponedShown))
@requires(Permission.READ_CONTACTS)
def show_postponed(path: framework.EntryNoPath) -> Response:
    """Show a postponed interaction as it was left."""
    with transaction(engine()) as session:
        postponed_entry(session, path.entry_no)
        return framework.answer(_shown(session, path.entry_no))


@blueprint.patch(ONE, responses=framework.changes(PostponedShown))
@requires(Permission.LOG)
def patch_postponed(path: framework.EntryNoPath, body: InteractionChanges) -> Response:
    """Change it, and leave it postponed. Its contact, salesperson and campaign are
    locked once they are said; date and time become those of now unless they are
    given."""
    with transaction(engine()) as session:
        postponed_entry(session, path.entry_no, locking=True)
        framework.require_match(_shown(session, path.entry_no))
        change_postponed(session, current_actor(), path.entry_no, body.given())
        return framework.answer(_shown(session, path.entry_no))


@blueprint.post(f"{ONE}/finish", responses=framework.does(InteractionShown))
@requires(Permission.LOG)
def finish(path: framework.EntryNoPath, body: InteractionChanges) -> Response:
    """Log it under the number it has, with these changes."""

    def log(session: Session, actor: Actor) -> Logged:
        return finish_postponed(session, actor, path.entry_no, body.given())

    def show(session: Session, logged: Logged) -> Response:
        row = entry_row(session, logged.entry_no)
        return framework.answer(InteractionShown.of_row(row, logged.job))

    return log_and_ring(log, show)


@blueprint.delete(ONE, responses=framework.deletes())
@requires(Permission.LOG)
def remove_postponed(path: framework.EntryNoPath) -> Response:
    """Drop a postponed interaction for good."""
    with transaction(engine()) as session:
        postponed_entry(session, path.entry_no, locking=True)
        framework.require_match(_shown(session, path.entry_no))
        delete_postponed(session, current_actor(), [path.entry_no])
        return framework.no_content()


def _shown(session: Session, entry_no: int) -> PostponedShown:
    return PostponedShown.of_postponed(
        session, entry_row(session, entry_no, postponed=True)
    )


def _attachment_no(session: Session, path: framework.EntryNoPath) -> int | None:
    return postponed_entry(session, path.entry_no).attachment_id


def _held(session: Session, path: framework.EntryNoPath) -> Held:
    entry = postponed_entry(session, path.entry_no, locking=True)
    return Held(
        entry.attachment_id,
        lambda attachment: give_postponed_content(
            session, current_actor(), path.entry_no, attachment
        ),
    )


serve_attachment(
    blueprint,
    RecordWithAttachment(
        f"{ADDRESS}/<entry_no>",
        framework.EntryNoPath,
        find=_attachment_no,
        lock=_held,
        owner=lambda path: f"Postponed interaction {path.entry_no}",
        download=Operation(
            "download_attachment", "Download what goes with the interaction."
        ),
        upload=Operation(
            "upload_attachment", "Let this file go with the interaction instead."
        ),
        remove=Operation(
            "remove_attachment", "Let the interaction go without attachment."
        ),
        may_read=Permission.READ_CONTACTS,
    ),
)

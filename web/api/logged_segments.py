from typing import Any

from flask import Response
from sqlalchemy import Row

from core.access.roles import Permission
from core.database import transaction
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.interactions.queries import (
    entry_rows,
    logged_segment_row,
    logged_segment_rows,
)
from core.segments.steps_before_log import STEP, steps_of_logs
from core.vocabulary import ActionKind
from web.api import framework
from web.api.framework.fields import (
    Code20,
    Count,
    Day,
    Flag,
    Key20,
    Minutes,
    Moment,
    Money,
    Text50,
    Text100,
)
from web.api.interaction_log_entries import EntryQuery, EntryShown
from web.api.segment_models import ActionShown
from web.context import engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "logged segments", "Segments that were logged; each number once."
)


class LoggedSegmentShown(framework.Shown):
    """planned = logged + skipped: no_of_lines = no_logged + no_skipped.

    `no_of_interactions` and `no_of_campaign_entries` count what shares the logged
    segment's own canceled flag; cost and duration are those of all that was logged.
    """

    entry_no: Count
    segment_no: Key20
    description: Text100
    creation_date: Day
    user_id: Text50
    canceled: Flag
    campaign_no: Code20
    no_of_lines: Count
    no_of_interactions: Count
    no_logged: Count
    no_skipped: Count
    no_canceled: Count
    no_deleted: Count
    no_of_campaign_entries: Count
    cost: Money
    duration: Minutes
    undone_at: Moment
    undone_by: Text50

    @classmethod
    def of_row(cls, row: object) -> "LoggedSegmentShown":
        logged, no_of_campaign_entries = row[0], row[1]  # type: ignore[index]
        return cls.of(
            logged,
            no_of_interactions=logged.no_counted,
            no_logged=logged.no_of_interactions,
            no_of_campaign_entries=no_of_campaign_entries,
        )


@framework.filters_on(
    LoggedSegmentShown,
    entry_no=LoggedSegment.entry_no,
    segment_no=LoggedSegment.segment_no,
    description=LoggedSegment.description,
    creation_date=LoggedSegment.creation_date,
    user_id=LoggedSegment.user_id,
    canceled=LoggedSegment.canceled,
    campaign_no=LoggedSegment.campaign_no,
)
class LoggedSegmentQuery(framework.ListQuery):
    pass


@blueprint.get(
    "/logged-segments", responses=framework.lists(framework.Page[LoggedSegmentShown])
)
@requires(Permission.READ)
def list_logged_segments(query: LoggedSegmentQuery) -> Response:
    """List logged segments, newest first."""
    with transaction(engine()) as session:
        return framework.page(
            session,
            logged_segment_rows(),
            query,
            key=LoggedSegment.entry_no,
            show=LoggedSegmentShown.of_row,
            newest_first=True,
        )


@blueprint.get(
    "/logged-segments/<int:entry_no>", responses=framework.shows(LoggedSegmentShown)
)
@requires(Permission.READ)
def show_logged_segment(path: framework.EntryNoPath) -> Response:
    """Show a logged segment."""
    with transaction(engine()) as session:
        row = logged_segment_row(session, path.entry_no)
        return framework.answer(LoggedSegmentShown.of_row(row))


@blueprint.get(
    "/logged-segments/<int:entry_no>/entries",
    responses=framework.lists_of_record(framework.Page[EntryShown]),
)
@requires(Permission.READ_CONTACTS)
def list_entries(path: framework.EntryNoPath, query: EntryQuery) -> Response:
    """List the interaction log entries of a logged segment, in line order."""
    with transaction(engine()) as session:
        logged_segment_row(session, path.entry_no)
        return framework.page(
            session,
            entry_rows().where(
                InteractionLogEntry.logged_segment_entry_no == path.entry_no
            ),
            query,
            key=InteractionLogEntry.entry_no,
            show=EntryShown.of_row,
        )


@blueprint.get(
    "/logged-segments/<int:entry_no>/criteria",
    responses=framework.lists_of_record(framework.Page[ActionShown]),
)
@requires(Permission.READ_CONTACTS)
def list_steps(path: framework.EntryNoPath, query: framework.ListQuery) -> Response:
    """List the criteria actions that had led to the contacts of a logged segment; none
    if it was logged before they were kept."""
    with transaction(engine()) as session:
        logged_segment_row(session, path.entry_no)
        return framework.page(
            session,
            steps_of_logs().where(LoggedSegment.entry_no == path.entry_no),
            query,
            key=STEP.c.action_no,
            show=_step_shown,
        )


def _step_shown(step: Row[Any]) -> ActionShown:
    return ActionShown.of(
        step,
        action_no=step.step_no,
        action=ActionKind(step.kind).name.lower(),
        in_force=True,
    )

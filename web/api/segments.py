from flask import Response
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.segments.change_segment import change_segment
from core.segments.create_segment import create_segment
from core.segments.delete_segment import delete_segment
from core.segments.editing import open_for_editing, segment_by_no
from core.segments.models import Segment
from core.segments.queries import segment_rows, totals
from web.api import framework
from web.api.segment_models import (
    SegmentDraft,
    SegmentPatch,
    SegmentShown,
    TotalsShown,
)
from web.context import engine
from web.permissions import requires

blueprint = framework.api_blueprint("segments", "Contacts chosen for one interaction.")


@framework.filters_on(
    SegmentShown,
    no=Segment.no,
    description=Segment.description,
    campaign_no=Segment.campaign_no,
    salesperson_code=Segment.salesperson_code,
    date=Segment.date,
    interaction_template_code=Segment.interaction_template_code,
)
class SegmentQuery(framework.ListQuery):
    pass


class HeaderQuestions(framework.Query):
    """The questions a header change asks; also accepted in the body."""

    update_lines: bool = True
    apply_to_lines: bool = True
    create_language: bool = True


@blueprint.get("/segments", responses=framework.lists(framework.Page[SegmentShown]))
@requires(Permission.READ)
def list_segments(query: SegmentQuery) -> Response:
    """List segments."""
    with transaction(engine()) as session:
        return framework.page(
            session, segment_rows(), query, key=Segment.no, show=SegmentShown.of_row
        )


@blueprint.post("/segments", responses=framework.creates(SegmentShown))
@requires(Permission.EDIT)
def add_segment(body: SegmentDraft) -> Response:
    """Create a segment; without `no` the number comes from the series."""

    def create(session: Session, actor: Actor) -> Response:
        segment = create_segment(
            session, actor, body.given(), no=body.no, series_code=body.no_series
        )
        return framework.created(shown(session, segment.no), "segments", segment.no)

    return framework.answer_once(create)


@blueprint.get("/segments/<no>", responses=framework.shows(SegmentShown))
@requires(Permission.READ)
def show_segment(path: framework.NoPath) -> Response:
    """Show a segment with its totals."""
    with transaction(engine()) as session:
        return framework.answer(shown(session, path.no))


@blueprint.patch("/segments/<no>", responses=framework.changes(SegmentShown))
@requires(Permission.EDIT)
def patch_segment(
    path: framework.NoPath, query: HeaderQuestions, body: SegmentPatch
) -> Response:
    """Change the header, and with it every line that does not say otherwise."""
    with transaction(engine()) as session:
        segment = open_for_editing(session, path.no)
        framework.require_match(shown(session, path.no))
        change_segment(
            session,
            segment,
            body.given(),
            update_lines=query.update_lines and body.update_lines,
            apply_to_lines=query.apply_to_lines and body.apply_to_lines,
            create_language=query.create_language and body.create_language,
        )
        return framework.answer(shown(session, path.no))


@blueprint.delete("/segments/<no>", responses=framework.deletes())
@requires(Permission.EDIT)
def remove_segment(path: framework.NoPath) -> Response:
    """Delete a segment with its lines; no logged segment is written."""
    with transaction(engine()) as session:
        segment = open_for_editing(session, path.no)
        framework.require_match(shown(session, path.no))
        delete_segment(session, segment)
        return framework.no_content()


@blueprint.get("/segments/<no>/totals", responses=framework.shows(TotalsShown))
@requires(Permission.READ)
def show_totals(path: framework.NoPath) -> Response:
    """Lines, cost and minutes of a segment."""
    with transaction(engine()) as session:
        found = totals(session, segment_by_no(session, path.no))
        return framework.answer(TotalsShown.of(found))


def shown(session: Session, no: str) -> SegmentShown:
    segment = segment_by_no(session, no)
    row = session.execute(segment_rows().where(Segment.id == segment.id)).one()
    return SegmentShown.of_row(row)

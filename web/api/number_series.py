from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.numbering.models import (
    NumberSeries,
    NumberSeriesLine,
    NumberSeriesRelationship,
)
from core.numbering.series import (
    NOUN,
    change_series,
    create_series,
    delete_series,
    locked_series,
    relate_series,
    related,
    unrelate_series,
)
from core.numbering.series_lines import add_line, change_line, delete_line, series_line
from core.records import found_record
from web.api import framework
from web.api.framework.fields import (
    Code20,
    Day,
    Flag,
    Int4,
    Key20,
    LineNo,
    OptionalLineNo,
    Step,
    Text100,
)
from web.api.framework.models import AddressKey
from web.context import current_actor, engine
from web.permissions import requires

blueprint = framework.api_blueprint("number-series", "Where new numbers come from.")


class SeriesChanges(framework.Body):
    description: Text100 = ""
    default_nos: Flag = True
    manual_nos: Flag = False
    date_order: Flag = False


class SeriesDraft(SeriesChanges):
    code: Key20


class SeriesShown(framework.Shown):
    code: Key20
    description: Text100
    default_nos: Flag
    manual_nos: Flag
    date_order: Flag


@framework.filters_on(
    SeriesShown, code=NumberSeries.code, description=NumberSeries.description
)
class SeriesQuery(framework.ListQuery):
    pass


class SeriesLineChanges(framework.Body):
    starting_date: Day = None
    starting_no: Key20 = ""
    ending_no: Code20 = ""
    warning_no: Code20 = ""
    increment_by: Step = 1
    last_no_used: Code20 = ""
    last_date_used: Day = None
    open: Flag = True


class SeriesLineDraft(SeriesLineChanges):
    line_no: OptionalLineNo = None
    starting_no: Key20


class SeriesLineShown(framework.Shown):
    line_no: Int4
    starting_date: Day
    starting_no: Code20
    ending_no: Code20
    warning_no: Code20
    increment_by: Int4
    last_no_used: Code20
    last_date_used: Day
    open: Flag


class SeriesLinePath(framework.Path):
    code: AddressKey
    line_no: LineNo


class SeriesRelationDraft(framework.Body):
    series_code: Key20


class SeriesRelationShown(framework.Shown):
    code: Key20
    series_code: Key20


class SeriesRelationPath(framework.Path):
    code: AddressKey
    series_code: AddressKey


@blueprint.get("/number-series", responses=framework.lists(framework.Page[SeriesShown]))
@requires(Permission.READ)
def list_series(query: SeriesQuery) -> Response:
    """List number series."""
    with transaction(engine()) as session:
        return framework.page(
            session,
            select(NumberSeries),
            query,
            key=NumberSeries.code,
            show=SeriesShown.of,
        )


@blueprint.post("/number-series", responses=framework.creates(SeriesShown))
@requires(Permission.ADMINISTER)
def post_series(body: SeriesDraft) -> Response:
    """Create a number series; add its lines next."""
    draft = body.given()
    code = draft.pop("code")
    return framework.answer_once(
        lambda session, actor: framework.created(
            SeriesShown.of(create_series(session, actor, code, draft)),
            "number-series",
            code,
        )
    )


@blueprint.get("/number-series/<code>", responses=framework.shows(SeriesShown))
@requires(Permission.READ)
def show_series(path: framework.CodePath) -> Response:
    """Show a number series."""
    with transaction(engine()) as session:
        found = found_record(session, NumberSeries, path.code, NOUN)
        return framework.answer(SeriesShown.of(found))


@blueprint.patch("/number-series/<code>", responses=framework.changes(SeriesShown))
@requires(Permission.ADMINISTER)
def patch_series(path: framework.CodePath, body: SeriesChanges) -> Response:
    """Change a number series; it always gives numbers in some way."""
    with transaction(engine()) as session:
        series = locked_series(session, path.code)
        framework.require_match(SeriesShown.of(series))
        change_series(session, current_actor(), series, body.given())
        return framework.answer(SeriesShown.of(series))


@blueprint.delete("/number-series/<code>", responses=framework.deletes())
@requires(Permission.ADMINISTER)
def remove_series(path: framework.CodePath) -> Response:
    """Delete a number series with its lines, unless Marketing Setup uses it."""
    with transaction(engine()) as session:
        series = locked_series(session, path.code)
        framework.require_match(SeriesShown.of(series))
        delete_series(session, current_actor(), series)
        return framework.no_content()


@blueprint.get(
    "/number-series/<code>/lines",
    responses=framework.lists_of_record(framework.Page[SeriesLineShown]),
)
@requires(Permission.READ)
def list_lines(path: framework.CodePath, query: framework.ListQuery) -> Response:
    """List the lines of a number series."""
    with transaction(engine()) as session:
        found_record(session, NumberSeries, path.code, NOUN)
        return framework.page(
            session,
            select(NumberSeriesLine).where(NumberSeriesLine.series_code == path.code),
            query,
            key=NumberSeriesLine.line_no,
            show=SeriesLineShown.of,
        )


@blueprint.post(
    "/number-series/<code>/lines", responses=framework.creates(SeriesLineShown)
)
@requires(Permission.ADMINISTER)
def post_line(path: framework.CodePath, body: SeriesLineDraft) -> Response:
    """Add a line; without a line number it goes to the end."""
    draft = body.given()
    line_no = draft.pop("line_no", None)

    def add(session: Session, actor: Actor) -> Response:
        series = locked_series(session, path.code)
        line = add_line(session, actor, series, draft, line_no=line_no)
        return framework.created(
            SeriesLineShown.of(line), "number-series", path.code, "lines", line.line_no
        )

    return framework.answer_once(add)


@blueprint.get(
    "/number-series/<code>/lines/<int:line_no>",
    responses=framework.shows(SeriesLineShown),
)
@requires(Permission.READ)
def show_line(path: SeriesLinePath) -> Response:
    """Show a line of a number series."""
    with transaction(engine()) as session:
        return framework.answer(
            SeriesLineShown.of(series_line(session, path.code, path.line_no))
        )


@blueprint.patch(
    "/number-series/<code>/lines/<int:line_no>",
    responses=framework.changes(SeriesLineShown),
)
@requires(Permission.ADMINISTER)
def patch_line(path: SeriesLinePath, body: SeriesLineChanges) -> Response:
    """Change a line; whether it is open follows from its numbers."""
    with transaction(engine()) as session:
        locked_series(session, path.code)
        line = series_line(session, path.code, path.line_no)
        framework.require_match(SeriesLineShown.of(line))
        change_line(session, current_actor(), line, body.given())
        return framework.answer(SeriesLineShown.of(line))


@blueprint.delete(
    "/number-series/<code>/lines/<int:line_no>", responses=framework.deletes()
)
@requires(Permission.ADMINISTER)
def remove_line(path: SeriesLinePath) -> Response:
    """Delete a line of a number series."""
    with transaction(engine()) as session:
        locked_series(session, path.code)
        line = series_line(session, path.code, path.line_no)
        framework.require_match(SeriesLineShown.of(line))
        delete_line(session, current_actor(), line)
        return framework.no_content()


@blueprint.get(
    "/number-series/<code>/relationships",
    responses=framework.lists_of_record(framework.Page[SeriesRelationShown]),
)
@requires(Permission.READ)
def list_relations(path: framework.CodePath, query: framework.ListQuery) -> Response:
    """List the series that may be used instead of this one."""
    relation = NumberSeriesRelationship
    with transaction(engine()) as session:
        found_record(session, NumberSeries, path.code, NOUN)
        return framework.page(
            session,
            select(relation).where(relation.code == path.code),
            query,
            key=relation.series_code,
            show=SeriesRelationShown.of,
        )


@blueprint.post(
    "/number-series/<code>/relationships",
    responses=framework.creates(SeriesRelationShown),
)
@requires(Permission.ADMINISTER)
def post_relation(path: framework.CodePath, body: SeriesRelationDraft) -> Response:
    """Let another series be used instead of this one."""

    def add(session: Session, actor: Actor) -> Response:
        series = locked_series(session, path.code)
        relation = relate_series(session, actor, series, body.series_code)
        return framework.created(
            SeriesRelationShown.of(relation),
            *_relations_of(path.code),
            body.series_code,
        )

    return framework.answer_once(add)


@blueprint.get(
    "/number-series/<code>/relationships/<series_code>",
    responses=framework.shows(SeriesRelationShown),
)
@requires(Permission.READ)
def show_relation(path: SeriesRelationPath) -> Response:
    """Show that another series may be used instead of this one."""
    with transaction(engine()) as session:
        found = related(session, path.code, path.series_code)
        return framework.answer(SeriesRelationShown.of(found))


@blueprint.delete(
    "/number-series/<code>/relationships/<series_code>", responses=framework.deletes()
)
@requires(Permission.ADMINISTER)
def remove_relation(path: SeriesRelationPath) -> Response:
    """Let another series no longer be used instead of this one."""
    with transaction(engine()) as session:
        series = locked_series(session, path.code)
        found = related(session, path.code, path.series_code)
        framework.require_match(SeriesRelationShown.of(found))
        unrelate_series(session, current_actor(), series, path.series_code)
        return framework.no_content()


def _relations_of(code: str) -> tuple[str, str, str]:
    return ("number-series", code, "relationships")

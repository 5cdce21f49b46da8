from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.numbering.models import NumberSeries, NumberSeriesLine
from core.numbering.queries import lines_of_series
from core.numbering.series import (
    NOUN,
    change_series,
    create_series,
    delete_series,
    locked_series,
)
from core.numbering.series_lines import add_line, change_line, delete_line, series_line
from web.api.number_series import (
    SeriesChanges,
    SeriesDraft,
    SeriesLineChanges,
    SeriesLineDraft,
    SeriesLineShown,
    SeriesShown,
)
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.records import Column, Form, Input, Records, filled, pages_for, values_of
from web.stale import refuse_if_stale, version_of_values

ADDRESS = "/setup/number-series"


def _create(session: Session, actor: Actor, draft: Any) -> NumberSeries:  # noqa: ANN401
    return create_series(session, actor, draft.pop("code"), draft)


def _change(
    session: Session,
    actor: Actor,
    series: NumberSeries,
    changes: Any,  # noqa: ANN401
) -> None:
    change_series(session, actor, series, changes)


def _delete(session: Session, actor: Actor, code: str) -> None:
    delete_series(session, actor, locked_series(session, code))


def _details(session: Session, series: NumberSeries) -> dict[str, object]:
    return {"lines": lines_of_series(session, series.code)}


blueprint = Blueprint("number_series", __name__)
blueprint.register_blueprint(
    pages_for(
        Records(
            title="Number series",
            noun=NOUN,
            about="Where the numbers of contacts, campaigns and segments come from.",
            address=ADDRESS,
            model=NumberSeries,
            shown=SeriesShown,
            draft=SeriesDraft,
            changes=SeriesChanges,
            permission=Permission.ADMINISTER,
            columns=(
                Column("code", "Code", "code"),
                Column("description", "Description"),
            ),
            inputs=(
                Input("code", "Code", longest=20, required=True, only_new=True),
                Input("description", "Description", longest=100),
                Input(
                    "default_nos",
                    "Gives numbers itself",
                    "check",
                    hint="Off: every number is typed by hand.",
                ),
                Input(
                    "manual_nos",
                    "Allows numbers by hand",
                    "check",
                    hint="One of the two is always on.",
                ),
                Input(
                    "date_order",
                    "Numbers follow the calendar",
                    "check",
                    hint="No number for a day before the last one used.",
                ),
            ),
            start=lambda _: {"default_nos": True},
            create=_create,
            change=_change,
            delete=_delete,
            more="records/series_lines.html",
            details=_details,
        )
    )
)

LINE_INPUTS = (
    Input("starting_date", "Used from", "date", hint="Blank: from the beginning."),
    Input("starting_no", "Starting no.", longest=20, required=True),
    Input("ending_no", "Ending no.", longest=20),
    Input("warning_no", "Warning no.", longest=20),
    Input("increment_by", "Increment by", "number"),
    Input("last_no_used", "Last no. used", longest=20),
)


@blueprint.get(f"{ADDRESS}/<key>/lines/new")
@requires(Permission.ADMINISTER)
def new_line(key: str) -> ResponseReturnValue:
    return _line_page(key, None, {"increment_by": 1}, NO_REFUSAL)


@blueprint.post(f"{ADDRESS}/<key>/lines/new")
@requires(Permission.ADMINISTER)
def create_line(key: str) -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            draft = SeriesLineDraft.model_validate(_line_values(form)).given()
            add_line(session, current_actor(), locked_series(session, key), draft)
    except RefusedError as error:
        return _line_page(key, None, form, refusal_of(error)), 422
    flash("Line added.")
    return redirect(f"{ADDRESS}/{key}", 303)


@blueprint.get(f"{ADDRESS}/<key>/lines/<int:line_no>")
@requires(Permission.ADMINISTER)
def edit_line(key: str, line_no: int) -> ResponseReturnValue:
    return _line_page(key, line_no, _line_as_form(key, line_no), NO_REFUSAL)


@blueprint.post(f"{ADDRESS}/<key>/lines/<int:line_no>")
@requires(Permission.ADMINISTER)
def save_line(key: str, line_no: int) -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            locked_series(session, key)
            line = series_line(session, key, line_no)
            refuse_if_stale(form, _seen(line))
            changes = SeriesLineChanges.model_validate(_line_values(form)).given()
            change_line(session, current_actor(), line, changes)
    except (RefusedError, ConflictError) as error:
        return _line_page(key, line_no, form, refusal_of(error)), status_of(error)
    flash("Saved.")
    return redirect(f"{ADDRESS}/{key}", 303)


@blueprint.post(f"{ADDRESS}/<key>/lines/<int:line_no>/delete")
@requires(Permission.ADMINISTER)
def remove_line(key: str, line_no: int) -> ResponseReturnValue:
    with transaction(engine()) as session:
        locked_series(session, key)
        delete_line(session, current_actor(), series_line(session, key, line_no))
    flash("Line deleted.")
    return redirect(f"{ADDRESS}/{key}", 303)


def _line_values(form: Form) -> dict[str, object]:
    values = values_of(LINE_INPUTS, form)
    values["increment_by"] = values["increment_by"] or 1
    return values


def _line_as_form(key: str, line_no: int) -> Form:
    with transaction(engine()) as session:
        return _seen(series_line(session, key, line_no))


def _seen(line: NumberSeriesLine) -> Form:
    return filled(LINE_INPUTS, SeriesLineShown.of(line).model_dump(mode="json"))


def _line_page(key: str, line_no: int | None, form: Form, refusal: Refusal) -> str:
    version = version_of_values(_line_as_form(key, line_no)) if line_no else ""
    return render_template(
        "records/series_line.html",
        address=ADDRESS,
        key=key,
        line_no=line_no,
        version=version,
        form=form,
        refusal=refusal,
        items=LINE_INPUTS,
    )

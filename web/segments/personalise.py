"""Personalising many lines: which, what becomes of them, and how many they are.

As everywhere the server gets the filter and counts again: when other lines match than
the person was told, nothing is done.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError, Fault, RefusedError, RollcallError
from core.jobs.models import Job
from core.segments.change_roster import AT_ONCE
from core.segments.count_contacts import count_rows
from core.segments.line_list import line_numbers, lines
from core.segments.personalise_lines import Personalisation
from core.segments.personalise_many import LinesChange, personalise_many
from core.vocabulary import (
    CorrespondenceType,
    Evaluation,
    InformationFlow,
    InitiatedBy,
)
from web import choices
from web.api.segment_models import LineChanges
from web.context import current_actor, engine, nudge
from web.forms import NO_REFUSAL, refusal_of, status_of, typed, whole_number
from web.layout import number
from web.permissions import requires
from web.segments.forms import FLAGS
from web.segments.head import head_of
from web.segments.line_choice import FILTERS, line_choice, sample_of
from web.segments.line_fields import LABELS

blueprint = Blueprint("personalise", __name__, url_prefix="/<no>/personalise")

SAMPLE = 5

SET = "set"
GIVE_BACK = "inherit"

# Some fields are filters of the list as well, so the values go by longer names.
VALUE = "value_"
WHAT = "what_"

YES_OR_NO = [("yes", "Yes"), ("no", "No")]


@blueprint.get("")
@requires(Permission.READ_CONTACTS)
def show(no: str) -> ResponseReturnValue:
    return _page(no, request.args)


@blueprint.post("")
@requires(Permission.EDIT)
def change(no: str) -> ResponseReturnValue:
    form = typed()
    try:
        wanted = _wanted(form)
        with transaction(engine()) as session:
            done = personalise_many(
                session,
                current_actor(),
                no.upper(),
                LinesChange(
                    line_choice(request.form).which,
                    wanted,
                    whole_number(form.get("expected", "")),
                ),
            )
    except (RefusedError, ConflictError) as error:
        return _page(no, request.form, error), status_of(error)
    if isinstance(done, Job):
        nudge().ring(done.public_id)
        return redirect(f"/jobs/{done.public_id}", 303)
    flash(f"{number(done)} {'line is' if done == 1 else 'lines are'} personalised.")
    filters: dict[str, Any] = dict(line_choice(request.form).filters)
    return redirect(url_for("segments.lines.show", no=no, **filters), 303)


def _wanted(form: Mapping[str, str]) -> Personalisation:
    """What was filled in is meant to be set, also where nobody said so."""
    given_back, values = [], {}
    for name in LABELS:
        what, text = form.get(WHAT + name, ""), form.get(VALUE + name, "")
        if what == GIVE_BACK:
            given_back.append(name)
        elif what == SET or text:
            values[name] = text == "yes" if name in FLAGS else text or None
    if not (values or given_back):
        raise RefusedError(
            "E-FIELD",
            "Choose at least one value to set or to give back.",
        )
    return Personalisation(LineChanges.model_validate(values).given(), given_back)


def _page(
    no: str, form: MultiDict[str, str], error: RollcallError | None = None
) -> str:
    choice = line_choice(form)
    with transaction(engine()) as session:
        head = head_of(session, no)
        count = count_rows(session, line_numbers(head.segment, choice.which))
        sample = lines(session, head.segment, sample_of(choice, SAMPLE))
        options = _options(session)
    return render_template(
        "segments/personalise.html",
        tab="lines",
        head=head,
        form=form,
        choice=choice,
        filter_labels=FILTERS,
        count=count,
        sample=sample,
        is_job=count > AT_ONCE,
        refusal=refusal_of(error) if error else NO_REFUSAL,
        refused_lines=_refused_lines(error),
        labels=LABELS,
        options=options,
        flags=FLAGS,
    )


def _refused_lines(error: RollcallError | None) -> list[Fault]:
    return [fault for fault in error.faults if fault.line_no] if error else []


def _options(session: Session) -> dict[str, choices.Choices]:
    return {
        "interaction_template_code": choices.templates(session),
        "campaign_no": choices.campaigns(session),
        "salesperson_code": choices.salespeople(session),
        "interaction_group_code": choices.groups(session),
        "language_code": choices.languages(session),
        "correspondence_type": choices.words(CorrespondenceType),
        "information_flow": choices.words(InformationFlow),
        "initiated_by": choices.words(InitiatedBy),
        "evaluation": choices.words(Evaluation),
        **dict.fromkeys(sorted(FLAGS & LABELS.keys()), YES_OR_NO),
    }

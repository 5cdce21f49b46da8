"""How the contacts of a segment were chosen, step by step, and the way back."""

import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.database import transaction
from core.segments.editing import open_for_editing
from core.segments.go_back import go_back, go_forward
from core.segments.models import Segment, SegmentAction
from core.segments.queries import actions, totals
from core.segments.steps_before_log import steps_before_log
from core.vocabulary import ActionKind
from web.context import engine
from web.layout import number
from web.permissions import requires
from web.segments.criteria_words import (
    Answers,
    answers_in_words,
    filters_in_words,
    options_in_words,
)
from web.segments.head import head_of

blueprint = Blueprint("criteria", __name__, url_prefix="/<no>/criteria")

SHOWN = 200

VERBS = {
    ActionKind.ADD_CONTACTS: "Added",
    ActionKind.REDUCE_CONTACTS: "Took out",
    ActionKind.REFINE_CONTACTS: "Kept only",
}


class Step(NamedTuple):
    action: SegmentAction | Row[Any]
    verb: str
    criteria: str
    options: str
    change: int
    "Lines that came or went."
    lines_after: int
    in_force: bool


@blueprint.get("")
@requires(Permission.READ_CONTACTS)
def show(no: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        head = head_of(session, no)
        found = actions(session, head.segment)
        of_log = steps_before_log(session, head.segment, found)
        wanted = [action.filters for action in found]
        wanted += [action.filters for action in of_log]
        answers = answers_in_words(session, wanted)
    steps = _steps(found, answers, head.segment.head)
    before_log = _steps(of_log, answers)
    in_force = [step for step in steps if step.in_force]
    ahead = [step for step in steps if not step.in_force]
    return render_template(
        "segments/criteria.html",
        tab="criteria",
        head=head,
        steps=steps[::-1][:SHOWN],
        older=max(0, len(steps) - SHOWN),
        last=in_force[-1] if in_force else None,
        undone=ahead[0] if ahead else None,
        before_log=before_log[::-1][:SHOWN],
    )


@blueprint.post("/go-back")
@requires(Permission.EDIT)
def back(no: str) -> ResponseReturnValue:
    return _moved(no, go_back, "Gone back")


@blueprint.post("/go-forward")
@requires(Permission.EDIT)
def forward(no: str) -> ResponseReturnValue:
    return _moved(no, go_forward, "Gone forward")


def _moved(
    no: str, move: Callable[[Session, Segment], None], words: str
) -> ResponseReturnValue:
    with transaction(engine()) as session:
        segment = open_for_editing(session, no.upper())
        move(session, segment)
        lines = totals(session, segment).no_of_lines
    flash(f"{words}. The segment has {number(lines)} lines now.")
    return redirect(url_for("segments.criteria.show", no=no), 303)


def _steps(
    found: Sequence[SegmentAction | Row[Any]],
    answers: Answers,
    head: int = sys.maxsize,
) -> list[Step]:
    steps, lines = [], 0
    for action in found:
        added = action.kind == ActionKind.ADD_CONTACTS
        change = action.lines_changed if added else -action.lines_changed
        lines += change
        steps.append(
            Step(
                action,
                VERBS[ActionKind(action.kind)],
                filters_in_words(action.filters, answers) or "Everybody",
                options_in_words(action),
                change,
                lines,
                action.action_no <= head,
            )
        )
    return steps

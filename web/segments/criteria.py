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
from core.segments.step_numbers import step_numbers
from core.segments.steps_before_log import steps_before_log
from core.vocabulary import ActionKind
from web.context import engine
from web.layout import number
from web.permissions import requires
from web.segments.criteria_words import Words, actions_in_words
from web.segments.head import head_of

blueprint = Blueprint("criteria", __name__, url_prefix="/<no>/criteria")

SHOWN = 200


class Step(NamedTuple):
    no: int
    action: SegmentAction | Row[Any]
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
        steps = _steps(found, head.segment.head)
        shown = _newest(session, steps)
        before_log = _newest(session, _steps(of_log))
    in_force = [step for step in steps if step.in_force]
    ahead = [step for step in steps if not step.in_force]
    return render_template(
        "segments/criteria.html",
        tab="criteria",
        head=head,
        steps=shown,
        older=max(0, len(steps) - SHOWN),
        last=in_force[-1] if in_force else None,
        undone=ahead[0] if ahead else None,
        before_log=before_log,
    )


@blueprint.post("/go-back")
@requires(Permission.EDIT)
def back(no: str) -> ResponseReturnValue:
    return _moved(no, go_back, "undone")


@blueprint.post("/go-forward")
@requires(Permission.EDIT)
def forward(no: str) -> ResponseReturnValue:
    return _moved(no, go_forward, "done again")


def _moved(
    no: str, move: Callable[[Session, Segment], None], what: str
) -> ResponseReturnValue:
    with transaction(engine()) as session:
        segment = open_for_editing(session, no.upper())
        before = segment.head
        move(session, segment)
        step = session.get_one(SegmentAction, (segment.id, max(before, segment.head)))
        [words] = actions_in_words(session, [step])
        step_no = step_numbers(session, segment).of(step.action_no)
        lines = totals(session, segment).no_of_lines
    flash(
        f"Step {step_no} is {what}: \u201c{words.sentence()}\u201d. "
        f"The segment has {number(lines)} lines now."
    )
    return redirect(url_for("segments.criteria.show", no=no), 303)


def _steps(
    found: Sequence[SegmentAction | Row[Any]],
    head: int = sys.maxsize,
) -> list[Step]:
    steps, lines = [], 0
    for no, action in enumerate(found, start=1):
        added = action.kind == ActionKind.ADD_CONTACTS
        change = action.lines_changed if added else -action.lines_changed
        lines += change
        steps.append(Step(no, action, change, lines, action.action_no <= head))
    return steps


def _newest(session: Session, steps: Sequence[Step]) -> list[tuple[Step, Words]]:
    shown = steps[::-1][:SHOWN]
    words = actions_in_words(session, [step.action for step in shown])
    return [*zip(shown, words, strict=True)]

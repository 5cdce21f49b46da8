"""Evaluate the ticked entries, or all that the list's filter finds, in one word."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.database import transaction
from core.jobs.models import Job
from core.ledger.evaluate_entries import Verdict, count_meant, evaluate_entries
from core.vocabulary import Evaluation
from web import choices
from web.context import current_actor, engine
from web.forms import typed
from web.ledger.meant import CRUMBS, Meant, counted_entries, meant_entries
from web.ledger.question import Pick, Question, answer, ask, expected_of, reason_of
from web.permissions import requires

blueprint = Blueprint("evaluate", __name__, url_prefix="/interaction-log-entries")

NEW_EVALUATION = "new_evaluation"
"""The list may be filtered by what was said before, which is called evaluation."""


@blueprint.get("/evaluate")
@requires(Permission.EDIT)
def ask_first() -> ResponseReturnValue:
    return ask(_question(meant_entries()))


@blueprint.post("/evaluate")
@requires(Permission.EDIT)
def evaluate() -> ResponseReturnValue:
    form, meant = typed(), meant_entries()
    evaluation = _chosen(form)

    def deed(session: Session) -> int | Job:
        # Without the number a filter that got lost on the way would mean everything.
        verdict = Verdict(evaluation, reason_of(form), expected_of(form) or 0)
        return evaluate_entries(session, current_actor(), meant.filters, verdict)

    def done(changed: int | Job) -> ResponseReturnValue:
        word = evaluation.name.lower().replace("_", " ")
        flash(f"Evaluated as {word}: {counted_entries(int(str(changed)))} changed.")
        return redirect(meant.back, 303)

    return answer(form, lambda: _question(meant), deed, done)


def _chosen(form: dict[str, str]) -> Evaluation:
    """Blank, which the core refuses, where nothing was chosen."""
    by_word = {member.name.lower(): member for member in Evaluation}
    return by_word.get(form.get(NEW_EVALUATION, ""), Evaluation.BLANK)


def _question(meant: Meant) -> Question:
    with transaction(engine()) as session:
        found = count_meant(session, meant.filters)
    return Question(
        title="Evaluate: interaction log entries",
        sentences=[
            f"Says of {counted_entries(found)} {meant.words} how they went.",
            (
                "It takes the place of what was said before. Canceled entries are "
                "evaluated too."
            ),
        ]
        if found
        else ["There is no such entry."],
        number=found,
        button=f"Evaluate {counted_entries(found)}",
        back=meant.back,
        crumbs=CRUMBS,
        hidden=meant.hidden,
        picks=[Pick(NEW_EVALUATION, "Evaluation", choices.words(Evaluation))],
        is_possible=bool(found),
    )

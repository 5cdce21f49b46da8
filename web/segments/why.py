"""Answers the question why a contact is in a segment, or why it is not."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.database import transaction
from core.segments.why import StepForContact, Why, why
from core.vocabulary import ActionKind
from web.context import engine
from web.permissions import requires
from web.segments.contact_lookup import contacts_meant
from web.segments.criteria_words import actions_in_words
from web.segments.head import head_of

blueprint = Blueprint("why", __name__)


@blueprint.get("/<no>/why")
@requires(Permission.READ_CONTACTS)
def show(no: str) -> ResponseReturnValue:
    text = request.args.get("contact", "").strip()
    with transaction(engine()) as session:
        head = head_of(session, no)
        candidates = contacts_meant(session, text) if text else []
        is_one = len(candidates) == 1
        found = why(session, head.segment, candidates[0][0]) if is_one else None
        steps = found.steps if found else []
        words = actions_in_words(session, [step.action for step in steps])
    return render_template(
        "segments/why.html",
        tab="criteria",
        head=head,
        text=text,
        candidates=[] if is_one else candidates,
        found=found,
        verdict=verdict(found) if found else "",
        steps=[*zip(steps, words, strict=True)],
        said=said,
    )


def verdict(found: Why) -> str:
    """The answer in one sentence."""
    in_force = [line for line in found.lines if line.in_force]
    if in_force:
        line = in_force[0]
        more = f" and on {len(in_force) - 1} more" if len(in_force) > 1 else ""
        return (
            f"In the segment on line {line.line_no}{more}, since step {line.added_by}."
        )
    removed = [step for step in found.steps if step.removed_lines and step.in_force]
    if removed:
        return f"Not in the segment: taken out by step {removed[-1].step_no}."
    if found.lines:
        return "Not in the segment: the step that added it is undone."
    if found.contact.exclude_from_segment:
        return (
            "Not in the segment, and marked to be excluded from segments: only a step "
            "that ignores the mark adds it."
        )
    if any(_would_add(step) for step in found.steps):
        return (
            "Not in the segment, although a step would add it today: it did not match "
            "when the step was done. Do the step again to add it."
        )
    return "Not in the segment: no step that added contacts matches it."


def _would_add(step: StepForContact) -> bool:
    is_adding = step.action.kind == ActionKind.ADD_CONTACTS
    return is_adding and bool(step.matches or step.meant_by_company)


def said(step: StepForContact) -> str:
    """Whether the step means the contact today."""
    if step.matches is None:
        return "cannot be told"
    if step.matches:
        return "matches"
    return "with its company" if step.meant_by_company else "does not match"

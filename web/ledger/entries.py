"""Interaction log entries: one, the ticked ones, or all that the list's filter finds."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.database import transaction
from core.jobs.models import Job
from core.ledger.cancel_entries import (
    count_attachments_to_remove,
    count_to_change,
    set_entries_canceled,
)
from core.ledger.change import Change
from core.ledger.delete_canceled import delete_canceled_entries
from web.context import current_actor, engine
from web.forms import typed
from web.layout import number
from web.ledger.flag_views import serve_both_ways
from web.ledger.meant import CRUMBS, LIST, Meant, counted_entries, meant_entries
from web.ledger.question import (
    Question,
    answer,
    ask,
    expected_of,
    reason_of,
    refuse_unless_typed,
)
from web.permissions import requires

blueprint = Blueprint("entries", __name__, url_prefix="/interaction-log-entries")

REMOVE_ATTACHMENTS = "remove_attachments"


@blueprint.get("/delete-canceled")
@requires(Permission.EDIT)
def ask_to_delete() -> ResponseReturnValue:
    return ask(_question_of_delete(meant_entries()))


@blueprint.post("/delete-canceled")
@requires(Permission.EDIT)
def delete() -> ResponseReturnValue:
    form, meant = typed(), meant_entries()

    def deed(session: Session) -> int | Job:
        refuse_unless_typed(form)
        return delete_canceled_entries(
            session,
            current_actor(),
            meant.filters,
            reason=reason_of(form),
            expected=expected_of(form),
        )

    return answer(form, lambda: _question_of_delete(meant), deed, _to("deleted", LIST))


def _set_canceled(*, canceled: bool) -> ResponseReturnValue:
    form, meant = typed(), meant_entries()

    def deed(session: Session) -> int | Job:
        # Without the number a filter that got lost on the way would mean everything.
        change = Change(
            canceled,
            reason_of(form),
            expected_of(form) or 0,
            remove_attachments=form.get(REMOVE_ATTACHMENTS) == "yes",
        )
        return set_entries_canceled(session, current_actor(), meant.filters, change)

    fate = "canceled" if canceled else "counting again"
    return answer(
        form,
        lambda: _question(meant, canceled=canceled),
        deed,
        _to(fate, meant.back),
    )


def _to(fate: str, address: str) -> Callable[[int | Job], ResponseReturnValue]:
    def go(done: int | Job) -> ResponseReturnValue:
        flash(f"{counted_entries(int(str(done)))} {fate}.")
        return redirect(address, 303)

    return go


def _question(meant: Meant, *, canceled: bool) -> Question:
    with transaction(engine()) as session:
        to_change = count_to_change(session, meant.filters, canceled=canceled)
        ready = count_to_change(session, meant.filters, canceled=not canceled)
        own = count_attachments_to_remove(session, meant.filters) if canceled else 0
    deed = "Cancel" if canceled else "Count again"
    state = "canceled already" if canceled else "not canceled"
    others = f"{counted_entries(ready)} {'is' if ready == 1 else 'are'} {state}."
    return Question(
        title=f"{deed}: interaction log entries",
        sentences=[
            (
                f"{'Cancels' if canceled else 'Lets'} {counted_entries(to_change)} {meant.words}"
                f"{'' if canceled else ' count again'}."
            ),
            *([others] if ready else []),
            "A canceled entry stays in the log and no longer counts. It can count "
            "again later."
            if canceled
            else "An entry whose logged segment or campaign entry is canceled stays "
            "canceled: let that count again instead.",
        ],
        number=to_change,
        button=f"Cancel {counted_entries(to_change)}"
        if canceled
        else f"Let {counted_entries(to_change)} count again",
        back=meant.back,
        crumbs=CRUMBS,
        hidden=meant.hidden,
        choices=[(REMOVE_ATTACHMENTS, _removal(to_change, own))] if own else (),
        is_possible=bool(to_change),
    )


def _removal(entries: int, own: int) -> str:
    if own > 1:
        return (
            f"Also remove {number(own)} attachments that no other entry has, for good"
        )
    whose = "its attachment, which" if entries == 1 else "1 attachment that"
    return f"Also remove {whose} no other entry has, for good"


def _question_of_delete(meant: Meant) -> Question:
    with transaction(engine()) as session:
        found = count_to_change(session, meant.filters, canceled=False)
    return Question(
        title="Delete canceled interaction log entries",
        sentences=[
            f"Deletes {counted_entries(found, 'canceled ')} {meant.words}."
            if found
            else f"No entry {meant.words} is canceled.",
            (
                "Entries that count are never deleted. A log of which entries were "
                "deleted cannot be undone any more. Comments go with their entry, an "
                "attachment with the last entry that has it."
            ),
        ],
        warnings=["Deleted entries do not come back."] if found else (),
        number=found,
        button=f"Delete {counted_entries(found)}",
        back=meant.back,
        crumbs=CRUMBS,
        hidden=meant.hidden,
        is_possible=bool(found),
        is_for_ever=True,
    )


serve_both_ways(
    blueprint,
    question=lambda canceled: _question(meant_entries(), canceled=canceled),
    set_canceled=lambda canceled: _set_canceled(canceled=canceled),
)

"""Logged segments: one from its card, or the ticked ones of the list."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError, NotFoundError, RefusedError
from core.interactions.comments import count_commented
from core.interactions.models import LoggedSegment
from core.jobs.models import Job
from core.ledger.cancel_log import (
    LogCanceled,
    Scope,
    scope_of,
    scopes_of,
    set_logs_canceled,
)
from core.ledger.change import Change
from core.ledger.delete_canceled import canceled_logs, delete_canceled_logs
from core.ledger.undo_log import Undone, refuse_to_undo, undo_log
from core.ledger.untouched_follow_up import FollowUp, follow_up_of
from web.context import current_actor, engine, nudge
from web.forms import typed
from web.layout import number
from web.ledger.flag_views import serve_both_ways
from web.ledger.question import (
    Question,
    answer,
    ask,
    expected_of,
    reason_of,
    refuse_unless_typed,
)
from web.listing import PAGE
from web.permissions import requires

blueprint = Blueprint("logged_segments", __name__, url_prefix="/logged-segments")

LIST = "/logged-segments"
CRUMBS = [("Logged Segments", LIST)]


@blueprint.get("/<int:entry_no>/undo")
@requires(Permission.LOG)
def ask_to_undo(entry_no: int) -> ResponseReturnValue:
    return ask(_question_of_undo(entry_no))


@blueprint.post("/<int:entry_no>/undo")
@requires(Permission.LOG)
def undo(entry_no: int) -> ResponseReturnValue:
    form = typed()

    def deed(session: Session) -> Undone | Job:
        return undo_log(session, current_actor(), entry_no, reason=reason_of(form))

    def done(undone: Undone | Job) -> ResponseReturnValue:
        assert isinstance(undone, Undone)  # noqa: S101  (a job leads elsewhere)
        flash(_undone_in_words(undone))
        return redirect(f"/segments/{undone.segment_no}", 303)

    return answer(form, lambda: _question_of_undo(entry_no), deed, done)


@blueprint.get("/delete-canceled")
@requires(Permission.EDIT)
def ask_to_delete() -> ResponseReturnValue:
    return ask(_question_of_delete(_chosen(may_be_none=True)))


@blueprint.post("/delete-canceled")
@requires(Permission.EDIT)
def delete() -> ResponseReturnValue:
    form, chosen = typed(), _chosen(may_be_none=True)

    def deed(session: Session) -> int | Job:
        refuse_unless_typed(form)
        actor, filters = current_actor(), _filters(chosen)
        return delete_canceled_logs(session, actor, filters, reason=reason_of(form))

    def done(deleted: int | Job) -> ResponseReturnValue:
        flash(f"{_count(int(str(deleted)), 'logged segment')} deleted.")
        return redirect(LIST, 303)

    return answer(form, lambda: _question_of_delete(chosen), deed, done)


# --- cancel and let count again -----------------------------------------------------


def _set_canceled(*, canceled: bool) -> ResponseReturnValue:
    form, chosen = typed(), _chosen()

    def deed(session: Session) -> Sequence[LogCanceled | Job]:
        change = Change(canceled, reason_of(form), expected_of(form))
        return set_logs_canceled(session, current_actor(), chosen, change)

    def done(results: Sequence[LogCanceled | Job]) -> ResponseReturnValue:
        jobs = [each for each in results if isinstance(each, Job)]
        for job in jobs:
            nudge().ring(job.public_id)
        if len(chosen) == 1 and jobs:
            return redirect(f"/jobs/{jobs[0].public_id}", 303)
        entries = sum(each.entries for each in results if isinstance(each, LogCanceled))
        fate = "canceled" if canceled else "counting again"
        flash(
            f"{_count(len(jobs), 'job')} at work."
            if jobs
            else f"{_count(entries, 'entry', 'entries')} {fate}."
        )
        return redirect(
            f"{LIST}/{chosen[0]}" if len(chosen) == 1 else "/jobs" if jobs else LIST,
            303,
        )

    return answer(form, lambda: _question(chosen, canceled=canceled), deed, done)


class _Total(NamedTuple):
    logs: int
    entries: int
    campaign_entries: int
    apart: int
    undone: int


def _question(chosen: Sequence[int], *, canceled: bool) -> Question:
    with transaction(engine()) as session:
        found = _found(session, chosen)
        wanted = [each for each in found if each.canceled is not canceled]
        scopes = scopes_of(session, wanted)
    total = _total(wanted, scopes)
    single = found[0] if len(found) == 1 else None
    of_what = (
        f"logged segment {single.entry_no}, {single.segment_no}"
        if single
        else _count(len(found), "logged segment")
    )
    is_possible = bool(wanted) and (canceled or not total.undone)
    deed = "Cancel" if canceled else "Count again"
    return Question(
        title=f"{deed}: {of_what}",
        sentences=_sentences(total, len(found) - len(wanted), canceled=canceled),
        warnings=_warnings(total, canceled=canceled),
        number=total.entries,
        button=(
            f"Cancel {_count(total.entries, 'entry', 'entries')}"
            if canceled
            else f"Let {_count(total.entries, 'entry', 'entries')} count again"
        ),
        back=f"{LIST}/{single.entry_no}" if single else LIST,
        crumbs=_crumbs(single),
        hidden=_hidden(chosen),
        is_possible=is_possible,
    )


def _total(wanted: Sequence[LoggedSegment], scopes: Sequence[Scope]) -> _Total:
    return _Total(
        logs=len(wanted),
        entries=sum(scope.entries for scope in scopes),
        campaign_entries=sum(scope.campaign_entries for scope in scopes),
        apart=sum(scope.apart for scope in scopes),
        undone=sum(each.undone_at is not None for each in wanted),
    )


def _sentences(total: _Total, ready: int, *, canceled: bool) -> list[str]:
    entries = _count(total.entries, "entry", "entries")
    of_campaigns = _count(total.campaign_entries, "campaign entry", "campaign entries")
    if not total.logs:
        return ["Canceled already." if canceled else "All of it counts already."]
    if canceled:
        found = [
            f"Cancels {entries} and {of_campaigns}.",
            (
                "They stay in the log and no longer count. The number of the segment "
                "stays used up. You can let them count again later."
            ),
        ]
    else:
        found = [f"Lets {entries} and {of_campaigns} count again."]
    if ready:
        state = "canceled already" if canceled else "not canceled"
        verb = "is" if ready == 1 else "are"
        found.append(f"{_count(ready, 'of the chosen')} {verb} {state}.")
    return found


def _warnings(total: _Total, *, canceled: bool) -> list[str]:
    if not canceled and total.undone:
        return [
            (
                "The log was undone: its lines are back in the segment. Log that again "
                "instead."
            )
        ]
    if not canceled and total.logs:
        return ["Also entries that had been canceled one by one count again."]
    if total.apart:
        one = total.apart == 1
        return [
            (
                f"{_count(total.apart, 'entry', 'entries')} already canceled "
                f"{'stays' if one else 'stay'} canceled, and will come back when you let "
                "the logged segment count again."
            )
        ]
    return []


# --- undo ---------------------------------------------------------------------------


def _question_of_undo(entry_no: int) -> Question:
    with transaction(engine()) as session:
        (logged,) = _found(session, [entry_no])
        obstacle = _obstacle(session, logged)
        scope = scope_of(session, logged)
        follow_up = follow_up_of(session, logged)
        commented = count_commented(session, entry_no)
    no = logged.segment_no
    to_cancel = 0 if logged.canceled else scope.entries
    return Question(
        title=f"Undo the log of segment {no}",
        sentences=[
            (
                f"Cancels {_count(to_cancel, 'entry', 'entries')} and "
                f"{_count(scope.campaign_entries if not logged.canceled else 0, 'campaign entry', 'campaign entries')}"
                f", and brings segment {no} back with {_count(logged.no_left, 'line')}, "
                "as it was when it was logged."
            ),
            (
                "The canceled entries stay in the log. They never count again; log the "
                "segment once more instead. The criteria actions become one; those that "
                "led to it are still shown."
            ),
            *_of_follow_up(follow_up),
            *_of_comments(commented),
        ]
        if not obstacle
        else [obstacle],
        warnings=_of_single_entries(scope) if not obstacle else (),
        number=logged.no_left,
        button=f"Undo the log of {_count(logged.no_left, 'line')}",
        back=f"{LIST}/{entry_no}",
        crumbs=_crumbs(logged),
        is_possible=not obstacle,
    )


def _obstacle(session: Session, logged: LoggedSegment) -> str:
    """Why the log cannot be undone, or nothing."""
    try:
        refuse_to_undo(session, logged)
    except ConflictError as error:
        return error.detail
    return ""


def _of_follow_up(follow_up: FollowUp | None) -> list[str]:
    if follow_up is None:
        return []
    if follow_up.untouched is not None:
        return [
            (
                f"The follow-up segment {follow_up.no} is taken away again: nothing has "
                "happened to it."
            )
        ]
    return [
        (
            f"The follow-up segment {follow_up.no} stays as it is: it was changed, logged "
            "or deleted since."
        )
    ]


def _of_comments(commented: int) -> list[str]:
    if not commented:
        return []
    have = _count(commented, "entry has", "entries have")
    return [f"{have} comments. They stay with the canceled entries."]


def _of_single_entries(scope: Scope) -> list[str]:
    if not scope.apart:
        return []
    return [
        (
            f"{_count(scope.apart, 'entry was', 'entries were')} canceled one by one; "
            "their lines come back too."
        )
    ]


def _undone_in_words(undone: Undone) -> str:
    words = [f"The log is undone: {_count(undone.lines_restored, 'line')} are back."]
    if undone.lines_restored == 1:
        words = ["The log is undone: 1 line is back."]
    if undone.contacts_gone:
        gone = _count(undone.contacts_gone, "line")
        words.append(f"{gone} stay away, since their contacts were deleted.")
    if undone.follow_up_taken_away:
        words.append(f"Follow-up segment {undone.follow_up_segment_no} is gone.")
    return " ".join(words)


# --- delete -------------------------------------------------------------------------


def _question_of_delete(chosen: Sequence[int]) -> Question:
    with transaction(engine()) as session:
        logs, entries = session.execute(
            select(
                func.count(),
                func.coalesce(
                    func.sum(
                        LoggedSegment.no_of_interactions - LoggedSegment.no_deleted
                    ),
                    0,
                ),
            ).where(canceled_logs(_filters(chosen)))
        ).one()
    nothing = "There is no canceled logged segment."
    if chosen:
        nothing = "None of the chosen logged segments is canceled: cancel them first."
    return Question(
        title="Delete canceled logged segments",
        sentences=[
            f"Deletes {_count(logs, 'canceled logged segment')}.",
            (
                f"{_count(int(entries), 'entry', 'entries')} and their campaign entries "
                "stay, still canceled, and belong to no logged segment any more. The "
                "numbers of the segments may be logged again."
            ),
        ]
        if logs
        else [nothing],
        warnings=[
            (
                "Deleted logged segments do not come back, and their logs cannot be "
                "undone any more."
            )
        ]
        if logs
        else (),
        number=int(entries),
        button=f"Delete {_count(logs, 'logged segment')}",
        back=LIST,
        crumbs=CRUMBS,
        hidden=_hidden(chosen),
        is_possible=bool(logs),
        is_for_ever=True,
    )


# --- what is meant ------------------------------------------------------------------


def _chosen(*, may_be_none: bool = False) -> list[int]:
    """The ticked logged segments, each once, at most as many as a page shows."""
    texts = request.values.getlist("entry_no")
    chosen = sorted(
        {int(each) for each in texts if each.isdecimal() and len(each) < 19}
    )
    if len(chosen) > PAGE or not (chosen or may_be_none):
        raise RefusedError(
            "E-SELECTION", f"Tick 1 to {PAGE} logged segments in the list first."
        )
    return chosen


def _found(session: Session, chosen: Sequence[int]) -> Sequence[LoggedSegment]:
    found = session.scalars(
        select(LoggedSegment)
        .where(LoggedSegment.entry_no.in_(chosen))
        .order_by(LoggedSegment.entry_no)
    ).all()
    if not found:
        raise NotFoundError("E-NOT-FOUND", "There is no such logged segment any more.")
    return found


def _filters(chosen: Sequence[int]) -> dict[str, object]:
    return {"entry_no": list(chosen)} if chosen else {}


def _hidden(chosen: Sequence[int]) -> list[tuple[str, str]]:
    return [("entry_no", str(each)) for each in chosen]


def _crumbs(single: LoggedSegment | None) -> list[tuple[str, str]]:
    if single is None:
        return CRUMBS
    return [*CRUMBS, (single.segment_no, f"{LIST}/{single.entry_no}")]


def _count(of: int, one: str, many: str = "") -> str:
    return f"{number(of)} {one if of == 1 else many or one + 's'}"


serve_both_ways(
    blueprint,
    question=lambda canceled: _question(_chosen(), canceled=canceled),
    set_canceled=lambda canceled: _set_canceled(canceled=canceled),
)

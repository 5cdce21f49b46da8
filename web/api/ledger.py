from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response
from pydantic import JsonValue, create_model
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.campaigns.campaigns import NOUN
from core.campaigns.models import Campaign
from core.interactions.campaign_entries import entry_with_totals
from core.interactions.queries import entry_row, logged_segment_row
from core.jobs.models import Job
from core.ledger.cancel_campaign_entry import set_campaign_entry_canceled
from core.ledger.cancel_entries import set_entries_canceled, set_entry_canceled
from core.ledger.cancel_log import set_log_canceled
from core.ledger.change import Change
from core.ledger.delete_campaign_entries import (
    CAMPAIGN_ENTRY_FIELDS,
    delete_canceled_campaign_entries,
)
from core.ledger.delete_canceled import (
    LOG_FIELDS,
    delete_canceled_entries,
    delete_canceled_logs,
)
from core.ledger.entry_filter import FIELDS
from core.ledger.evaluate_entries import Verdict, evaluate_entries, evaluate_entry
from core.ledger.undo_log import undo_log
from core.records import found_record
from web.api import framework
from web.api.campaigns import CampaignEntryPath, CampaignEntryShown, campaign_entry
from web.api.framework.fields import (
    Count,
    Flag,
    Key20,
    OptionalCount,
    SomeEvaluation,
    Text255,
)
from web.api.interaction_log_entries import EntryShown
from web.api.jobs import JobShown, answer_or_start, job_started
from web.api.logged_segments import LoggedSegmentShown
from web.permissions import requires

blueprint = framework.api_blueprint(
    "ledger",
    "What happens to logged segments and interactions afterwards: cancel, let count "
    "again, evaluate, delete, undo. What is small is done at once, what is large by a "
    "job.",
)


class ReasonBody(framework.Body):
    reason: Text255 = ""
    "Why, for the audit trail."


_NO_FILTERS = {"reason", "expected", "remove_attachments", "new_evaluation"}


class _Selection(ReasonBody):
    """Each field narrows: a value, a list (any of them), or an object with `from`,
    `to`, `ne` and, for texts, `contains`."""

    def filters(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in self.given().items()
            if name not in _NO_FILTERS
        }


class CancelBody(ReasonBody):
    remove_attachments: Flag = False
    "Also remove attachments that only one entry has, and that entry is canceled now."


SelectionT = TypeVar("SelectionT", bound=type[_Selection])


def _narrowed_by(*fields: str) -> Callable[[SelectionT], Any]:
    """Give a selection these fields, as they may be filtered by."""
    filters: dict[str, Any] = dict.fromkeys(fields, (JsonValue, None))

    def extend(selection: SelectionT) -> Any:  # noqa: ANN401
        return create_model(
            selection.__name__,
            __base__=selection,
            __module__=selection.__module__,
            __doc__=selection.__doc__,
            **filters,
        )

    return extend


@_narrowed_by(*FIELDS)
class EntrySelection(_Selection):
    expected: OptionalCount = None
    "How many there were when you looked; another number changes nothing."


class EntriesToCancel(EntrySelection, CancelBody):
    pass


class EntriesToEvaluate(EntrySelection):
    new_evaluation: SomeEvaluation
    "Of every entry that matches; `evaluation` is a filter on what was said before."


class EvaluationBody(ReasonBody):
    evaluation: SomeEvaluation


@_narrowed_by(*CAMPAIGN_ENTRY_FIELDS)
class CampaignEntrySelection(_Selection):
    pass


@_narrowed_by(*LOG_FIELDS)
class LoggedSegmentSelection(_Selection):
    pass


class EntriesChanged(framework.Shown):
    entries_changed: Count


class Deleted(framework.Shown):
    deleted: Count


class UndoneShown(framework.Shown):
    """The segment is there again. Lines whose contact was deleted since stay away; a
    follow-up to which something has happened since stays."""

    segment_no: Key20
    lines_restored: Count
    contacts_gone: Count
    entries_canceled: Count
    campaign_entries_canceled: Count
    follow_up_segment_no: Key20 | None
    follow_up_taken_away: Flag


def _does_or_starts(shown: type[framework.Shown]) -> Any:  # noqa: ANN401
    return framework.does(shown) | framework.starts(JobShown)


# --- logged segments ----------------------------------------------------------------


@blueprint.post(
    "/logged-segments/<int:entry_no>/cancel",
    responses=_does_or_starts(LoggedSegmentShown),
)
@requires(Permission.EDIT)
def cancel_logged_segment(path: framework.EntryNoPath, body: ReasonBody) -> Response:
    """Cancel a logged segment, its campaign entries and all its interactions."""
    return _set_log_canceled(path, body, canceled=True)


@blueprint.post(
    "/logged-segments/<int:entry_no>/uncancel",
    responses=_does_or_starts(LoggedSegmentShown),
)
@requires(Permission.EDIT)
def uncancel_logged_segment(path: framework.EntryNoPath, body: ReasonBody) -> Response:
    """Let a logged segment count again, with all that belongs to it: also what was
    canceled one by one before."""
    return _set_log_canceled(path, body, canceled=False)


def _set_log_canceled(
    path: framework.EntryNoPath, body: ReasonBody, *, canceled: bool
) -> Response:
    def change(session: Session, actor: Actor) -> Response:
        done = set_log_canceled(
            session, actor, path.entry_no, Change(canceled, body.reason)
        )
        if isinstance(done, Job):
            return job_started(session, done)
        row = logged_segment_row(session, path.entry_no)
        return framework.answer(LoggedSegmentShown.of_row(row))

    return answer_or_start(change)


@blueprint.post(
    "/logged-segments/<int:entry_no>/undo", responses=_does_or_starts(UndoneShown)
)
@requires(Permission.LOG)
def undo_logged_segment(path: framework.EntryNoPath, body: ReasonBody) -> Response:
    """Take a whole log back: everything it wrote is canceled, and its segment is there
    again under its old number."""

    def undo(session: Session, actor: Actor) -> Response:
        done = undo_log(session, actor, path.entry_no, reason=body.reason)
        if isinstance(done, Job):
            return job_started(session, done)
        return framework.answer(UndoneShown.of(done))

    return answer_or_start(undo)


@blueprint.post("/logged-segments/delete-canceled", responses=_does_or_starts(Deleted))
@requires(Permission.EDIT)
def delete_logged_segments(body: LoggedSegmentSelection) -> Response:
    """Delete canceled logged segments. Their entries stay, still canceled, and their
    numbers may be logged again."""

    def delete(session: Session, actor: Actor) -> Response:
        done = delete_canceled_logs(session, actor, body.filters(), reason=body.reason)
        return _deleted(session, done)

    return answer_or_start(delete)


# --- interaction log entries --------------------------------------------------------


@blueprint.post(
    "/interaction-log-entries/<int:entry_no>/cancel",
    responses=framework.does(EntryShown),
)
@requires(Permission.EDIT)
def cancel_entry(path: framework.EntryNoPath, body: CancelBody) -> Response:
    """Cancel one interaction log entry: it stays in the log and no longer counts."""
    change = Change(
        canceled=True, reason=body.reason, remove_attachments=body.remove_attachments
    )
    return _set_entry_canceled(path, change)


@blueprint.post(
    "/interaction-log-entries/<int:entry_no>/uncancel",
    responses=framework.does(EntryShown),
)
@requires(Permission.EDIT)
def uncancel_entry(path: framework.EntryNoPath, body: ReasonBody) -> Response:
    """Let an entry count again; not while its logged segment or campaign entry is
    canceled."""
    return _set_entry_canceled(path, Change(canceled=False, reason=body.reason))


def _set_entry_canceled(path: framework.EntryNoPath, wanted: Change) -> Response:
    def change(session: Session, actor: Actor) -> Response:
        set_entry_canceled(session, actor, path.entry_no, wanted)
        row = entry_row(session, path.entry_no)
        return framework.answer(EntryShown.of_row(row))

    return framework.answer_once(change)


@blueprint.post(
    "/interaction-log-entries/cancel", responses=_does_or_starts(EntriesChanged)
)
@requires(Permission.EDIT)
def cancel_entries(body: EntriesToCancel) -> Response:
    """Cancel every entry that matches. Without a filter `expected` must be given."""
    change = Change(
        canceled=True,
        reason=body.reason,
        expected=body.expected,
        remove_attachments=body.remove_attachments,
    )
    return _set_entries_canceled(body, change)


@blueprint.post(
    "/interaction-log-entries/uncancel", responses=_does_or_starts(EntriesChanged)
)
@requires(Permission.EDIT)
def uncancel_entries(body: EntrySelection) -> Response:
    """Let every entry that matches count again. Without a filter `expected` must be
    given."""
    change = Change(canceled=False, reason=body.reason, expected=body.expected)
    return _set_entries_canceled(body, change)


def _set_entries_canceled(body: EntrySelection, wanted: Change) -> Response:
    def change(session: Session, actor: Actor) -> Response:
        done = set_entries_canceled(session, actor, body.filters(), wanted)
        if isinstance(done, Job):
            return job_started(session, done)
        return framework.answer(EntriesChanged.of(None, entries_changed=done))

    return answer_or_start(change)


@blueprint.post(
    "/interaction-log-entries/<int:entry_no>/evaluate",
    responses=framework.does(EntryShown),
)
@requires(Permission.EDIT)
def evaluate_one_entry(path: framework.EntryNoPath, body: EvaluationBody) -> Response:
    """Say how an interaction went; a canceled one too."""
    verdict = Verdict(body.evaluation, body.reason)

    def evaluate(session: Session, actor: Actor) -> Response:
        evaluate_entry(session, actor, path.entry_no, verdict)
        row = entry_row(session, path.entry_no)
        return framework.answer(EntryShown.of_row(row))

    return framework.answer_once(evaluate)


@blueprint.post(
    "/interaction-log-entries/evaluate", responses=_does_or_starts(EntriesChanged)
)
@requires(Permission.EDIT)
def evaluate_many_entries(body: EntriesToEvaluate) -> Response:
    """Say of every entry that matches how it went; canceled ones too. Without a filter
    `expected` must be given: all that match, also those of which it was said before."""
    verdict = Verdict(body.new_evaluation, body.reason, body.expected)

    def evaluate(session: Session, actor: Actor) -> Response:
        done = evaluate_entries(session, actor, body.filters(), verdict)
        if isinstance(done, Job):
            return job_started(session, done)
        return framework.answer(EntriesChanged.of(None, entries_changed=done))

    return answer_or_start(evaluate)


@blueprint.post(
    "/interaction-log-entries/delete-canceled", responses=_does_or_starts(Deleted)
)
@requires(Permission.EDIT)
def delete_entries(body: EntrySelection) -> Response:
    """Delete the canceled entries that match; without a filter all of them. An
    attachment goes with the last entry that has it."""

    def delete(session: Session, actor: Actor) -> Response:
        done = delete_canceled_entries(
            session,
            actor,
            body.filters(),
            reason=body.reason,
            expected=body.expected,
        )
        return _deleted(session, done)

    return answer_or_start(delete)


def _deleted(session: Session, done: int | Job) -> Response:
    if isinstance(done, Job):
        return job_started(session, done)
    return framework.answer(Deleted.of(None, deleted=done))


# --- campaign entries ---------------------------------------------------------------


@blueprint.post(
    "/campaigns/<no>/entries/<int:entry_no>/cancel",
    responses=_does_or_starts(CampaignEntryShown),
)
@requires(Permission.EDIT)
def cancel_campaign_entry(path: CampaignEntryPath, body: ReasonBody) -> Response:
    """Cancel a campaign entry and all its interactions."""
    return _set_campaign_entry_canceled(path, body, canceled=True)


@blueprint.post(
    "/campaigns/<no>/entries/<int:entry_no>/uncancel",
    responses=_does_or_starts(CampaignEntryShown),
)
@requires(Permission.EDIT)
def uncancel_campaign_entry(path: CampaignEntryPath, body: ReasonBody) -> Response:
    """Revive a campaign entry and all its interactions."""
    return _set_campaign_entry_canceled(path, body, canceled=False)


def _set_campaign_entry_canceled(
    path: CampaignEntryPath, body: ReasonBody, *, canceled: bool
) -> Response:
    wanted = Change(canceled, body.reason)

    def change(session: Session, actor: Actor) -> Response:
        done = set_campaign_entry_canceled(
            session, actor, path.no, path.entry_no, wanted
        )
        if isinstance(done, Job):
            return job_started(session, done)
        found = entry_with_totals(session, path.no, path.entry_no)
        return framework.answer(campaign_entry(found))

    return answer_or_start(change)


@blueprint.post(
    "/campaigns/<no>/entries/delete-canceled", responses=_does_or_starts(Deleted)
)
@requires(Permission.EDIT)
def delete_campaign_entries(
    path: framework.NoPath, body: CampaignEntrySelection
) -> Response:
    """Delete the canceled entries of a campaign that match, with all interactions of
    theirs."""

    def delete(session: Session, actor: Actor) -> Response:
        found_record(session, Campaign, path.no, NOUN)
        done = delete_canceled_campaign_entries(
            session, actor, path.no, body.filters(), reason=body.reason
        )
        return _deleted(session, done)

    return answer_or_start(delete)

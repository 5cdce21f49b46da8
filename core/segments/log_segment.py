"""Log a segment: one transaction, one statement for all entries (ADR 0003).

In order: lock and check the segment, file the logged segment and its campaign
entries, write one interaction log entry per line that may be logged, move refused
lines aside or undo everything, turn the segment into its follow-up or delete it,
count once more. The runner commits, if the job is still ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Insert,
    case,
    cast,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.attachments.freeze import freeze_attachments
from core.contacts.guard import share_contacts
from core.errors import RefusedError
from core.interactions.entry_numbers import reserve_entry_numbers
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.jobs.models import JobError
from core.jobs.run import JobFacts, JobRun
from core.rows import rows_written
from core.segments.bulk import (
    ANNOUNCE_EVERY,
    every_row_meant,
    give_hash_memory,
    order_all_joins,
)
from core.segments.campaign_entries import (
    close_campaign_entries,
    open_campaign_entries,
    usable_campaign_entries,
)
from core.segments.classify import classified_part, refused_lines
from core.segments.delete_segment import drop_segment
from core.segments.follow_up import leave_behind, turn_into_follow_up
from core.segments.frozen import lock_frozen
from core.segments.keep_for_undo import keep_for_undo, remember_follow_up
from core.segments.live import LINE_STEP, is_live
from core.segments.models import Segment, SegmentLine
from core.segments.preflight import first_refused_lines, header_faults
from core.segments.request_log import OnLineError, refuse
from core.segments.resolve import Part


@dataclass(frozen=True, slots=True)
class Options:
    create_follow_up: bool
    on_line_error: OnLineError


def log_segment(run: JobRun) -> Mapping[str, object]:
    """The step of the job kind `log_segment`; returns what the job page shows.

    Raises RefusedError with the first fault as headline and every refused line
    recorded under the job (LOG-028: the database stays as it was).
    """
    session, actor = run.session, run.job.actor
    arguments = run.job.arguments
    options = Options(
        create_follow_up=bool(arguments["create_follow_up"]),
        on_line_error=OnLineError(str(arguments["on_line_error"])),
    )
    run.progress.phase("checking")
    segment = lock_frozen(session, run.job)
    share_contacts(session)
    refuse(
        session,
        segment,
        header_faults(
            session, actor, segment, create_follow_up=options.create_follow_up
        ),
    )
    planned, first_line, last_line = _extent(session, segment)
    run.progress.plan(planned)
    logged = _file_logged_segment(session, run.job, segment, planned)
    open_campaign_entries(session, segment, logged, actor.username)
    first_entry_no = reserve_entry_numbers(
        session.get_bind().engine, (last_line - first_line) // LINE_STEP + 1
    )
    run.progress.phase("logging")
    numbering = Numbering(first_entry_no, first_line)
    _write_entries(session, segment, logged, actor, numbering)
    run.check()
    run.progress.done(planned)
    run.progress.phase("finishing")
    written = close_campaign_entries(session, logged)
    logged.no_of_interactions = written.entries
    logged.cost, logged.duration = written.cost, written.duration
    logged.no_skipped = planned - written.entries
    if logged.no_skipped:
        _refuse_or_note(run, segment, logged, options)
    freeze_attachments(session, written.attachment_ids)
    result = _describe(segment, logged)
    if logged.no_skipped:
        result["left_behind_segment_no"] = leave_behind(session, actor, segment, logged)
    keep_for_undo(session, segment, logged)
    if options.create_follow_up:
        result["follow_up_segment_no"] = turn_into_follow_up(
            session, actor, segment, logged
        )
        remember_follow_up(session, segment, logged)
    else:
        drop_segment(session, segment)
    return result


def _extent(session: Session, segment: Segment) -> tuple[int, int, int]:
    """How many lines are in force, and the first and last line number."""
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.min(SegmentLine.line_no), 0),
            func.coalesce(func.max(SegmentLine.line_no), 0),
        )
        .select_from(SegmentLine)
        .join(Segment, Segment.id == SegmentLine.segment_id)
        .where(SegmentLine.segment_id == segment.id, is_live())
    ).one()
    return row[0], row[1], row[2]


def _file_logged_segment(
    session: Session, job: JobFacts, segment: Segment, planned: int
) -> LoggedSegment:
    logged = LoggedSegment(
        segment_no=segment.no,
        description=segment.description,
        # Today, not the work date (LOG-021), and not as the worker's clock has it.
        creation_date=cast(func.timezone("UTC", func.now()), Date),
        user_id=job.actor.username,
        campaign_no=segment.campaign_no,
        job_id=job.id,
        no_of_lines=planned,
    )
    session.add(logged)
    session.flush()  # The entries carry its number.
    return logged


@dataclass(frozen=True, slots=True)
class Numbering:
    """Entry numbers follow from line numbers, so nothing has to be sorted to make the
    order by Entry No. the order of the lines (LOG-060)."""

    first_entry_no: int
    first_line_no: int

    def position(self, line_no: ColumnElement[int]) -> ColumnElement[int]:
        # The database's `/` on whole numbers; SQLAlchemy's would make it a fraction.
        before = line_no.op("-")(self.first_line_no).self_group()
        return before.op("/")(LINE_STEP).self_group()


def _write_entries(
    session: Session,
    segment: Segment,
    logged: LoggedSegment,
    actor: Actor,
    numbering: Numbering,
) -> None:
    """LOG-040, all lines in one INSERT … SELECT, and one more for the personal ones.

    Plan (a million lines): one pass over lines and contacts, hashed against each
    other, and a handful of masters; the rest of the time is writing the entries and
    their indexes.
    """
    give_hash_memory(session)
    order_all_joins(session)
    with every_row_meant(session):
        session.execute(_entries_of(Part.PLAIN, segment, logged, actor, numbering))
    session.execute(_entries_of(Part.PERSONAL, segment, logged, actor, numbering))


def _entries_of(
    part: Part,
    segment: Segment,
    logged: LoggedSegment,
    actor: Actor,
    numbering: Numbering,
) -> Insert:
    line = classified_part(segment, part).c
    campaign_entry = usable_campaign_entries(segment.no)
    position = numbering.position(line.line_no)
    entry_no = literal(numbering.first_entry_no, BigInteger) + position
    values = {
        "entry_no": case(
            (
                position.op("%")(ANNOUNCE_EVERY) == ANNOUNCE_EVERY - 1,
                func.rollcall_announce_progress(entry_no, ANNOUNCE_EVERY),
            ),
            else_=entry_no,
        ),
        "logged_segment_entry_no": literal(logged.entry_no, BigInteger),
        "segment_line_no": line.line_no,
        "contact_id": line.contact_id,
        "contact_company_id": line.contact_company_id,
        "campaign_entry_no": campaign_entry.c.entry_no,
        "attachment_id": line.attachment_id,
        "time_of_interaction": line.time_of_interaction,
        "date": line.date,
        "correspondence_type": line.effective_correspondence_type,
        "information_flow": line.information_flow,
        "initiated_by": line.initiated_by,
        "evaluation": line.evaluation,
        "campaign_response": line.campaign_response,
        "campaign_target": line.campaign_target,
        "attempt_failed": line.attempt_failed,
        "send_word_docs_as_attmt": line.send_word_docs_as_attmt,
        "cost": line.cost,
        "duration": line.duration,
        "interaction_template_code": line.interaction_template_code,
        "interaction_group_code": line.interaction_group_code,
        "interaction_language_code": line.language_code,
        "contact_alt_address_code": line.contact_alt_address_code,
        "salesperson_code": line.salesperson_code,
        "campaign_no": line.campaign_no,
        "segment_no": literal(segment.no),
        "user_id": literal(actor.username),
        "description": line.description,
        "subject": line.subject,
        "contact_via": line.contact_via,
    }
    entries = (
        select(*values.values())
        .outerjoin(campaign_entry, campaign_entry.c.campaign_no == line.campaign_no)
        .where(line.may_be_logged)
    )
    return insert(InteractionLogEntry).from_select(
        list(values), entries, include_defaults=False
    )


def _refuse_or_note(
    run: JobRun, segment: Segment, logged: LoggedSegment, options: Options
) -> None:
    """Lines were refused: undo everything and list them, or note them and go on."""
    segment_id, job_id = segment.id, run.job.id
    nothing_left = logged.no_of_interactions == 0
    if options.on_line_error is OnLineError.REFUSE or nothing_left:
        faults = first_refused_lines(run.session, segment)
        run.record_errors_after_rollback(
            lambda session: _record_refused_lines(session, job_id, segment_id)
        )
        raise RefusedError(faults[0].code, faults[0].detail, faults=faults)
    _record_refused_lines(run.session, job_id, segment_id)


def _record_refused_lines(session: Session, job_id: int, segment_id: int) -> int:
    """Every refused line with its reason, set-based; how many there are."""
    refused = refused_lines(segment_id).subquery("refused")
    return rows_written(
        session,
        insert(JobError).from_select(
            ["job_id", "position", "subject", "code", "detail"],
            select(
                literal(job_id, BigInteger),
                refused.c.line_no,
                refused.c.contact_no,
                refused.c.problem,
                refused.c.detail,
            ).order_by(refused.c.line_no),
        ),
    )


def _describe(segment: Segment, logged: LoggedSegment) -> dict[str, object]:
    return {
        "segment_no": segment.no,
        "logged_segment_entry_no": logged.entry_no,
        "planned": logged.no_of_lines,
        "logged": logged.no_of_interactions,
        "skipped": logged.no_skipped,
        "cost": str(logged.cost),
        "duration": float(logged.duration),
    }

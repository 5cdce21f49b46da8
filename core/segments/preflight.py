"""What pressing Log would do, before it is pressed (design §5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.salespeople import default_salesperson
from core.delivery.account import NO_ACCOUNT, has_mail_account
from core.errors import Fault, RollcallError
from core.numbering.draw_number import check_series_can_number
from core.segments.classify import PROBLEMS, classified_lines, refused_lines
from core.segments.models import Segment
from core.segments.queries import logged_segment_of, totals
from core.vocabulary import CorrespondenceType

SAMPLE = 100
"""Refused lines a preflight names; the job names them all."""

_AGAINST_OPTIONS = ("E-SERIES-", "E-SALES-DEFAULT", "E-MAIL-ACCOUNT")


@dataclass(frozen=True, slots=True)
class Preflight:
    """planned = will_log + refused, always."""

    planned: int
    will_log: int
    refused: int
    cost: Decimal
    duration: Decimal
    by_correspondence_type: dict[CorrespondenceType, int]
    no_of_mails: int
    "E-mails that would be sent."
    by_problem: dict[str, int]
    header_faults: tuple[Fault, ...]
    refused_sample: tuple[Fault, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All faults in the order of the catalogue: the header's, the lines', and
        what stands against an option."""
        before = [
            fault
            for fault in self.header_faults
            if not fault.code.startswith(_AGAINST_OPTIONS)
        ]
        after = [fault for fault in self.header_faults if fault not in before]
        return (*before, *self.refused_sample, *after)


def preflight(
    session: Session,
    actor: Actor,
    segment: Segment,
    *,
    create_follow_up: bool,
    send_attachments: bool = False,
) -> Preflight:
    """Classify every line with the query the log itself uses."""
    line = classified_lines(segment.id, sending=send_attachments).c
    groups = session.execute(
        select(
            line.problem,
            line.effective_correspondence_type,
            func.count(),
            func.sum(line.cost),
            func.sum(line.duration),
        ).group_by(line.problem, line.effective_correspondence_type)
    ).all()
    by_type: dict[CorrespondenceType, int] = {}
    by_problem: dict[str, int] = {}
    cost = duration = Decimal(0)
    for problem, correspondence_type, count, its_cost, its_duration in groups:
        if problem is None:
            by_type[CorrespondenceType(correspondence_type)] = count
            cost += its_cost
            duration += its_duration
        else:
            by_problem[problem] = by_problem.get(problem, 0) + count
    will_log, refused = sum(by_type.values()), sum(by_problem.values())
    return Preflight(
        planned=will_log + refused,
        will_log=will_log,
        refused=refused,
        cost=cost,
        duration=duration,
        by_correspondence_type=by_type,
        no_of_mails=by_type.get(CorrespondenceType.EMAIL, 0) if send_attachments else 0,
        by_problem={code: by_problem[code] for code in PROBLEMS if code in by_problem},
        header_faults=header_faults(
            session,
            actor,
            segment,
            create_follow_up=create_follow_up,
            send_attachments=send_attachments,
        ),
        refused_sample=first_refused_lines(session, segment, sending=send_attachments)
        if refused
        else (),
    )


def header_faults(
    session: Session,
    actor: Actor,
    segment: Segment,
    *,
    create_follow_up: bool,
    send_attachments: bool = False,
) -> tuple[Fault, ...]:
    """What is wrong with the segment as a whole, all of it, in order of precedence."""
    faults: list[Fault] = []
    if logged_segment_of(session, segment.no) is not None:
        faults.append(
            Fault(
                "E-ALREADY",
                f"A segment {segment.no} has been logged before. "
                "A number is logged once; copy the contacts into a new segment.",
            )
        )
    if not segment.description:
        faults.append(
            Fault(
                "E-DESC",
                f"Segment {segment.no} has no description. Give it one.",
                field="description",
            )
        )
    if totals(session, segment).no_of_lines == 0:
        faults.append(
            Fault("E-EMPTY", f"Segment {segment.no} is empty. Add contacts first.")
        )
    if create_follow_up:
        faults += follow_up_faults(session, actor)
    if send_attachments and not has_mail_account():
        faults.append(Fault("E-MAIL-ACCOUNT", NO_ACCOUNT, field="send_attachments"))
    return tuple(faults)


def follow_up_faults(session: Session, actor: Actor) -> Sequence[Fault]:
    """Whether a follow-up segment could be numbered and owned (FUP-002, SEG-003)."""
    faults: list[Fault] = []
    for check in (
        lambda: check_series_can_number(session, "segment_nos", actor.work_date),
        lambda: default_salesperson(session, actor),
    ):
        try:
            check()
        except RollcallError as refusal:
            faults.append(Fault(refusal.code, refusal.detail))
    return faults


def first_refused_lines(
    session: Session, segment: Segment, *, sending: bool = False
) -> tuple[Fault, ...]:
    rows = session.execute(refused_lines(segment.id, sending=sending).limit(SAMPLE))
    return tuple(
        Fault(code, detail, line_no=line_no) for line_no, _, code, detail in rows
    )

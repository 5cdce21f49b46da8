"""Why a contact is in a segment or is not: every step that could have to do with it,
what the step did, and whether its filter means the contact today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, select
from sqlalchemy.orm import Session, aliased

from core.contacts.models import Contact
from core.errors import RefusedError
from core.segments.classify import classified_lines, problem_in_words
from core.segments.contact_filter import contacts_matching
from core.segments.models import Segment, SegmentAction, SegmentLine
from core.segments.step_numbers import StepNumbers, step_numbers

MOST_STEPS = 300
"""Steps that are tried on the contact in one statement; of more, the newest."""

Asked = aliased(Contact, name="asked")


@dataclass(frozen=True, slots=True)
class StepForContact:
    action: SegmentAction
    step_no: int
    in_force: bool
    matches: bool | None
    "Whether the contact meets the filter today; None where that cannot be told."
    meant_by_company: bool
    "It does not, but somebody of its company does, and the step takes those along."
    added_lines: tuple[int, ...]
    removed_lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LineOfContact:
    line_no: int
    added_by: int
    "The number of the step, like that of who removed it."
    removed_by: int | None
    in_force: bool
    problem: str | None
    "Why the log would refuse the line; None where it would log it, or is no line."
    detail: str


@dataclass(frozen=True, slots=True)
class Why:
    contact: Contact
    is_in: bool
    lines: Sequence[LineOfContact]
    steps: Sequence[StepForContact]
    older_steps: int
    "Steps before those that were tried."


def why(session: Session, segment: Segment, contact: Contact) -> Why:
    """Five statements, however many steps and lines there are."""
    numbers = step_numbers(session, segment)
    found = session.scalars(
        select(SegmentAction)
        .where(SegmentAction.segment_id == segment.id)
        .order_by(SegmentAction.action_no)
    ).all()
    lines = _lines(session, segment, contact, numbers)
    touched = {line.added_by for line in lines} | {line.removed_by for line in lines}
    tried = found[-MOST_STEPS:]
    older = [
        action
        for action in found[:-MOST_STEPS]
        if numbers.of(action.action_no) in touched
    ]
    matches = _matches(session, contact, tried)
    return Why(
        contact=contact,
        is_in=any(line.in_force for line in lines),
        lines=lines,
        steps=[
            _step(
                action,
                numbers.of(action.action_no),
                segment,
                lines,
                matches.get(action.action_no, (None, False)),
            )
            for action in (*older, *tried)
        ],
        older_steps=len(found) - len(tried) - len(older),
    )


def _lines(
    session: Session, segment: Segment, contact: Contact, numbers: StepNumbers
) -> list[LineOfContact]:
    """Also those that were taken out, or lie ahead. Served by the index of contacts."""
    rows = session.execute(
        select(SegmentLine.line_no, SegmentLine.added_by, SegmentLine.removed_by)
        .where(
            SegmentLine.contact_id == contact.id, SegmentLine.segment_id == segment.id
        )
        .order_by(SegmentLine.line_no)
    ).all()
    judged = _judged(session, segment, contact) if rows else {}
    return [
        LineOfContact(
            line_no,
            numbers.of(added_by),
            None if removed_by is None else numbers.of(removed_by),
            line_no in judged,
            *judged.get(line_no, (None, "")),
        )
        for line_no, added_by, removed_by in rows
    ]


def _judged(
    session: Session, segment: Segment, contact: Contact
) -> Mapping[int, tuple[str | None, str]]:
    """Of the lines in force: what the log would say to them."""
    line = classified_lines(segment.id).c
    rows = session.execute(
        select(line.line_no, line.problem, problem_in_words(line)).where(
            line.contact_id == contact.id
        )
    )
    return {no: (problem, words if problem else "") for no, problem, words in rows}


def _matches(
    session: Session, contact: Contact, tried: Sequence[SegmentAction]
) -> Mapping[int, tuple[bool | None, bool]]:
    """One SELECT asks all filters of one contact."""
    asked: list[ColumnElement[bool]] = []
    numbers: list[int] = []
    for action in tried:
        try:
            condition = contacts_matching(action.filters)
        except RefusedError:  # a step that no filter describes, such as "left behind"
            continue
        numbers.append(action.action_no)
        asked += [_itself(condition), _by_company(condition, action)]
    if not asked:
        return {}
    row = session.execute(
        select(*(column.label(f"c{place}") for place, column in enumerate(asked)))
        .select_from(Asked)
        .where(Asked.id == contact.id)
    ).one()
    return {
        number: (row[2 * place], row[2 * place + 1])
        for place, number in enumerate(numbers)
    }


def _itself(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return _somebody(Contact.id == Asked.id, condition)


def _by_company(
    condition: ColumnElement[bool], action: SegmentAction
) -> ColumnElement[bool]:
    """Whether an option brings the contact along with somebody who matches."""
    if action.expand_companies or action.entire_companies:
        return _somebody(Contact.company_id == Asked.company_id, condition)
    if action.allow_related_companies:
        return _somebody(Contact.company_id == Asked.id, condition)
    return false()


def _somebody(
    who: ColumnElement[bool], condition: ColumnElement[bool]
) -> ColumnElement[bool]:
    return exists(select(Contact.id).where(and_(who, condition)).correlate(Asked))


def _step(
    action: SegmentAction,
    step_no: int,
    segment: Segment,
    lines: Sequence[LineOfContact],
    found: tuple[bool | None, bool],
) -> StepForContact:
    matches, by_company = found
    return StepForContact(
        action=action,
        step_no=step_no,
        in_force=action.action_no <= segment.head,
        matches=matches,
        meant_by_company=by_company and not matches,
        added_lines=tuple(ln.line_no for ln in lines if ln.added_by == step_no),
        removed_lines=tuple(ln.line_no for ln in lines if ln.removed_by == step_no),
    )

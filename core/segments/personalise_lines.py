"""Personalise lines: give them own values, or hand values back to the header.

One line, the ones a user ticked or all that match a filter: it is the same statement.
Criteria actions know nothing of it, so Go Back does not undo it.
"""

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session
from sqlalchemy.types import Date

from core.attachments.discard import discard_unreferenced
from core.contacts.models import Contact, ContactAltAddress
from core.errors import Fault, FaultList, RefusedError
from core.interactions.models import InteractionTemplate
from core.jobs.models import JobError
from core.rows import rows_written
from core.segments.bulk import announced, give_hash_memory
from core.segments.changes import LineChanges
from core.segments.few_lines import only_lines
from core.segments.held_attachments import attachments_of_lines
from core.segments.known_codes import refuse_unknown_codes
from core.segments.models import (
    GIVEN_BY_TEMPLATE,
    OVERRIDES,
    Segment,
    SegmentLine,
    is_personal,
)
from core.segments.resolve import BLANKED_DATE, resolved_lines
from core.segments.targets import DECIDE_ON_TARGETS, keeping_targets
from core.vocabulary import CorrespondenceType

LINES_NAMED = 100
"""Refused lines that are listed; a job keeps all of them."""

_GIVEN_BY_LANGUAGE = ("subject", "attachment_id")
"""Own values that end when the line gets another language (LINE-052)."""

_LET_GO = frozenset({"interaction_template_code", "language_code", "attachment_id"})


@dataclass(frozen=True, slots=True)
class Personalisation:
    values: LineChanges = field(default_factory=LineChanges)
    "Set as the lines' own; a blank is a value."
    inherit: Collection[str] = ()
    "Handed back: the line shows what header, template and contact say."

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(self.values) | frozenset(self.inherit)

    @property
    def may_let_go(self) -> bool:
        """Lines may lose an attachment of their own."""
        return not _LET_GO.isdisjoint(self.fields)

    @property
    def concerns_targets(self) -> bool:
        return not DECIDE_ON_TARGETS.isdisjoint(self.fields)


def personalise_lines(
    session: Session,
    segment: Segment,
    lines: Select[int],
    wanted: Personalisation,
    *,
    contact_nos: Collection[str] | None = None,
) -> int:
    """Change these lines in force, given by their numbers; returns how many they are.

    A template that is another one than the line has resets what the old one had given
    (LINE-041), brings its description (LINE-044) and, where the header has none, its
    campaign (LINE-046); values named beside it are set. The header's own template is
    no choice of the line's. `contact_nos` names their contacts where they are few.

    Raises RefusedError with all faults; lines whose contact lacks the alternative
    address are named.
    """
    _refuse(session, wanted)
    _refuse_lines_without_address(session, segment, lines, wanted)
    _refuse_lines_without_template(session, segment, lines, wanted)
    if not wanted.fields:
        return 0
    these = SegmentLine.line_no.in_(lines)
    held = attachments_of_lines(session, segment, these) if wanted.may_let_go else ()
    if "language_code" in wanted.values:
        _drop_content_of_other_language(session, segment, these, wanted)
    with (
        keeping_targets(session, segment, contact_nos)
        if wanted.concerns_targets
        else nullcontext()
    ):
        changed = rows_written(session, _update(session, segment, lines, wanted))
    discard_unreferenced(session, held)
    return changed


def lines_without_address(
    segment: Segment, lines: Select[int], wanted: Personalisation
) -> Select[int, str] | None:
    """line_no and contact_no of each line that cannot have the alternative address,
    in line order; None where no address is wanted."""
    code = wanted.values.get("contact_alt_address_code")
    if not code:
        return None
    has_address = exists().where(
        ContactAltAddress.contact_id == SegmentLine.contact_id,
        ContactAltAddress.code == code,
    )
    return (
        select(SegmentLine.line_no, func.coalesce(Contact.no, "").label("contact_no"))
        .outerjoin(Contact, Contact.id == SegmentLine.contact_id)
        .where(
            SegmentLine.segment_id == segment.id,
            SegmentLine.line_no.in_(lines),
            ~has_address,
        )
        .order_by(SegmentLine.line_no)
    )


def record_lines_without_address(
    session: Session,
    job_id: int,
    segment: Segment,
    lines: Select[int],
    wanted: Personalisation,
) -> None:
    """Every refused line under its job, set-based."""
    refused = lines_without_address(segment, lines, wanted)
    if refused is None:
        return
    row = refused.subquery("refused")
    code = wanted.values["contact_alt_address_code"]
    rows_written(
        session,
        insert(JobError).from_select(
            ["job_id", "position", "subject", "code", "detail"],
            select(
                literal(job_id, BigInteger),
                row.c.line_no,
                row.c.contact_no,
                literal("E-UNKNOWN-CODE"),
                literal("The contact has no alternative address ") + code + ".",
            ).order_by(row.c.line_no),
        ),
    )


def _update(
    session: Session, segment: Segment, lines: Select[int], wanted: Personalisation
) -> Any:  # noqa: ANN401  (an update)
    give_hash_memory(session)
    chosen = lines.add_columns(func.row_number().over().label("position")).subquery(
        "chosen"
    )
    # Not changed: it tells the worker how far the statement is.
    added_by = announced(sql_cast(SegmentLine.added_by, BigInteger), chosen.c.position)
    return (
        update(SegmentLine)
        .where(
            SegmentLine.segment_id == segment.id,
            SegmentLine.line_no == chosen.c.line_no,
        )
        .values(
            _new_values(session, segment, wanted)
            | {"added_by": sql_cast(added_by, Integer)}
        )
    )


def _new_values(
    session: Session, segment: Segment, wanted: Personalisation
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "interaction_template_code" in wanted.fields:
        code = wanted.values.get(
            "interaction_template_code", segment.interaction_template_code
        )
        values |= _given_by(session.get(InteractionTemplate, code), segment, code)
    values |= dict.fromkeys(wanted.inherit)
    values |= {name: _own(name, value) for name, value in wanted.values.items()}
    if values.get("interaction_template_code") == segment.interaction_template_code:
        # The header's template is no choice of its own: the line follows (SEG-010).
        values["interaction_template_code"] = None
    return values


def _given_by(
    template: InteractionTemplate | None, segment: Segment, code: str
) -> dict[str, Any]:
    """What becomes of own values when a line gets the template. Most end with the old
    one (LINE-041)."""
    shown = func.coalesce(
        SegmentLine.interaction_template_code,
        literal(segment.interaction_template_code),
    )
    is_another = shown != code
    values = {
        name: case((is_another, None), else_=getattr(SegmentLine, name))
        for name in GIVEN_BY_TEMPLATE
    }
    if template is None:
        return values
    is_replaced = and_(is_another, shown != "")
    is_own = code != segment.interaction_template_code
    if is_own and _leaves_type(template, segment):
        # Where the contact does not say how either, the line stays as it is (LINE-045).
        own = SegmentLine.correspondence_type
        values["correspondence_type"] = case(
            (and_(is_another, ~_CONTACT_WISHES_NOTHING), None), else_=own
        )
    if segment.campaign_no or (is_own and template.campaign_no):
        # Where one of them names a campaign, that is the line's (LINE-046).
        values["campaign_no"] = case((is_another, None), else_=SegmentLine.campaign_no)
    if not is_own or template.description:
        # A blank of the header is filled from the template where it is read (LINE-044).
        brought = template.description if is_own and segment.description else None
        values["description"] = case(
            (is_replaced, brought), else_=SegmentLine.description
        )
    return values


def _leaves_type(template: InteractionTemplate, segment: Segment) -> bool:
    """Whether neither the template nor the header says how the interaction travels."""
    header_says = (
        segment.ignore_contact_corres_type and segment.correspondence_type_default
    )
    return not (
        header_says
        or template.ignore_contact_corres_type
        or template.correspondence_type_default
    )


_CONTACT_WISHES_NOTHING = (
    exists()
    .where(
        Contact.id == SegmentLine.contact_id,
        Contact.correspondence_type == int(CorrespondenceType.BLANK),
    )
    .correlate(SegmentLine)
)


def _own(name: str, value: object) -> object:
    if name == "date" and value is None:
        return sql_cast(BLANKED_DATE, Date)
    return value


def _refuse(session: Session, wanted: Personalisation) -> None:
    faults = FaultList()
    refuse_unknown_codes(session, cast("Mapping[str, object]", wanted.values), faults)
    for name in wanted.inherit:
        if name not in OVERRIDES:
            faults.add("inherit", "E-FIELD", f"{name} is not a value of a line.")
        elif name in wanted.values:
            faults.add(name, "E-FIELD", f"{name} is both set and handed back.")
    faults.refuse_if_any()


def _drop_content_of_other_language(
    session: Session,
    segment: Segment,
    these: ColumnElement[bool],
    wanted: Personalisation,
) -> None:
    """Plan: only lines with content of their own are resolved, which are few."""
    own = (getattr(SegmentLine, name).is_not(None) for name in _GIVEN_BY_LANGUAGE)
    resolved = resolved_lines(segment.id)
    with_content = and_(is_personal(), or_(*own), these)
    shown = only_lines(
        select(resolved.c.line_no, resolved.c.language_code), segment.id, with_content
    ).subquery("shown")
    session.execute(
        update(SegmentLine)
        .where(
            SegmentLine.segment_id == segment.id,
            SegmentLine.line_no == shown.c.line_no,
            shown.c.language_code != wanted.values["language_code"],
        )
        .values(dict.fromkeys(_GIVEN_BY_LANGUAGE))
        .execution_options(synchronize_session=False)
    )


def _refuse_lines_without_template(
    session: Session, segment: Segment, lines: Select[int], wanted: Personalisation
) -> None:
    """A language is chosen for what the template says (LINE-052)."""
    if not wanted.values.get("language_code"):
        return
    name = "interaction_template_code"
    header = segment.interaction_template_code
    shown: ColumnElement[str] = func.coalesce(
        SegmentLine.interaction_template_code, literal(header)
    )
    if name in wanted.values:
        shown = literal(wanted.values["interaction_template_code"])
    elif name in wanted.inherit:
        shown = literal(header)
    without = (
        select(SegmentLine.line_no)
        .where(
            SegmentLine.segment_id == segment.id,
            SegmentLine.line_no.in_(lines),
            shown == "",
        )
        .order_by(SegmentLine.line_no)
    )
    found = session.scalars(without.limit(LINES_NAMED)).all()
    if found:
        detail = "The line has no interaction template. Choose one before its language."
        faults = tuple(
            Fault("E-FIELD", detail, "language_code", line_no) for line_no in found
        )
        raise RefusedError("E-FIELD", detail, faults=faults)


def _refuse_lines_without_address(
    session: Session, segment: Segment, lines: Select[int], wanted: Personalisation
) -> None:
    refused = lines_without_address(segment, lines, wanted)
    if refused is None:
        return
    found = session.execute(refused.limit(LINES_NAMED)).all()
    if not found:
        return
    number = len(found)
    if number == LINES_NAMED:
        counted = select(func.count()).select_from(refused.order_by(None).subquery())
        number = session.execute(counted).scalar_one()
    code = wanted.values["contact_alt_address_code"]
    faults = tuple(
        Fault(
            "E-UNKNOWN-CODE",
            f"Contact {contact_no} on line {line_no} has no alternative address "
            f"{code}.",
            "contact_alt_address_code",
            line_no,
        )
        for line_no, contact_no in found
    )
    detail = faults[0].detail
    if number > 1:
        detail = (
            f"{number:,} of the lines are for contacts that have no alternative "
            f"address {code}, the first of them {found[0].contact_no}. Nothing was "
            "changed."
        )
    raise RefusedError("E-UNKNOWN-CODE", detail, faults=faults)

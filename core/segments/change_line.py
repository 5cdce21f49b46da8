"""Personalise a line: give it own values, or hand values back to the header."""

from collections.abc import Collection, Mapping
from typing import Any, cast

from sqlalchemy import Row, exists, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session
from sqlalchemy.types import Date

from core.attachments.discard import discard_unreferenced
from core.contacts.models import ContactAltAddress
from core.errors import FaultList
from core.segments.changes import LineChanges
from core.segments.known_codes import refuse_unknown_codes
from core.segments.line_attachment import own_attachment
from core.segments.line_list import LineFilter, lines
from core.segments.models import OVERRIDES, Segment, SegmentLine
from core.segments.one_line import contact_no_of_line
from core.segments.resolve import BLANKED_DATE

_GIVEN_BY_TEMPLATE = (
    "interaction_group_code",
    "cost",
    "duration",
    "information_flow",
    "initiated_by",
    "campaign_target",
    "campaign_response",
    "correspondence_type",
    "language_code",
    "subject",
    "attachment_id",
)
"""Own values that end when the line gets another template (LINE-041)."""

_GIVEN_BY_LANGUAGE = ("subject", "attachment_id")
"""Own values that end when the line gets another language (LINE-052)."""


def change_line(
    session: Session,
    segment: Segment,
    line_no: int,
    changes: LineChanges,
    *,
    inherit: Collection[str] = (),
) -> None:
    """Set the named values as the line's own and hand `inherit` back to the header.

    A blank is a value: blanking the date keeps the line from being logged, naming
    it in `inherit` gives it the header's date. A new template resets what the old
    one had given (LINE-041). Raises NotFoundError, or RefusedError with all faults.
    """
    contact_no_of_line(session, segment, line_no)
    wanted = cast("Mapping[str, object]", changes)
    _refuse(session, segment, line_no, wanted, inherit)
    values: dict[str, object] = dict.fromkeys(inherit)
    if "interaction_template_code" in wanted:
        values |= dict.fromkeys(_GIVEN_BY_TEMPLATE)
    if "language_code" in wanted:
        shown = _shown(session, segment, line_no)
        _refuse_without_template(segment, shown, wanted, inherit)
        if wanted["language_code"] != shown.language_code:
            values |= dict.fromkeys(_GIVEN_BY_LANGUAGE)
    values |= {name: _own(name, value) for name, value in wanted.items()}
    if values.get("interaction_template_code") == segment.interaction_template_code:
        # The header's template is no choice of its own: the line follows (SEG-010).
        values["interaction_template_code"] = None
    if not values:
        return
    held = own_attachment(session, segment, line_no)
    session.execute(
        update(SegmentLine)
        .where(SegmentLine.segment_id == segment.id, SegmentLine.line_no == line_no)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if "attachment_id" in values:
        discard_unreferenced(session, held)


def _own(name: str, value: object) -> object:
    if name == "date" and value is None:
        return sql_cast(BLANKED_DATE, Date)
    return value


def _refuse(
    session: Session,
    segment: Segment,
    line_no: int,
    wanted: Mapping[str, object],
    inherit: Collection[str],
) -> None:
    faults = FaultList()
    refuse_unknown_codes(session, wanted, faults)
    for name in inherit:
        if name not in OVERRIDES:
            faults.add("inherit", "E-FIELD", f"{name} is not a value of a line.")
        elif name in wanted:
            faults.add(name, "E-FIELD", f"{name} is both set and handed back.")
    address = wanted.get("contact_alt_address_code")
    if address and not _has_address(session, segment, line_no, str(address)):
        faults.add(
            "contact_alt_address_code",
            "E-UNKNOWN-CODE",
            f"The line's contact has no alternative address {address}.",
        )
    faults.refuse_if_any()


def _shown(session: Session, segment: Segment, line_no: int) -> Row[Any]:
    (row,) = lines(session, segment, LineFilter(line_no=line_no))
    return row


def _refuse_without_template(
    segment: Segment,
    shown: Row[Any],
    wanted: Mapping[str, object],
    inherit: Collection[str],
) -> None:
    """A language is chosen for what the template says (LINE-052)."""
    name = "interaction_template_code"
    template = wanted.get(name, shown.interaction_template_code)
    if name in inherit:
        template = segment.interaction_template_code
    faults = FaultList()
    if wanted["language_code"] and not template:
        faults.add(
            "language_code",
            "E-FIELD",
            "The line has no interaction template. Choose one before its language.",
        )
    faults.refuse_if_any()


def _has_address(
    session: Session, segment: Segment, line_no: int, address_code: str
) -> bool:
    statement = select(
        exists()
        .where(SegmentLine.segment_id == segment.id, SegmentLine.line_no == line_no)
        .where(ContactAltAddress.contact_id == SegmentLine.contact_id)
        .where(ContactAltAddress.code == address_code)
    )
    return bool(session.scalar(statement))

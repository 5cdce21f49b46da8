"""Numbers for contacts, campaigns and segments, as Marketing Setup has it."""

from collections.abc import Callable
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from core.errors import Fault, RefusedError
from core.numbering import queries
from core.numbering.models import NumberSeries
from core.numbering.next_number import next_number, next_numbers, peek_number
from core.setup.queries import marketing_setup

SetupField = Literal["contact_nos", "campaign_nos", "segment_nos"]

CAPTIONS: dict[SetupField, str] = {
    "contact_nos": "Contact Nos.",
    "campaign_nos": "Campaign Nos.",
    "segment_nos": "Segment Nos.",
}


def draw_number(
    session: Session,
    setup_field: SetupField,
    on: date,
    *,
    series_code: str = "",
    is_taken: Callable[[str], bool] = lambda _: False,
) -> tuple[str, str]:
    """The next number and the series it came from (NOS-001…NOS-003).

    `series_code` asks for a series related to the configured one (NOS-010). Numbers
    that are taken, since somebody gave them by hand, are passed over.
    """
    series = _automatic_series(session, setup_field, series_code)
    while is_taken(number := next_number(session, series, on)):
        pass
    return number, series


def draw_numbers(
    session: Session, setup_field: SetupField, on: date, count: int
) -> tuple[list[str], str]:
    """A block of numbers and the series they came from, for bulk work."""
    series = _automatic_series(session, setup_field, "")
    return next_numbers(session, series, on, count), series


def check_series_can_number(
    session: Session, setup_field: SetupField, on: date
) -> None:
    """Refuse now what `draw_number` would refuse later. Draws nothing."""
    peek_number(session, _automatic_series(session, setup_field, ""), on)


def check_manual_number(session: Session, setup_field: SetupField, no: str) -> None:
    """Refuse a number typed by hand where the series gives them (NOS-004)."""
    configured: str = getattr(marketing_setup(session), setup_field)
    series = queries.series_by_code(session, configured) if configured else None
    if configured and not (series and series.manual_nos):
        detail = (
            f"The number {no} cannot be chosen by hand: number series {configured} "
            "gives its numbers itself. Leave the number blank."
        )
        fault = Fault("E-SERIES-MANUAL", detail, field="no")
        raise RefusedError(fault.code, detail, faults=(fault,))


def _automatic_series(
    session: Session, setup_field: SetupField, series_code: str
) -> str:
    configured: str = getattr(marketing_setup(session), setup_field)
    if not configured:
        detail = f"{CAPTIONS[setup_field]} must be filled in Marketing Setup."
        fault = Fault("E-SERIES-SETUP", detail, field=setup_field)
        raise RefusedError(fault.code, detail, faults=(fault,))
    _refuse_unless_automatic(queries.series_by_code(session, configured))
    if not series_code:
        return configured
    if not queries.is_related(session, configured, series_code):
        raise RefusedError(
            "E-SERIES-RELATED",
            f"Number series {series_code} cannot be used instead of {configured}: "
            "the two are not related.",
        )
    return series_code


def _refuse_unless_automatic(series: NumberSeries | None) -> None:
    # A series that does not exist is refused by the draw: it has no lines.
    if series is not None and not series.default_nos:
        raise RefusedError(
            "E-SERIES-AUTO",
            f"Number series {series.code} does not give numbers automatically. "
            "Turn on its default numbers or choose the number by hand.",
        )

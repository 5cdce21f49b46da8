"""Number series as an administrator keeps them (NOS-009)."""

from collections.abc import Mapping
from typing import TypedDict

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.errors import FaultList, NotFoundError
from core.numbering.models import NumberSeries, NumberSeriesRelationship
from core.numbering.queries import lock_series
from core.records import add_record, apply_changes, lock_to_delete
from core.references import NUMBER_SERIES, Use, find_unknown_codes, refuse_if_used

NOUN = "number series"

USES = tuple(
    Use("marketing_setup", field, "number series in Marketing Setup")
    for field in ("contact_nos", "campaign_nos", "segment_nos")
)


class SeriesChanges(TypedDict, total=False):
    description: str
    default_nos: bool
    manual_nos: bool
    date_order: bool


def locked_series(session: Session, code: str) -> NumberSeries:
    """The series, held against draws and other editors. NotFoundError without one."""
    series = lock_series(session, code)
    if series is None:
        raise NotFoundError("E-NOT-FOUND", f"There is no {NOUN} {code}.")
    return series


def create_series(
    session: Session, actor: Actor, code: str, draft: SeriesChanges
) -> NumberSeries:
    series = NumberSeries(code=code, default_nos=True, manual_nos=False)
    _apply(series, draft)
    add_record(session, series, NOUN, "code")
    record_audit(session, actor, "number_series.create", code, draft)
    return series


def change_series(
    session: Session, actor: Actor, series: NumberSeries, changes: SeriesChanges
) -> None:
    _apply(series, changes)
    record_audit(session, actor, "number_series.change", series.code, changes)


def delete_series(session: Session, actor: Actor, series: NumberSeries) -> None:
    lock_to_delete(session, NumberSeries, series.code, NOUN)
    refuse_if_used(session, "Number series", series.code, USES)
    session.delete(series)
    record_audit(session, actor, "number_series.delete", series.code)


def relate_series(
    session: Session, actor: Actor, series: NumberSeries, other: str
) -> NumberSeriesRelationship:
    """Let `other` be used where `series` is configured (NOS-010)."""
    faults = FaultList()
    find_unknown_codes(
        session, faults, {"series_code": other}, {"series_code": NUMBER_SERIES}
    )
    if other == series.code:
        faults.add("series_code", "E-FIELD", "A series needs no relation to itself.")
    faults.refuse_if_any()
    relation = NumberSeriesRelationship(code=series.code, series_code=other)
    add_record(session, relation, f"relation of series {series.code} to", "series_code")
    record_audit(session, actor, "number_series.relate", series.code, {"to": other})
    return relation


def unrelate_series(
    session: Session, actor: Actor, series: NumberSeries, other: str
) -> None:
    session.delete(related(session, series.code, other))
    record_audit(session, actor, "number_series.unrelate", series.code, {"to": other})


def related(session: Session, code: str, other: str) -> NumberSeriesRelationship:
    relation = session.get(NumberSeriesRelationship, (code, other))
    if relation is None:
        raise NotFoundError("E-NOT-FOUND", f"Series {other} is not related to {code}.")
    return relation


def _apply(series: NumberSeries, changes: Mapping[str, object]) -> None:
    apply_changes(series, changes)
    # A series must give its numbers in some way; what was switched off last, gives in.
    if not series.default_nos and not series.manual_nos:
        if changes.get("manual_nos") is False and "default_nos" not in changes:
            series.default_nos = True
        else:
            series.manual_nos = True

"""Whose e-mails a job sends: those of a logged segment, or of one interaction."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement

from core.interactions.models import Delivery

LOG = "logged_segment_entry_no"
ENTRY = "entry_no"


def deliveries_of(arguments: Mapping[str, object]) -> ColumnElement[bool]:
    """The WHERE condition on delivery, from the arguments of a job."""
    if LOG in arguments:
        return Delivery.logged_segment_entry_no == arguments[LOG]
    return Delivery.entry_no == arguments[ENTRY]

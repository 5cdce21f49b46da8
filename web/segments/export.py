"""What leaves the product of a segment: a file for spreadsheets, lists and labels to
print."""

from collections.abc import Iterator
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from core.access.roles import Permission
from core.copy_out import csv_blocks
from core.database import transaction
from core.segments.editing import segment_by_no
from core.segments.export import export_rows
from core.segments.printed import contact_list, labels
from web.context import engine
from web.listing import address, first_page, given, position
from web.permissions import requires
from web.segments.head import head_of

blueprint = Blueprint("export", __name__, url_prefix="/<no>")

CONTACTS_ON_PAGE = 500


class Format(NamedTuple):
    """Labels on a sheet of A4."""

    words: str
    columns: int
    on_sheet: int


FORMATS = {
    "36x70": Format("36 by 70 mm, 3 columns", 3, 24),
    "37x70": Format("37 by 70 mm, 3 columns", 3, 24),
    "36x105": Format("36 by 105 mm, 2 columns", 2, 16),
    "37x105": Format("37 by 105 mm, 2 columns", 2, 16),
}
LABELS_ON_PAGE = 480
"""Whole sheets of every format."""


@blueprint.get("/export")
@requires(Permission.READ_CONTACTS)
def download(no: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        head_of(session, no)  # says where a logged segment is
    return segment_as_csv(engine(), no.upper())


def segment_as_csv(found: Engine, no: str) -> Response:
    response = Response(_blocks(found, no), mimetype="text/csv")
    name = "".join(sign for sign in no if sign.isascii() and sign.isalnum())
    response.headers["Content-Disposition"] = f"attachment; filename=segment-{name}.csv"
    return response


def _blocks(found: Engine, no: str) -> Iterator[bytes]:
    # One transaction until the reader has all of it: every row is of one moment.
    with transaction(found) as session:
        yield from csv_blocks(session, export_rows(segment_by_no(session, no)))


@blueprint.get("/contact-list")
@requires(Permission.READ_CONTACTS)
def contacts(no: str) -> ResponseReturnValue:
    after_no, after_line = given("after").get("after", ""), position("line") or 0
    with transaction(engine()) as session:
        head = head_of(session, no)
        rows = contact_list(
            session,
            head.segment,
            after=(after_no, after_line),
            limit=CONTACTS_ON_PAGE + 1,
        )
    page = rows[:CONTACTS_ON_PAGE]
    more = len(rows) > CONTACTS_ON_PAGE
    return render_template(
        "segments/contact_list.html",
        head=head,
        rows=page,
        next=address(after=page[-1][0].no, line=page[-1].line_no) if more else None,
        first=address(after=None, line=None) if after_no else None,
    )


@blueprint.get("/labels")
@requires(Permission.READ_CONTACTS)
def label_sheets(no: str) -> ResponseReturnValue:
    name = request.args.get("format", "")
    name = name if name in FORMATS else next(iter(FORMATS))
    size = FORMATS[name].on_sheet
    with transaction(engine()) as session:
        head = head_of(session, no)
        found = labels(
            session,
            head.segment,
            after_line=position("after") or 0,
            limit=LABELS_ON_PAGE + 1,
        )
    page = found[:LABELS_ON_PAGE]
    more = len(found) > LABELS_ON_PAGE
    return render_template(
        "segments/labels.html",
        head=head,
        format=name,
        formats=[(key, chosen.words) for key, chosen in FORMATS.items()],
        sheets=[page[start : start + size] for start in range(0, len(page), size)],
        shown=len(page),
        next=address(after=page[-1].line_no) if more else None,
        first=first_page(),
    )

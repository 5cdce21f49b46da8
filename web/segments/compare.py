"""Two segments side by side, and what can be done with each part."""

from typing import NamedTuple

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.database import transaction
from core.errors import NotFoundError
from core.segments.compare import Part, compare, filters_of_part, part_page, part_rows
from core.segments.editing import segment_by_no
from web import choices
from web.contact_filter import written
from web.context import engine
from web.listing import PAGE, address, first_page, given
from web.permissions import requires
from web.segments.head import head_of

blueprint = Blueprint("compare", __name__)


class Deed(NamedTuple):
    words: str
    address: str


@blueprint.get("/<no>/compare")
@requires(Permission.READ_CONTACTS)
def show(no: str) -> ResponseReturnValue:
    other_no = request.args.get("with", "").strip().upper()
    part = _part(request.args.get("part", ""))
    after = given("after").get("after", "")
    with transaction(engine()) as session:
        head = head_of(session, no)
        others = [
            choice for choice in choices.segments(session) if choice[0] != no.upper()
        ]
        counts, rows, missing = None, [], ""
        if other_no:
            try:
                other = segment_by_no(session, other_no)
            except NotFoundError as error:
                missing = error.detail
            else:
                counts = compare(session, head.segment, other)
                parts = part_rows(head.segment, other, part)
                rows = [*part_page(session, parts, after=after, limit=PAGE + 1)]
    page = rows[:PAGE]
    segment_no = head.segment.no
    return render_template(
        "segments/compare.html",
        tab="criteria",
        head=head,
        other=other_no,
        others=others,
        missing=missing,
        counts=counts,
        part=part,
        parts=_parts(segment_no, other_no),
        part_address=lambda name: address(part=name, after=None),
        deeds=_deeds(segment_no, other_no, part),
        filter_text=written(filters_of_part(segment_no, other_no, part)),
        rows=page,
        next=address(after=page[-1][0].no) if len(rows) > PAGE else None,
        first=first_page() if after else None,
    ), (404 if missing else 200)


def _part(text: str) -> Part:
    return Part(text) if text in set(Part) else Part.ONLY_A


def _parts(a: str, b: str) -> list[tuple[Part, str]]:
    return [
        (Part.ONLY_A, f"Only in {a}"),
        (Part.BOTH, "In both"),
        (Part.ONLY_B, f"Only in {b}"),
    ]


def _deeds(a: str, b: str, part: Part) -> list[Deed]:
    """Each opens the form with the filter of the part; there it is counted, then done."""
    text = written(filters_of_part(a, b, part))
    if part is Part.ONLY_B:
        return [
            Deed(
                f"Add these to {a}…",
                url_for("segments.roster.add_form", no=a, filter=text),
            )
        ]
    return [
        Deed(
            f"Take these out of {a}…",
            url_for("segments.roster.take_out_form", no=a, filter=text),
        )
    ]

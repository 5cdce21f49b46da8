"""What can be asked about who is in a segment."""

from typing import Any

from flask import Response
from pydantic import Field

from core.access.roles import Permission
from core.contacts.models import Contact
from core.contacts.queries import contact_found
from core.database import transaction
from core.segments.compare import Part, compare, part_rows
from core.segments.editing import segment_by_no
from core.segments.why import LineOfContact, StepForContact, Why, why
from core.vocabulary import ActionKind
from web.api import framework
from web.api.contacts import ContactShown
from web.api.framework.fields import (
    Code20,
    Count,
    Flag,
    Key20,
    Moment,
    OptionalCount,
    Text50,
    Text100,
)
from web.api.framework.models import AddressKey
from web.api.segment_models import ChoiceShown
from web.context import engine
from web.permissions import requires
from web.segments.export import segment_as_csv

blueprint = framework.api_blueprint(
    "segment roster", "Who is in a segment, why, and who is in another one."
)


class WhyPath(framework.Path):
    no: AddressKey
    contact_no: AddressKey


class ComparePath(framework.Path):
    no: AddressKey
    other_no: AddressKey


class PartQuery(framework.ListQuery):
    """Whether to list who is only in the first segment, only in the other, or in
    both."""

    part: Part = Part.ONLY_A


class WhyLineShown(framework.Shown):
    """`problem` is why the log would refuse the line, null where it would not."""

    line_no: Count
    added_by: Count
    removed_by: OptionalCount
    in_force: Flag
    problem: Code20
    detail: str | None

    @classmethod
    def of_line(cls, line: LineOfContact) -> "WhyLineShown":
        return cls.of(line, problem=line.problem or "", detail=line.detail or None)


class WhyStepShown(ChoiceShown):
    """A criteria action. `matches` says whether the contact meets its filter today,
    null where no filter describes it; `meant_by_company`, that it does not, but that
    somebody does whose company the action takes along."""

    matches: bool | None
    meant_by_company: Flag
    added_lines: list[int]
    removed_lines: list[int]
    created_by: Text50
    created_at: Moment

    @classmethod
    def of_step(cls, step: StepForContact) -> "WhyStepShown":
        return cls.of(
            step.action,
            action_no=step.step_no,
            action=ActionKind(step.action.kind).name.lower(),
            in_force=step.in_force,
            matches=step.matches,
            meant_by_company=step.meant_by_company,
            added_lines=list(step.added_lines),
            removed_lines=list(step.removed_lines),
        )


class WhyShown(framework.Shown):
    """Every step the contact could have to do with, oldest first."""

    segment_no: Key20
    contact_no: Key20
    contact_name: Text100
    exclude_from_segment: Flag
    privacy_blocked: Flag
    is_in: Flag
    lines: list[WhyLineShown]
    steps: list[WhyStepShown]
    older_steps: Count
    "Steps before these, which did nothing to the contact and were not tried on it."

    @classmethod
    def of_why(cls, segment_no: str, found: Why) -> "WhyShown":
        return cls.of(
            found.contact,
            segment_no=segment_no,
            contact_no=found.contact.no,
            contact_name=found.contact.name,
            is_in=found.is_in,
            lines=[WhyLineShown.of_line(line) for line in found.lines],
            steps=[WhyStepShown.of_step(step) for step in found.steps],
            older_steps=found.older_steps,
        )


class ComparisonShown(framework.Shown):
    """Contacts, however many lines each has."""

    segment_no: Key20
    other_segment_no: Key20
    only_a: Count = Field(description="Only in the first segment.")
    only_b: Count = Field(description="Only in the other one.")
    both: Count


@blueprint.get("/segments/<no>/why/<contact_no>", responses=framework.shows(WhyShown))
@requires(Permission.READ_CONTACTS)
def show_why(path: WhyPath) -> Response:
    """Tell why a contact is in a segment, or why it is not."""
    with transaction(engine()) as session:
        segment = segment_by_no(session, path.no)
        found = why(session, segment, contact_found(session, path.contact_no))
        return framework.answer(WhyShown.of_why(segment.no, found))


@blueprint.get(
    "/segments/<no>/compare/<other_no>", responses=framework.shows(ComparisonShown)
)
@requires(Permission.READ_CONTACTS)
def show_comparison(path: ComparePath) -> Response:
    """Count the contacts that two segments have in common and that they have not."""
    with transaction(engine()) as session:
        a = segment_by_no(session, path.no)
        b = segment_by_no(session, path.other_no)
        found = compare(session, a, b)
        return framework.answer(
            ComparisonShown.of(found, segment_no=a.no, other_segment_no=b.no)
        )


@blueprint.get(
    "/segments/<no>/compare/<other_no>/contacts",
    responses=framework.lists_of_record(framework.Page[ContactShown]),
)
@requires(Permission.READ_CONTACTS)
def list_part(path: ComparePath, query: PartQuery) -> Response:
    """List the contacts of a part of the comparison."""
    with transaction(engine()) as session:
        a = segment_by_no(session, path.no)
        b = segment_by_no(session, path.other_no)
        return framework.page(
            session,
            ContactShown.rows(part_rows(a, b, query.part)),
            query,
            key=Contact.no,
            show=ContactShown.of_row,
        )


EXPORT_FILE: dict[int | str, Any] = {
    200: {
        "description": "A row for each line, under the names of the fields.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


@blueprint.get(
    "/segments/<no>/export",
    responses=framework.lists_of_record(framework.Page[ContactShown]) | EXPORT_FILE,
)
@requires(Permission.READ_CONTACTS)
def export(path: framework.NoPath) -> Response:
    """Download the contacts of the lines as CSV, in line order.

    Types are numbers, texts that a spreadsheet would run begin with a quote."""
    with transaction(engine()) as session:
        no = segment_by_no(session, path.no).no
    return segment_as_csv(engine(), no)

from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.contacts.duplicates.find_duplicates import request_search
from core.contacts.duplicates.likely_pairs import Place, likely_pairs
from core.contacts.merge.merge_contacts import check_fields
from core.contacts.merge.pair import pair_found
from core.contacts.merge.preview import MergePreview, merge_preview
from core.database import transaction
from core.jobs.models import Job
from core.segments.merge_with_targets import Merge, merge_with_targets
from core.vocabulary import CorrespondenceType
from web.api import framework
from web.api.contacts import ContactShown, ContactStatisticsShown
from web.api.framework import fields
from web.api.framework.fields import Count, Flag, Key20, Text30, Text100
from web.api.jobs import JobShown, answer_or_start, job_started
from web.context import engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "contact merges", "Find contacts that are one and the same, and make them one."
)


class PreviewQuery(framework.Query):
    """`take` as the merge will say it: a person that takes the other one's company takes
    and leaves other interactions."""

    other_no: Key20 = Field(alias="with")
    take: list[Text30] = Field(default_factory=list)


class MergeBody(framework.Body):
    """`take` names the fields of which the other contact's value is kept."""

    other_no: Key20
    take: list[Text30] = Field(default_factory=list)


class DifferenceShown(framework.Shown):
    field: Text30
    value: str | None
    other_value: str | None


class MovedShown(framework.Shown):
    """`left` rows are there already, or stay with the company they belong to."""

    rows: Text30
    moved: Count
    left: Count


class MergePreviewShown(framework.Shown):
    """Send the ETag as If-Match, with the same `take`, to merge only what is shown here.
    `interactions_left_behind` are the contact's own ones with a company it leaves."""

    contact_no: Key20
    other_no: Key20
    differences: list[DifferenceShown]
    moves: list[MovedShown]
    renamed_alternative_addresses: dict[str, str]
    dropped_date_ranges: list[fields.Day]
    segments_with_two_lines: list[str]
    statistics: ContactStatisticsShown
    other_statistics: ContactStatisticsShown
    merged_statistics: ContactStatisticsShown
    interactions_left_behind: Count

    @classmethod
    def of_preview(cls, found: MergePreview) -> "MergePreviewShown":
        return cls.of(
            None,
            contact_no=found.pair.kept.no,
            other_no=found.pair.other.no,
            differences=[
                DifferenceShown.of(
                    None,
                    field=difference.field,
                    value=_as_text(difference.field, difference.kept),
                    other_value=_as_text(difference.field, difference.other),
                )
                for difference in found.differences
            ],
            moves=[MovedShown.of(move, rows=move.name) for move in found.moves],
            renamed_alternative_addresses=found.addresses.renamed,
            dropped_date_ranges=list(found.addresses.dropped),
            segments_with_two_lines=list(found.segments_twice),
            statistics=ContactStatisticsShown.of(found.kept_before),
            other_statistics=ContactStatisticsShown.of(found.other_before),
            merged_statistics=ContactStatisticsShown.of(found.after),
            interactions_left_behind=found.stay_behind,
        )


class DuplicateShown(framework.Shown):
    """Two contacts of one type that share what is true below; of companies
    `search_strings` names the duplicate search strings in which they agree."""

    type: fields.ContactType
    left_no: Key20
    left_name: Text100
    right_no: Key20
    right_name: Text100
    score: Count
    same_name: Flag
    same_email: Flag
    same_phone: Flag
    same_address: Flag
    search_strings: list[str]


class DuplicateQuery(framework.ListQuery):
    score__from: Count = 0


@blueprint.get(
    "/contact-duplicates", responses=framework.lists(framework.Page[DuplicateShown])
)
@requires(Permission.READ_CONTACTS)
def list_duplicates(query: DuplicateQuery) -> Response:
    """List likely duplicates by name: namesakes, and companies that look alike as the
    latest `/contact-duplicates/find` found. A page looks through so many contacts only,
    so it may be empty and still have a next one."""
    after = Place(*framework.read_place(query.cursor, 3)) if query.cursor else None
    with transaction(engine()) as session:
        found = likely_pairs(
            session, after=after, least=query.score__from, limit=query.limit
        )
    following = framework.place_cursor(found.next) if found.next else None
    return framework.page_of(
        [DuplicateShown.of(pair) for pair in found.pairs], following
    )


@blueprint.post("/contact-duplicates/find", responses=framework.starts(JobShown))
@requires(Permission.EDIT)
def find_duplicates() -> Response:
    """Promise a job that compares all companies with each other anew."""
    return answer_or_start(
        lambda session, actor: job_started(session, request_search(session, actor))
    )


@blueprint.get(
    "/contacts/<no>/merge-preview", responses=framework.shows(MergePreviewShown)
)
@requires(Permission.READ_CONTACTS)
def show_merge_preview(path: framework.NoPath, query: PreviewQuery) -> Response:
    """Show what merging another contact into this one would do."""
    with transaction(engine()) as session:
        pair = pair_found(session, path.no, query.other_no)
        check_fields(query.take)
        return framework.answer(
            MergePreviewShown.of_preview(merge_preview(session, pair, query.take))
        )


@blueprint.post(
    "/contacts/<no>/merge",
    responses=framework.changes(ContactShown) | framework.starts(JobShown),
)
@requires(Permission.EDIT)
def post_merge(path: framework.NoPath, body: MergeBody) -> Response:
    """Merge another contact into this one, whose number stays. The other number leads
    here afterwards. Where many rows change hands a job does it."""

    def merge(session: Session, actor: Actor) -> Response:
        done = merge_with_targets(
            session,
            actor,
            Merge(path.no, body.other_no, body.take),
            lambda pair: framework.require_match(
                MergePreviewShown.of_preview(merge_preview(session, pair, body.take))
            ),
        )
        if isinstance(done, Job):
            return job_started(session, done)
        session.refresh(done)  # with what the database filled in
        return framework.answer(ContactShown.of_contact(session, done))

    return answer_or_start(merge)


def _as_text(field: str, value: object) -> str | None:
    if field == "correspondence_type" and isinstance(value, int):
        kind = CorrespondenceType(value)
        return kind.name.lower() if kind else None
    return str(value) or None

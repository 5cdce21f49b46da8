"""Puts a world into the database, and reads what a log left there as plain values."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from sqlalchemy import Engine, RowMapping, String, Table, cast, func, insert, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.attachments.models import Attachment, AttachmentContent
from core.base import Base
from core.campaigns.models import Campaign, CampaignEntry
from core.contacts.models import (
    Contact,
    ContactAltAddress,
    ContactAltAddressDateRange,
    Salesperson,
)
from core.interactions.models import (
    InteractionGroup,
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateLanguage,
    LoggedSegment,
)
from core.jobs.models import JobError
from core.numbering.models import NumberSeries, NumberSeriesLine
from core.segments.models import (
    OVERRIDES,
    Segment,
    SegmentAction,
    SegmentLanguage,
    SegmentLine,
)
from core.segments.resolve import BLANKED_DATE
from core.setup.models import Language, MarketingSetup
from core.vocabulary import ActionKind, ContactType
from tests.oracle import model
from tests.oracle.model import Refusal, SegmentLeft
from tests.oracle.world import NO_DATE, Adding, Own, World

BYSTANDER = "SM00000"
# Above all ids that the product gives itself.
SEGMENT_ID, BYSTANDER_ID = 1_000_001, 1_000_002
Rows = list[dict[str, object]]


@contextmanager
def scratch(engine: Engine) -> Iterator[Session]:
    """A session for one example, undone afterwards."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(
            connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
        ) as session:
            yield session
        outer.rollback()


def actor_of(world: World) -> Actor:
    asker = world.asker
    return Actor(1, asker.username, "marketer", asker.salesperson, asker.work_date)


# --- into the database ------------------------------------------------------------


def put(session: Session, world: World) -> Segment:
    """Straight into the tables, as every state a user could bring about is."""
    _put_attachments(session, world)
    _put_masters(session, world)
    _put_contacts(session, world)
    _put_series(session, world)
    _put_segment(session, world)
    _put_bystander(session)
    return session.get_one(Segment, SEGMENT_ID)


def _put_attachments(session: Session, world: World) -> None:
    """Two of them with the same bytes, as two people may upload the same file."""
    there = sorted(model.attachments_before(world))
    contents = {number: f"content {number % 3}" for number in there}
    _insert(
        session,
        AttachmentContent,
        [
            {"sha256": content, "size": 9, "content": content.encode()}
            for content in sorted(set(contents.values()))
        ],
    )
    _insert(
        session,
        Attachment,
        [
            {"id": number, "sha256": content, "file_name": f"{number}.pdf"}
            for number, content in contents.items()
        ],
    )


def _put_masters(session: Session, world: World) -> None:
    _insert(session, Language, [{"code": code} for code in world.languages])
    _insert(session, InteractionGroup, [{"code": code} for code in world.groups])
    _insert(session, Campaign, [{"no": no} for no in sorted(world.campaigns)])
    _insert(
        session,
        Salesperson,
        [
            {"code": code, "blocked": blocked}
            for code, blocked in world.salespeople.items()
        ],
    )
    _insert(
        session,
        InteractionTemplate,
        [
            {
                "code": each.code,
                "description": each.description,
                "interaction_group_code": each.group,
                "unit_cost": each.cost,
                "unit_duration": each.duration,
                "information_flow": each.flow,
                "initiated_by": each.initiated_by,
                "campaign_no": each.campaign,
                "campaign_target": each.target,
                "campaign_response": each.response,
                "correspondence_type_default": each.correspondence,
                "ignore_contact_corres_type": each.ignores_contact,
                "language_code_default": each.language,
            }
            for each in world.templates.values()
        ],
    )
    _insert(
        session,
        InteractionTemplateLanguage,
        [
            {
                "interaction_template_code": each.code,
                "language_code": language,
                "attachment_id": attachment,
            }
            for each in world.templates.values()
            for language, attachment in each.attachments.items()
        ],
    )


def _put_contacts(session: Session, world: World) -> None:
    people = world.contacts.values()
    _insert(
        session,
        Contact,
        [
            {
                "id": each.id,
                "no": each.no,
                "type": ContactType.COMPANY if each.is_company else ContactType.PERSON,
                "company_id": each.company,
                "email": each.email,
                "salesperson_code": each.salesperson,
                "language_code": each.language,
                "correspondence_type": each.correspondence,
                "privacy_blocked": each.is_privacy_blocked,
            }
            for each in people
        ],
    )
    _insert(
        session,
        ContactAltAddress,
        [
            {"contact_id": each.id, "code": code, "email": email}
            for each in people
            for code, email in each.addresses.items()
        ],
    )
    _insert(
        session,
        ContactAltAddressDateRange,
        [
            {
                "contact_id": each.id,
                "code": span.address,
                "starting_date": span.first,
                "ending_date": span.last,
            }
            for each in people
            for span in each.ranges
        ],
    )


def _put_series(session: Session, world: World) -> None:
    is_set_up = world.numbers != "E-SERIES-SETUP"
    setup = {"id": 1, "segment_nos": "SEGM" if is_set_up else ""}
    _insert(session, MarketingSetup, [setup])
    _insert(session, NumberSeries, [{"code": "SEGM"}])
    if isinstance(world.numbers, tuple):
        line = {
            "series_code": "SEGM",
            "line_no": 10000,
            "starting_no": world.numbers[0],
            "ending_no": world.numbers[-1],
        }
        _insert(session, NumberSeriesLine, [line])


def _put_segment(session: Session, world: World) -> None:
    header = world.header
    _insert(
        session,
        Segment,
        [
            {
                "id": SEGMENT_ID,
                "no": header.no,
                "description": header.description,
                "campaign_no": header.campaign,
                "salesperson_code": header.salesperson,
                "date": header.date,
                "interaction_template_code": header.template,
                "interaction_group_code": header.group,
                "unit_cost": header.cost,
                "unit_duration": header.duration,
                "information_flow": header.flow,
                "initiated_by": header.initiated_by,
                "campaign_target": header.target,
                "campaign_response": header.response,
                "correspondence_type_default": header.correspondence,
                "ignore_contact_corres_type": header.ignores_contact,
                "language_code_default": header.language,
                "subject_default": header.subject,
                "send_word_docs_as_attmt": header.sends_word_docs,
                "head": len(world.actions) - world.steps_back,
            }
        ],
    )
    _insert(
        session,
        SegmentLanguage,
        [
            {
                "segment_id": SEGMENT_ID,
                "language_code": language,
                "subject": content.subject,
                "attachment_id": content.attachment,
            }
            for language, content in world.contents.items()
        ],
    )
    _put_actions(session, world)
    _put_past(session, world)


def _put_actions(session: Session, world: World) -> None:
    lines: Rows = []
    for number, action in enumerate(world.actions, start=1):
        if isinstance(action, Adding):
            kind, changed = ActionKind.ADD_CONTACTS, len(action.lines)
            for contact, own in action.lines:
                lines.append(
                    {
                        "segment_id": SEGMENT_ID,
                        "line_no": 10_000 * (len(lines) + 1),
                        "contact_id": contact,
                        "added_by": number,
                        "removed_by": None,
                        **dict.fromkeys(OVERRIDES),
                        **_as_stored(own),
                    }
                )
        else:
            kind, changed = ActionKind.REDUCE_CONTACTS, len(action.places)
            for place in action.places:
                lines[place - 1]["removed_by"] = number
        _insert(
            session,
            SegmentAction,
            [
                {
                    "segment_id": SEGMENT_ID,
                    "action_no": number,
                    "kind": kind,
                    "lines_changed": changed,
                }
            ],
        )
    _insert(session, SegmentLine, lines)


def _as_stored(own: Own) -> dict[str, object]:
    return {
        name: BLANKED_DATE if value == NO_DATE else value for name, value in own.items()
    }


def _put_past(session: Session, world: World) -> None:
    """What earlier logs under the same number left."""
    if world.was_logged_before:
        past = {"segment_no": world.header.no, "creation_date": date(2020, 1, 1)}
        _insert(session, LoggedSegment, [past])
    _insert(
        session,
        CampaignEntry,
        [
            {
                "campaign_no": each.campaign,
                "description": "Left over",
                "date": date(2020, 1, 1),
                "salesperson_code": "OLD",
                "user_id": "old",
                "segment_no": world.header.no,
                "logged_segment_entry_no": each.logged_segment,
            }
            for each in world.leftovers
        ],
    )


def _put_bystander(session: Session) -> None:
    """Another segment, which no log may touch."""
    _insert(session, Segment, [{"id": BYSTANDER_ID, "no": BYSTANDER, "head": 1}])
    _insert(
        session, SegmentLanguage, [{"segment_id": BYSTANDER_ID, "language_code": "ENU"}]
    )
    action = {"segment_id": BYSTANDER_ID, "action_no": 1, "kind": 1, "lines_changed": 1}
    _insert(session, SegmentAction, [action])
    line = {
        "segment_id": BYSTANDER_ID,
        "line_no": 10_000,
        "contact_id": 1,
        "added_by": 1,
        "campaign_no": "CP1",
    }
    _insert(session, SegmentLine, [line])


def _insert(
    session: Session, table: type[Base], rows: Sequence[Mapping[str, object]]
) -> None:
    if rows:
        session.execute(insert(table), [dict(row) for row in rows])


# --- out of the database ------------------------------------------------------------


def everything(session: Session) -> Mapping[str, Rows]:
    """Every row a log could touch, but for the job's own tables."""
    session.expire_all()
    return {
        table.name: list(
            # As JSON, since the driver cannot read the date a line was blanked with.
            session.scalars(
                select(func.to_jsonb(table.table_valued())).order_by(*table.primary_key)
            )
        )
        for table in Base.metadata.sorted_tables
        if not table.name.startswith("job")
    }


def _rows(session: Session, table: Table, only: Mapping[str, object] = {}) -> Rows:
    statement = select(table).filter_by(**only).order_by(*table.primary_key)
    return [dict(row) for row in session.execute(statement).mappings()]


def entries(session: Session, *, of: int | None = None) -> Rows:
    """In the order of their numbers, the campaign entry named by its campaign; all, or
    those of one logged segment."""
    numbered = select(CampaignEntry.entry_no, CampaignEntry.campaign_no)
    campaigns = {row.entry_no: row.campaign_no for row in session.execute(numbered)}
    logged = set(session.scalars(select(LoggedSegment.entry_no)))
    only = {} if of is None else {"logged_segment_entry_no": of}
    found = _rows(session, table_of(InteractionLogEntry), only)
    for row in found:
        campaign_entry = row.pop("campaign_entry_no")
        row["campaign_of_entry"] = campaigns.get(campaign_entry)
        del row["entry_no"]
        assert row.pop("logged_segment_entry_no") in logged
    return found


def campaign_entries(session: Session) -> Rows:
    """In the order of their numbers."""
    logged = set(session.scalars(select(LoggedSegment.entry_no)))
    found = _rows(session, table_of(CampaignEntry))
    for row in found:
        register = row.pop("logged_segment_entry_no")
        row["register"] = "this log" if register in logged else register
        del row["entry_no"]
    return found


def logged_segment(session: Session) -> dict[str, object]:
    (row,) = _rows(session, table_of(LoggedSegment))
    # What undoing the log needs is proven by undoing it.
    for name in ("entry_no", "creation_date", "job_id", "header"):
        del row[name]
    return row


def attachments(session: Session) -> dict[int, bool]:
    """Which are there, and whether they are read-only; that their bytes are there too,
    and no others."""
    rows = session.execute(
        select(Attachment.id, Attachment.sha256, Attachment.read_only)
    ).all()
    contents = session.scalars(select(AttachmentContent.sha256))
    assert set(contents) == {row.sha256 for row in rows}
    return {row.id: row.read_only for row in rows}


def refusals(session: Session, job_id: int) -> list[Refusal]:
    found = session.scalars(
        select(JobError).where(JobError.job_id == job_id).order_by(JobError.id)
    )
    return [Refusal(each.position, each.subject, each.code) for each in found]


def segment_numbers(session: Session) -> set[str]:
    """Of every segment there is; that lines and all else belong to one of them."""
    ids = set(session.scalars(select(Segment.id)))
    for column in (
        SegmentLine.segment_id,
        SegmentLanguage.segment_id,
        SegmentAction.segment_id,
    ):
        assert set(session.scalars(select(column))) <= ids
    return set(session.scalars(select(Segment.no)))


def segment_left(session: Session, no: str) -> SegmentLeft:
    """The segment's header and the lines in force."""
    row = (
        session.execute(select(table_of(Segment)).where(Segment.no == no))
        .mappings()
        .one()
    )
    header = {
        name: value
        for name, value in row.items()
        if name not in {"id", "no_series", "head", "frozen_by_job_id", "created_at"}
    }
    return SegmentLeft(
        header,
        [
            (each["line_no"], each["contact_id"], own_of(each))
            for each in lines_of(session, row["id"])
            if _is_in_force(each, row["head"])
        ],
    )


def lines_of(session: Session, segment_id: int) -> Sequence[RowMapping]:
    """All that was ever added, in order."""
    line = table_of(SegmentLine).c
    # As text, since the driver cannot read the date a line was blanked with.
    columns = [cast(c, String).label("date") if c is line.date else c for c in line]
    statement = select(*columns).where(line.segment_id == segment_id)
    return session.execute(statement.order_by(line.line_no)).mappings().all()


def _is_in_force(line: RowMapping, head: int) -> bool:
    removed_by = line["removed_by"]
    return bool(line["added_by"] <= head and (removed_by is None or removed_by > head))


def own_of(line: RowMapping) -> dict[str, object]:
    own = {name: line[name] for name in OVERRIDES if line[name] is not None}
    if own.get("date") == BLANKED_DATE:
        own["date"] = NO_DATE
    elif "date" in own:
        own["date"] = date.fromisoformat(str(own["date"]))
    return own


def table_of(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table

"""Reads a segment out of the database, and all that decides what its log writes."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

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
    InteractionTemplate,
    InteractionTemplateLanguage,
    LoggedSegment,
)
from core.segments.models import (
    Segment,
    SegmentAction,
    SegmentLanguage,
    SegmentLine,
)
from core.setup.models import Language
from core.vocabulary import ActionKind, ContactType
from tests.oracle.database import lines_of, own_of, table_of
from tests.oracle.world import (
    Adding,
    Asker,
    Content,
    Header,
    Leftover,
    Person,
    Range,
    Removing,
    Template,
    World,
)


def read_world(
    session: Session,
    segment_no: str,
    *,
    asker: Asker,
    numbers: tuple[str, ...] | str = (),
    wants_follow_up: bool = True,
    skips: bool = False,
) -> World:
    """The world as a log of this segment finds it, with the contacts of its lines. What
    the series gives and what is asked for cannot be read."""
    segment = session.scalars(select(Segment).where(Segment.no == segment_no)).one()
    lines = lines_of(session, segment.id)
    actions = _actions(session, segment, lines)
    logs = select(LoggedSegment.entry_no).where(LoggedSegment.segment_no == segment_no)
    return World(
        contacts=_contacts(session, segment),
        templates=_templates(session),
        campaigns=frozenset(session.scalars(select(Campaign.no))),
        languages=tuple(session.scalars(select(Language.code))),
        groups=tuple(session.scalars(select(InteractionGroup.code))),
        salespeople={
            row.code: row.blocked for row in session.scalars(select(Salesperson))
        },
        header=_header(segment),
        contents={
            row.language_code: Content(row.subject, row.attachment_id)
            for row in _all(session, SegmentLanguage, segment_id=segment.id)
        },
        actions=actions,
        steps_back=len(actions) - segment.head,
        leftovers=_leftovers(session, segment_no),
        was_logged_before=bool(session.scalars(logs).all()),
        numbers=numbers,
        asker=asker,
        wants_follow_up=wants_follow_up,
        skips=skips,
    )


def _all(session: Session, model: type[Base], **values: object) -> Sequence[RowMapping]:
    table = table_of(model)
    statement = select(table).filter_by(**values).order_by(*table.primary_key)
    return session.execute(statement).mappings().all()


def _contacts(session: Session, segment: Segment) -> dict[int, Person]:
    on_lines = select(SegmentLine.contact_id).where(
        SegmentLine.segment_id == segment.id
    )
    addresses = defaultdict[int, dict[str, str]](dict)
    for row in _all(session, ContactAltAddress):
        addresses[row["contact_id"]][row["code"]] = row["email"]
    ranges = defaultdict[int, list[Range]](list)
    for row in _all(session, ContactAltAddressDateRange):
        spell = Range(row["starting_date"], row["ending_date"], row["code"])
        ranges[row["contact_id"]].append(spell)
    people = select(Contact).where(Contact.id.in_(on_lines)).order_by(Contact.id)
    return {
        each.id: Person(
            id=each.id,
            no=each.no,
            company=each.company_id,
            is_company=each.type == ContactType.COMPANY,
            email=each.email,
            salesperson=each.salesperson_code,
            language=each.language_code,
            correspondence=each.correspondence_type,
            is_privacy_blocked=each.privacy_blocked,
            addresses=addresses[each.id],
            ranges=tuple(ranges[each.id]),
        )
        for each in session.scalars(people)
    }


def _templates(session: Session) -> dict[str, Template]:
    contents = defaultdict[str, dict[str, int | None]](dict)
    for row in _all(session, InteractionTemplateLanguage):
        of_template = contents[row["interaction_template_code"]]
        of_template[row["language_code"]] = row["attachment_id"]
    return {
        each.code: Template(
            code=each.code,
            description=each.description,
            group=each.interaction_group_code,
            cost=each.unit_cost,
            duration=each.unit_duration,
            flow=each.information_flow,
            initiated_by=each.initiated_by,
            campaign=each.campaign_no,
            target=each.campaign_target,
            response=each.campaign_response,
            correspondence=each.correspondence_type_default,
            ignores_contact=each.ignore_contact_corres_type,
            language=each.language_code_default,
            attachments=contents[each.code],
        )
        for each in session.scalars(select(InteractionTemplate))
    }


def _header(segment: Segment) -> Header:
    return Header(
        no=segment.no,
        description=segment.description,
        campaign=segment.campaign_no,
        salesperson=segment.salesperson_code,
        date=segment.date,
        template=segment.interaction_template_code,
        group=segment.interaction_group_code,
        cost=segment.unit_cost,
        duration=segment.unit_duration,
        flow=segment.information_flow,
        initiated_by=segment.initiated_by,
        target=segment.campaign_target,
        response=segment.campaign_response,
        correspondence=segment.correspondence_type_default,
        ignores_contact=segment.ignore_contact_corres_type,
        language=segment.language_code_default,
        subject=segment.subject_default,
        sends_word_docs=segment.send_word_docs_as_attmt,
    )


def _actions(
    session: Session, segment: Segment, lines: Sequence[RowMapping]
) -> tuple[Adding | Removing, ...]:
    """As the model takes them: a line is known by its place in the order of adding."""
    added = defaultdict[int, list[int]](list)
    removed = defaultdict[int, list[int]](list)
    for place, line in enumerate(lines, start=1):
        assert line["line_no"] == 10_000 * place
        added[line["added_by"]].append(place)
        if line["removed_by"] is not None:
            removed[line["removed_by"]].append(place)
    return tuple(
        Adding(
            tuple(
                (lines[place - 1]["contact_id"], own_of(lines[place - 1]))
                for place in added[action["action_no"]]
            )
        )
        if action["kind"] == ActionKind.ADD_CONTACTS
        else Removing(frozenset(removed[action["action_no"]]))
        for action in _all(session, SegmentAction, segment_id=segment.id)
    )


def _leftovers(session: Session, segment_no: str) -> tuple[Leftover, ...]:
    return tuple(
        Leftover(row["campaign_no"], row["logged_segment_entry_no"])
        for row in _all(session, CampaignEntry, segment_no=segment_no)
    )

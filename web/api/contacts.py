from typing import Any

from flask import Response
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.contacts import queries
from core.contacts.change_contact import change_contact
from core.contacts.changes import ContactChanges
from core.contacts.classification.relation_summary import (
    relation_summary,
    relation_summary_of,
)
from core.contacts.create_contact import create_contact
from core.contacts.delete_contact import delete_contact
from core.contacts.guard import lock_contacts
from core.contacts.merge_jobs import refuse_to_delete_while_merged
from core.contacts.models import Contact
from core.contacts.statistics import statistics_of
from core.database import transaction
from core.errors import RefusedError
from core.interactions.models import InteractionLogEntry
from core.interactions.queries import entry_rows
from core.segments.contact_filter import contacts_matching
from core.segments.live import is_live
from core.segments.models import Segment, SegmentLine
from core.vocabulary import ContactType, CorrespondenceType
from web.api import framework
from web.api.framework import fields
from web.api.framework.fields import (
    Code10,
    Code20,
    Count,
    Day,
    Flag,
    Key20,
    Minutes,
    Moment,
    Money,
    OptionalKey20,
    Text30,
    Text50,
    Text80,
    Text100,
    Text255,
)
from web.api.interaction_log_entries import EntryQuery, EntryShown
from web.api.statistics import PeriodQuery
from web.contact_filter import filters_given
from web.context import current_actor, engine
from web.errors import MalformedError
from web.permissions import requires

blueprint = framework.api_blueprint(
    "contacts", "Companies, and people who may belong to one."
)


class ContactFields(framework.Body):
    name: Text100 = ""
    name_2: Text50 = ""
    first_name: Text30 = ""
    middle_name: Text30 = ""
    surname: Text30 = ""
    initials: Text30 = ""
    job_title: Text30 = ""
    search_name: Text100 = ""
    address: Text100 = ""
    address_2: Text50 = ""
    city: Text30 = ""
    post_code: Code20 = ""
    county: Text30 = ""
    country_region_code: Code10 = ""
    phone_no: Text30 = ""
    mobile_phone_no: Text30 = ""
    email: Text80 = ""
    email_2: Text80 = ""
    home_page: Text255 = ""
    territory_code: Code10 = ""
    salesperson_code: Code20 = ""
    language_code: Code10 = ""
    correspondence_type: fields.CorrespondenceType = CorrespondenceType.BLANK
    salutation_code: Code10 = ""
    organizational_level_code: Code10 = ""
    exclude_from_segment: Flag = False
    privacy_blocked: Flag = False
    minor: Flag = False
    parental_consent_received: Flag = False


class ContactBody(ContactFields):
    """`company_no` is for people; a company is its own. Without it `company_name` tells
    the company: by its number, its name, the beginning of either, or a piece of those,
    its city, phone number or post code, where that is of one company alone."""

    type: fields.ContactType = ContactType.COMPANY
    company_no: Code20 = ""
    company_name: Text100 = ""


class ContactDraft(ContactBody):
    no: OptionalKey20 = ""
    "Without a number the contact gets the next one of its series."


class PersonDraft(ContactFields):
    """A person of the company in the address."""

    no: OptionalKey20 = ""


class ContactShown(framework.Shown):
    no: Key20
    type: fields.ContactType
    company_no: Code20
    company_name: Text100
    name: Text100
    name_2: Text50
    first_name: Text30
    middle_name: Text30
    surname: Text30
    initials: Text30
    job_title: Text30
    search_name: Text100
    address: Text100
    address_2: Text50
    city: Text30
    post_code: Code20
    county: Text30
    country_region_code: Code10
    phone_no: Text30
    mobile_phone_no: Text30
    email: Text80
    email_2: Text80
    home_page: Text255
    territory_code: Code10
    salesperson_code: Code20
    language_code: Code10
    correspondence_type: fields.CorrespondenceType
    salutation_code: Code10
    organizational_level_code: Code10
    exclude_from_segment: Flag
    privacy_blocked: Flag
    minor: Flag
    parental_consent_received: Flag
    contact_business_relation: fields.RelationSummary
    no_series: Code20
    last_modified_at: Moment

    @staticmethod
    def rows(contact_rows: Select[Any]) -> Select[Any]:
        """The statement with what `of_row` reads besides."""
        summary = relation_summary().label("contact_business_relation")
        return contact_rows.add_columns(summary)

    @classmethod
    def of_row(cls, row: Any) -> "ContactShown":  # noqa: ANN401  (rows)
        return cls.of(
            row[0],
            company_no=row.company_no,
            company_name=row.company_name,
            contact_business_relation=row.contact_business_relation,
        )

    @classmethod
    def of_contact(cls, session: Session, contact: Contact) -> "ContactShown":
        company = queries.company_of(session, contact)
        return cls.of(
            contact,
            company_no=company.no if company else "",
            company_name=company.name if company else "",
            contact_business_relation=relation_summary_of(session, contact),
        )


@framework.filters_on(
    ContactShown,
    no=Contact.no,
    type=Contact.type,
    company_no=queries.Company.no,
    company_name=queries.Company.name,
    name=Contact.name,
    search_name=Contact.search_name,
    city=Contact.city,
    post_code=Contact.post_code,
    country_region_code=Contact.country_region_code,
    email=Contact.email,
    territory_code=Contact.territory_code,
    salesperson_code=Contact.salesperson_code,
    language_code=Contact.language_code,
    correspondence_type=Contact.correspondence_type,
    exclude_from_segment=Contact.exclude_from_segment,
    privacy_blocked=Contact.privacy_blocked,
)
class ContactQuery(framework.ListQuery):
    """`filter` is a structured filter as criteria actions have it, written as JSON."""

    filter: str = ""


class ContactStatisticsShown(framework.Shown):
    """A company's figures include those of its people."""

    next_task_date: Day
    last_date_attempted: Day
    date_of_last_interaction: Day
    no_of_interactions: Count
    cost: Money
    duration: Minutes


class ContactSegmentShown(framework.Shown):
    segment_no: Key20
    description: Text100
    no_of_lines: Count


class ContactSegmentQuery(framework.ListQuery):
    pass


@blueprint.get("/contacts", responses=framework.lists(framework.Page[ContactShown]))
@requires(Permission.READ_CONTACTS)
def list_contacts(query: ContactQuery) -> Response:
    """List contacts."""
    where = _matching(query.filter)
    with transaction(engine()) as session:
        return framework.page(
            session,
            ContactShown.rows(queries.contact_rows()).where(where),
            query,
            key=Contact.no,
            show=ContactShown.of_row,
        )


def _matching(text: str) -> ColumnElement[bool]:
    try:
        return contacts_matching(filters_given(text))
    except RefusedError as error:
        raise MalformedError(error.code, error.detail, faults=error.faults) from error


@blueprint.post("/contacts", responses=framework.creates(ContactShown))
@requires(Permission.EDIT)
def post_contact(body: ContactDraft) -> Response:
    """Create a contact. Blanks take the company's values, then the defaults. What a
    new company looks like is told by its `/likely-duplicates`."""
    return framework.answer_once(
        lambda session, actor: _created(session, actor, body.given())
    )


@blueprint.get(
    "/contacts/<no>/people",
    responses=framework.lists_of_record(framework.Page[ContactShown]),
)
@requires(Permission.READ_CONTACTS)
def list_people(path: framework.NoPath, query: ContactQuery) -> Response:
    """List the people of a company."""
    where = _matching(query.filter)
    with transaction(engine()) as session:
        company = queries.contact_found(session, path.no)
        return framework.page(
            session,
            ContactShown.rows(queries.contact_rows()).where(
                where, Contact.company_id == company.id, Contact.id != company.id
            ),
            query,
            key=Contact.no,
            show=ContactShown.of_row,
        )


@blueprint.post("/contacts/<no>/people", responses=framework.creates(ContactShown))
@requires(Permission.EDIT)
def post_person(path: framework.NoPath, body: PersonDraft) -> Response:
    """Create a person of the company. Blanks take the company's values."""

    def create(session: Session, actor: Actor) -> Response:
        company = queries.contact_found(session, path.no)
        draft = body.given()
        draft |= {"type": ContactType.PERSON, "company_no": company.no}
        return _created(session, actor, draft)

    return framework.answer_once(create)


def _created(session: Session, actor: Actor, draft: ContactChanges) -> Response:
    contact = create_contact(session, actor, draft)
    session.refresh(contact)  # with what the database filled in
    shown = ContactShown.of_contact(session, contact)
    return framework.created(shown, "contacts", contact.no)


@blueprint.get("/contacts/<no>", responses=framework.shows(ContactShown))
@requires(Permission.READ_CONTACTS)
def show_contact(path: framework.NoPath) -> Response:
    """Show a contact."""
    with transaction(engine()) as session:
        contact = queries.contact_found(session, path.no)
        return framework.answer(ContactShown.of_contact(session, contact))


@blueprint.patch("/contacts/<no>", responses=framework.changes(ContactShown))
@requires(Permission.EDIT)
def patch_contact(path: framework.NoPath, body: ContactBody) -> Response:
    """Change a contact. People who still agree with their company follow it."""
    with transaction(engine()) as session:
        contact = queries.lock_contact(session, path.no)
        framework.require_match(ContactShown.of_contact(session, contact))
        change_contact(session, current_actor(), path.no, body.given())
        return framework.answer(ContactShown.of_contact(session, contact))


@blueprint.delete("/contacts/<no>", responses=framework.deletes())
@requires(Permission.EDIT)
def remove_contact(path: framework.NoPath) -> Response:
    """Delete a contact, and with a company its people. Log entries stay."""
    with transaction(engine()) as session:
        refuse_to_delete_while_merged(session, path.no)
        lock_contacts(session)  # before the row, as every deletion takes them
        contact = queries.lock_contact(session, path.no)
        framework.require_match(ContactShown.of_contact(session, contact))
        delete_contact(session, current_actor(), path.no)
        return framework.no_content()


@blueprint.get(
    "/contacts/<no>/statistics", responses=framework.shows(ContactStatisticsShown)
)
@requires(Permission.READ_CONTACTS)
def show_contact_statistics(path: framework.NoPath, query: PeriodQuery) -> Response:
    """Count the interactions with a contact and what they cost. The dates of the last
    ones are told whatever days are counted."""
    with transaction(engine()) as session:
        contact = queries.contact_found(session, path.no)
        found = statistics_of(session, contact, query.days())
        return framework.answer(ContactStatisticsShown.of(found))


@blueprint.get(
    "/contacts/<no>/interaction-log-entries",
    responses=framework.lists_of_record(framework.Page[EntryShown]),
)
@requires(Permission.READ_CONTACTS)
def list_entries_of_contact(path: framework.NoPath, query: EntryQuery) -> Response:
    """List the interactions with a contact, newest first; of a company with its
    people's."""
    entry = InteractionLogEntry
    with transaction(engine()) as session:
        contact = queries.contact_found(session, path.no)
        of_contact = (
            entry.contact_company_id == contact.id
            if contact.type == ContactType.COMPANY
            else entry.contact_id == contact.id
        )
        return framework.page(
            session,
            entry_rows().where(of_contact),
            query,
            key=entry.entry_no,
            show=EntryShown.of_row,
            newest_first=True,
        )


@blueprint.get(
    "/contacts/<no>/segments",
    responses=framework.lists_of_record(framework.Page[ContactSegmentShown]),
)
@requires(Permission.READ_CONTACTS)
def list_segments_of_contact(
    path: framework.NoPath, query: ContactSegmentQuery
) -> Response:
    """List the active segments a contact is in. It cannot be deleted while there
    are any."""
    with transaction(engine()) as session:
        contact = queries.contact_found(session, path.no)
        return framework.page(
            session,
            segments_of(contact),
            query,
            key=Segment.id,
            show=ContactSegmentShown.of,
        )


def segments_of(contact: Contact) -> Any:  # noqa: ANN401  (a select)
    return (
        select(
            Segment.no.label("segment_no"),
            Segment.description.label("description"),
            func.count().label("no_of_lines"),
        )
        .join(SegmentLine, SegmentLine.segment_id == Segment.id)
        .where(SegmentLine.contact_id == contact.id, is_live())
        .group_by(Segment.id)
    )

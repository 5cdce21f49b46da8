from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts import queries
from core.contacts.changes import ContactChanges
from core.contacts.check_changes import check_changes
from core.contacts.company import company_chosen
from core.contacts.fields import TEXT_LENGTHS
from core.contacts.inheritance import offered_by, taken_over, values_of
from core.contacts.models import Contact
from core.contacts.person_fields import check_person_fields, set_names
from core.contacts.privacy import apply_privacy
from core.contacts.salespeople import salesperson_of_new_contacts
from core.errors import ConflictError, Fault, FaultList
from core.numbering.draw_number import check_manual_number, draw_number
from core.setup.models import MarketingSetup
from core.setup.queries import marketing_setup
from core.vocabulary import ContactType, CorrespondenceType

_SET_ELSEWHERE = frozenset(
    {
        "no",
        "type",
        "company_no",
        "minor",
        "parental_consent_received",
        "privacy_blocked",
    }
)


def create_contact(session: Session, actor: Actor, given: ContactChanges) -> Contact:
    """A new contact: what is given, then the company's values, then the defaults."""
    faults = FaultList()
    given = check_changes(session, given, faults)
    contact = _blank_contact(given.get("type", _kind_meant(given)))
    company = company_chosen(session, contact, given, faults)
    check_person_fields(contact, given, faults)
    apply_privacy(contact, given, faults)
    faults.refuse_if_any()

    for field in given.keys() - _SET_ELSEWHERE:
        setattr(contact, field, given[field])  # type: ignore[literal-required]
    setup = marketing_setup(session)
    if company is not None:
        contact.company_id = company.id
        _fill_from_company(session, contact, setup, company)
    _fill_from_setup(session, contact, setup, actor)
    set_names(contact, given, name_before="")
    _number(session, actor, contact, given.get("no", ""))
    contact.id = queries.next_id(session)
    if contact.type == ContactType.COMPANY:
        contact.company_id = contact.id
    _insert(session, contact)
    return contact


def _kind_meant(given: ContactChanges) -> ContactType:
    """Whoever is put into a company is a person of it (CONT-034)."""
    return ContactType.PERSON if given.get("company_no") else ContactType.COMPANY


def _blank_contact(kind: ContactType) -> Contact:
    texts = {name: "" for name in TEXT_LENGTHS if name in Contact.__table__.columns}
    return Contact(
        **texts,
        type=kind,
        correspondence_type=CorrespondenceType.BLANK,
        exclude_from_segment=False,
        privacy_blocked=False,
        minor=False,
        parental_consent_received=False,
    )


def _fill_from_company(
    session: Session, contact: Contact, setup: MarketingSetup, company: Contact
) -> None:
    """The company's values, where nothing was given (SETUP-004)."""
    taken = taken_over(setup, values_of(contact), offered_by(session, company), None)
    for field, value in taken.items():
        if not getattr(contact, field):
            setattr(contact, field, value)


def _fill_from_setup(
    session: Session, contact: Contact, setup: MarketingSetup, actor: Actor
) -> None:
    """Defaults for what is still blank (CONT-015)."""
    defaults = {
        "salesperson_code": salesperson_of_new_contacts(session, actor, setup),
        "territory_code": setup.default_territory_code,
        "country_region_code": setup.default_country_region_code,
        "language_code": setup.default_language_code,
        "correspondence_type": setup.default_correspondence_type,
        "salutation_code": setup.default_person_salutation_code,
    }
    if contact.type == ContactType.COMPANY:
        # A company always gets the setup's, even if another one was given.
        contact.salutation_code = setup.default_company_salutation_code
        del defaults["salutation_code"]
    for field, value in defaults.items():
        if not getattr(contact, field):
            setattr(contact, field, value)


def _number(session: Session, actor: Actor, contact: Contact, no: str) -> None:
    if no:
        check_manual_number(session, "contact_nos", no)
        if queries.number_exists(session, no):
            raise _exists(no)
        contact.no = no
        return
    contact.no, contact.no_series = draw_number(
        session,
        "contact_nos",
        actor.work_date,
        is_taken=lambda drawn: queries.number_exists(session, drawn),
    )


def _insert(session: Session, contact: Contact) -> None:
    session.add(contact)
    try:
        session.flush()  # so that the caller reads what the database filled in
    except IntegrityError as error:
        if "uq_contact_no" in str(error.orig):
            # Somebody took the same number between our look and our insert.
            raise _exists(contact.no) from error
        raise


def _exists(no: str) -> ConflictError:
    detail = f"There is already a contact {no}."
    fault = Fault("E-EXISTS", detail, field="no")
    return ConflictError("E-EXISTS", detail, faults=(fault,))

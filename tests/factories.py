"""Records that tests start from. Each takes only what the test is about."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, cast

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.attachments.take_file import take_file
from core.campaigns.models import Campaign
from core.contacts.classification.models import (
    ProfileQuestionnaire,
    ProfileQuestionnaireLine,
)
from core.contacts.models import Contact, Salesperson
from core.contacts.queries import next_id
from core.interactions.models import (
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateLanguage,
)
from core.numbering.models import NumberSeries, NumberSeriesLine
from core.segments.change_line import change_line
from core.segments.create_segment import create_segment
from core.segments.models import Segment, SegmentLine
from core.segments.one_line import add_line
from core.setup.duplicate_search_strings import code_of
from core.setup.models import DuplicateSearchString, Language, MarketingSetup
from core.vocabulary import ContactType, ProfileLineType, SearchedField, SearchedPart

if TYPE_CHECKING:
    from core.segments.changes import LineChanges, SegmentChanges

WORK_DATE = date(2026, 5, 4)


def actor(
    *, role: str = "administrator", salesperson_code: str = "", on: date = WORK_DATE
) -> Actor:
    return Actor(1, "anna", role, salesperson_code, on)


def number_series(session: Session, code: str, first: str, **values: object) -> str:
    session.add(NumberSeries(code=code, **values))
    session.flush()
    session.add(NumberSeriesLine(series_code=code, line_no=10000, starting_no=first))
    session.flush()
    return code


def marketing_setup(session: Session, **values: object) -> MarketingSetup:
    """The setup with a number series for each kind of record, numbers by hand too."""
    series = {
        "contact_nos": ("CONT", "C00001"),
        "campaign_nos": ("CAMP", "CP0001"),
        "segment_nos": ("SEGM", "SM00001"),
    }
    for field, (code, first) in series.items():
        if field not in values:
            values[field] = number_series(session, code, first, manual_nos=True)
    setup = MarketingSetup(id=1, **values)
    session.add(setup)
    session.flush()
    session.refresh(setup)
    return setup


USUAL_STRINGS = {
    (field, is_last): 5
    for field in SearchedField
    for is_last in (False, True)
    if field.name not in {"NAME_2", "ADDRESS_2", "HOME_PAGE"}
}


def search_strings(
    session: Session, lengths: Mapping[tuple[SearchedField, bool], int] = USUAL_STRINGS
) -> None:
    """These and no others: the length for each field and whether it is of its end."""
    session.execute(delete(DuplicateSearchString))
    for (field, is_last), length in lengths.items():
        part = SearchedPart(is_last)
        code = code_of(field, part)
        session.add(
            DuplicateSearchString(code=code, field=field, part=part, length=length)
        )
    session.flush()


def salesperson(session: Session, code: str = "JR", **values: object) -> str:
    session.add(Salesperson(code=code, **values))
    session.flush()
    return code


def company(session: Session, **values: object) -> Contact:
    """Straight into the table: no defaults, no checks."""
    number = next_id(session)
    values = {"no": f"K{number:06}", "name": "Cronus", **values}
    contact = Contact(id=number, company_id=number, type=ContactType.COMPANY, **values)
    session.add(contact)
    session.flush()
    session.refresh(contact)
    return contact


def person(session: Session, of: Contact | None = None, **values: object) -> Contact:
    number = next_id(session)
    values = {"no": f"P{number:06}", "name": "Anna Berg", **values}
    contact = Contact(
        id=number, company_id=of.id if of else None, type=ContactType.PERSON, **values
    )
    session.add(contact)
    session.flush()
    session.refresh(contact)
    return contact


def question(session: Session, code: str, line_no: int, **values: object) -> None:
    """A question of a questionnaire, which is made with its first one."""
    session.merge(ProfileQuestionnaire(code=code))
    session.flush()
    _questionnaire_line(session, code, line_no, ProfileLineType.QUESTION, values)


def answer(session: Session, code: str, line_no: int, **values: object) -> None:
    """To the question above it."""
    _questionnaire_line(session, code, line_no, ProfileLineType.ANSWER, values)


def _questionnaire_line(
    session: Session,
    code: str,
    line_no: int,
    kind: ProfileLineType,
    values: Mapping[str, object],
) -> None:
    session.add(
        ProfileQuestionnaireLine(
            questionnaire_code=code, line_no=line_no, type=kind, **values
        )
    )
    session.flush()


def line_of(
    session: Session, contact: Contact, no: str = "SM1", *, removed: bool = False
) -> None:
    """The contact on a line of a segment, or taken out of it again."""
    segment = session.scalar(select(Segment).where(Segment.no == no))
    if segment is None:
        segment = Segment(no=no, head=2)
        session.add(segment)
        session.flush()
    lines = select(func.count()).where(SegmentLine.segment_id == segment.id)
    line_no = 10_000 * (session.execute(lines).scalar_one() + 1)
    session.add(
        SegmentLine(
            segment_id=segment.id,
            line_no=line_no,
            contact_id=contact.id,
            added_by=1,
            removed_by=2 if removed else None,
        )
    )
    session.flush()


def log_entry(session: Session, contact: Contact, **values: object) -> int:
    """An interaction with the contact, under the company it has now."""
    latest = session.scalar(select(func.max(InteractionLogEntry.entry_no))) or 0
    values = {
        "entry_no": latest + 1,
        "contact_id": contact.id,
        "contact_company_id": contact.company_id,
        "date": WORK_DATE,
        **values,
    }
    session.execute(insert(InteractionLogEntry).values(values))
    return latest + 1


def template(session: Session, code: str = "GOLF", **values: object) -> str:
    """Blank correspondence type and no cost unless the test says otherwise."""
    values = {"correspondence_type_default": 0, **values}
    session.add(InteractionTemplate(code=code, **values))
    session.flush()
    return code


def attachment(
    session: Session, content: bytes = b"a file", name: str = "letter.pdf"
) -> int:
    """As if somebody had uploaded it; the test makes an owner point at it."""
    return take_file(session, actor(), BytesIO(content), name).id


def template_language(
    session: Session,
    template_code: str,
    language_code: str,
    attachment_id: int | None = None,
) -> None:
    if session.get(Language, language_code) is None:
        session.add(Language(code=language_code))
    session.add(
        InteractionTemplateLanguage(
            interaction_template_code=template_code,
            language_code=language_code,
            attachment_id=attachment_id,
        )
    )
    session.flush()


def campaign(session: Session, no: str = "CP1", **values: object) -> str:
    session.add(Campaign(no=no, **values))
    session.flush()
    return no


def segment(session: Session, actor: Actor, **changes: object) -> Segment:
    return create_segment(session, actor, cast("SegmentChanges", changes))


def line(
    session: Session, actor: Actor, segment: Segment, contact: Contact, **own: object
) -> int:
    """Add the contact by hand, with these own values; the line's number."""
    line_no = add_line(session, actor, segment, contact.no)
    change_line(session, segment, line_no, cast("LineChanges", own))
    return line_no

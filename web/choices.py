"""What a select offers: codes with their descriptions, and words of enumerations."""

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.campaigns.models import Campaign, CampaignStatus
from core.contacts.classification.models import (
    BusinessRelation,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    OrganizationalLevel,
    ProfileQuestionnaire,
    ProfileQuestionnaireLine,
)
from core.contacts.models import Salesperson
from core.interactions.models import InteractionGroup, InteractionTemplate
from core.numbering.models import NumberSeries
from core.segments.models import Segment
from core.setup.models import Language, Salutation, Territory
from core.vocabulary import ProfileLineType

Choices = list[tuple[str, str]]

_SALESPEOPLE = select(Salesperson.code, Salesperson.name).order_by(Salesperson.code)

MOST_ANSWERS = 2000
MOST_SEGMENTS = 200


def salespeople(session: Session) -> Choices:
    """Those who may be chosen: blocked ones, for privacy or otherwise, stay where they
    are, but are chosen no longer (SLS-001)."""
    is_blocked = Salesperson.blocked | Salesperson.privacy_blocked
    return _labelled(session.execute(_SALESPEOPLE.where(~is_blocked)))


def salespeople_of_contacts(session: Session) -> Choices:
    """Those who may take a contact: a block is about interactions, unless it is for
    privacy (SLS-001)."""
    may_take = Salesperson.privacy_blocked.is_(False)
    return _labelled(session.execute(_SALESPEOPLE.where(may_take)))


def all_salespeople(session: Session) -> Choices:
    """Those whose records may be looked for."""
    return _labelled(session.execute(_SALESPEOPLE))


def campaigns(session: Session) -> Choices:
    return _all(session, Campaign.no, Campaign.description)


def templates(session: Session) -> Choices:
    return _all(session, InteractionTemplate.code, InteractionTemplate.description)


def groups(session: Session) -> Choices:
    return _all(session, InteractionGroup.code, InteractionGroup.description)


def languages(session: Session) -> Choices:
    return _all(session, Language.code, Language.description)


def territories(session: Session) -> Choices:
    return _all(session, Territory.code, Territory.description)


def mailing_groups(session: Session) -> Choices:
    return _all(session, MailingGroup.code, MailingGroup.description)


def industry_groups(session: Session) -> Choices:
    return _all(session, IndustryGroup.code, IndustryGroup.description)


def business_relations(session: Session) -> Choices:
    return _all(session, BusinessRelation.code, BusinessRelation.description)


def job_responsibilities(session: Session) -> Choices:
    return _all(session, JobResponsibility.code, JobResponsibility.description)


def organizational_levels(session: Session) -> Choices:
    return _all(session, OrganizationalLevel.code, OrganizationalLevel.description)


def questionnaires(session: Session) -> Choices:
    return _all(session, ProfileQuestionnaire.code, ProfileQuestionnaire.description)


def profile_answers(session: Session) -> Choices:
    """`CODE:20000` for each answer, with the question it belongs to: the nearest one
    above it."""
    line = ProfileQuestionnaireLine
    rows = session.execute(
        select(line.questionnaire_code, line.line_no, line.type, line.description)
        .order_by(line.questionnaire_code, line.line_no)
        .limit(MOST_ANSWERS)
    )
    found, question = [], ""
    for code, line_no, kind, description in rows:
        if kind == ProfileLineType.QUESTION:
            question = description
        else:
            found.append((f"{code}:{line_no}", f"{code} · {question} {description}"))
    return found


def segments(session: Session) -> Choices:
    """The newest open ones; older ones can still be named in an address."""
    statement = select(Segment.no, Segment.description).order_by(Segment.id.desc())
    return _labelled(session.execute(statement.limit(MOST_SEGMENTS)))


def salutations(session: Session) -> Choices:
    return _all(session, Salutation.code, Salutation.description)


def campaign_statuses(session: Session) -> Choices:
    return _all(session, CampaignStatus.code, CampaignStatus.description)


def number_series(session: Session) -> Choices:
    return _all(session, NumberSeries.code, NumberSeries.description)


def words(enumeration: type[IntEnum]) -> Choices:
    """The members as the API spells them and as a person reads them."""
    names = (member.name for member in enumeration if member.name != "BLANK")
    return [(name.lower(), name.replace("_", " ").capitalize()) for name in names]


def including(choices: Choices, value: str, note: str = "") -> Choices:
    """The choices and the value in force, so that saving a form never loses it."""
    if not value or value in dict(choices):
        return choices
    return [*choices, (value, f"{value} {note or '(no longer offered)'}")]


def _all(
    session: Session,
    code: InstrumentedAttribute[str],
    description: InstrumentedAttribute[str],
) -> Choices:
    return _labelled(session.execute(select(code, description).order_by(code)))


def _labelled(rows: Iterable[Any]) -> Choices:
    return [(code, f"{code} · {name}" if name else code) for code, name in rows]

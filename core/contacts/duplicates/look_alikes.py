"""Companies that look like one company although they are written differently: enough
of their search strings agree (CONT-058).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Text, and_, case, exists, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session

from core.contacts.duplicates.search_strings import (
    agrees,
    hits_needed,
    search_strings,
    strings_of,
)
from core.contacts.models import Contact, SeparateContacts
from core.setup.models import DuplicateSearchString
from core.setup.queries import marketing_setup
from core.vocabulary import ContactType, SearchedField, SearchedPart

MOST_SHOWN = 50

_FIRST, _LAST = SearchedPart
_TELLING = [
    (SearchedField.MOBILE_PHONE_NO, _LAST),
    (SearchedField.PHONE_NO, _LAST),
    (SearchedField.ADDRESS, _LAST),
    (SearchedField.EMAIL, _FIRST),
    (SearchedField.NAME, _FIRST),
    (SearchedField.ADDRESS, _FIRST),
]
"""What few companies share, those of the fewest first. Thousands share any other: a
city, a dialling code, the ending of a name."""


class LookAlike(NamedTuple):
    contact: Contact
    strings: Sequence[str]
    "The codes of the search strings that agree."
    score: int
    "How many of a hundred strings that makes."


def look_alikes(
    session: Session, contact: Contact, *, limit: int = MOST_SHOWN
) -> Sequence[LookAlike]:
    """The likest first; none for a person, and none that somebody keeps apart from it.

    Reads all companies once. Plan (255 000 companies among a million contacts): a
    parallel scan, which takes 1 to 1.4 s of processor time in all.
    """
    strings = search_strings(session)
    if contact.type != ContactType.COMPANY or not strings:
        return []
    needed = hits_needed(len(strings), marketing_setup(session).search_hit_percent)
    own = strings_of(session, contact, strings)
    if len(own) < needed:
        return []
    agreeing = {
        string: agrees(string, own[string.code])
        for string in strings
        if string.code in own
    }
    found = (
        select(Contact.id, _codes(agreeing).label("codes"))
        .where(
            Contact.type == ContactType.COMPANY,
            Contact.id != contact.id,
            # Who agrees in `needed` of them agrees in one of any so many. Most agree in
            # none of these, and are not compared any further.
            or_(*_most_telling(agreeing, len(own) - needed + 1)),
            ~is_separate(contact),
        )
        # Or the planner would reckon the codes again in each condition on them.
        .offset(0)
        .subquery("found")
    )
    hits = func.cardinality(found.c.codes)
    rows = session.execute(
        select(Contact, found.c.codes)
        .join(found, found.c.id == Contact.id)
        .where(hits >= needed)
        .order_by(hits.desc(), Contact.no)
        .limit(limit)
    )
    return [
        LookAlike(like, codes, 100 * len(codes) // len(strings)) for like, codes in rows
    ]


def is_separate(contact: Contact) -> ColumnElement[bool]:
    """Whether somebody keeps this contact and those of the statement apart."""
    apart = SeparateContacts
    return exists().where(
        or_(
            and_(apart.contact_id == contact.id, apart.other_id == Contact.id),
            and_(apart.other_id == contact.id, apart.contact_id == Contact.id),
        )
    )


def _codes(
    agreeing: Mapping[DuplicateSearchString, ColumnElement[bool]],
) -> ColumnElement[Sequence[str]]:
    codes = [case((hit, string.code)) for string, hit in agreeing.items()]
    return func.array_remove(array(codes), None, type_=ARRAY(Text))


def _most_telling(
    agreeing: Mapping[DuplicateSearchString, ColumnElement[bool]], number: int
) -> Sequence[ColumnElement[bool]]:
    order = [*_TELLING, *((string.field, string.part) for string in agreeing)]
    ordered = sorted(
        agreeing, key=lambda string: order.index((string.field, string.part))
    )
    return [agreeing[string] for string in ordered[:number]]

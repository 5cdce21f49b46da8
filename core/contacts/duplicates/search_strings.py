"""Pieces of a company's fields that are compared with those of others (CONT-058).

Nothing is stored: a piece is reckoned where it is asked for, so no import pays for it.
"""

import math
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.contacts.models import Contact
from core.setup.models import DuplicateSearchString
from core.vocabulary import SearchedField, SearchedPart


def search_strings(session: Session) -> Sequence[DuplicateSearchString]:
    string = DuplicateSearchString
    return session.scalars(select(string).order_by(string.field, string.part)).all()


def hits_needed(strings: int, percent: int) -> int:
    """Of so many strings so many have to agree."""
    return math.ceil(strings * percent / 100)


def field_of(string: DuplicateSearchString) -> str:
    """The contact's field that it is a piece of."""
    return SearchedField(string.field).name.lower()


def strings_of(
    session: Session, contact: Contact, strings: Sequence[DuplicateSearchString]
) -> Mapping[str, str]:
    """The contact's piece for each string by its code, without blank ones: those never
    agree with anything."""
    row = session.execute(
        select(*(piece(string) for string in strings)).where(Contact.id == contact.id)
    ).one()
    codes = (string.code for string in strings)
    return {code: words for code, words in zip(codes, row, strict=True) if words}


def piece(string: DuplicateSearchString) -> ColumnElement[str]:
    return cut(string, func.search_words(_column(string)))


def cut(string: DuplicateSearchString, words: ColumnElement[str]) -> ColumnElement[str]:
    """The string's part of a field that is in capitals already."""
    part = func.left if string.part == SearchedPart.FIRST else func.right
    return part(words, string.length)


def agrees(string: DuplicateSearchString, words: str) -> ColumnElement[bool]:
    """Whether a contact's piece is this one, asked of many contacts.

    `search_words` costs 3 µs and most contacts do not agree, so a glance comes first:
    of a plain text its letters and digits stay, in their order, and it has the words
    only where they stand in it in this order. That takes a tenth of the time.
    """
    column = _column(string)
    is_plain = func.octet_length(column) == func.char_length(column)
    is_it = piece(string) == words
    if not words.isascii():
        return and_(not_(is_plain), is_it)
    in_order = "%".join(["", *words.lower(), ""])
    glance = func.lower(column.collate("C")).like(in_order)
    return and_(or_(not_(is_plain), glance), is_it)


def _column(string: DuplicateSearchString) -> InstrumentedAttribute[str]:
    found: InstrumentedAttribute[str] = getattr(Contact, field_of(string))
    return found

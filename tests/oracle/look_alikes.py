"""Who looks like whom, in plain Python, row by row (CONT-058)."""

import math
import re
import unicodedata

from hypothesis import strategies as st

from core.vocabulary import SearchedField

FIELDS = [field.name.lower() for field in SearchedField]
# Letters that have more than one form, signs between them, and little else: so that
# texts agree often.
LETTERS = "aAbBß1ä\u0308eéÉﬁ１²½ΣσςСс한가 .,-/&+()@\u00a0'’"  # noqa: RUF001
TEXTS = st.text(LETTERS, max_size=7)
COMPANIES = st.lists(
    st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, TEXTS)),
    min_size=2,
    max_size=6,
)
SETUPS = st.dictionaries(
    st.tuples(st.sampled_from(SearchedField), st.booleans()),
    st.integers(2, 10),
    max_size=8,
)


def words_of(text):
    """Upper case, without what is neither letter nor digit."""
    if text.isascii():
        return re.sub("[^0-9A-Z]", "", text.upper())
    upper = unicodedata.normalize("NFKD", text).upper()
    kept = "".join(sign for sign in upper if sign.isalpha() or sign.isdecimal())
    return unicodedata.normalize("NFC", kept)


def pieces_of(company, setup):
    pieces = {}
    for (field, is_last), length in setup.items():
        words = words_of(company.get(field.name.lower(), ""))
        pieces[field, is_last] = words[-length:] if is_last else words[:length]
    return {key: piece for key, piece in pieces.items() if piece}


def model(companies, setup, percent):
    """The pairs of places of the companies that look like each other."""
    needed = math.ceil(len(setup) * percent / 100)
    told = [pieces_of(company, setup) for company in companies]
    return {
        (one, other)
        for one in range(len(companies))
        for other in range(len(companies))
        if one != other
        and setup
        and len(told[one].items() & told[other].items()) >= needed
    }

"""What a letter to a contact begins with (CONT-059, MRG-002)."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.contacts import queries
from core.contacts.models import Contact
from core.setup.models import SalutationFormula
from core.vocabulary import NamePart, SalutationType

PLACES = 5

NameParts = Mapping[NamePart, str]


class Greetings(NamedTuple):
    """Blank where no formula fits."""

    formal: str
    informal: str


def greetings_of(session: Session, contact: Contact) -> Greetings:
    """In the contact's own language, else by the formula without a language."""
    formulas = _formulas_for(session, contact)
    company = queries.company_of(session, contact)
    parts = name_parts(contact, company.name if company else "")
    return Greetings(
        *(
            greeting(formulas[kind], parts) if kind in formulas else ""
            for kind in (SalutationType.FORMAL, SalutationType.INFORMAL)
        )
    )


def _formulas_for(session: Session, contact: Contact) -> dict[int, SalutationFormula]:
    formula = SalutationFormula
    found = session.scalars(
        select(formula)
        .where(
            formula.salutation_code == contact.salutation_code,
            formula.language_code.in_(["", contact.language_code]),
        )
        # The one in the contact's language comes last, and so takes the place.
        .order_by(formula.language_code != "")
    )
    return {formula.type: formula for formula in found}


def name_parts(contact: Contact, company_name: str) -> NameParts:
    return {
        NamePart.BLANK: "",
        NamePart.JOB_TITLE: contact.job_title,
        NamePart.FIRST_NAME: contact.first_name,
        NamePart.MIDDLE_NAME: contact.middle_name,
        NamePart.SURNAME: contact.surname,
        NamePart.INITIALS: contact.initials,
        NamePart.COMPANY_NAME: company_name,
    }


def greeting(formula: SalutationFormula, parts: NameParts) -> str:
    """The text with the parts in their places.

    A place whose part is empty goes the first time together with the blank behind it,
    so that "Dear %1 %2 %3" has no gap where there is no middle name.
    """
    words = {
        str(place): parts[NamePart(getattr(formula, f"name_{place}"))]
        for place in range(1, PLACES + 1)
    }
    text = formula.text
    for place, word in words.items():
        if not word:
            text = text.replace(f"%{place} ", "", 1)
    # All at once: a name that looks like a place is a name.
    return re.sub(r"%([1-5])", lambda found: words[found[1]], text).strip()

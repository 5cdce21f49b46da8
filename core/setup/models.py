from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from core.base import Base, Choice, Code10, Code20, FlagOn, Text50, Text100
from core.vocabulary import SalutationType


class MarketingSetup(Base):
    """The one row of choices that shape contacts, campaigns and segments."""

    __tablename__ = "marketing_setup"
    __table_args__ = (
        CheckConstraint("id = 1", name="single_row"),
        CheckConstraint(
            "search_hit_percent BETWEEN 1 AND 100", name="hits_are_percent"
        ),
    )

    id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, server_default=sql("1")
    )
    contact_nos: Mapped[Code20]
    campaign_nos: Mapped[Code20]
    segment_nos: Mapped[Code20]
    inherit_salesperson: Mapped[FlagOn]
    inherit_territory: Mapped[FlagOn]
    inherit_country_region: Mapped[FlagOn]
    inherit_language: Mapped[FlagOn]
    inherit_address_details: Mapped[FlagOn]
    inherit_communication_details: Mapped[FlagOn]
    default_salesperson_code: Mapped[Code20]
    default_territory_code: Mapped[Code10]
    default_country_region_code: Mapped[Code10]
    default_language_code: Mapped[Code10]
    default_correspondence_type: Mapped[Choice]
    default_company_salutation_code: Mapped[Code10]
    default_person_salutation_code: Mapped[Code10]
    business_relation_code_for_customers: Mapped[Code10]
    business_relation_code_for_vendors: Mapped[Code10]
    business_relation_code_for_bank_accounts: Mapped[Code10]
    business_relation_code_for_employees: Mapped[Code10]
    email_draft_template_code: Mapped[Code10]
    "What an interaction that is drafted as an e-mail is recorded as."
    autosearch_for_duplicates: Mapped[FlagOn]
    "Whether pages look for contacts like one that was just saved (CONT-058)."
    search_hit_percent: Mapped[int] = mapped_column(
        SmallInteger, server_default=sql("60")
    )
    "Of the search strings so many have to agree."


class Territory(Base):
    __tablename__ = "territory"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    description: Mapped[Text100]


class Language(Base):
    __tablename__ = "language"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    description: Mapped[Text100]


class Salutation(Base):
    __tablename__ = "salutation"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    description: Mapped[Text100]


class SalutationFormula(Base):
    """How a contact is greeted: a text with the places %1 to %5, and what stands in
    each of them (CONT-059).
    """

    __tablename__ = "salutation_formula"

    salutation_code: Mapped[str] = mapped_column(
        String(10), ForeignKey("salutation.code", ondelete="CASCADE"), primary_key=True
    )
    language_code: Mapped[str] = mapped_column(
        String(10), primary_key=True, server_default=sql("''")
    )
    "Blank: for every language without a formula of its own."
    type: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, autoincrement=False
    )
    text: Mapped[Text50]
    name_1: Mapped[Choice]
    name_2: Mapped[Choice]
    name_3: Mapped[Choice]
    name_4: Mapped[Choice]
    name_5: Mapped[Choice]

    @property
    def key(self) -> str:
        """What tells the formulas of a salutation apart in an address: formal-DAN."""
        word = SalutationType(self.type).name.lower()
        return f"{word}-{self.language_code}" if self.language_code else word


class DuplicateSearchString(Base):
    """A piece of a field in which companies that may be one and the same agree:
    its first or last characters, blanks and punctuation aside (CONT-058).
    """

    __tablename__ = "duplicate_search_string"
    __table_args__ = (
        UniqueConstraint("field", "part"),
        CheckConstraint("length BETWEEN 2 AND 10", name="length_in_range"),
    )

    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    "Field and part, as an address names them: PHONE_NO-LAST."
    field: Mapped[int] = mapped_column(SmallInteger)
    part: Mapped[int] = mapped_column(SmallInteger)
    length: Mapped[int] = mapped_column(SmallInteger, server_default=sql("5"))

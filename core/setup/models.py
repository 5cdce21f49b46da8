from sqlalchemy import CheckConstraint, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.base import Base, Choice, Code10, Code20, FlagOn, Text100


class MarketingSetup(Base):
    """The one row of choices that shape contacts, campaigns and segments."""

    __tablename__ = "marketing_setup"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, server_default=text("1")
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

"""What contacts are sorted by: lists of codes, and which contact carries which."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.base import MONEY, Base, Choice, Code10, Code20, Flag, Text100

OfContact = Annotated[
    int,
    mapped_column(
        BigInteger, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    ),
]
"""Part of the key of a row that goes with its contact."""


class MailingGroup(Base):
    __tablename__ = "mailing_group"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    description: Mapped[Text100]


class IndustryGroup(Base):
    __tablename__ = "industry_group"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    description: Mapped[Text100]


class BusinessRelation(Base):
    __tablename__ = "business_relation"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    description: Mapped[Text100]


class JobResponsibility(Base):
    __tablename__ = "job_responsibility"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    description: Mapped[Text100]


class OrganizationalLevel(Base):
    """How high a person stands; the code is on the contact itself."""

    __tablename__ = "organizational_level"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    description: Mapped[Text100]


class ContactMailingGroup(Base):
    """Who gets which mailing. Filled by the million from segments (MG-001), so it has
    no foreign keys (ADR 0006); deleting a contact clears its rows."""

    __tablename__ = "contact_mailing_group"
    __table_args__ = (Index(None, "code", "contact_id"),)

    contact_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False
    )
    code: Mapped[str] = mapped_column(String(10), primary_key=True)


class ContactIndustryGroup(Base):
    """Companies only; a person's are those of the company (CONT-053, CONT-055)."""

    __tablename__ = "contact_industry_group"
    __table_args__ = (Index(None, "code", "contact_id"),)

    contact_id: Mapped[OfContact]
    code: Mapped[str] = mapped_column(
        String(10), ForeignKey("industry_group.code"), primary_key=True
    )


class ContactJobResponsibility(Base):
    """People only (CONT-053)."""

    __tablename__ = "contact_job_responsibility"
    __table_args__ = (Index(None, "code", "contact_id"),)

    contact_id: Mapped[OfContact]
    code: Mapped[str] = mapped_column(
        String(10), ForeignKey("job_responsibility.code"), primary_key=True
    )


class ContactBusinessRelation(Base):
    """What a company is to us, and its number in the books (CONT-054)."""

    __tablename__ = "contact_business_relation"
    __table_args__ = (
        Index(None, "code", "contact_id"),
        CheckConstraint("(link_to_table = 0) = (no = '')", name="number_of_a_table"),
        Index(
            "uq_contact_business_relation_contact_table",
            "contact_id",
            "link_to_table",
            unique=True,
            postgresql_where=text("link_to_table <> 0"),
        ),
        Index(
            "uq_contact_business_relation_table_no",
            "link_to_table",
            "no",
            unique=True,
            postgresql_where=text("link_to_table <> 0"),
        ),
    )

    contact_id: Mapped[OfContact]
    code: Mapped[str] = mapped_column(
        String(10), ForeignKey("business_relation.code"), primary_key=True
    )
    link_to_table: Mapped[Choice]
    no: Mapped[Code20]


class ProfileQuestionnaire(Base):
    """Questions about contacts, with the answers there are to choose from."""

    __tablename__ = "profile_questionnaire"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    description: Mapped[Text100]
    contact_type: Mapped[Choice]
    "Whom it is about; 0: everybody."
    business_relation_code: Mapped[Code10]
    "It is about contacts that are this to us, or whose company is; blank: about all."


class ProfileQuestionnaireLine(Base):
    """A question, or one of the answers that stand below it."""

    __tablename__ = "profile_questionnaire_line"

    questionnaire_code: Mapped[str] = mapped_column(
        String(20),
        ForeignKey(
            "profile_questionnaire.code",
            ondelete="CASCADE",
            name="fk_profile_questionnaire_line_questionnaire",
        ),
        primary_key=True,
    )
    line_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[Choice]
    description: Mapped[Text100]
    multiple_answers: Mapped[Flag]
    "Of a question: a contact may give several of its answers."
    class_field: Mapped[Choice]
    "Of a question: what answers it by itself; 0: nothing does."
    starting_date: Mapped[date | None]
    ending_date: Mapped[date | None]
    "Of such a question: the interactions that count; no end: until the work date."
    from_value: Mapped[Decimal | None] = mapped_column(MONEY)
    to_value: Mapped[Decimal | None] = mapped_column(MONEY)
    "Of an answer to such a question: it holds from one value to the other, inclusive."


class ProfileRating(Base):
    """How many points an answer gives to a question that is answered by points."""

    __tablename__ = "profile_rating"
    __table_args__ = (
        ForeignKeyConstraint(
            ["questionnaire_code", "line_no"],
            [
                "profile_questionnaire_line.questionnaire_code",
                "profile_questionnaire_line.line_no",
            ],
            name="fk_profile_rating_question",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["answer_questionnaire_code", "answer_line_no"],
            [
                "profile_questionnaire_line.questionnaire_code",
                "profile_questionnaire_line.line_no",
            ],
            name="fk_profile_rating_answer",
        ),
        Index(
            "ix_profile_rating_answer", "answer_questionnaire_code", "answer_line_no"
        ),
    )

    questionnaire_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    answer_questionnaire_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    answer_line_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    points: Mapped[int]


class ContactProfileAnswer(Base):
    __tablename__ = "contact_profile_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["questionnaire_code", "line_no"],
            [
                "profile_questionnaire_line.questionnaire_code",
                "profile_questionnaire_line.line_no",
            ],
            name="fk_contact_profile_answer_line",
        ),
        Index(
            "ix_contact_profile_answer_line",
            "questionnaire_code",
            "line_no",
            "contact_id",
        ),
    )

    contact_id: Mapped[OfContact]
    questionnaire_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

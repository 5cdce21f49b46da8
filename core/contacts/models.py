from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from core.base import (
    Base,
    BigId,
    BigRef,
    Choice,
    Code10,
    Code20,
    CreatedAt,
    Flag,
    Moment,
    Text30,
    Text50,
    Text80,
    Text100,
    Text255,
)

_FOLDED = "casefold(name::text COLLATE pg_unicode_fast)"
_IS_PLAIN = "octet_length(name::text) = char_length(name::text)"
NAME_ORDER = f"CASE WHEN {_IS_PLAIN} THEN {_FOLDED} ELSE normalize({_FOLDED}, NFD) END"
"""Case-insensitive, accents right after their letter, and the same on every server
whatever its locale (TRAP-25). Only names with other letters than the plain ones are
taken apart, which costs ten times as much as all the rest."""


class Salesperson(Base):
    __tablename__ = "salesperson"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[Text50]
    job_title: Mapped[Text30]
    email: Mapped[Text80]
    phone_no: Mapped[Text30]
    blocked: Mapped[Flag]
    privacy_blocked: Mapped[Flag]


class Contact(Base):
    """A company, or a person who may belong to one (CONT-*)."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("type <> 0 OR company_id = id", name="company_is_its_own"),
        CheckConstraint(
            "type <> 1 OR company_id IS DISTINCT FROM id", name="person_is_no_company"
        ),
        Index(None, "company_id"),
        # Serves "begins with" whatever the collation: 1 ms instead of 300 of a million.
        Index(None, "search_name", postgresql_ops={"search_name": "text_pattern_ops"}),
        # Companies in the order of segments (CRIT-014), without a look at the table.
        Index(
            "ix_contact_companies_in_order",
            "name_order",
            "no",
            postgresql_include=["id"],
            # Written behind the column, like an operator class.
            postgresql_ops={"no": 'COLLATE "C"'},
            postgresql_where=text("type = 0"),
        ),
    )

    id: Mapped[BigId]
    no: Mapped[str] = mapped_column(String(20), unique=True)
    type: Mapped[Choice]
    company_id: Mapped[BigRef | None]
    "The contact's company; a company carries its own id. No foreign key: see ADR 0006."
    name: Mapped[Text100]
    name_order: Mapped[str] = mapped_column(
        Text(collation="C"), Computed(NAME_ORDER, persisted=True)
    )
    "What the name is sorted by; the database keeps it."
    name_2: Mapped[Text50]
    first_name: Mapped[Text30]
    middle_name: Mapped[Text30]
    surname: Mapped[Text30]
    initials: Mapped[Text30]
    job_title: Mapped[Text30]
    search_name: Mapped[Text100]
    address: Mapped[Text100]
    address_2: Mapped[Text50]
    city: Mapped[Text30]
    post_code: Mapped[Code20]
    county: Mapped[Text30]
    country_region_code: Mapped[Code10]
    phone_no: Mapped[Text30]
    mobile_phone_no: Mapped[Text30]
    email: Mapped[Text80]
    email_2: Mapped[Text80]
    home_page: Mapped[Text255]
    territory_code: Mapped[Code10]
    salesperson_code: Mapped[Code20]
    language_code: Mapped[Code10]
    correspondence_type: Mapped[Choice]
    salutation_code: Mapped[Code10]
    organizational_level_code: Mapped[Code10]
    exclude_from_segment: Mapped[Flag]
    privacy_blocked: Mapped[Flag]
    minor: Mapped[Flag]
    parental_consent_received: Mapped[Flag]
    no_series: Mapped[Code20]
    last_modified_at: Mapped[CreatedAt]


class MergedContact(Base):
    """The number of a contact that was merged into another one."""

    __tablename__ = "merged_contact"

    no: Mapped[str] = mapped_column(String(20), primary_key=True)
    contact_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("contact.id", ondelete="CASCADE"), index=True
    )
    merged_at: Mapped[CreatedAt]
    merged_by: Mapped[Text50]


class SeparateContacts(Base):
    """Two contacts that look alike and are not the same, as somebody has said."""

    __tablename__ = "separate_contacts"
    __table_args__ = (CheckConstraint("contact_id < other_id", name="pair_once"),)

    contact_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    other_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("contact.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    )
    separated_at: Mapped[CreatedAt]
    separated_by: Mapped[Text50]


class LikelyDuplicate(Base):
    """Two companies that looked like each other when a job compared all of them.

    No foreign keys: see ADR 0006. Whoever deletes a contact forgets its pairs.
    """

    __tablename__ = "likely_duplicate"
    __table_args__ = (CheckConstraint("contact_id < other_id", name="pair_once"),)

    contact_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False
    )
    other_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, index=True
    )


class ContactComment(Base):
    """What somebody noted about a contact."""

    __tablename__ = "contact_comment"
    __table_args__ = (Index(None, "contact_id", "date", "id"),)

    id: Mapped[BigId]
    contact_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("contact.id", ondelete="CASCADE")
    )
    date: Mapped[date]
    comment: Mapped[Text255]
    written_by: Mapped[Text50]


class ContactAltAddress(Base):
    __tablename__ = "contact_alt_address"

    contact_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    company_name: Mapped[Text100]
    address: Mapped[Text100]
    address_2: Mapped[Text50]
    city: Mapped[Text30]
    post_code: Mapped[Code20]
    county: Mapped[Text30]
    country_region_code: Mapped[Code10]
    phone_no: Mapped[Text30]
    mobile_phone_no: Mapped[Text30]
    email: Mapped[Text80]


class ContactAltAddressDateRange(Base):
    """When an alternative address is the one to use (CONT-045, LINE-025)."""

    __tablename__ = "contact_alt_address_date_range"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contact_id", "code"],
            ["contact_alt_address.contact_id", "contact_alt_address.code"],
            ondelete="CASCADE",
        ),
        CheckConstraint(
            "ending_date IS NULL OR starting_date <= ending_date", name="in_order"
        ),
    )

    contact_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    starting_date: Mapped[date] = mapped_column(primary_key=True)
    ending_date: Mapped[date | None]
    code: Mapped[str] = mapped_column(String(10))


class ContactImport(Base):
    """A file of contacts somebody uploaded, and how its columns are understood."""

    __tablename__ = "contact_import"

    id: Mapped[BigId]
    public_id: Mapped[UUID] = mapped_column(
        PG_UUID(as_uuid=True), server_default=text("uuidv7()"), unique=True
    )
    file_name: Mapped[Text255]
    "What the user's own computer calls the file; never used as a path."
    stored_name: Mapped[str] = mapped_column(String(80), unique=True)
    "The random name inside the upload folder."
    size: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[int] = mapped_column(BigInteger)
    "Line ends in the file: what progress is measured against while reading."
    encoding: Mapped[Text30]
    delimiter: Mapped[str] = mapped_column(String(1))
    header: Mapped[list[str]] = mapped_column(JSONB)
    mapping: Mapped[list[str | None]] = mapped_column(JSONB)
    "For each column of the header the contact field it fills; null: ignored."
    requested_by: Mapped[Text50]
    created_at: Mapped[CreatedAt]
    job_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("job.id", ondelete="SET NULL")
    )
    "The latest check or import of this file."
    checked_at: Mapped[Moment | None]
    imported_at: Mapped[Moment | None]
    counts: Mapped[dict[str, int] | None] = mapped_column(JSONB)
    "rows, new, changed, unchanged, rejected: of the latest check or import."


class ContactImportReject(Base):
    """A row of a file that was not taken, with every reason."""

    __tablename__ = "contact_import_reject"

    import_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("contact_import.id", ondelete="CASCADE"),
        primary_key=True,
    )
    line_no: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False
    )
    cells: Mapped[list[str]] = mapped_column(JSONB)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    "code, field and detail of each reason."

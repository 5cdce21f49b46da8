"""The tables one import works in."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from core.contacts.imports.staged_row import SPLIT_FIELDS, TEXT_FIELDS
from core.contacts.inheritance import PASSED_ON
from core.contacts.models import Contact
from core.temporary_tables import temporary_table

_metadata = MetaData()

rows = temporary_table(
    "contact_import_row",
    _metadata,
    Column("line_no", BigInteger),
    Column("cells", JSONB),
    Column("problems", JSONB),
    *(Column(field, Text) for field in (*TEXT_FIELDS, *SPLIT_FIELDS)),
    Column("type", SmallInteger),
    Column("correspondence_type", SmallInteger),
    Column("exclude_from_segment", Boolean),
    Column("privacy_blocked", Boolean),
    Column("minor", Boolean),
    Column("parental_consent_received", Boolean),
)
"The file. NULL is an empty cell: the contact's value stays, or takes its default."

known = temporary_table(
    "contact_import_known",
    _metadata,
    Column("type", SmallInteger),
    Column("name_key", Text(collation="C")),
    Column("email_key", Text(collation="C")),
    Column("company_key", BigInteger),
    Column("any_id", BigInteger),
    Column("contacts", BigInteger),
    Column("plain_id", BigInteger),
    Column("plain_contacts", BigInteger),
)
"Contacts there are, by what a row without a number is recognised by."

kinds = temporary_table(
    "contact_import_kind",
    _metadata,
    Column("line_no", BigInteger),
    Column("contact_id", BigInteger),
    Column("contact_type", SmallInteger),
    Column("type", SmallInteger),
)
"Company or person, and the contact that has the row's number."

company_names = temporary_table(
    "contact_import_company_name",
    _metadata,
    Column("name_key", Text(collation="C")),
    Column("company_id", BigInteger),
    Column("companies", BigInteger),
    Column("rejected_line", BigInteger),
)
"Companies there will be after the import, by name."

companies = temporary_table(
    "contact_import_company",
    _metadata,
    Column("line_no", BigInteger),
    Column("company_id", BigInteger),
    Column("problem", JSONB),
)
"The company each person's row names."

found = temporary_table(
    "contact_import_found",
    _metadata,
    Column("line_no", BigInteger),
    Column("found_id", BigInteger),
    Column("company_id", BigInteger),
    Column("company_problem", JSONB),
    Column("contacts", BigInteger),
    Column("first_line", BigInteger),
)
"The contact each row of one type is about, and the first line about the same one."

matches = temporary_table(
    "contact_import_match",
    _metadata,
    Column("line_no", BigInteger),
    Column("type", SmallInteger),
    Column("contact_id", BigInteger),
    Column("outcome", String(10)),
    Column("company_id", BigInteger),
    Column("problems", JSONB),
)
"""What each row means. `contact_id` is the contact's own or will be the new one's;
`company_id` is the company the row names, NULL when it names none."""

numbers = temporary_table(
    "contact_import_number",
    _metadata,
    Column("line_no", BigInteger),
    Column("no", String(20)),
    Column("series_code", String(20)),
)
"Numbers drawn for the new contacts that come without one."

before = temporary_table(
    "contact_import_before",
    _metadata,
    Column("id", BigInteger),
    *(Column(field, Contact.__table__.c[field].type) for field in PASSED_ON),
)
"The old values of the companies that change."

moves = temporary_table(
    "contact_import_move",
    _metadata,
    Column("contact_id", BigInteger),
    Column("old_company_id", BigInteger),
    Column("new_company_id", BigInteger),
)
"People whose company changes."


def make_tables(session: Session) -> None:
    # Sorting and joining a large file within PostgreSQL's frugal default would go
    # through the disk over and over. It holds for this transaction only.
    session.execute(text("SET LOCAL work_mem = '64MB'"))
    connection = session.connection()
    for table in reversed(_metadata.sorted_tables):
        # A second import in the same transaction starts afresh.
        session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{table.name}"))
        table.create(connection)


def analyze(session: Session, table: Table) -> None:
    """Temporary tables are never analyzed by themselves, and plans need it."""
    session.execute(text(f"ANALYZE pg_temp.{table.name}"))

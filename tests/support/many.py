"""Contacts and lines by the hundred thousand, made in a few statements."""

from sqlalchemy import text
from sqlalchemy.orm import Session

# Every fourth contact is a company, the three after it are its people. One in ten has
# no e-mail, one in fifty an alternative address for the summer.
CONTACTS = text("""
    INSERT INTO contact (id, no, type, company_id, name, search_name, email, phone_no,
                         address, city, post_code, salesperson_code, language_code,
                         correspondence_type)
    SELECT n,
           'K' || lpad(n::text, 8, '0'),
           CASE WHEN n % 4 = 1 THEN 0 ELSE 1 END,
           n - (n - 1) % 4,
           name, upper(name),
           CASE WHEN n % 10 = 0 THEN '' ELSE 'contact' || n || '@example.com' END,
           '555-' || lpad((n % 10000)::text, 4, '0'),
           n % 200 || ' Main Street', 'Town ' || n % 500,
           lpad((n % 90000)::text, 5, '0'),
           (CAST(:salespeople AS text[]))[1 + n % cardinality(:salespeople)],
           (ARRAY['DEU', 'ENU', 'FRA', ''])[1 + n % 4],
           n % 3
    FROM (SELECT n, 'Contact ' || md5(n::text) AS name
          FROM generate_series(1, CAST(:count AS bigint)) n) numbered
""")
ADDRESSES = text("""
    INSERT INTO contact_alt_address (contact_id, code, email)
    SELECT n, 'SUMMER', 'summer' || n || '@example.com'
    FROM generate_series(50, CAST(:count AS bigint), 50) n
""")
DATE_RANGES = text("""
    INSERT INTO contact_alt_address_date_range
           (contact_id, code, starting_date, ending_date)
    SELECT contact_id, code, DATE '2020-01-01', NULL FROM contact_alt_address
""")
OWN_TEMPLATES = text("""
    UPDATE segment_line SET interaction_template_code = :template
    WHERE segment_id = :segment_id AND line_no % 10000000 = 0
""")


def add_many_contacts(session: Session, count: int, salespeople: list[str]) -> None:
    """Into an empty table."""
    session.execute(CONTACTS, {"count": count, "salespeople": salespeople})
    session.execute(ADDRESSES, {"count": count})
    session.execute(DATE_RANGES)


def personalise_every_thousandth_line(
    session: Session, segment_id: int, template: str
) -> None:
    values = {"segment_id": segment_id, "template": template}
    session.execute(OWN_TEMPLATES, values)

"""What is measured on: many contacts, and segments that hold them all."""

from sqlalchemy import text

from core.database import transaction
from core.segments.actions import ActionOptions
from core.segments.add_contacts import add_contacts
from core.segments.create_segment import create_segment
from tests import factories
from tests.bench.product import Product
from tests.support.many import add_many_contacts, personalise_every_thousandth_line

SALESPEOPLE = ["AB", "CL", "HN", "OR", "TK"]
TEMPLATE, OWN_TEMPLATE = "EMAIL", "ONSITE"
CAMPAIGN = "CP0001"


def prepare(product: Product, contacts: int) -> None:
    with transaction(product.engine) as session:
        add_many_contacts(session, contacts, SALESPEOPLE)
        factories.campaign(session, CAMPAIGN)
    at_rest(product)


def new_segment(product: Product, contacts: int) -> str:
    """A segment of the first `contacts` contacts, as a user would have made it: each
    with the salesperson of the contact, every thousandth with its own template."""
    with transaction(product.engine) as session:
        segment = create_segment(
            session,
            product.actor,
            {
                "description": "Spring mailing",
                "interaction_template_code": TEMPLATE,
                "campaign_no": CAMPAIGN,
            },
        )
        first = {"contact": {"no": {"to": f"K{contacts:08}"}}}
        add_contacts(session, product.actor, segment, first, ActionOptions())
        personalise_every_thousandth_line(session, segment.id, OWN_TEMPLATE)
    at_rest(product)
    return segment.no


def forget_logs(product: Product) -> None:
    """Every measured log writes into an empty ledger, as its copy does."""
    with transaction(product.engine) as session:
        session.execute(
            text(
                "TRUNCATE interaction_log_entry, logged_line, logged_segment,"
                " campaign_entry"
            )
        )


def forget_segments(product: Product) -> None:
    with transaction(product.engine) as session:
        session.execute(text("TRUNCATE segment_line"))
        session.execute(text("DELETE FROM segment"))


def at_rest(product: Product) -> None:
    """As after a minute without work: statistics and visibility are up to date, and
    no checkpoint is due. The server does all that by itself, but when it likes."""
    with product.engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))

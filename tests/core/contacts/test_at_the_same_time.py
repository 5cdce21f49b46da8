"""Two people at the same moment: one of them is refused, and nothing points nowhere."""

import pytest

from core.contacts.change_contact import change_contact
from core.contacts.classification.business_relations import relate
from core.contacts.classification.models import BusinessRelation
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.setup.masters import TERRITORIES, delete_code
from core.setup.models import Territory
from core.vocabulary import LinkToTable
from tests import factories
from tests.factories import actor
from tests.support.meanwhile import meanwhile


@pytest.fixture
def engine(own_engine):
    with transaction(own_engine) as session:
        factories.marketing_setup(session)
        session.add_all([Territory(code="N"), BusinessRelation(code="CUST")])
        for no in ("K1", "K2"):
            factories.company(session, no=no)
    return own_engine


def become_customer(no):
    def deed(session):
        kind = LinkToTable.CUSTOMER
        relate(session, actor(), no, "CUST", link_to_table=kind, no="10")

    return deed


def move_north(session):
    change_contact(session, actor(), "K1", {"territory_code": "N"})


def close_the_north(session):
    delete_code(session, TERRITORIES, "N")


@pytest.mark.case("CONT-054")
def test_two_contacts_are_not_the_same_customer(engine):
    with pytest.raises(ConflictError, match="customer 10") as error:
        meanwhile(engine, become_customer("K1"), become_customer("K2"))

    assert error.value.code == "E-EXISTS"


def test_a_code_that_is_being_deleted_is_given_to_nobody(engine):
    with pytest.raises(RefusedError, match="There is no Territory Code N"):
        meanwhile(engine, close_the_north, move_north)


def test_a_code_that_is_being_given_is_not_deleted(engine):
    with pytest.raises(ConflictError, match="contacts still refer to it"):
        meanwhile(engine, move_north, close_the_north)

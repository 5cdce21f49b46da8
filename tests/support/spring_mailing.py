"""A small installation for tests of pages: masters, some people, and a segment SM1 with
a line for each of them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.database import transaction
from tests import factories

NAMES = ("Anna Berg", "Bert Çelik", "Cora Novák")


@pytest.fixture
def work(committing_engine: Engine) -> Callable[[], AbstractContextManager[Session]]:
    """A transaction as the product makes it, for a with statement."""
    return lambda: transaction(committing_engine)


@pytest.fixture
def masters(work) -> None:
    with work() as session:
        factories.marketing_setup(session)
        factories.salesperson(session, "JR", name="John Roberts")
        factories.salesperson(session, "LM", name="Linda Martin")
        factories.campaign(session, "CP1", description="Spring fair")
        factories.template(session, "GOLF", description="Golf", unit_cost=8)
        factories.template(session, "BUS", description="Letter", unit_cost=2)


@pytest.fixture
def people(work, masters) -> SimpleNamespace:
    """Three people of Cronus whose salesperson is JR."""
    with work() as session:
        cronus = factories.company(
            session, no="C1", name="Cronus", search_name="CRONUS"
        )
        made = [
            factories.person(
                session,
                cronus,
                no=f"P{number}",
                name=name,
                search_name=name.upper(),
                salesperson_code="JR",
            )
            for number, name in enumerate(NAMES, start=1)
        ]
    return SimpleNamespace(cronus=cronus, anna=made[0], bert=made[1], cora=made[2])


@pytest.fixture
def segment(work, people) -> str:
    """Lines 10000, 20000, 30000; template GOLF; every line may be logged."""
    with work() as session:
        actor = factories.actor()
        made = factories.segment(
            session,
            actor,
            description="Spring mailing",
            interaction_template_code="GOLF",
            campaign_no="CP1",
        )
        for person in (people.anna, people.bert, people.cora):
            factories.line(session, actor, made, person)
        made.no = "SM1"
    return "SM1"

"""What nearly every test of segments starts from."""

import pytest

from tests import factories


@pytest.fixture
def setup(session):
    return factories.marketing_setup(session)


@pytest.fixture
def actor():
    return factories.actor()


@pytest.fixture
def jr(session):
    return factories.salesperson(session, "JR")


@pytest.fixture
def golf(session):
    return factories.template(
        session, "GOLF", description="Golf event", unit_cost=8, unit_duration=1
    )


@pytest.fixture
def segment(session, actor, setup, jr, golf):
    return factories.segment(
        session,
        actor,
        description="Spring mailing",
        salesperson_code=jr,
        interaction_template_code=golf,
    )

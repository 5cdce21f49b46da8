"""The conformance cases: what an outsider may expect who has only the documents.

Everything goes through the HTTP API. The mark `case` names the case or the rule.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, update

from core.access.models import User
from core.database import transaction
from tests.conformance.program import Program


@pytest.fixture
def program(client, committing_engine: Engine) -> Program:
    return Program(client, committing_engine)


@pytest.fixture
def program_as(client_as, committing_engine: Engine) -> Callable[[str], Program]:
    return lambda role: Program(client_as(role), committing_engine)


@pytest.fixture
def own_salesperson(client, committing_engine: Engine) -> Callable[[str], None]:
    """Users are kept on pages only: name the signed-in user's salesperson."""

    def name(code: str) -> None:
        with transaction(committing_engine) as session:
            session.execute(update(User).values(salesperson_code=code))

    return name


@pytest.fixture
def rollcall(program: Program) -> Program:
    """An installation with a number series for everything that is numbered."""
    for code, first in (("CONT", "CT0001"), ("CAMP", "CP0001"), ("SEGM", "SM0001")):
        program.series(code, first, manual_nos=True)
    program.change(
        "marketing-setup", contact_nos="CONT", campaign_nos="CAMP", segment_nos="SEGM"
    )
    return program

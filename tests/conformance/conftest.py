"""The conformance cases: what an outsider may expect who has only the documents.

Everything goes through the HTTP API. The mark `case` names the case or the rule.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Table, select, update

from core import models
from core.access.models import User
from core.database import transaction
from tests.conformance.program import Program

Rows = dict[Table, list[dict[str, object]]]


@pytest.fixture(scope="session")
def remembered() -> dict[str, Any]:
    """The rows that were made once and serve every test."""
    return {}


@pytest.fixture
def build_once(remembered, program, committing_engine) -> Callable[..., None]:
    """Build through the API the first time; later put the same rows back, which is a
    hundred times faster."""

    def build(build: Callable[[Program], None]) -> None:
        name = build.__name__
        if name not in remembered:
            build(program)
            remembered[name] = rows_of(committing_engine)
        put_back(committing_engine, remembered[name])

    return build


def rows_of(engine: Engine) -> Rows:
    with transaction(engine) as session:
        found = {
            table: [
                dict(row)
                for row in session.execute(select(*_written(table))).mappings()
            ]
            for table in models.metadata.sorted_tables
            if table.name not in {"app_user", "audit_event"}
        }
    return {table: rows for table, rows in found.items() if rows}


def _written(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.computed is None]


def put_back(engine: Engine, rows: Rows) -> None:
    with transaction(engine) as session:
        for table, found in rows.items():
            session.execute(table.delete())
            session.execute(table.insert(), found)


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
def rollcall(program: Program, build_once) -> Program:
    build_once(an_installation)
    return program


@pytest.fixture
def desk(program: Program, build_once) -> Program:
    build_once(a_desk)
    return program


def an_installation(program: Program) -> None:
    """A number series for everything that is numbered."""
    for code, first in (("CONT", "CT0001"), ("CAMP", "CP0001"), ("SEGM", "SM0001")):
        program.series(code, first, manual_nos=True)
    program.change(
        "marketing-setup", contact_nos="CONT", campaign_nos="CAMP", segment_nos="SEGM"
    )


def a_desk(program: Program) -> None:
    """What most segments need: salespeople, templates, a campaign, three companies."""
    an_installation(program)
    for code in ("JR", "BC"):
        program.create("salespeople", code=code, name=f"Salesperson {code}")
    program.create("interaction-groups", code="LETTER", description="Letters")
    program.template(
        "GOLF",
        description="Golf event",
        interaction_group_code="LETTER",
        unit_cost="8.00",
        unit_duration=1,
        information_flow="outbound",
        initiated_by="us",
    )
    program.template("BUS", description="Business letter", unit_cost="9.50")
    program.create("campaigns", no="CMP1", description="Golf campaign")
    program.company("C1", name="Alpha", salesperson_code="JR")
    program.company("C2", name="Beta", salesperson_code="BC")
    program.company("C3", name="Gamma", salesperson_code="JR")

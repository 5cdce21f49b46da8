import json

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from core.check.rules import RULES
from core.commands import main
from core.database import transaction


@pytest.fixture
def check(own_database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", own_database)
    return lambda *options: CliRunner().invoke(main, ["check", *options])


@pytest.fixture
def broken(own_engine):
    with transaction(own_engine) as session:
        for line in range(1, 4):
            session.execute(
                text("INSERT INTO contact_mailing_group VALUES (:line, 'GIFT')"),
                {"line": line},
            )


def test_a_sound_database_is_status_0(check):
    answer = check()

    assert answer.exit_code == 0
    assert f"{len(RULES)} of {len(RULES)} rules hold" in answer.output


def test_broken_rows_are_named_and_status_1(check, broken):
    answer = check("--keys", "2")

    assert answer.exit_code == 1
    assert "Not so: 3 times." in answer.output
    assert answer.output.count("group GIFT: contact with id") == 2


def test_the_report_can_be_read_by_programs(check, broken):
    answer = check("--json")

    report = json.loads(answer.output)
    assert answer.exit_code == 1
    assert report["sound"] is False
    assert {rule["name"] for rule in report["rules"] if rule["broken"]} == {
        "mailing-group-contact",
        "contact-mailing-group-code",
    }

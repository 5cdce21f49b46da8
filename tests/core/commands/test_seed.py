from sqlalchemy import func, select

from core.commands.seed import STARTING_ROWS, seed
from core.interactions.models import InteractionTemplate
from core.numbering.models import NumberSeriesLine
from core.setup.models import MarketingSetup


def test_an_empty_installation_gets_every_starting_row(session):
    seed(session)

    for table, rows in STARTING_ROWS.items():
        found = session.scalar(select(func.count()).select_from(table))
        assert found == len(rows), table


def test_segments_are_numbered_from_sm00001(session):
    seed(session)

    setup = session.get_one(MarketingSetup, 1)
    line = session.get_one(NumberSeriesLine, (setup.segment_nos, 10000))
    assert (line.starting_no, line.ending_no) == ("SM00001", "SM99999")


def test_a_second_seed_keeps_what_people_changed(session):
    seed(session)
    letter = session.get_one(InteractionTemplate, "BUS")
    letter.description = "Our letter"
    session.flush()  # the insert must meet the changed row

    seed(session)

    session.refresh(letter)
    assert letter.description == "Our letter"

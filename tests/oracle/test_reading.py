"""What is read out of the database is what was put there."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from tests.oracle import database
from tests.oracle.reading import read_world
from tests.oracle.world import Adding, Person, Range, World
from tests.oracle.worlds import worlds

pytestmark = pytest.mark.timeout(0)


@given(world=worlds())
def test_a_world_is_read_as_it_was_put(engine, world):
    with database.scratch(engine) as session:
        database.put(session, world)

        read = read_world(
            session,
            world.header.no,
            asker=world.asker,
            numbers=world.numbers,
            wants_follow_up=world.wants_follow_up,
            skips=world.skips,
        )

    assert read == replace(world, contacts=_on_lines(world))


def _on_lines(world: World) -> dict[int, Person]:
    """The contacts that are read, the ranges of each by their first day."""
    ids = {
        contact
        for action in world.actions
        if isinstance(action, Adding)
        for contact, _ in action.lines
    }
    return {
        number: replace(each, ranges=tuple(sorted(each.ranges, key=_first_day)))
        for number, each in world.contacts.items()
        if number in ids
    }


def _first_day(span: Range) -> date:
    return span.first

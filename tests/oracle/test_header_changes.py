"""Changes of the header against a model of what the lines show (SEG-01x, INV-017)."""

from typing import Any, cast

import pytest
from hypothesis import given

from core.segments.change_segment import change_segment
from core.segments.line_list import LineFilter, lines
from core.segments.one_line import add_line
from tests.oracle import database, model
from tests.oracle.database import scratch
from tests.oracle.header_changes import Change, after
from tests.oracle.worlds import changes, editable_worlds

pytestmark = pytest.mark.timeout(0)


@given(world=editable_worlds(), change=changes())
def test_a_header_change_does_to_each_line_what_the_answer_says(engine, world, change):
    _, expected = after(world, change)
    with scratch(engine) as session:
        segment = database.put(session, world)

        apply(session, segment, change)

        shown = {row.line_no: row._asdict() for row in all_lines(session, segment)}
        assert set(shown) == set(expected)
        for line_no, values in expected.items():
            assert {name: shown[line_no][name] for name in values} == values


@given(world=editable_worlds(), change=changes())
def test_a_line_added_later_shows_the_new_header(engine, world, change):
    changed, _ = after(world, change)
    with scratch(engine) as session:
        segment = database.put(session, world)

        apply(session, segment, change)
        contact = world.contacts[1]
        line_no = add_line(session, database.actor_of(world), segment, contact.no)

        (row,) = lines(session, segment, LineFilter(line_no=line_no))
        values = model.show(changed, model.Line(line_no, contact.id, {}))
        assert {name: row._asdict()[name] for name in values} == values


def apply(session, segment, change: Change) -> None:
    change_segment(
        session,
        segment,
        cast("Any", change.values),
        update_lines=change.to_lines,
        apply_to_lines=change.to_lines,
    )


def all_lines(session, segment):
    return lines(session, segment, LineFilter(limit=1000))

"""Personalising lines against a model of what they show (LINE-04x, LINE-05x)."""

from typing import Any, cast

import pytest
from hypothesis import given

from core.errors import RefusedError
from core.segments.line_list import LineFilter, line_numbers, lines
from core.segments.personalise_lines import Personalisation, personalise_lines
from tests.oracle import database
from tests.oracle.database import scratch
from tests.oracle.personalising import Wish, after, is_refused
from tests.oracle.worlds import editable_worlds, wishes

pytestmark = pytest.mark.timeout(0)


@pytest.mark.case("LINE-041", "LINE-044", "LINE-045", "LINE-052", "INV-022")
@given(world=editable_worlds(), wish=wishes())
def test_lines_show_what_they_were_given(engine, world, wish):
    with scratch(engine) as session:
        segment = database.put(session, world)

        if is_refused(world, wish):
            with pytest.raises(RefusedError):
                personalise(session, segment, wish)
            return
        personalise(session, segment, wish)

        shown = {
            row.line_no: row._asdict()
            for row in lines(session, segment, LineFilter(limit=1000))
        }
        expected = after(world, wish)
        assert set(shown) == set(expected)
        for line_no, values in expected.items():
            assert {name: shown[line_no][name] for name in values} == values


def personalise(session, segment, wish: Wish) -> None:
    chosen = line_numbers(segment, LineFilter(line_nos=wish.line_nos))
    wanted = Personalisation(cast("Any", wish.values), wish.handed_back)
    personalise_lines(session, segment, chosen, wanted)

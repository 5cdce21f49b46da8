import pytest

from core.errors import RefusedError
from core.numbering.draw_number import (
    check_manual_number,
    check_series_can_number,
    draw_number,
)
from core.numbering.models import NumberSeries, NumberSeriesRelationship
from tests import factories

DAY = factories.WORK_DATE


def code_of_refusal(deed, *arguments, **options):
    with pytest.raises(RefusedError) as refused:
        deed(*arguments, **options)
    return refused.value.code


def test_the_number_comes_from_the_series_in_marketing_setup(session):
    factories.marketing_setup(session)

    assert draw_number(session, "segment_nos", DAY) == ("SM00001", "SEGM")


def test_a_blank_setup_field_is_named(session):
    factories.marketing_setup(session, segment_nos="")

    with pytest.raises(RefusedError, match="Segment Nos") as refused:
        draw_number(session, "segment_nos", DAY)

    assert refused.value.code == "E-SERIES-SETUP"
    assert refused.value.faults[0].field == "segment_nos"


def test_a_series_without_default_numbers_gives_none(session):
    factories.marketing_setup(session)
    series = session.get(NumberSeries, "SEGM")
    series.default_nos, series.manual_nos = False, True

    assert code_of_refusal(draw_number, session, "segment_nos", DAY) == "E-SERIES-AUTO"


def test_a_series_that_vanished_gives_no_number(session):
    factories.marketing_setup(session, segment_nos="GONE")

    assert code_of_refusal(draw_number, session, "segment_nos", DAY) == "E-SERIES-NONE"


def test_a_number_by_hand_needs_a_series_that_allows_it(session):
    factories.marketing_setup(session)
    check_manual_number(session, "segment_nos", "X1")
    session.get(NumberSeries, "SEGM").manual_nos = False

    refused = code_of_refusal(check_manual_number, session, "segment_nos", "X1")

    assert refused == "E-SERIES-MANUAL"


def test_without_a_configured_series_every_number_is_by_hand(session):
    factories.marketing_setup(session, segment_nos="")

    check_manual_number(session, "segment_nos", "X1")


def test_a_related_series_may_be_used_instead(session):
    factories.marketing_setup(session)
    factories.number_series(session, "EXTRA", "X001")
    session.add(NumberSeriesRelationship(code="SEGM", series_code="EXTRA"))

    drawn = draw_number(session, "segment_nos", DAY, series_code="EXTRA")

    assert drawn == ("X001", "EXTRA")


def test_an_unrelated_series_may_not(session):
    factories.marketing_setup(session)
    factories.number_series(session, "EXTRA", "X001")

    refused = code_of_refusal(
        draw_number, session, "segment_nos", DAY, series_code="EXTRA"
    )

    assert refused == "E-SERIES-RELATED"


def test_the_check_ahead_refuses_what_the_draw_would_and_takes_nothing(session):
    factories.marketing_setup(session)

    check_series_can_number(session, "segment_nos", DAY)

    assert draw_number(session, "segment_nos", DAY)[0] == "SM00001"

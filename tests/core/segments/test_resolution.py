from datetime import date
from decimal import Decimal

import pytest

from core.contacts.models import ContactAltAddress, ContactAltAddressDateRange
from core.segments.change_line import change_line
from core.segments.change_segment import change_segment
from core.segments.line_list import LineFilter, lines
from core.vocabulary import CorrespondenceType
from tests import factories

HARD_COPY = CorrespondenceType.HARD_COPY
EMAIL = CorrespondenceType.EMAIL


def shown(session, segment, line_no):
    (row,) = lines(session, segment, LineFilter(line_no=line_no))
    return row


def test_a_line_inherits_the_header(session, actor, segment):
    line_no = factories.line(session, actor, segment, factories.company(session))

    row = shown(session, segment, line_no)

    assert (row.description, row.cost, row.salesperson_code, row.personal) == (
        "Spring mailing",
        Decimal(8),
        "JR",
        [],
    )


def test_a_header_change_reaches_every_line_that_does_not_say_otherwise(
    session, actor, segment
):
    plain = factories.line(session, actor, segment, factories.company(session))

    change_segment(session, segment, {"description": "Summer mailing"})

    assert shown(session, segment, plain).description == "Summer mailing"


def test_the_salesperson_comes_from_the_contact_where_the_header_has_none(
    session, actor, segment
):
    factories.salesperson(session, "BC")
    contact = factories.company(session, salesperson_code="BC")
    line_no = factories.line(session, actor, segment, contact)

    change_segment(session, segment, {"salesperson_code": ""})

    assert shown(session, segment, line_no).salesperson_code == "BC"


def test_an_own_template_brings_its_own_values(session, actor, segment):
    factories.template(session, "BUS", unit_cost=9, unit_duration=30)
    line_no = factories.line(session, actor, segment, factories.company(session))

    change_line(session, segment, line_no, {"interaction_template_code": "BUS"})

    row = shown(session, segment, line_no)
    assert (row.cost, row.duration) == (9, 30)
    assert row.personal == ["interaction_template_code"]


def test_a_line_without_description_takes_that_of_its_own_template(
    session, actor, segment
):
    factories.template(session, "BUS", description="Business letter")
    change_segment(session, segment, {"description": ""})
    line_no = factories.line(session, actor, segment, factories.company(session))

    change_line(session, segment, line_no, {"interaction_template_code": "BUS"})

    assert shown(session, segment, line_no).description == "Business letter"


def test_a_blank_is_an_own_value_until_it_is_handed_back(session, actor, segment):
    line_no = factories.line(session, actor, segment, factories.company(session))

    change_line(session, segment, line_no, {"date": None})
    blanked = shown(session, segment, line_no).date
    change_line(session, segment, line_no, {}, inherit=["date"])

    assert blanked is None
    assert shown(session, segment, line_no).date == segment.date


def test_a_header_change_answered_yes_drops_the_own_value(session, actor, segment):
    line_no = factories.line(
        session, actor, segment, factories.company(session), description="Mine"
    )

    change_segment(session, segment, {"description": "Ours"})

    assert shown(session, segment, line_no).description == "Ours"


def test_a_header_change_answered_no_keeps_what_lines_showed(session, actor, segment):
    before = factories.line(session, actor, segment, factories.company(session))

    change_segment(session, segment, {"description": "Ours"}, update_lines=False)
    after = factories.line(session, actor, segment, factories.company(session))

    assert shown(session, segment, before).description == "Spring mailing"
    assert shown(session, segment, after).description == "Ours"


def test_a_line_with_another_template_is_not_the_headers_to_change(
    session, actor, segment
):
    factories.template(session, "BUS")
    line_no = factories.line(
        session,
        actor,
        segment,
        factories.company(session),
        interaction_template_code="BUS",
    )

    change_segment(session, segment, {"description": "Ours"})

    assert shown(session, segment, line_no).description == "Spring mailing"


def test_a_new_header_template_answered_yes_takes_over_every_line(
    session, actor, segment
):
    factories.template(session, "BUS", unit_cost=9)
    factories.template(session, "ABS", unit_cost=7)
    line_no = factories.line(
        session,
        actor,
        segment,
        factories.company(session),
        interaction_template_code="BUS",
    )

    change_segment(session, segment, {"interaction_template_code": "ABS"})

    row = shown(session, segment, line_no)
    assert (row.interaction_template_code, row.cost) == ("ABS", 7)


def test_a_new_header_template_answered_no_leaves_the_lines_as_they_were(
    session, actor, segment
):
    factories.template(session, "ABS", unit_cost=7)
    line_no = factories.line(session, actor, segment, factories.company(session))

    change_segment(
        session, segment, {"interaction_template_code": "ABS"}, apply_to_lines=False
    )

    row = shown(session, segment, line_no)
    assert (row.interaction_template_code, row.cost) == ("GOLF", 8)


def test_the_alternative_address_is_the_latest_active_on_the_date(
    session, actor, segment
):
    contact = factories.company(session)
    for code in ("VAC", "HOME2"):
        session.add(ContactAltAddress(contact_id=contact.id, code=code))
    session.flush()
    for code, first, last in (
        ("VAC", date(2026, 7, 1), date(2026, 8, 31)),
        ("HOME2", date(2026, 8, 15), None),
    ):
        session.add(
            ContactAltAddressDateRange(
                contact_id=contact.id, code=code, starting_date=first, ending_date=last
            )
        )
    session.flush()
    line_no = factories.line(session, actor, segment, contact)

    def active(on):
        change_segment(session, segment, {"date": on})
        of_header = shown(session, segment, line_no).contact_alt_address_code
        change_line(session, segment, line_no, {"date": on})
        of_line = shown(session, segment, line_no).contact_alt_address_code
        change_line(session, segment, line_no, {}, inherit=["date"])
        assert of_header == of_line
        return of_line

    assert active(date(2026, 7, 20)) == "VAC"
    assert active(date(2026, 8, 20)) == "HOME2"
    assert active(date(2026, 9, 1)) == "HOME2"
    assert active(date(2026, 6, 30)) == ""


@pytest.mark.parametrize(
    ("ignores", "default", "contact_type", "expected"),
    [
        (False, EMAIL, 0, EMAIL),
        (False, EMAIL, HARD_COPY, HARD_COPY),
        (True, EMAIL, HARD_COPY, EMAIL),
        (True, 0, HARD_COPY, 0),
    ],
)
def test_the_template_decides_between_its_own_and_the_contacts_correspondence_type(
    session, actor, segment, ignores, default, contact_type, expected
):
    factories.template(
        session,
        "T",
        correspondence_type_default=default,
        ignore_contact_corres_type=ignores,
    )
    change_segment(session, segment, {"interaction_template_code": "T"})
    contact = factories.company(session, correspondence_type=contact_type)

    line_no = factories.line(session, actor, segment, contact)

    assert shown(session, segment, line_no).correspondence_type == expected

from datetime import date, timedelta

import pytest

from core.contacts.merge.merge_contacts import merge_contacts
from core.contacts.models import ContactComment
from core.segments.contact_timeline import Kind, Place, timeline
from tests import factories
from tests.support.queries import counted_queries


@pytest.fixture
def cronus(session):
    factories.marketing_setup(session)
    return factories.company(session, no="K1")


def told(session, contact, **options):
    return [
        (Kind(item.kind).name, item.no or item.title)
        for item in timeline(session, contact, **options)
    ]


def test_a_company_shows_its_people_too_newest_first(session, cronus):
    anna = factories.person(session, cronus, no="P1")
    for who, what, day in ((anna, "Call", 3), (cronus, "Letter", 1), (anna, "Fax", 2)):
        factories.log_entry(session, who, description=what, date=date(2026, 5, day))
    factories.log_entry(session, anna, description="Later", postponed=True)

    assert [title for _, title in told(session, cronus)] == ["Call", "Fax", "Letter"]
    assert [title for _, title in told(session, anna)] == ["Call", "Fax"]


def test_a_page_is_one_statement_however_many_people_and_entries(
    session, engine, cronus
):
    for number in range(40):
        someone = factories.person(session, cronus, no=f"P{number}")
        for day in (1, 2):
            factories.log_entry(session, someone, date=date(2026, 5, day))

    with counted_queries(engine) as statements:
        items = timeline(session, cronus, limit=20)

    assert len(statements) == 1
    assert {item.day for item in items} == {date(2026, 5, 2)}


def test_mergers_and_segments_are_told_and_can_be_left_out(session, cronus):
    other = factories.company(session, no="K2")
    anna = factories.actor()
    merge_contacts(session, anna, "K1", "K2")
    spring = factories.segment(session, anna, description="Spring")
    factories.line(session, anna, spring, cronus)
    factories.line_of(session, cronus, "OUT", removed=True)
    factories.log_entry(session, cronus, description="Call", date=date(2020, 1, 1))
    assert other.no == "K2"

    assert told(session, cronus) == [
        ("MERGE", "K2"),
        ("SEGMENT", spring.no),
        ("INTERACTION", "Call"),
    ]
    assert told(session, cronus, kinds=[Kind.MERGE]) == [("MERGE", "K2")]


def test_comments_are_told_before_what_else_was_on_their_day(session, cronus):
    day = date(2026, 5, 4)
    factories.log_entry(session, cronus, description="Call", date=day)
    for on, words in ((day, "Old"), (day, "New"), (date.max, "Last")):
        session.add(ContactComment(contact_id=cronus.id, date=on, comment=words))
        session.flush()

    assert told(session, cronus) == [
        ("COMMENT", "Last"),
        ("COMMENT", "New"),
        ("COMMENT", "Old"),
        ("INTERACTION", "Call"),
    ]
    first = timeline(session, cronus, limit=2)[1]
    assert told(session, cronus, after=Place(*first[:3]), kinds=[Kind.COMMENT]) == [
        ("COMMENT", "Old")
    ]


def test_pages_follow_on_each_other_without_gap_or_repetition(session, cronus):
    for number in range(7):
        day = date(2026, 5, 1) + timedelta(days=number // 3)
        factories.log_entry(session, cronus, description=str(number), date=day)

    seen, after = [], None
    while True:
        items = timeline(session, cronus, after=after, limit=2)
        seen += [item.title for item in items[:2]]
        if len(items) <= 2:
            break
        after = Place(*items[1][:3])

    assert seen == ["6", "5", "4", "3", "2", "1", "0"]

"""A log taken back: the entries are canceled, the segment is there again."""

from datetime import time
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text, update

from core.contacts.delete_contact import delete_contact
from core.contacts.models import Contact
from core.errors import ConflictError
from core.interactions.models import InteractionLogEntry, LoggedSegment
from core.ledger.cancel_campaign_entry import set_campaign_entry_canceled
from core.ledger.cancel_entries import set_entry_canceled
from core.ledger.cancel_log import set_log_canceled
from core.ledger.change import Change
from core.ledger.delete_canceled import delete_canceled_entries, delete_canceled_logs
from core.ledger.undo_log import undo_log
from core.segments.change_line import change_line
from core.segments.change_segment import change_segment
from core.segments.delete_segment import delete_segment
from core.segments.editing import segment_by_no
from core.segments.go_back import go_back
from core.segments.line_list import LineFilter, lines
from core.segments.models import Segment, SegmentLanguage, SegmentLine
from core.segments.numbers import next_segment_no
from core.segments.one_line import add_line, remove_line
from core.segments.queries import actions, totals
from core.segments.request_log import OnLineError
from core.setup.models import Language
from tests import factories
from tests.core.segments.logging import log

CANCEL = Change(canceled=True)
REVIVE = Change(canceled=False)


def seen(session, no):
    """The header and the lines, as a page shows them."""
    segment = segment_by_no(session, no)
    header = {
        column.name: getattr(segment, column.name)
        for column in Segment.__table__.columns
        if column.name not in {"id", "head", "frozen_by_job_id"}
    }
    shown = [
        {name: value for name, value in row._asdict().items() if name != "segment_id"}
        for row in lines(session, segment, LineFilter())
    ]
    return header, shown, totals(session, segment)


def log_and_see(session, actor, segment, **options):
    session.refresh(segment)
    before = seen(session, segment.no)
    result = log(session, actor, segment, **options)
    return before, result


def test_the_segment_is_there_again_as_it_was(session, actor, new_segment):
    session.add(Language(code="ENU"))
    segment = new_segment()
    session.add(
        SegmentLanguage(segment_id=segment.id, language_code="ENU", subject="Hello")
    )
    change_line(
        session,
        segment,
        30_000,
        {
            "date": None,
            "cost": Decimal("12.50"),
            "time_of_interaction": time(9, 30),
            "description": "",
            "attempt_failed": True,
        },
    )
    change_line(session, segment, 30_000, {"date": factories.WORK_DATE})
    before, result = log_and_see(session, actor, segment)

    done = undo_log(session, actor, result["logged_segment_entry_no"], reason="Oops")

    assert seen(session, result["segment_no"]) == before
    assert (done.segment_no, done.lines_restored) == (result["segment_no"], 3)
    assert (done.entries_canceled, done.campaign_entries_canceled) == (3, 1)
    assert done.contacts_gone == 0
    restored = segment_by_no(session, result["segment_no"])
    (action,) = actions(session, restored)
    assert action.filters == {
        "interaction_log_entry": {
            "logged_segment_entry_no": [str(result["logged_segment_entry_no"])]
        }
    }
    subjects = select(SegmentLanguage.subject).filter_by(segment_id=restored.id)
    assert session.scalars(subjects).all() == ["Hello"]


def test_a_date_that_was_blanked_is_blank_again(session, actor, new_segment):
    segment = new_segment()
    change_segment(session, segment, {"date": None})
    for number in (10_000, 20_000, 30_000):
        change_line(session, segment, number, {"date": factories.WORK_DATE})
    before, result = log_and_see(session, actor, segment)

    undo_log(session, actor, result["logged_segment_entry_no"])

    assert seen(session, result["segment_no"]) == before


def test_what_was_logged_is_canceled_for_good(session, actor, logged, flags, entry_nos):
    undo_log(session, actor, logged)

    assert flags(logged) == (True, [True], [True] * 3)
    found = session.get_one(LoggedSegment, logged)
    assert (found.undone_by, found.undone_at is None) == ("anna", False)
    with pytest.raises(ConflictError) as refused:
        set_log_canceled(session, actor, logged, REVIVE)
    assert refused.value.code == "E-UNDONE"
    with pytest.raises(ConflictError) as refused:
        set_entry_canceled(session, actor, entry_nos[1], REVIVE)
    assert refused.value.code == "E-PARENT-CANCELED"
    assert flags(logged) == (True, [True], [True] * 3)


def test_the_campaign_entry_of_an_undone_log_stays_canceled(session, actor, logged):
    undo_log(session, actor, logged)
    number = session.scalars(text("SELECT entry_no FROM campaign_entry")).one()

    with pytest.raises(ConflictError) as refused:
        set_campaign_entry_canceled(session, actor, "CP1", number, REVIVE)

    assert refused.value.code == "E-UNDONE"


def test_a_log_is_undone_once(session, actor, logged):
    undo_log(session, actor, logged)

    with pytest.raises(ConflictError) as refused:
        undo_log(session, actor, logged)

    assert refused.value.code == "E-UNDONE"


def test_the_segment_can_be_logged_again_and_that_undone_too(
    session, actor, logged, flags
):
    no = undo_log(session, actor, logged).segment_no

    again = log(session, actor, segment_by_no(session, no))

    new = again["logged_segment_entry_no"]
    assert flags(logged) == (True, [True], [True] * 3)
    assert flags(new) == (False, [False], [False] * 3)
    assert undo_log(session, actor, new).lines_restored == 3


def test_an_undone_log_whose_logged_segment_was_deleted_leaves_nothing_in_the_way(
    session, actor, logged, flags
):
    no = undo_log(session, actor, logged).segment_no
    first = log(session, actor, segment_by_no(session, no))
    assert delete_canceled_logs(session, actor, {}) == 1
    undo_log(session, actor, first["logged_segment_entry_no"])
    assert delete_canceled_logs(session, actor, {}) == 1

    # Two campaign entries are left over now; each line is logged once all the same.
    again = log(session, actor, segment_by_no(session, no))

    assert flags(again["logged_segment_entry_no"]) == (False, [False], [False] * 3)


def test_entries_canceled_one_by_one_come_back_as_lines(
    session, actor, logged, entry_nos
):
    set_entry_canceled(session, actor, entry_nos[0], CANCEL)

    done = undo_log(session, actor, logged)

    assert (done.lines_restored, done.entries_canceled) == (3, 2)


def test_a_canceled_logged_segment_is_undone_too(session, actor, logged):
    set_log_canceled(session, actor, logged, CANCEL)

    done = undo_log(session, actor, logged)

    assert (done.lines_restored, done.entries_canceled) == (3, 0)


def test_without_all_its_entries_a_log_is_not_undone(session, actor, logged, entry_nos):
    set_entry_canceled(session, actor, entry_nos[0], CANCEL)
    delete_canceled_entries(session, actor, {})

    with pytest.raises(ConflictError, match="1 entries of segment") as refused:
        undo_log(session, actor, logged)

    assert refused.value.code == "E-ENTRIES-DELETED"


def test_a_number_that_is_taken_is_not_given_twice(session, actor, logged):
    no = session.get_one(LoggedSegment, logged).segment_no
    session.add(Segment(no=no))
    session.flush()

    with pytest.raises(ConflictError) as refused:
        undo_log(session, actor, logged)

    assert (refused.value.code, refused.value.links) == ("E-EXISTS", {"segment": no})


def test_a_log_of_before_is_not_undone(session, actor, logged):
    session.execute(update(LoggedSegment).values(header=None))
    session.expire_all()

    with pytest.raises(ConflictError) as refused:
        undo_log(session, actor, logged)

    assert refused.value.code == "E-NOT-KEPT"


@pytest.mark.parametrize("with_company", [True, False])
def test_a_line_whose_contact_was_deleted_stays_away(
    session, actor, logged, entry_nos, with_company
):
    contact = session.get_one(
        Contact, session.get_one(InteractionLogEntry, entry_nos[1]).contact_id
    )
    company_id = contact.company_id
    if not with_company:
        session.execute(update(InteractionLogEntry).values(contact_company_id=None))
    delete_contact(session, actor, contact.no)
    session.expire_all()

    done = undo_log(session, actor, logged)

    assert (done.lines_restored, done.contacts_gone) == (2, 1)
    restored = select(SegmentLine.contact_id)
    assert company_id not in session.scalars(restored).all()


def test_lines_that_were_skipped_stay_in_their_own_segment(session, actor, new_segment):
    segment = new_segment()
    blocked = factories.company(session, privacy_blocked=True)
    factories.line(session, actor, segment, blocked, description="Mine")
    result = log(session, actor, segment, on_line_error=OnLineError.SKIP)

    done = undo_log(session, actor, result["logged_segment_entry_no"])

    assert done.lines_restored == 3
    left = segment_by_no(session, result["left_behind_segment_no"])
    assert totals(session, left).no_of_lines == 1


class TestFollowUp:
    @pytest.fixture
    def followed(self, session, actor, new_segment):
        result = log(session, actor, new_segment(), create_follow_up=True)
        session.flush()
        session.expire_all()
        return result

    def undone(self, session, actor, followed):
        done = undo_log(session, actor, followed["logged_segment_entry_no"])
        assert done.follow_up_segment_no == followed["follow_up_segment_no"]
        return done.follow_up_taken_away

    def test_an_untouched_one_is_taken_away(self, session, actor, followed):
        assert self.undone(session, actor, followed)
        assert session.scalars(select(Segment.no)).all() == [followed["segment_no"]]
        number = select(func.count()).select_from(SegmentLine)
        assert session.execute(number).scalar_one() == 3

    @pytest.mark.parametrize(
        "touch",
        [
            lambda session, actor, one: change_segment(
                session, one, {"description": "Next"}
            ),
            lambda session, actor, one: change_line(
                session, one, 10_000, {"description": "Mine"}
            ),
            lambda session, actor, one: change_line(
                session, one, 20_000, {"campaign_no": "CP1"}
            ),
            lambda session, actor, one: change_line(
                session, one, 10_000, {"campaign_no": ""}
            ),
            lambda session, actor, one: remove_line(session, actor, one, 10_000),
            lambda session, actor, one: add_line(
                session, actor, one, factories.company(session).no
            ),
            lambda session, actor, one: go_back(session, one),
            lambda session, actor, one: session.add(
                SegmentLanguage(segment_id=one.id, language_code="ENU")
            ),
            lambda session, actor, one: setattr(one, "frozen_by_job_id", 1),
        ],
    )
    def test_one_to_which_something_has_happened_stays(
        self, session, actor, followed, touch
    ):
        session.execute(text("SET LOCAL session_replication_role = replica"))
        touch(session, actor, segment_by_no(session, followed["follow_up_segment_no"]))
        session.flush()

        assert not self.undone(session, actor, followed)
        assert set(session.scalars(select(Segment.no))) == {
            followed["follow_up_segment_no"],
            followed["segment_no"],
        }

    def test_one_that_was_logged_or_deleted_is_no_more(self, session, actor, followed):
        one = segment_by_no(session, followed["follow_up_segment_no"])
        delete_segment(session, one)

        assert not self.undone(session, actor, followed)

    def test_one_that_was_followed_up_itself_stays(self, session, actor, followed):
        one = segment_by_no(session, followed["follow_up_segment_no"])
        change_segment(session, one, {"interaction_template_code": "GOLF"})
        change_segment(session, one, {"salesperson_code": "JR"})
        session.flush()
        second = log(session, actor, one, create_follow_up=True)

        assert not self.undone(session, actor, followed)
        assert second["follow_up_segment_no"] in session.scalars(select(Segment.no))

    def test_a_change_that_was_taken_back_is_none(self, session, actor, followed):
        one = segment_by_no(session, followed["follow_up_segment_no"])
        before = one.description
        change_segment(session, one, {"description": "Next"})
        change_segment(session, one, {"description": before})
        session.flush()

        assert self.undone(session, actor, followed)


def test_the_series_gives_the_number_of_an_undone_log_to_nobody_else(
    session, actor, logged
):
    no = undo_log(session, actor, logged).segment_no

    assert next_segment_no(session, actor)[0] != no

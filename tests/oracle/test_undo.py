"""A log and its undoing, on random segments: as if nothing had been."""

import pytest
from hypothesis import assume, given
from sqlalchemy import exists, select, text, union

from core.attachments.models import Attachment
from core.interactions.models import InteractionTemplateLanguage, LoggedSegment
from core.ledger.cancel_log import set_log_canceled
from core.ledger.change import Change
from core.ledger.delete_canceled import delete_canceled_entries
from core.ledger.undo_log import undo_log
from core.segments.line_list import LineFilter, lines
from core.segments.models import Segment, SegmentLanguage, SegmentLine
from core.segments.queries import actions
from core.segments.steps_before_log import steps_before_log
from tests.oracle import database
from tests.oracle.database import scratch
from tests.oracle.test_logging import attempt
from tests.oracle.worlds import worlds

HOLDERS = [
    InteractionTemplateLanguage.attachment_id,
    SegmentLanguage.attachment_id,
    SegmentLine.attachment_id,
]

pytestmark = pytest.mark.timeout(0)


def shown(session, segment):
    """Every line as the page shows it, with the names of its own values."""
    return {
        row.line_no: {
            name: value for name, value in row._asdict().items() if name != "segment_id"
        }
        for row in lines(session, segment, LineFilter(limit=1000))
    }


def contents(session, segment):
    table = database.table_of(SegmentLanguage)
    others = {"segment_id", "attachment_id"}
    columns = [column for column in table.c if column.name not in others]
    columns.append(table.c.attachment_id)
    rows = session.execute(select(*columns).where(table.c.segment_id == segment.id))
    return sorted(map(tuple, rows), key=str)


def steps(found):
    return [(step.kind, step.filters, step.lines_changed) for step in found]


def log(session, segment, world):
    made = attempt(session, segment, world)
    assume(made.error is None)
    session.flush()
    session.expire_all()
    return made.result


def entries_of(session, log_entry_no):
    """Without the numbers that each log draws anew."""
    rows = session.scalars(
        text(
            "SELECT to_jsonb(entry) - 'entry_no' - 'logged_segment_entry_no'"
            " - 'campaign_entry_no' || jsonb_build_object('of', campaign.campaign_no)"
            " FROM interaction_log_entry AS entry"
            " LEFT JOIN campaign_entry AS campaign"
            " ON campaign.entry_no = entry.campaign_entry_no"
            " WHERE entry.logged_segment_entry_no = :log ORDER BY entry.entry_no"
        ),
        {"log": log_entry_no},
    )
    return list(rows)


@given(world=worlds())
def test_an_undone_log_leaves_the_segment_as_it_was(engine, world):
    with scratch(engine) as session:
        segment = database.put(session, world)
        left, seen = database.segment_left(session, segment.no), shown(session, segment)
        of_languages = contents(session, segment)
        chosen = steps(
            action
            for action in actions(session, segment)
            if action.action_no <= segment.head
        )
        result = log(session, segment, world)
        entry_no = result["logged_segment_entry_no"]
        logged = {row["segment_line_no"] for row in entries_of(session, entry_no)}

        done = undo_log(session, database.actor_of(world), entry_no)

        session.expire_all()
        (again,) = session.scalars(
            select(Segment).where(Segment.no == segment_no(world))
        )
        restored = database.segment_left(session, again.no)
        assert restored.header == left.header
        # Lines that were skipped have a segment of their own.
        assert restored.lines == [line for line in left.lines if line[0] in logged]
        assert shown(session, again) == {no: seen[no] for no in logged}
        assert contents(session, again) == of_languages
        found = actions(session, again)
        assert steps(steps_before_log(session, again, found)) == chosen
        assert done.lines_restored == len(logged)
        # Nobody has touched the follow-up.
        assert done.follow_up_taken_away == ("follow_up_segment_no" in result)
        numbers = {again.no, database.BYSTANDER}
        if "left_behind_segment_no" in result:
            numbers.add(result["left_behind_segment_no"])
        assert database.segment_numbers(session) == numbers


@given(world=worlds())
def test_logging_again_after_an_undo_writes_the_same(engine, world):
    with scratch(engine) as session:
        actor = database.actor_of(world)
        segment = database.put(session, world)
        first = log(session, segment, world)
        before = entries_of(session, first["logged_segment_entry_no"])
        undo_log(session, actor, first["logged_segment_entry_no"])
        session.expire_all()
        (again,) = session.scalars(
            select(Segment).where(Segment.no == segment_no(world))
        )

        second = log(session, again, world)

        assert entries_of(session, second["logged_segment_entry_no"]) == before
        undone, counts = session.scalars(
            select(LoggedSegment)
            .where(LoggedSegment.segment_no == segment_no(world))
            .order_by(LoggedSegment.entry_no)
        ).all()
        assert (undone.canceled, undone.no_counted) == (True, len(before))
        assert (counts.canceled, counts.no_counted) == (False, len(before))


@given(world=worlds())
def test_what_only_deleted_entries_had_is_gone(engine, world):
    with scratch(engine) as session:
        actor, segment = database.actor_of(world), database.put(session, world)
        logged = log(session, segment, world)["logged_segment_entry_no"]
        set_log_canceled(session, actor, logged, Change(canceled=True))

        delete_canceled_entries(session, actor, {"logged_segment_entry_no": logged})

        still_held = session.scalars(
            union(*(select(column).where(column > 0) for column in HOLDERS))
        )
        assert set(session.scalars(select(Attachment.id))) == set(still_held)
        assert not session.scalar(select(exists().where(Attachment.read_only)))


def segment_no(world):
    return world.header.no

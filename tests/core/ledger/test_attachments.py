"""What becomes of attachments when the entries that have them are canceled, deleted or
undone (INT-061, INT-070, INT-071)."""

from typing import NamedTuple

import pytest
from sqlalchemy import select

from core.attachments.models import Attachment, AttachmentContent
from core.attachments.replace import replace_attachment
from core.check.check_database import check_database
from core.check.rules_of import attachments
from core.database import transaction
from core.interactions.models import (
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateLanguage,
)
from core.ledger.cancel_entries import (
    count_attachments_to_remove,
    set_entries_canceled,
    set_entry_canceled,
)
from core.ledger.cancel_log import set_log_canceled
from core.ledger.change import Change
from core.ledger.delete_canceled import delete_canceled_entries, delete_canceled_logs
from core.ledger.undo_log import undo_log
from core.segments.models import Segment, SegmentLanguage, SegmentLine
from tests import factories
from tests.core.ledger.conftest import entries_of
from tests.core.segments.logging import log
from tests.support.meanwhile import meanwhile

CANCEL = Change(canceled=True)
REMOVE = Change(canceled=True, remove_attachments=True)
REVIVE = Change(canceled=False)


class Log(NamedTuple):
    no: int
    segment_no: str
    entry_nos: list[int]
    english: int
    "Sent to two, and the template has it too."
    german: int
    "Sent to nobody."
    own: int
    "Sent to the third."


@pytest.fixture
def sent(session, actor, company):
    english, german, own = (
        factories.attachment(session, name.encode(), f"{name}.pdf")
        for name in ("english", "german", "own")
    )
    factories.template_language(session, "GOLF", "ENU", english)
    factories.template_language(session, "GOLF", "DEU", german)
    template = session.scalars(select(InteractionTemplate)).one()
    template.language_code_default = "ENU"
    session.flush()
    segment = factories.segment(
        session,
        actor,
        description="Spring",
        salesperson_code="JR",
        interaction_template_code="GOLF",
    )
    for values in ({}, {}, {"attachment_id": own}):
        person = factories.person(session, of=company, language_code="ENU")
        line_no = factories.line(session, actor, segment, person)
        line = session.get_one(SegmentLine, (segment.id, line_no))
        for name, value in values.items():
            setattr(line, name, value)
    session.flush()
    no = log(session, actor, segment)["logged_segment_entry_no"]
    return Log(no, segment.no, list(entries_of(session, no)), english, german, own)


def there(session):
    session.expire_all()
    return set(session.scalars(select(Attachment.id)))


def of_entries(session, sent):
    session.expire_all()
    found = select(InteractionLogEntry.attachment_id).filter_by(
        logged_segment_entry_no=sent.no
    )
    return list(session.scalars(found.order_by(InteractionLogEntry.entry_no)))


def assert_sound(session):
    assert check_database(session, rules=attachments.RULES).broken == []


def forget_content_of_template(session):
    for row in session.scalars(select(InteractionTemplateLanguage)):
        replace_attachment(session, row, None)


def test_a_canceled_entry_keeps_its_attachment_unless_asked_otherwise(
    session, actor, sent
):
    set_entries_canceled(session, actor, {"entry_no": sent.entry_nos}, CANCEL)

    assert of_entries(session, sent) == [sent.english, sent.english, sent.own]


def test_an_attachment_that_one_entry_has_goes_with_its_canceling(session, actor, sent):
    filters = {"entry_no": sent.entry_nos}
    assert count_attachments_to_remove(session, filters) == 1

    set_entries_canceled(session, actor, filters, REMOVE)

    assert of_entries(session, sent) == [sent.english, sent.english, None]
    assert there(session) == {sent.english, sent.german}
    assert len(session.scalars(select(AttachmentContent.sha256)).all()) == 2
    assert_sound(session)
    set_entries_canceled(session, actor, filters, REVIVE)
    assert of_entries(session, sent) == [sent.english, sent.english, None]


def test_an_entry_that_was_canceled_before_keeps_its_attachment(session, actor, sent):
    set_entry_canceled(session, actor, sent.entry_nos[2], CANCEL)

    set_entry_canceled(session, actor, sent.entry_nos[2], REMOVE)

    assert of_entries(session, sent)[2] == sent.own


def test_what_a_template_has_leaves_the_entry_and_stays_with_the_template(
    session, actor, sent
):
    set_entries_canceled(session, actor, {"entry_no": sent.entry_nos[:1]}, CANCEL)
    delete_canceled_entries(session, actor, {})

    set_entry_canceled(session, actor, sent.entry_nos[1], REMOVE)

    assert of_entries(session, sent) == [None, sent.own]
    assert sent.english in there(session)
    assert not session.get_one(Attachment, sent.english).read_only
    assert_sound(session)


def test_one_of_two_entries_does_not_take_their_attachment_along(session, actor, sent):
    forget_content_of_template(session)
    set_entry_canceled(session, actor, sent.entry_nos[0], CANCEL)
    delete_canceled_entries(session, actor, {})

    assert session.get_one(Attachment, sent.english).read_only
    assert_sound(session)

    set_entry_canceled(session, actor, sent.entry_nos[1], CANCEL)
    delete_canceled_entries(session, actor, {})

    assert there(session) == {sent.own}
    assert_sound(session)


def test_two_logs_may_have_sent_the_same(session, actor, sent, new_segment):
    segment = new_segment()
    line = session.scalars(select(SegmentLine).filter_by(segment_id=segment.id)).first()
    line.attachment_id = sent.own
    session.flush()
    other = log(session, actor, segment)["logged_segment_entry_no"]

    set_entries_canceled(session, actor, {"logged_segment_entry_no": sent.no}, REMOVE)
    assert of_entries(session, sent)[2] == sent.own

    for no in (sent.no, other):
        set_log_canceled(session, actor, no, CANCEL)
    delete_canceled_entries(session, actor, {})
    assert sent.own not in there(session)
    assert_sound(session)


def test_what_was_sent_to_nobody_comes_back_with_the_segment(session, actor, sent):
    forget_content_of_template(session)
    assert sent.german in there(session)
    assert_sound(session)

    undo_log(session, actor, sent.no)

    content = select(SegmentLanguage.language_code, SegmentLanguage.attachment_id)
    assert {tuple(row) for row in session.execute(content)} == {
        ("ENU", sent.english),
        ("DEU", sent.german),
    }
    assert_sound(session)


@pytest.mark.parametrize("deed", [delete_canceled_entries, delete_canceled_logs])
def test_what_was_sent_to_nobody_goes_once_the_log_cannot_be_undone(
    session, actor, sent, deed
):
    forget_content_of_template(session)
    set_log_canceled(session, actor, sent.no, CANCEL)

    deed(session, actor, {})

    assert sent.german not in there(session)
    assert_sound(session)


def test_a_line_whose_attachment_was_removed_comes_back_without_one(
    session, actor, sent
):
    forget_content_of_template(session)
    set_entry_canceled(session, actor, sent.entry_nos[2], REMOVE)

    undo_log(session, actor, sent.no)

    segment = session.scalars(select(Segment).filter_by(no=sent.segment_no)).one()
    lines = select(SegmentLine.attachment_id).filter_by(segment_id=segment.id)
    found = session.scalars(lines.order_by(SegmentLine.line_no)).all()
    assert found == [None, None, 0]
    assert_sound(session)


def test_content_whose_attachment_was_removed_comes_back_bare(session, actor, sent):
    forget_content_of_template(session)
    set_entry_canceled(session, actor, sent.entry_nos[0], CANCEL)
    first = session.get_one(InteractionLogEntry, sent.entry_nos[0])
    first.attachment_id = None  # As if the first had been sent nothing.
    session.flush()

    set_entry_canceled(session, actor, sent.entry_nos[1], REMOVE)
    undo_log(session, actor, sent.no)

    content = select(SegmentLanguage.language_code, SegmentLanguage.attachment_id)
    assert {tuple(row) for row in session.execute(content)} == {
        ("ENU", None),
        ("DEU", sent.german),
    }
    assert_sound(session)


# --- at the same time -----------------------------------------------------------------


@pytest.fixture
def two_logs(own_engine, actor):
    """Both had the template's letter as content; the first sent it to nobody, the
    second to one. The template has it no more. The letter's number."""
    with transaction(own_engine) as session:
        factories.marketing_setup(session)
        factories.salesperson(session, "JR")
        factories.template(session, "GOLF")
        letter = factories.attachment(session)
        factories.template_language(session, "GOLF", "ENU", letter)
        for own in ({"attachment_id": 0}, {}):
            segment = factories.segment(
                session,
                actor,
                description="Spring",
                salesperson_code="JR",
                interaction_template_code="GOLF",
                language_code_default="ENU",
            )
            line_no = factories.line(
                session, actor, segment, factories.company(session)
            )
            line = session.get_one(SegmentLine, (segment.id, line_no))
            for name, value in own.items():
                setattr(line, name, value)
            session.flush()
            log(session, actor, segment)
        forget_content_of_template(session)
    return letter


@pytest.mark.parametrize("undone_first", [True, False])
def test_content_comes_back_whole_or_bare_when_its_attachment_is_removed_meanwhile(
    own_engine, actor, two_logs, undone_first
):
    def undo(session):
        undo_log(session, actor, 1)

    def remove(session):
        set_entries_canceled(session, actor, {"logged_segment_entry_no": 2}, REMOVE)

    deeds = (undo, remove) if undone_first else (remove, undo)
    meanwhile(own_engine, *deeds)

    with transaction(own_engine) as session:
        content = session.scalars(select(SegmentLanguage.attachment_id)).one()
        assert content == (two_logs if undone_first else None)
        assert there(session) == ({two_logs} if undone_first else set())
        assert_sound(session)

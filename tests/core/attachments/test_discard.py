"""Who lets go of an attachment last drops it, whatever happens at the same time."""

import pytest
from sqlalchemy import select

from core.attachments.discard import discard_unreferenced
from core.attachments.freeze import freeze_attachments
from core.attachments.models import Attachment, AttachmentContent
from core.attachments.replace import replace_attachment
from core.attachments.thaw import thaw_attachments
from core.contacts.neighbours import forget_removed_lines
from core.database import transaction
from core.errors import TransientError
from core.interactions.models import (
    InteractionLogEntry,
    InteractionTemplateLanguage,
)
from core.interactions.template_languages import lock_template_language
from core.segments.models import SegmentLine
from tests import factories
from tests.support.meanwhile import meanwhile


@pytest.fixture
def golf(session):
    """The language rows of the template GOLF, without attachments."""
    factories.template(session, "GOLF")
    for code in ("ENU", "DAN"):
        factories.template_language(session, "GOLF", code)
    return [
        session.get_one(InteractionTemplateLanguage, ("GOLF", code))
        for code in ("ENU", "DAN")
    ]


def attachments(session):
    return set(session.scalars(select(Attachment.id)))


def contents(session):
    return len(session.scalars(select(AttachmentContent.sha256)).all())


def test_the_same_bytes_are_kept_once(session, golf):
    for row, name in zip(golf, ("a.pdf", "b.pdf"), strict=True):
        row.attachment_id = factories.attachment(session, b"same", name)

    assert len(attachments(session)) == 2
    assert contents(session) == 1


def test_bytes_go_with_the_last_attachment_that_has_them(session, golf):
    english, danish = golf
    for row in golf:
        row.attachment_id = factories.attachment(session, b"same")

    replace_attachment(session, english, None)
    assert contents(session) == 1

    replace_attachment(session, danish, None)
    assert (attachments(session), contents(session)) == (set(), 0)


def test_an_attachment_somebody_else_has_stays(session, golf):
    english, danish = golf
    english.attachment_id = danish.attachment_id = factories.attachment(session)

    replace_attachment(session, english, None)

    assert attachments(session) == {danish.attachment_id}


def test_a_logged_attachment_stays_although_nobody_has_it(session):
    kept, dropped = (factories.attachment(session, bytes([n])) for n in range(2))
    freeze_attachments(session, [kept])

    discard_unreferenced(session, [kept, dropped])

    assert attachments(session) == {kept}


def test_what_is_already_gone_cannot_be_logged(session):
    there = factories.attachment(session)

    with pytest.raises(TransientError, match="replaced while it was being logged"):
        freeze_attachments(session, [there, there + 1])


def test_a_clean_up_of_nothing_asks_nothing(session):
    discard_unreferenced(session, [])
    freeze_attachments(session, [])


def test_a_deleted_contact_takes_the_attachments_of_its_lines_along(session):
    contact = factories.person(session)
    factories.line_of(session, contact, removed=True)
    line = session.scalars(select(SegmentLine)).one()
    line.attachment_id = factories.attachment(session)
    session.flush()

    forget_removed_lines(session, [contact.id])

    assert attachments(session) == set()


# --- at the same time -----------------------------------------------------------------


@pytest.fixture
def template(committing_engine):
    """GOLF in English and Danish, both with the same attachment."""
    with transaction(committing_engine) as session:
        factories.template(session, "GOLF")
        shared = factories.attachment(session)
        for code in ("ENU", "DAN"):
            factories.template_language(session, "GOLF", code, shared)
    return shared


def let_go_of(code):
    def deed(session):
        row = lock_template_language(session, "GOLF", code)
        replace_attachment(session, row, None)

    return deed


def test_two_who_let_go_at_once_leave_nothing_behind(committing_engine, template):
    meanwhile(committing_engine, let_go_of("ENU"), let_go_of("DAN"))

    with transaction(committing_engine) as session:
        assert (attachments(session), contents(session)) == (set(), 0)


def test_bytes_that_are_being_uploaded_again_are_not_dropped(
    committing_engine, template
):
    def let_go_of_both(session):
        for code in ("ENU", "DAN"):
            let_go_of(code)(session)

    def upload(session):
        factories.template_language(
            session, "GOLF", "FRA", factories.attachment(session)
        )

    meanwhile(committing_engine, upload, let_go_of_both)

    with transaction(committing_engine) as session:
        assert len(attachments(session)) == contents(session) == 1


def test_bytes_that_are_being_dropped_are_uploaded_anew(committing_engine, template):
    def let_go_of_both(session):
        for code in ("ENU", "DAN"):
            let_go_of(code)(session)

    def upload(session):
        factories.template_language(
            session, "GOLF", "FRA", factories.attachment(session)
        )

    meanwhile(committing_engine, let_go_of_both, upload)

    with transaction(committing_engine) as session:
        assert len(attachments(session)) == contents(session) == 1


def test_what_is_being_logged_is_not_dropped(committing_engine, template):
    def let_go_of_both(session):
        for code in ("ENU", "DAN"):
            let_go_of(code)(session)

    meanwhile(
        committing_engine,
        lambda session: freeze_attachments(session, [template]),
        let_go_of_both,
    )

    with transaction(committing_engine) as session:
        assert attachments(session) == {template}


@pytest.fixture
def history(committing_engine):
    """An attachment whose last entry is gone, and that nobody has thawed yet."""
    with transaction(committing_engine) as session:
        number = factories.attachment(session)
        freeze_attachments(session, [number])
    return number


def test_what_is_being_logged_again_stays_history(committing_engine, history):
    def log(session):
        session.add(
            InteractionLogEntry(
                entry_no=1, date=factories.WORK_DATE, attachment_id=history
            )
        )
        session.flush()
        freeze_attachments(session, [history])

    meanwhile(
        committing_engine, log, lambda session: thaw_attachments(session, [history])
    )

    with transaction(committing_engine) as session:
        assert session.get_one(Attachment, history).read_only


def test_a_log_that_comes_after_its_attachment_was_thawed_begins_again(
    committing_engine, template
):
    with transaction(committing_engine) as session:
        freeze_attachments(session, [template])

    with pytest.raises(TransientError):
        meanwhile(
            committing_engine,
            lambda session: thaw_attachments(session, [template]),
            lambda session: freeze_attachments(session, [template]),
        )

    with transaction(committing_engine) as session:
        assert not session.get_one(Attachment, template).read_only
        freeze_attachments(session, [template])


def test_a_segment_that_takes_the_template_s_content_keeps_it(committing_engine):
    """The template's file is replaced at the same moment."""
    with transaction(committing_engine) as session:
        factories.marketing_setup(session)
        factories.template(session, "GOLF")
        old = factories.attachment(session, b"old")
        factories.template_language(session, "GOLF", "ENU", old)

    def choose(session):
        factories.segment(session, factories.actor(), interaction_template_code="GOLF")

    def replace(session):
        row = lock_template_language(session, "GOLF", "ENU")
        taken = session.get_one(Attachment, factories.attachment(session, b"new"))
        replace_attachment(session, row, taken)

    meanwhile(committing_engine, choose, replace)

    with transaction(committing_engine) as session:
        assert old in attachments(session)

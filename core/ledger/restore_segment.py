"""Builds a segment again from what its log kept of it and from its entries."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import CursorResult, Table, bindparam, exists, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import ConflictError
from core.segments.bulk import ANNOUNCE_EVERY, give_hash_memory
from core.segments.models import OVERRIDES, Segment, SegmentAction, SegmentLanguage
from core.vocabulary import ActionKind

_ANEW = {"id", "head", "frozen_by_job_id"}
"""What a restored header does not take over."""

# A line whose own attachment was removed since has none; it does not get another one.
_OWN = {name: f"own.{name}" for name in OVERRIDES} | {
    "attachment_id": """CASE
        WHEN own.attachment_id > 0
            AND NOT EXISTS (SELECT FROM attachment WHERE id = own.attachment_id)
        THEN 0 ELSE own.attachment_id END"""
}

# Plain lines know no more than their entry; what was personal stands in logged_line.
# Plan (a million lines): both in the order of their index, merged or hashed.
_RESTORE_LINES = text(f"""
    INSERT INTO segment_line
        (segment_id, line_no, contact_id, added_by, {", ".join(OVERRIDES)})
    SELECT :segment_id,
        CASE WHEN entry.entry_no % {ANNOUNCE_EVERY} = 0
            THEN rollcall_announce_progress(entry.segment_line_no, {ANNOUNCE_EVERY})
            ELSE entry.segment_line_no END,
        entry.contact_id, 1, {", ".join(_OWN.values())}
    FROM interaction_log_entry AS entry
    LEFT JOIN logged_line AS kept
        ON kept.logged_segment_entry_no = :log
        AND kept.line_no = entry.segment_line_no
    LEFT JOIN LATERAL jsonb_populate_record(NULL::segment_line, kept.own) AS own
        ON kept.own IS NOT NULL
    WHERE entry.logged_segment_entry_no = :log AND entry.contact_id IS NOT NULL
      AND NOT coalesce(kept.own ? 'contact_id', false)
""")  # noqa: S608  (names of our own columns)


# Nobody removes one of them between this and the commit, or it is gone already.
_HOLD_ATTACHMENTS = text("""
    SELECT id FROM attachment
    WHERE id IN (
        SELECT attachment_id FROM segment_language WHERE segment_id = :segment_id
        UNION
        SELECT (own ->> 'attachment_id')::bigint FROM logged_line
        WHERE logged_segment_entry_no = :log AND own ? 'attachment_id'
    )
    ORDER BY id
    FOR SHARE
""")

# It was removed when entries were canceled, or the log is older than keeping it.
_LET_GO_OF_DROPPED_CONTENT = text("""
    UPDATE segment_language AS content
    SET attachment_id = NULL
    WHERE segment_id = :segment_id AND attachment_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM attachment WHERE attachment.id = content.attachment_id)
""")


def restore_segment(
    session: Session, actor: Actor, log_entry_no: int, kept: Mapping[str, Any]
) -> int:
    """The segment under its old number, with the lines whose contact still exists and
    one criteria action that says where they come from; how many lines there are.

    The steps that had led to the roster are not restored, since the lines that were
    taken out in them are gone.
    """
    give_hash_memory(session)
    segment_id = _restore_header(session, kept["segment"])
    _restore_languages(session, segment_id, kept["languages"])
    values = {"segment_id": segment_id, "log": log_entry_no}
    session.execute(_HOLD_ATTACHMENTS, values)
    session.execute(_LET_GO_OF_DROPPED_CONTENT, {"segment_id": segment_id})
    written = session.execute(_RESTORE_LINES, values)
    lines = cast("CursorResult[Any]", written).rowcount
    session.add(
        SegmentAction(
            segment_id=segment_id,
            action_no=1,
            kind=ActionKind.ADD_CONTACTS,
            allow_existing_contacts=True,
            filters={
                "interaction_log_entry": {
                    "logged_segment_entry_no": [str(log_entry_no)]
                }
            },
            lines_changed=lines,
            created_by=actor.username,
        )
    )
    session.flush()
    return lines


def _restore_header(session: Session, header: Mapping[str, Any]) -> int:
    names = _kept_columns(Segment, header)
    statement = f"""
        INSERT INTO segment ({", ".join(names)}, head)
        SELECT {", ".join(names)}, 1 FROM jsonb_populate_record(NULL::segment, :kept)
        RETURNING id
    """  # noqa: S608  (names of our own columns)
    found = text(statement).bindparams(bindparam("kept", dict(header), type_=JSONB))
    try:
        return int(session.execute(found).scalar_one())
    except IntegrityError as error:  # Somebody was faster with the number.
        raise another_segment(str(header["no"])) from error


def _restore_languages(
    session: Session, segment_id: int, languages: list[Mapping[str, Any]]
) -> None:
    if not languages:
        return
    names = [
        name
        for name in _kept_columns(SegmentLanguage, languages[0])
        if name != "segment_id"
    ]
    statement = f"""
        INSERT INTO segment_language (segment_id, {", ".join(names)})
        SELECT :segment_id, {", ".join(names)}
        FROM jsonb_populate_recordset(NULL::segment_language, :kept)
    """  # noqa: S608  (names of our own columns)
    session.execute(
        text(statement).bindparams(
            bindparam("segment_id", segment_id),
            bindparam("kept", list(languages), type_=JSONB),
        )
    )


def _kept_columns(table: type[Any], row: Mapping[str, Any]) -> list[str]:
    """Those a log of an older version kept; newer ones have their default."""
    columns: Table = table.__table__
    return [name for name in columns.columns.keys() if name in row.keys() - _ANEW]  # noqa: SIM118


def another_segment(no: str) -> ConflictError:
    return ConflictError(
        "E-EXISTS",
        f"There is another segment {no} by now. Log or delete it first.",
        links={"segment": no},
    )


def is_open(session: Session, no: str) -> bool:
    """Whether there is a segment of this number now."""
    return bool(session.scalar(select(exists().where(Segment.no == no))))
